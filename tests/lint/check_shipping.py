# SPDX-License-Identifier: GPL-3.0-or-later
"""What Flathub's linter and its reviewers would look at, as far as files can tell: ids agree everywhere, permissions are
few and have reasons, the build needs no network, metainfo and icons are complete, licences are installed. The rules are
those of flatpak-builder-lint that apply here; what it asks about a built program, tests/flatpak asks."""

import configparser
import json
import os
import re
import sys
import xml.etree.ElementTree as ET

import sources

ROOT = sys.argv[1]
ID = 'io.github.sfumato.Sfumato'
DEVEL_ID = ID + '.Devel'

PERMISSIONS = {'--device=dri', '--socket=wayland', '--socket=fallback-x11', '--share=ipc', '--share=network',
               '--filesystem=xdg-pictures/Sfumato:create'}
DEVEL_KEYS = ('id', 'desktop-file-name-suffix', 'run-tests', 'test-rule', 'test-commands')
DEVEL_OPTIONS = ('-Dprofile=development', '-Dtests=false')
METADATA_LICENCES = {'CC0-1.0', 'FSFAP', 'MIT', '0BSD'}


def path(*parts):
    return os.path.join(ROOT, *parts)


def read(*parts):
    with open(path(*parts), encoding='utf-8') as file:
        return file.read()


def load_manifest(name):
    """The manifest with the modules that it names by file in their place."""
    manifest = json.loads(read('flatpak', name + '.json'))
    manifest['modules'] = [json.loads(read('flatpak', module)) if isinstance(module, str) else module
                           for module in manifest['modules']]
    return manifest


def without_profile(value):
    """A manifest as it is but for the profile and the tests."""
    if isinstance(value, dict):
        return {key: without_profile(item) for key, item in value.items() if key not in DEVEL_KEYS}
    if isinstance(value, list):
        return [without_profile(item) for item in value if item not in DEVEL_OPTIONS]
    return value


def check_manifest(name):
    manifest = load_manifest(name)
    file = f'flatpak/{name}.json'
    if manifest['id'] != name:
        yield f'{file}: has the id {manifest["id"]}.'
    if len(name.split('.')) < 4 or len(name) > 255:
        yield f'{file}: an io.github id has four parts or more.'
    if '/' in manifest['command'] or 'branch' in manifest or 'default-branch' in manifest:
        yield f'{file}: the command is a name, and branches are given by who builds.'
    if not {'--socket=wayland', '--socket=fallback-x11', '--share=ipc'} <= set(manifest['finish-args']):
        yield f'{file}: Wayland, and X11 with shared memory where there is none, belong together.'
    for permission in manifest['finish-args']:
        if permission not in PERMISSIONS:
            yield f'{file}: asks for {permission}.'
        if f'`{permission}`' not in read('flatpak/README.md'):
            yield f'flatpak/README.md: gives no reason for {permission}.'
    for module in [manifest, *manifest['modules']]:
        if 'network' in json.dumps(module.get('build-options', {})):
            yield f'{file}: {module.get("name", "the build")} asks for the network.'
        if any(name.startswith('/lib/debug') for name in module.get('cleanup', [])):
            yield f'{file}: {module.get("name", "the build")} throws debugging symbols away, which have an extension.'
    for module in manifest['modules']:
        for source in module['sources']:
            if '/' in source.get('dest-filename', ''):
                yield f'{file}: {module["name"]} puts {source["dest-filename"]} into a folder; that is for dest.'
            if source['type'] == 'archive':
                if not source['url'].startswith('https://') or not re.fullmatch('[0-9a-f]{64}', source['sha256']):
                    yield f'{file}: {source["url"]} is not pinned.'
            elif source['type'] not in ('dir', 'script'):
                yield f'{file}: {module["name"]} has a source of type {source["type"]}.'


def check_manifests():
    yield from check_manifest(ID)
    yield from check_manifest(DEVEL_ID)
    if without_profile(load_manifest(ID)) != without_profile(load_manifest(DEVEL_ID)):
        yield 'flatpak: the two manifests differ in more than the profile.'


def check_ids():
    if f"app_id = '{ID}'" not in read('meson.build'):
        yield f'meson.build: has not the id {ID}.'
    for name in ('desktop.in', 'metainfo.xml.in', 'service.in', 'search-provider.ini.in', 'gschema.xml'):
        if not os.path.exists(path('data', f'{ID}.{name}')):
            yield f'data: has no {ID}.{name}.'
    for name in ('desktop.in', 'metainfo.xml.in', 'service.in', 'search-provider.ini.in'):
        if ID in read('data', f'{ID}.{name}'):
            yield f'data/{ID}.{name}: names the id, where the development version has another; say @app_id@.'
    if f'<schema id="{ID}"' not in read('data', ID + '.gschema.xml'):
        yield f'data/{ID}.gschema.xml: has not the id {ID}.'


