# SPDX-License-Identifier: GPL-3.0-or-later
"""The shells' completion offers every command, option and value that the program's help names.

    check_completions.py PROGRAM FOLDER_OF_COMPLETIONS
"""

import os
import re
import shutil
import subprocess
import sys

import sources

PROGRAM, FOLDER = sys.argv[1:]
HAS_ZSH = shutil.which('zsh') is not None
ENVIRONMENT = dict(os.environ, LC_ALL='C.UTF-8', PATH=os.path.dirname(PROGRAM) + ':' + os.environ['PATH'])

BASH = r'''
compopt () { :; }
. "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_sfumato_cli
printf '%s\n' "${COMPREPLY[@]}"
'''

# What the file hands to zsh's own functions, which need a terminal to do more.
ZSH = r'''
_describe () { print -rl -- ${(P)2} }
_arguments () { print -rl -- $argv }
complete () { . $ZSH_ARGZERO }
words=($argv)
CURRENT=$#
complete
'''


def ask(*arguments):
    return subprocess.run([PROGRAM, *arguments, '--help'], env=ENVIRONMENT, capture_output=True, text=True).stdout


def run(shell, script, file, words):
    result = subprocess.run([*shell, '-c', script, os.path.join(FOLDER, file), PROGRAM, *words], env=ENVIRONMENT,
                            capture_output=True, text=True, timeout=20)
    if result.returncode or result.stderr:
        raise AssertionError(result.stderr)
    return result.stdout.splitlines()


def compare(words, expected):
    offered = run(['bash'], BASH, 'sfumato-cli', words)
    if sorted(offered) != sorted(expected):
        yield f'bash completes “{" ".join(words)}” with {offered} instead of {expected}.'


def compare_zsh(words, expected):
    offered = [line.split(':')[0].split('[')[0] for line in run(['zsh', '-f'], ZSH, '_sfumato-cli', words)]
    if sorted(offered) != sorted(expected):
        yield f'zsh completes “{" ".join(words)}” with {offered} instead of {expected}.'


def check_command(command):
    options = re.findall(r'^  (?:(-\w), )?(--[\w-]+)(?:=(\S+))?', ask(*command), re.MULTILINE)
    if len(options) < 2:
        yield f'The help of {" ".join(command)} names no option.'
    names = [name + ('=' if value else '') for _, name, value in options]
    yield from compare([*command, '--'], names)
    if HAS_ZSH:
        yield from compare_zsh([*command, '--'], names + ['*'])
    for short, name, value in options:
        if re.fullmatch(r'[a-z0-9-]+(\|[a-z0-9-]+)+', value):
            for start in [name], [name, '='], [short] if short else [name]:
                yield from compare([*command, *start, ''], value.split('|'))
        elif value == 'NAME' and len(run(['bash'], BASH, 'sfumato-cli', [*command, name, ''])) < 2:
            yield f'bash completes no value of {name}.'


def main():
    if not shutil.which('bash'):
        sources.skip('bash is not installed.')
    commands = dict(re.findall(r'^  (\S+) +(.*)$', ask(), re.MULTILINE))
    complaints = list(compare([''], [*commands, '--help', '--version']))
    if HAS_ZSH:
        complaints += compare_zsh([''], list(commands))
    for command, summary in commands.items():
        seconds = summary.partition(': ')[2]
        if seconds:
            seconds = seconds.split(', ')
            complaints += compare([command, ''], seconds)
            if HAS_ZSH:
                complaints += compare_zsh([command, ''], seconds)
        for words in [[command, second] for second in seconds] or [[command]]:
            complaints += check_command(words)
    sources.finish(complaints)


main()
