# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the include directions of ARCHITECTURE.md: who may include whom."""

import re
import sys

import sources

# For every folder of compute/ the other folders whose headers it may include. The engine may use all.
ALLOWED = {
    'base': set(),
    'vk': {'base'},
    'ops': {'base', 'vk'},
    'reference': {'base'},
    'graph': {'base', 'vk', 'ops'},
    'formats': {'base'},
    'text': {'base'},
    'models': {'base', 'ops', 'graph', 'formats'},
    'samplers': {'base'},
}
ALLOWED['engine'] = set(ALLOWED) | {'engine'}

PUBLIC_HEADER = 'engine/sfumato.h'
TOOLKIT = re.compile(r'(gtk|gdk|gsk|adwaita|pango|graphene)\b')
GENERATED = re.compile(r'sf-shader-.*\.h|.*-resources\.h')
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def complaint(path, mark, header):
    """Why this file must not include this header, or None."""
    parts = path.split('/')
    top, folder = parts[0], parts[1]
    if mark == '<':
        if header.startswith('vulkan/') and (top, folder) != ('compute', 'vk'):
            return 'only compute/vk includes <vulkan/…>'
        if (top == 'compute' or folder in ('catalog', 'cli', 'library', 'prompt')) and TOOLKIT.match(header):
            return f'{top}/{folder} never includes GTK' if top == 'app' else 'compute never includes GTK'
        return None

    target = header.split('/')[0]
    if top == 'app':
        if target in ALLOWED and header != PUBLIC_HEADER:
            return f'app reaches compute through "{PUBLIC_HEADER}" only'
        if folder in ('library', 'prompt') and '/' in header and header != PUBLIC_HEADER:
            return f'app/{folder} knows neither the window nor the command line'
        if folder == 'catalog' and '/' in header and header != PUBLIC_HEADER and target != 'library':
            return 'app/catalog does not know the window'
        return None
    if folder not in ALLOWED:
        return f'compute/{folder} is not in the table of ARCHITECTURE.md'
    if GENERATED.fullmatch(header):
        return None
    if '/' not in header:
        return 'headers are named from compute/ on, as in "base/sf-half.h"'
    if target != folder and target not in ALLOWED[folder]:
        return f'compute/{folder} may not include from {target}'
    return None


def main(root):
    complaints = []
    for path in sources.find(root, '*.c', '*.h'):
        if path.split('/')[0] not in ('app', 'compute'):
            continue
        for number, line in sources.lines(root, path):
            include = INCLUDE.match(line)
            reason = include and complaint(path, *include.groups())
            if reason:
                complaints.append(f'{path}:{number}: includes {include[2]}, but {reason}.')
    sources.finish(complaints)


main(sys.argv[1])