def check_desktop():
    file = f'data/{ID}.desktop.in'
    entry = configparser.RawConfigParser(strict=True)
    entry.optionxform = str
    entry.read_string(read(file))
    main = entry['Desktop Entry']
    if main['Icon'] != '@app_id@' or main['Exec'] != 'sfumato %F' or main['DBusActivatable'] != 'true':
        yield f'{file}: Icon, Exec or DBusActivatable is not what it has to be.'
    if 'true' in (main.get('Hidden'), main.get('NoDisplay'), main.get('Terminal')):
        yield f'{file}: is hidden from menus, or asks for a terminal.'
    if 'Keywords' not in main or 'Graphics' not in main['Categories'].split(';'):
        yield f'{file}: is not found in menus.'
    known = set(re.findall(r'\{ "([a-z-]+)", \w+_action\b', read('app/sf-application.c')))
    for action in filter(None, main['Actions'].split(';')):
        if f'Desktop Action {action}' not in entry:
            yield f'{file}: the action {action} is not described.'
        if action not in known:
            yield f'{file}: the program has no action {action}.'


def check_metainfo():
    file = f'data/{ID}.metainfo.xml.in'
    root = ET.parse(path(file)).getroot()

    if root.get('type') != 'desktop-application' or len(root.findall('launchable')) != 1:
        yield f'{file}: is not that of one desktop application.'

    def text(tag):
        return (root.findtext(tag) or '').strip()

    if text('id') != '@app_id@' or text('launchable') != '@app_id@.desktop':
        yield f'{file}: id or launchable is not that of the program.'
    if text('metadata_license') not in METADATA_LICENCES or text('project_license') != 'GPL-3.0-or-later':
        yield f'{file}: a licence is wrong.'
    if not 2 <= len(text('name')) <= 20:
        yield f'{file}: the name is too long for a menu.'
    summary = text('summary')
    if not 10 <= len(summary) <= 35 or summary.endswith('.') or text('name') in summary:
        yield f'{file}: the summary “{summary}” should have 10 to 35 characters, no full stop and no name.'
    for tag in ('developer/name', 'description/p', 'content_rating', 'url[@type="homepage"]', 'url[@type="bugtracker"]',
                'branding/color[@scheme_preference="light"]', 'branding/color[@scheme_preference="dark"]',
                'supports/control', 'requires/display_length', 'releases/release/description/p'):
        if root.find(tag) is None:
            yield f'{file}: has no {tag}.'
    if 'full model' not in ' '.join(''.join(p.itertext()) for p in root.findall('description/p')):
        yield f'{file}: does not say what the starter model cannot do.'
    if root.find('icon') is not None:
        yield f'{file}: names an icon, which comes from the desktop entry; flatpak-builder refuses it.'
    version = re.search(r"\n  version: '([^']+)'", read('meson.build'))[1]
    newest = root.find('releases/release')
    if newest is None or newest.get('version') != version:
        yield f'{file}: the newest release is not {version}.'
    images = [image.text for image in root.findall('screenshots/screenshot/image')]
    if not images or len(root.findall('screenshots/screenshot/caption')) != len(images):
        yield f'{file}: every screenshot needs a caption.'
    for caption in root.iterfind('screenshots/screenshot/caption'):
        if not 10 <= len(caption.text) <= 100 or caption.text.endswith('.'):
            yield f'{file}: the caption “{caption.text}” should have 10 to 100 characters and no full stop.'
    for image in images:
        if not image.endswith('.png'):
            yield f'{file}: the screenshot {image} is not a PNG file.'
        if not image.startswith('https://') or not os.path.exists(path(image.partition('/main/')[2])):
            yield f'{file}: the screenshot {image} is not in the tree.'


def check_icons():
    for name, size in (ID + '.svg', 128), (ID + '-symbolic.svg', 16):
        root = ET.parse(path('data/icons', name)).getroot()
        if root.get('width') != str(size) or root.get('height') != str(size) \
                or root.get('viewBox') != f'0 0 {size} {size}':
            yield f'data/icons/{name}: is not drawn on {size} by {size}.'
        if root.findall('.//{http://www.w3.org/2000/svg}image') or 'href="http' in read('data/icons', name):
            yield f'data/icons/{name}: holds a bitmap or asks for a file.'


def check_licences():
    installed = read('data/meson.build')
    for file in sources.find(ROOT, 'LICENSE*', 'COPYING*', 'data/*/LICENSES/*'):
        if os.path.relpath(file, 'data').replace('\\', '/') not in installed:
            yield f'{file}: is not installed by data/meson.build.'


sources.finish([complaint for check in (check_manifests, check_ids, check_desktop, check_metainfo, check_icons,
                                        check_licences) for complaint in check()])
