# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window: types a prompt, presses Generate, waits for the picture and looks at its file.

test_window.py SFUMATO [unittest options]

Runs on a display, a session bus and a home folder of its own. Widgets are found as a screen reader
finds them, by role and name. Exit status 77 where something that this needs is not installed.
"""

import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

SKIPPED = 77
PATIENCE = 90  # seconds; software rendering on a busy machine


def settle_in():
    """Runs this script again on a bus and a display of its own."""
    for program in ('Xvfb', 'dbus-run-session', 'xdotool'):
        if shutil.which(program) is None:
            print(f'{program} is not installed.')
            sys.exit(SKIPPED)
    try:
        import pyatspi  # noqa: F401
    except ImportError:
        print('pyatspi is not installed.')
        sys.exit(SKIPPED)

    with tempfile.TemporaryDirectory(prefix='sfumato-window-') as home:
        runtime = os.path.join(home, 'run')
        os.mkdir(runtime, 0o700)
        reading, writing = os.pipe()
        display = subprocess.Popen(
            ['Xvfb', '-displayfd', str(writing), '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
            pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as numbers:
            number = numbers.readline().strip()
        environment = dict(
            os.environ, HOME=home, XDG_RUNTIME_DIR=runtime, DISPLAY=f':{number}', GDK_BACKEND='x11',
            GSK_RENDERER='cairo', GTK_A11Y='atspi', LANGUAGE='C', LC_ALL='C.UTF-8', SF_WINDOW_TEST='inside')
        for name in ('CONFIG', 'DATA', 'CACHE', 'STATE'):
            environment[f'XDG_{name}_HOME'] = os.path.join(home, name.lower())
        environment.pop('WAYLAND_DISPLAY', None)
        environment.pop('DBUS_SESSION_BUS_ADDRESS', None)
        try:
            done = subprocess.run(['dbus-run-session', '--', sys.executable, *sys.argv], env=environment)
        finally:
            display.terminate()
            display.wait()
    sys.exit(done.returncode)


def wait_for(what, find):
    """The first true result of find()."""
    deadline = time.monotonic() + PATIENCE
    while True:
        result = find()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f'{what}: did not come within {PATIENCE} seconds')
        time.sleep(0.1)


def read_text_chunks(path):
    """The tEXt and iTXt chunks of a PNG file as one piece of bytes."""
    with open(path, 'rb') as file:
        data = file.read()
    assert data.startswith(b'\x89PNG\r\n\x1a\n'), path
    position, texts = 8, b''
    while position < len(data):
        length, kind = struct.unpack_from('>I4s', data, position)
        if kind in (b'tEXt', b'iTXt'):
            texts += data[position + 8:position + 8 + length]
        position += length + 12
    return texts


class Window:
    """A running Sfumato, seen through AT-SPI."""

    def __init__(self, program, settings):
        folder = os.path.join(os.environ['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
        os.makedirs(folder, exist_ok=True)
        self.keyfile = os.path.join(folder, 'keyfile')
        with open(self.keyfile, 'w', encoding='utf-8') as file:
            file.write('[io/github/sfumato/Sfumato]\n' + settings)
        self.pictures = os.path.join(os.environ['HOME'], 'Pictures', 'Sfumato')
        self.process = subprocess.Popen([program], env=dict(os.environ, GSETTINGS_BACKEND='keyfile'))
        self.frame = wait_for('the window', self.find_frame)

    def find_frame(self):
        import pyatspi
        self.check()
        for application in pyatspi.Registry.getDesktop(0):
            if application is not None and application.name == 'sfumato':
                for frame in application:
                    return frame
        return None

    def check(self):
        if self.process.poll() is not None:
            raise AssertionError(f'sfumato ended with status {self.process.returncode}')

    def wait_for(self, role, name):
        return wait_for(f'{role} “{name}”', lambda: self.find(role, lambda found: found == name))

    def find(self, role, fits):
        """The first widget of @role that can be used and whose name fits."""
        import pyatspi
        from gi.repository import GLib
        self.check()
        try:
            return pyatspi.findDescendant(
                self.frame, lambda node: (node.getRoleName() == role and fits(node.name or '')
                                          and node.getState().contains(pyatspi.STATE_SENSITIVE)))
        except (LookupError, GLib.GError):  # a widget that went away while it was looked at
            return None

    def press(self, name):
        self.wait_for('push button', name).queryAction().doAction(0)

    def type(self, text):
        import pyatspi
        pyatspi.Registry.generateKeyboardEvent(0, text, pyatspi.KEY_STRING)

    def press_keys(self, *keys):
        subprocess.run(['xdotool', 'key', *keys], check=True)

    def list_names(self, role, parent):
        """The names of all widgets of a role, in order; None when they changed while they were looked at."""
        import pyatspi
        from gi.repository import GLib
        self.check()
        try:
            nodes = pyatspi.findAllDescendants(parent, lambda node: node.getRoleName() == role)
            return [node.name for node in nodes]
        except (AttributeError, LookupError, GLib.GError):
            return None

    def wait_for_jobs(self, expected):
        """The rows of the open queue."""
        jobs = self.wait_for('list', 'Jobs')
        wait_for(f'jobs {expected}', lambda: self.list_names('list item', jobs) == expected)

    def wait_for_images(self, expected):
        """The pictures in the gallery, the newest first."""
        grid = self.wait_for('table', 'Pictures')
        wait_for(f'pictures {expected}', lambda: self.list_names('image', grid) == expected)

    def ask_library(self, question):
        """All rows of an answer of the library's database."""
        path = os.path.join(os.environ['XDG_DATA_HOME'], 'sfumato', 'library.db')
        database = sqlite3.connect(path)
        try:
            return database.execute(question).fetchall()
        finally:
            database.close()

    def list_pictures(self):
        return sorted(os.listdir(self.pictures)) if os.path.isdir(self.pictures) else []

    def quit(self):
        """As a person does it, and waits for the end."""
        self.press_keys('ctrl+q')
        self.process.wait(PATIENCE)

    def close(self):
        self.process.terminate()
        self.process.wait()


