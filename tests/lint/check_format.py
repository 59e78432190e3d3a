# SPDX-License-Identifier: GPL-3.0-or-later
"""C files look as clang-format 14 (that of Debian 12) writes them; another version would differ here and there."""

import re
import shutil
import subprocess
import sys

import sources

VERSION = '14'

root = sys.argv[1]
tool = shutil.which(f'clang-format-{VERSION}') or shutil.which('clang-format')
if not tool:
    sources.skip('clang-format is not installed.')
found = re.search(r'version (\d+)', subprocess.run([tool, '--version'], capture_output=True, text=True).stdout)
if not found or found[1] != VERSION:
    sources.skip(f'This needs clang-format {VERSION}, not {found[1] if found else "an unknown version"}.')

files = sources.find(root, '*.c', '*.h')
output = subprocess.run([tool, '--dry-run', '-Werror', '--style=file'] + files, cwd=root, capture_output=True, text=True)
unformatted = sorted(set(re.findall(r'^(\S+?):\d+:\d+: error:', output.stderr, re.MULTILINE)))
complaints = [f'{path}: is not formatted; run clang-format -i on it.' for path in unformatted]
sources.finish(complaints or ([output.stderr] if output.returncode else []))
