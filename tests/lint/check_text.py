# SPDX-License-Identifier: GPL-3.0-or-later
"""What every text file of the project keeps to: a licence line, a size that can be read, nothing left undone,
no path of the machine that it was written on."""

import re
import sys

import sources

CODE = ('*.c', '*.h', '*.comp', '*.glsl', '*.py', '*.sh', '*.ui', '*.css')
LICENSED = CODE + ('meson.build', 'meson_options.txt', '*.xml', '*.in', '*.svg', '.clang-format', '.editorconfig', '.ci/run')
TEXT = LICENSED + ('*.md', '*.json', '*.po', 'POTFILES', 'LINGUAS')

MOST_LINES = 800
UNDONE = re.compile(r'\b(T[O]DO|F[I]XME|X[X]X)\b')
MACHINE_PATH = re.compile(r'(?<![\w.$}])/(work|root|home|tmp)/')


def check_licence(root):
    for path in sources.find(root, *LICENSED):
        if not any('SPDX-License-Identifier: ' in line for _, line in sources.lines(root, path)[:5]):
            yield f'{path}: has no SPDX-License-Identifier in its first five lines.'


def check_length(root):
    for path in sources.find(root, *CODE):
        count = len(sources.lines(root, path))
        if count > MOST_LINES:
            yield f'{path}: has {count} lines, more than {MOST_LINES}; look for the second noun in it.'


def check_undone(root):
    for path in sources.find(root, *TEXT):
        for number, line in sources.lines(root, path):
            mark = UNDONE.search(line)
            if mark:
                yield f'{path}:{number}: says {mark[0]}; do it, or file an issue.'


def check_paths(root):
    for path in sources.find(root, *TEXT):
        for number, line in sources.lines(root, path):
            match = MACHINE_PATH.search(line)
            if match and not (match[1] == 'tmp' and path.startswith('tests/')):
                yield f'{path}:{number}: names {match[0]}, which is a path of one machine.'


CHECKS = {'licence': check_licence, 'length': check_length, 'undone': check_undone, 'paths': check_paths}

sources.finish(list(CHECKS[sys.argv[1]](sys.argv[2])))
