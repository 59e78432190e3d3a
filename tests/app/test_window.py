# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window: types a prompt, presses Generate, waits for the picture and looks at its file.

test_window.py SFUMATO [unittest options]

Runs on a display, a session bus and a home folder of its own. Widgets are found as a screen reader
finds them, by role and name. Exit status 77 where something that this needs is not installed.
"""

import os
import shutil
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
    for program in ('Xvfb', 'dbus-run-session'):
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
        self.check()
        try:
            return pyatspi.findDescendant(
                self.frame, lambda node: (node.getRoleName() == role and fits(node.name or '')
                                          and node.getState().contains(pyatspi.STATE_SENSITIVE)))
        except LookupError:  # a widget that went away while it was looked at
            return None

    def press(self, name):
        self.wait_for('push button', name).queryAction().doAction(0)

    def type(self, text):
        import pyatspi
        pyatspi.Registry.generateKeyboardEvent(0, text, pyatspi.KEY_STRING)

    def list_pictures(self):
        return sorted(os.listdir(self.pictures)) if os.path.isdir(self.pictures) else []

    def close(self):
        self.process.terminate()
        self.process.wait()


class WindowTest(unittest.TestCase):
    MODEL = f"model='{os.environ['SF_TINY_CHECKPOINT']}'\nwidth=uint32 64\nheight=uint32 64\n"

    def open(self, settings):
        shutil.rmtree(os.path.join(os.environ['HOME'], 'Pictures'), ignore_errors=True)
        window = Window(PROGRAM, settings)
        self.addCleanup(window.close)
        return window

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


if __name__ == '__main__':
    if os.environ.get('SF_WINDOW_TEST') != 'inside':
        settle_in()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
