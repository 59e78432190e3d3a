# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's own files, and how a lint reports what it found."""

import fnmatch
import os
import sys


def find(root, *patterns):
    """Paths relative to root whose name (or whole path) matches one of the patterns, sorted.

    Build directories, hidden version control and Python's caches are left out.
    """
    found = []
    for folder, folders, files in os.walk(root):
        if 'build.ninja' in files or 'meson-private' in folders:
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in ('.git', '__pycache__', '.flatpak-builder')]
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), root)
            if any(fnmatch.fnmatch(name, p) or path == p for p in patterns):
                found.append(path)
    return sorted(found)


def lines(root, path):
    """Pairs of line number and line."""
    with open(os.path.join(root, path), encoding='utf-8') as file:
        return list(enumerate(file.read().splitlines(), 1))


def finish(complaints):
    """Prints the complaints and ends the program: status 1 if there are any."""
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


def skip(reason):
    print(reason)
    sys.exit(77)
