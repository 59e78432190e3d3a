# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with words for people is listed in po/POTFILES, and nothing else is."""

import os
import re
import sys

import sources

MARKS = {
    '.c': re.compile(r'(?<![A-Za-z0-9_])(N?C?_|ngettext|gettext|g_dngettext|g_dpgettext2?) ?\('),
    '.ui': re.compile(r'translatable="(yes|true|1)"'),
    '.in': re.compile(r'^\[Desktop Entry\]$|<component\b'),
}


def main(root):
    listed = [line for _, line in sources.lines(root, 'po/POTFILES') if line and not line.startswith('#')]
    complaints = [f'po/POTFILES: lists {path}, which is not there.'
                  for path in listed if not os.path.exists(os.path.join(root, path))]
    complaints += [f'po/POTFILES: lists {path} twice.' for path in sorted(set(listed)) if listed.count(path) > 1]
    for path in sources.find(root, *('*' + suffix for suffix in MARKS)):
        mark = MARKS[os.path.splitext(path)[1]]
        if path in listed or path.startswith('tests/'):
            continue
        if any(mark.search(line) for _, line in sources.lines(root, path)):
            complaints.append(f'{path}: has words to translate but is not in po/POTFILES.')
    sources.finish(complaints)


main(sys.argv[1])
