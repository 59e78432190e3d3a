# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the Flatpak, starts it on a display of its own and lets it paint a picture:

    test_flatpak.py SOURCE_FOLDER BUILD_FOLDER [unittest options]

Against the stand-in for Flathub's runtime that flatpak/base/make-base.sh makes; exit status 77 where there is none. A
picture of the window is left in BUILD_FOLDER as window.png, the bundle as sfumato.flatpak.
"""

import glob
import os
import struct
import sys
import unittest

from session import ID, Session, build, skip_without_tools, wait_for


class FlatpakTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build(SOURCE, '--bundle', os.path.join(OUT, 'sfumato.flatpak'))

    def setUp(self):
        self.session = Session()
        self.addCleanup(self.session.close)

    def take_screenshot(self):
        return self.session.take_screenshot(os.path.join(OUT, 'window.png'))

    def test_bundle(self):
        # With the starter model in it.
        self.assertGreater(os.path.getsize(os.path.join(OUT, 'sfumato.flatpak')), 30e6)

    def test_manifests(self):
        """What flatpak-builder does not know it passes over with a warning."""
        for name in ID, ID + '.Devel':
            manifest = os.path.join(SOURCE, 'flatpak', name + '.json')
            result = self.session.run('flatpak-builder', '--show-manifest', manifest)
            self.assertEqual((result.returncode, result.stderr), (0, ''))

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
        _, window = session.start_window()
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
        build(SOURCE, '--devel')


if __name__ == '__main__':
    SOURCE, OUT = (os.path.realpath(sys.argv.pop(1)) for _ in range(2))
    skip_without_tools()
    unittest.main()
