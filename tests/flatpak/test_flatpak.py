# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the Flatpak, starts it on a display of its own and lets it paint a picture:

    test_flatpak.py SOURCE_FOLDER BUILD_FOLDER [unittest options]

Against the stand-in for Flathub's runtime that flatpak/base/make-base.sh makes; exit status 77 where there is none. A
picture of the window is left in BUILD_FOLDER as window.png, the bundle as sfumato.flatpak.
"""

import glob
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SKIPPED = 77
PATIENCE = 300  # seconds; a processor that is busy
ID = 'io.github.sfumato.Sfumato'


def find_base():
    cache = os.environ.get('XDG_CACHE_HOME') or os.path.join(os.path.expanduser('~'), '.cache')
    return os.environ.get('SFUMATO_FLATPAK_BASE') or os.path.join(cache, 'sfumato-flatpak-base')


def skip_without_tools():
    for program in ('flatpak', 'flatpak-builder', 'Xvfb', 'dbus-daemon', 'xdotool', 'import'):
        if shutil.which(program) is None:
            print(f'{program} is not installed.')
            sys.exit(SKIPPED)
    if not os.path.isdir(os.path.join(BASE, 'installation', 'runtime')):
        print(f'There is no stand-in for the runtime in {BASE}; flatpak/base/make-base.sh makes it.')
        sys.exit(SKIPPED)


def build(*arguments):
    environment = dict(os.environ, SFUMATO_FLATPAK_BASE=BASE)
    # What tests of the build tree set would be found in the sandbox as well.
    for name in list(environment):
        if name.startswith(('G_', 'GSETTINGS_', 'SF_')) or name == 'XDG_CACHE_HOME':
            del environment[name]
    subprocess.run([os.path.join(SOURCE, 'flatpak', 'build.sh'), *arguments], env=environment, check=True)


class Session:
    """A home folder, a bus and a display of their own."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix='sfumato-flatpak-')
        runtime = os.path.join(self.home, 'run')
        os.mkdir(runtime, 0o700)
        self.pictures = os.path.join(self.home, 'Pictures', 'Sfumato')
        os.makedirs(os.path.dirname(self.pictures))
        os.mkdir(os.path.join(self.home, '.config'))
        with open(os.path.join(self.home, '.config', 'user-dirs.dirs'), 'w', encoding='utf-8') as file:
            file.write('XDG_PICTURES_DIR="$HOME/Pictures"\n')

        self.environment = {
            'PATH': os.environ['PATH'], 'HOME': self.home, 'XDG_RUNTIME_DIR': runtime, 'LC_ALL': 'C.UTF-8',
            'FLATPAK_USER_DIR': os.path.join(BASE, 'installation')}
        self.children = []
        self.environment['DISPLAY'] = ':' + self.start_and_ask('Xvfb', '-displayfd', '{}', '-screen', '0', '1280x900x24',
                                                               '-nolisten', 'tcp')
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self.start_and_ask('dbus-daemon', '--session', '--print-address={}')

    def start_and_ask(self, *command):
        """Starts a program that stays, and returns the line that it writes to the descriptor in place of {}."""
        reading, writing = os.pipe()
        self.start(*(part.replace('{}', str(writing)) for part in command), pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as lines:
            return lines.readline().strip()

    def start(self, *command, **options):
        child = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL, **options)
        self.children.append(child)
        return child

    def run(self, *command, **environment):
        return subprocess.run(command, env=dict(self.environment, **environment), capture_output=True, text=True,
                              timeout=PATIENCE)

    def run_in_sandbox(self, program, *arguments, options=(), **environment):
        return self.run('flatpak', 'run', *options, f'--command={program}', ID, *arguments, **environment)

    def close(self):
        self.run('flatpak', 'kill', ID)
        for child in reversed(self.children):
            child.terminate()
            child.wait()
        subprocess.run(['umount', '-l', os.path.join(self.home, 'run', 'doc')], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.home, ignore_errors=True)


def wait_for(what, find):
    deadline = time.monotonic() + PATIENCE
    while True:
        result = find()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f'{what}: did not come within {PATIENCE} seconds')
        time.sleep(0.2)


class FlatpakTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build('--bundle', os.path.join(OUT, 'sfumato.flatpak'))

    def setUp(self):
        self.session = Session()
        self.addCleanup(self.session.close)

    def take_screenshot(self):
        """The number of colours on the display; the picture is in window.png."""
        path = os.path.join(OUT, 'window.png')
        self.session.run('import', '-window', 'root', path)
        return int(self.session.run('identify', '-format', '%k', path).stdout or 0)

    def test_bundle(self):
        # With the starter model in it.
        self.assertGreater(os.path.getsize(os.path.join(OUT, 'sfumato.flatpak')), 30e6)

    def test_installed_files(self):
        files = self.session.run_in_sandbox('find', '/app', '-type', 'f').stdout.split()
        for name in ('bin/sfumato', 'bin/sfumato-cli', 'share/sfumato/starter.safetensors',
                     'share/licenses/sfumato/COPYING', f'share/applications/{ID}.desktop',
                     f'share/dbus-1/services/{ID}.service', 'share/locale/de/LC_MESSAGES/sfumato.mo'):
            self.assertIn('/app/' + name, files)
        self.assertNotIn('/app/bin/glslc', files)

    def test_drivers(self):
        for where, options in ('an extension', []), ('the runtime', ['--runtime-version=with-driver']):
            result = self.session.run_in_sandbox('sfumato-cli', 'devices', options=options)
            self.assertIn('llvmpipe', result.stdout, f'driver in {where}: {result.stderr}')
        result = self.session.run_in_sandbox('sfumato-cli', 'devices', FLATPAK_GL_DRIVERS='none')
        self.assertEqual(result.returncode, 1)
        self.assertIn('install a Vulkan driver', result.stderr)

    def test_window_paints(self):
        session = self.session
        program = session.start('flatpak', 'run', '--env=GSK_RENDERER=cairo', ID)

        def find_window():
            self.assertIsNone(program.poll(), 'the program ended')
            return session.run('xdotool', 'search', '--onlyvisible', '--name', '^Sfumato$').stdout.split()

        window = wait_for('the window', find_window)[0]
        wait_for('its contents', lambda: self.take_screenshot() > 60)
        session.run('xdotool', 'windowfocus', '--sync', window, 'key', 'ctrl+Return')
        picture = wait_for('the picture', lambda: glob.glob(os.path.join(session.pictures, '*.png')))[0]

        with open(picture, 'rb') as file:
            data = file.read()
        self.assertEqual(struct.unpack('>8s4x4sII', data[:24]), (b'\x89PNG\r\n\x1a\n', b'IHDR', 128, 128))
        self.assertRegex(data, rb'parameters\x00[^\x00]*Steps: \d+')
        self.assertTrue(data.endswith(b'IEND\xaeB`\x82'))
        wait_for('the picture in the window', lambda: self.take_screenshot() > 2000)


class DevelopmentTest(unittest.TestCase):
    def test_tests_pass_in_sandbox(self):
        build('--devel')


if __name__ == '__main__':
    SOURCE, OUT = (os.path.realpath(sys.argv.pop(1)) for _ in range(2))
    BASE = find_base()
    skip_without_tools()
    unittest.main()