class WindowTest(unittest.TestCase):
    MODEL = f"model='{os.environ['SF_TINY_CHECKPOINT']}'\nwidth=uint32 64\nheight=uint32 64\n"

    def open(self, settings):
        for folder in (os.path.join(os.environ['HOME'], 'Pictures'), os.environ['XDG_DATA_HOME']):
            shutil.rmtree(folder, ignore_errors=True)
        return self.reopen(settings)

    def reopen(self, settings):
        window = Window(PROGRAM, settings)
        self.addCleanup(window.close)
        return window

    def enqueue(self, window, text):
        window.press_keys('ctrl+1', 'ctrl+a')
        window.type(text)
        prompt = window.wait_for('text', 'Prompt')
        wait_for('the typed text', lambda: prompt.queryText().getText(0, -1) == text)
        window.press_keys('ctrl+shift+Return')

    def test_paint(self):
        window = self.open(self.MODEL + "prompt=''\nsteps=uint32 2\nseed=uint64 41\nseed-locked=true\n")
        prompt = window.wait_for('text', 'Prompt')
        window.type('a red apple')
        wait_for('the typed text', lambda: prompt.queryText().getText(0, -1) == 'a red apple')
        window.press('Generate')
        window.wait_for('image', 'a red apple')
        window.wait_for('push button', 'Save a copy (Ctrl+S)')

        self.assertEqual(window.list_pictures(), ['00001-41.png'])
        texts = read_text_chunks(os.path.join(window.pictures, '00001-41.png'))
        self.assertIn(b'parameters', texts)
        self.assertIn(b'a red apple', texts)
        self.assertIn(b'Seed: 41', texts)

        # The draft was written without being asked to.
        with open(window.keyfile, encoding='utf-8') as file:
            self.assertIn("prompt='a red apple'", file.read())

    def test_stop(self):
        window = self.open(self.MODEL + "prompt='a pear'\nsteps=uint32 100\n")
        window.press('Generate')
        window.press('Stop')
        window.wait_for('push button', 'Generate')
        self.assertEqual(window.list_pictures(), [])

    def test_failure(self):
        window = self.open("prompt='a pear'\nmodel='/nowhere/model.safetensors'\n")
        window.press('Generate')
        wait_for('a message', lambda: window.find('alert', lambda name: '/nowhere/model.safetensors' in name))
        self.assertEqual(window.list_pictures(), [])

    def test_queue_and_gallery(self):
        settings = self.MODEL + "prompt='x'\nsteps=uint32 1\nseed=uint64 7\nseed-locked=true\n"
        window = self.open(settings)
        window.wait_for('push button', 'Generate')

        # Three jobs wait, and change places.
        self.press_in_queue(window, 'Pause')
        for text in ('a red boat', 'a green boat', 'a pear'):
            self.enqueue(window, text)
        self.open_queue(window)
        window.wait_for_jobs(['a red boat', 'a green boat', 'a pear'])
        row = window.wait_for('list item', 'a pear')
        self.find_in(row, 'push button', 'Move up').queryAction().doAction(0)
        window.wait_for_jobs(['a red boat', 'a pear', 'a green boat'])

        # They are made in that order.
        window.press('Pause')
        wait_for('three pictures', lambda: len(window.list_pictures()) == 3)
        wait_for('their rows', lambda: window.ask_library('SELECT COUNT (*) FROM pictures') == [(3,)])
        self.assertEqual(window.ask_library('SELECT prompt FROM settings ORDER BY picture'),
                         [('a red boat',), ('a pear',), ('a green boat',)])
        wait_for('the jobs to go', lambda: window.ask_library('SELECT COUNT (*) FROM jobs') == [(0,)])
        self.close_queue(window)

        # The gallery finds them.
        window.press_keys('ctrl+f')
        window.type('boat')
        window.wait_for_images(['a green boat', 'a red boat'])
        window.press_keys('ctrl+a')
        window.type('red')
        window.wait_for_images(['a red boat'])

        # A favourite, to the Trash and back.
        window.press_keys('Escape')
        window.wait_for_images(['a green boat', 'a pear', 'a red boat'])
        window.press_keys('End', 'ctrl+d')  # the oldest is the last
        red = "SELECT favourite, missing FROM pictures JOIN settings ON id = picture WHERE prompt = 'a red boat'"
        wait_for('the favourite', lambda: window.ask_library(red) == [(1, 0)])
        window.press_keys('Delete')
        wait_for('the file to go', lambda: len(window.list_pictures()) == 2)
        window.wait_for_images(['a green boat', 'a pear'])
        # The toast's button says it twice in libadwaita 1.2.
        wait_for('Undo', lambda: window.find('push button', lambda name: name.startswith('Undo'))) \
            .queryAction().doAction(0)
        wait_for('the file to come back', lambda: len(window.list_pictures()) == 3)
        window.wait_for_images(['a green boat', 'a pear', 'a red boat'])

        # Its settings again.
        window.press_keys('End', 'ctrl+r')
        prompt = window.wait_for('text', 'Prompt')
        wait_for('the prompt', lambda: prompt.queryText().getText(0, -1) == 'a red boat')

        # A job that waits, and all the rest, are there after a restart.
        self.press_in_queue(window, 'Pause')
        self.enqueue(window, 'a plum')
        self.open_queue(window)
        window.wait_for_jobs(['a plum'])
        self.close_queue(window)
        window.quit()
        window = self.reopen(settings)
        window.wait_for('push button', 'Generate')
        self.open_queue(window)
        window.wait_for_jobs(['a plum'])
        self.close_queue(window)
        window.press_keys('ctrl+2')
        window.wait_for_images(['a green boat', 'a pear', 'a red boat'])
        self.assertEqual(window.ask_library(red), [(1, 0)])

    def turn_queue(self, window, key, is_open):
        """Keys may get lost while a popover comes or goes."""
        def is_turned():
            if bool(window.find('push button', lambda name: name == 'Pause')) == is_open:
                return True
            window.press_keys(key)
            return False

        wait_for('the queue to turn', is_turned)

    def open_queue(self, window):
        self.turn_queue(window, 'alt+q', True)

    def close_queue(self, window):
        self.turn_queue(window, 'Escape', False)

    def press_in_queue(self, window, name):
        self.open_queue(window)
        window.press(name)
        self.close_queue(window)

    def find_in(self, node, role, name):
        import pyatspi
        return pyatspi.findDescendant(node, lambda found: found.getRoleName() == role and found.name == name)


if __name__ == '__main__':
    if os.environ.get('SF_WINDOW_TEST') != 'inside':
        settle_in()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
