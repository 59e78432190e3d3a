# SPDX-License-Identifier: GPL-3.0-or-later
"""Every language in po/LINGUAS has a translation of every message, and its file is well-formed."""

import os
import shutil
import subprocess
import sys
import tempfile

import sources

KEYWORDS = ('_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3')


def listed(root, path):
    return [line for _, line in sources.lines(root, path) if line and not line.startswith('#')]


def complaint(root, command, what):
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return [f'{result.stderr.strip()}\n{what}'] if result.returncode else []


def main(root):
    for tool in ('xgettext', 'msgfmt', 'msgcmp'):
        if not shutil.which(tool):
            sources.skip(f'{tool} is not installed.')
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, 'sfumato.pot')
        extract = ['xgettext', '--from-code=UTF-8', f'--output={template}']
        extract += [f'--keyword={keyword}' for keyword in KEYWORDS] + listed(root, 'po/POTFILES')
        subprocess.run(extract, cwd=root, check=True, stderr=subprocess.DEVNULL)
        for language in listed(root, 'po/LINGUAS'):
            path = f'po/{language}.po'
            complaints += complaint(root, ['msgfmt', '--check', '--output-file=/dev/null', path],
                                    f'{path}: is not well-formed.')
            complaints += complaint(root, ['msgcmp', path, template], f'{path}: lacks the messages named above.')
    sources.finish(complaints)


main(sys.argv[1])
