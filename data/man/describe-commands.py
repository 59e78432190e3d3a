# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills @commands@ in a manual page with what the program says about its commands and their options:

    describe-commands.py PROGRAM TEMPLATE
"""

import os
import re
import subprocess
import sys
import textwrap

COMMAND = re.compile(r'^  (\S+) +(\S.*)$')
OPTION = re.compile(r'^  (-\S.*?)  +(\S.*)$')
WORD = re.compile(r'(--?[A-Za-z][\w-]*)(?:=(\S+))?')


def fill(text):
    return [escape(line) for line in textwrap.wrap(text, 72)]


def escape(text):
    text = text.replace('\\', r'\e').replace('-', r'\-').replace('…', '...')
    text = ''.join(c if c.isascii() else rf'\[u{ord(c):04X}]' for c in text)
    return r'\&' + text if text[:1] in ("'", '.') else text


def ask(program, *arguments):
    return subprocess.run([program, *arguments, '--help'], env=dict(os.environ, LC_ALL='C.UTF-8'),
                          capture_output=True, text=True, check=True).stdout


def describe_option(names, meaning):
    """'-p, --prompt=TEXT' in bold and italics, and under it what it means."""
    words = [rf'\fB{escape(name)}\fR' + (rf'=\fI{escape(value)}\fR' if value else '')
             for name, value in WORD.findall(names)]
    return ['.TP', ', '.join(words), *fill(meaning)]


def describe(program, command, summary):
    # Where the summary lists second words, each has a help text of its own.
    variants = [part.strip() for part in summary.partition(':')[2].split(',')] if ':' in summary else ['']
    lines = []
    for variant in variants:
        arguments = [command] + ([variant] if variant else [])
        usage, _, options = ask(program, *arguments).partition('Application Options:')
        paragraphs = [part.strip() for part in usage.split('\n\n')]
        synopsis = paragraphs[0].splitlines()[-1].strip().removeprefix('sfumato-cli ')
        lines += [f'.SS "{escape(synopsis)}"']
        for text in paragraphs[1:]:
            if text and not text.startswith('Help Options:'):
                lines += fill(text)
        for line in options.splitlines():
            option = OPTION.match(line)
            if option:
                lines += describe_option(*option.groups())
    return lines


def main(program, template):
    commands = [match.groups() for match in map(COMMAND.match, ask(program).splitlines()) if match]
    lines = [line for command, summary in commands for line in describe(program, command, summary)]
    with open(template, encoding='utf-8') as file:
        sys.stdout.write(file.read().replace('@commands@', '\n'.join(lines)))


main(*sys.argv[1:])
