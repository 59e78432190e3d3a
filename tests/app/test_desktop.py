# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop asks of the program over D-Bus: actions, files, and pictures that a search finds.

test_desktop.py SFUMATO [unittest options]

Exit status 77 where something that this needs is not installed.
"""

import os
import shutil
import subprocess
import sys
import unittest

from real_window import Window, settle_in, wait_for

ID = 'io.github.sfumato.Sfumato'
PATH = '/io/github/sfumato/Sfumato'
SETTINGS = (f"model='{os.environ['SF_TINY_CHECKPOINT']}'\nwidth=uint32 64\nheight=uint32 64\n"
            "prompt='a red boat'\nsteps=uint32 1\nseed=uint64 7\nseed-locked=true\n")


def call(method, signature, *parameters, path=PATH, reply=None):
    """Calls the program on the session bus, which starts it if it does not run."""
    from gi.repository import Gio, GLib
    interface, _, name = method.rpartition('.')
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return bus.call_sync(ID, path, interface, name, GLib.Variant(signature, parameters),
                         GLib.VariantType(reply) if reply else None, Gio.DBusCallFlags.NONE, 60000).unpack()


def search(method, signature, *parameters, reply=None):
    return call('org.gnome.Shell.SearchProvider2.' + method, signature, *parameters, path=PATH + '/SearchProvider',
                reply=reply)


def activate_action(name, *parameters):
    call('org.freedesktop.Application.ActivateAction', '(sava{sv})', name, list(parameters), {})


def is_running():
    from gi.repository import Gio, GLib
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
                         GLib.Variant('(s)', (ID,)), None, Gio.DBusCallFlags.NONE, -1).unpack()[0]


def offer_service():
    """The installed service file, for the program under test."""
    folder = os.path.join(os.environ['XDG_DATA_HOME'], 'dbus-1', 'services')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ID + '.service'), 'w', encoding='utf-8') as file:
        file.write(f'[D-BUS Service]\nName={ID}\nExec={PROGRAM} --gapplication-service\n')
    subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path',
                    '/org/freedesktop/DBus', '--method', 'org.freedesktop.DBus.ReloadConfig'], check=True,
                   stdout=subprocess.DEVNULL)


class DesktopTest(unittest.TestCase):
    def setUp(self):
        for folder in (os.path.join(os.environ['HOME'], 'Pictures'), os.environ['XDG_DATA_HOME']):
            shutil.rmtree(folder, ignore_errors=True)

    def open(self):
        window = Window(PROGRAM, SETTINGS)
        self.addCleanup(window.close)
        return window

    def paint(self, window):
        """One picture of a red boat; returns its path."""
        window.press('Generate')
        wait_for('the picture', lambda: window.ask_library('SELECT COUNT (*) FROM pictures') == [(1,)])
        return os.path.join(window.pictures, window.list_pictures()[0])

    def test_actions(self):
        from gi.repository import GLib
        window = self.open()
        window.wait_for('push button', 'Generate')
        activate_action('generate', GLib.Variant('s', 'a plum'))
        wait_for('the picture', lambda: window.ask_library('SELECT prompt FROM settings') == [('a plum',)])
        activate_action('show-gallery')
        window.wait_for_images(['a plum'])
        activate_action('quit')
        window.process.wait()
        self.assertEqual(window.process.returncode, 0)

    def test_open(self):
        window = self.open()
        path = self.paint(window)
        strange = shutil.copy(path, os.path.join(os.environ['HOME'], 'strange.png'))

        # A second one hands its files over. What is in the gallery is shown there, anything else on the canvas.
        subprocess.run([PROGRAM, path], check=True, timeout=60)
        window.wait_for('push button', 'All pictures')
        window.press_keys('ctrl+1', 'ctrl+a')
        window.type('something else')
        prompt = window.wait_for('text', 'Prompt')
        wait_for('the typed text', lambda: prompt.queryText().getText(0, -1) == 'something else')
        subprocess.run([PROGRAM, strange], check=True, timeout=60)
        # The toast's button says it twice in libadwaita 1.2.
        wait_for('Use Settings', lambda: window.find('push button', lambda name: name.startswith('Use Settings'))) \
            .queryAction().doAction(0)
        wait_for('its prompt', lambda: prompt.queryText().getText(0, -1) == 'a red boat')

        # What is no picture is a model.
        subprocess.run([PROGRAM, '/nowhere/model.safetensors'], check=True, timeout=60)
        wait_for('a message', lambda: window.find('alert', lambda name: '/nowhere/model.safetensors' in name))

    def test_search_without_a_window(self):
        window = self.open()
        path = self.paint(window)
        window.quit()
        offer_service()
        wait_for('the end', lambda: not is_running())

        results = search('GetInitialResultSet', '(as)', ['boat'], reply='(as)')[0]
        self.assertEqual(len(results), 1)
        self.assertEqual(search('GetSubsearchResultSet', '(asas)', results, ['boat', 'red'], reply='(as)')[0], results)
        self.assertEqual(search('GetSubsearchResultSet', '(asas)', results, ['boat', 'green'], reply='(as)')[0], [])
        metas = search('GetResultMetas', '(as)', [*results, '99', 'no number'], reply='(aa{sv})')[0]
        self.assertEqual([meta['name'] for meta in metas], ['a red boat'])
        self.assertEqual(metas[0]['id'], results[0])
        self.assertEqual(metas[0]['description'], os.path.basename(path))
        kind, data = metas[0]['icon']
        self.assertEqual((kind, bytes(data[1:4])), ('bytes', b'PNG'))

        # Nothing was shown for that.
        shown = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '.'], stdout=subprocess.PIPE, text=True)
        self.assertEqual(shown.stdout, '')

        search('ActivateResult', '(sasu)', results[0], ['boat'], 0)
        window.process = None  # it is the bus's
        window.frame = wait_for('the window', window.find_frame)
        window.wait_for('push button', 'All pictures')
        search('LaunchSearch', '(asu)', ['red'], 0)
        window.wait_for_images(['a red boat'])
        activate_action('quit')
        wait_for('the end', lambda: not is_running())


if __name__ == '__main__':
    settle_in(programs=('gdbus',))
    PROGRAM = sys.argv.pop(1)
    unittest.main()
