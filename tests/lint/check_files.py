# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a tool over all files of the project that match some patterns:

    check_files.py ROOT PATTERN... -- TOOL ARGUMENT...

Skipped where the tool is not installed.
"""

import shutil
import subprocess
import sys

import sources

root, *arguments = sys.argv[1:]
split = arguments.index('--')
patterns, command = arguments[:split], arguments[split + 1:]
if not shutil.which(command[0]):
    sources.skip(f'{command[0]} is not installed.')
files = sources.find(root, *patterns)
if not files:
    sources.skip(f'No file matches {" ".join(patterns)}.')

status = subprocess.run(command + files, cwd=root).returncode
sources.finish([f'{command[0]} found the faults above.'] if status else [])
