# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandboxed window asks of the desktop, and what it makes of the answers:

    test_portals.py SOURCE_FOLDER [unittest options]

The portals, the document portal and the permission store are the real ones, with the desktop of desktop.py behind. Widgets
are found as a screen reader finds them. Exit status 77 where something that this needs is not installed.

The document portal names files by where it shows them on the host, which a sandbox has at /run/user only: this script runs
with a /run/user of its own, and only root can give it that.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from session import ID, SKIPPED, Session, build, skip_without_tools, wait_for

PORTAL = '/usr/libexec/xdg-desktop-portal'
SUSPEND = 4  # of the Inhibit portal's flags
RUNTIME = f'/run/user/{os.getuid()}'


def settle_in():
    """Runs this script again where /run/user is its own."""
    if os.environ.get('SF_PORTAL_TEST') == 'inside':
        os.makedirs(RUNTIME, 0o700)
        return
    if os.getuid() != 0:
        print('Only root can run this.')
        sys.exit(SKIPPED)
    script = 'mkdir -p /run/user && mount -t tmpfs none /run/user && exec "$@"'
    done = subprocess.run(['unshare', '--mount', 'sh', '-c', script, 'sh', sys.executable, *sys.argv],
                          env=dict(os.environ, SF_PORTAL_TEST='inside'))
    sys.exit(done.returncode)


class PortalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build(SOURCE)
        portals = tempfile.TemporaryDirectory()
        cls.addClassCleanup(portals.cleanup)
        cls.session = Session(XDG_RUNTIME_DIR=RUNTIME, **Desktop.describe(portals.name))
        cls.addClassCleanup(cls.session.close)
        # For AT-SPI, which this process speaks itself.
        os.environ.update(cls.session.environment)
        cls.settings = os.path.join(cls.session.home, '.var/app', ID, 'config/glib-2.0/settings/keyfile')

    def setUp(self):
        self.desktop = Desktop(self.session.environment['DBUS_SESSION_BUS_ADDRESS'])
        self.addCleanup(self.desktop.close)
        if os.path.exists(self.settings):
            os.remove(self.settings)
        self.open_window()
        self.addCleanup(self.quit)

    def open_window(self):
        self.program, self.window = self.session.start_window()
        self.find_button('Generate')

    def quit(self):
        if self.program.poll() is None:
            self.press_keys('ctrl+q')
            self.program.wait(60)

    def press_keys(self, *keys):
        self.session.run('xdotool', 'windowfocus', '--sync', self.window, 'key', *keys)

    def find_button(self, name):
        return wait_for(f'the button “{name}”', lambda: self.look_for_button(name))

    def look_for_button(self, name):
        import pyatspi
        from gi.repository import GLib
        try:
            for application in pyatspi.Registry.getDesktop(0):
                if application is not None and application.name == 'sfumato':
                    return pyatspi.findDescendant(application, lambda node: (
                        node.getRoleName() == 'push button' and node.name == name
                        and node.getState().contains(pyatspi.STATE_SENSITIVE)))
        except (LookupError, GLib.GError):  # a widget that went away while it was looked at
            pass
        return None

    def press(self, name):
        self.find_button(name).queryAction().doAction(0)

    def wait_for_call(self, *methods):
        arguments = wait_for(f'the call {methods[0]}', lambda: self.desktop.find_call(*methods))
        self.assertEqual(arguments.get('app', ID), ID)
        return arguments

    def paint(self):
        """Paints a picture; its path on the host."""
        pattern = os.path.join(self.session.pictures, '*.png')
        before = set(glob.glob(pattern))
        self.press_keys('ctrl+1', 'ctrl+Return')
        return wait_for('a picture', lambda: set(glob.glob(pattern)) - before).pop()

    def wait_for_setting(self, name):
        """The text of a setting that was set, as soon as it is written."""
        def find():
            with open(self.settings, encoding='utf-8') as file:
                return re.search(rf"^{name}='(.+)'$", file.read(), re.MULTILINE)

        return wait_for(f'the setting {name}', find)[1]

    def test_suspending(self):
        """While a picture is made the computer stays awake."""
        self.press_keys('ctrl+Return')
        self.assertEqual(self.wait_for_call('Inhibit')['flags'], SUSPEND)
        self.wait_for_call('Close')

    def test_model_file(self):
        """A model outside the sandbox, which is there again after a restart."""
        model = os.path.join(self.session.home, 'Models', 'chosen.safetensors')
        os.mkdir(os.path.dirname(model))
        shutil.copy(os.path.join(SOURCE, 'data/starter-model/starter.safetensors'), model)
        self.desktop.chosen = model
        self.press_keys('ctrl+o')
        self.wait_for_call('OpenFile')
        path = self.wait_for_setting('model')
        self.assertRegex(path, r'^/run/.*/doc/[0-9a-f]+/chosen\.safetensors$')

        for _ in range(2):
            with open(self.paint(), 'rb') as file:
                self.assertIn(b'Model: chosen', file.read())
            self.quit()
            self.open_window()
            self.assertEqual(self.wait_for_setting('model'), path)

    def test_copy(self):
        """A copy goes where the portal says."""
        picture = self.paint()
        copy = os.path.join(self.session.home, 'copy.png')
        self.desktop.chosen = copy
        self.press('Save a copy (Ctrl+S)')
        self.wait_for_call('SaveFile')
        wait_for('the copy', lambda: os.path.exists(copy) and os.path.getsize(copy) == os.path.getsize(picture))
        with open(copy, 'rb') as a, open(picture, 'rb') as b:
            self.assertEqual(a.read(), b.read())

    def test_show_in_folder(self):
        picture = self.paint()
        self.press('Show in folder')
        self.assertEqual(self.wait_for_call('ShowItems', 'ShowFolders')['uris'], ['file://' + picture])

    def test_show_pictures(self):
        os.makedirs(self.session.pictures, exist_ok=True)
        self.session.run('gdbus', 'call', '--session', '--dest', ID, '--object-path', '/io/github/sfumato/Sfumato',
                         '--method', 'org.gtk.Actions.Activate', 'show-pictures', '[]', '{}')
        self.wait_for_call('ShowItems', 'ShowFolders', 'ChooseApplication')


if __name__ == '__main__':
    skip_without_tools('gdbus')
    try:
        import pyatspi  # noqa: F401
        from desktop import Desktop
    except ImportError as error:
        print(f'{error}.')
        sys.exit(SKIPPED)
    if not os.path.exists(PORTAL):
        print(f'{PORTAL} is not installed.')
        sys.exit(SKIPPED)
    settle_in()
    SOURCE = os.path.realpath(sys.argv.pop(1))
    unittest.main()
