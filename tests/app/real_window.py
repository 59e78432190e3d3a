# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window on a display, a session bus and a home folder of its own, for the scripts beside this one.

Widgets are found as a screen reader finds them, by role and name.
"""

import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
PATIENCE = 90  # seconds; software rendering on a busy machine


def settle_in(screen='1280x900', programs=()):
    """Runs this script again on a bus and a display of its own, unless it does already."""
    if os.environ.get('SF_WINDOW_TEST') == 'inside':
        return
    for program in ('Xvfb', 'dbus-run-session', 'xdotool', *programs):
        if shutil.which(program) is None:
            print(f'{program} is not installed.')
            sys.exit(SKIPPED)
    try:
        import pyatspi  # noqa: F401
    except ImportError:
        print('pyatspi is not installed.')
        sys.exit(SKIPPED)

    with tempfile.TemporaryDirectory(prefix='sfumato-window-', ignore_cleanup_errors=True) as home:
        runtime = os.path.join(home, 'run')
        os.mkdir(runtime, 0o700)
        reading, writing = os.pipe()
        display = subprocess.Popen(
            ['Xvfb', '-displayfd', str(writing), '-screen', '0', screen + 'x24', '-nolisten', 'tcp'],
            pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as numbers:
            number = numbers.readline().strip()
        environment = dict(
            os.environ, HOME=home, XDG_RUNTIME_DIR=runtime, DISPLAY=f':{number}', GDK_BACKEND='x11',
            GSK_RENDERER='cairo', GTK_A11Y='atspi', GSETTINGS_BACKEND='keyfile', LANGUAGE='C', LC_ALL='C.UTF-8', SF_WINDOW_TEST='inside')
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
        self.process = subprocess.Popen([program])
        self.frame = wait_for('the window', self.find_frame)

    def find_frame(self):
        import pyatspi
        self.check()
        for application in pyatspi.Registry.getDesktop(0):
            if application is not None and application.name == 'sfumato':
                for frame in application:
                    return frame
        return None

    def wait_for_frame(self, name):
        """Another window of the program."""
        import pyatspi

        def find_frame():
            self.check()
            for application in pyatspi.Registry.getDesktop(0):
                if application is not None and application.name == 'sfumato':
                    for frame in application:
                        if frame.name == name:
                            return frame
            return None

        return wait_for(f'the window “{name}”', find_frame)

    def check(self):
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f'sfumato ended with status {self.process.returncode}')

    @staticmethod
    def find_in(node, role, name):
        import pyatspi
        return pyatspi.findDescendant(node, lambda found: found.getRoleName() == role and found.name == name)

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

    def enqueue(self, text):
        """Makes a text the prompt, and adds a job."""
        self.press_keys('ctrl+1', 'ctrl+a')
        self.type(text)
        prompt = self.wait_for('text', 'Prompt')
        wait_for('the typed text', lambda: prompt.queryText().getText(0, -1) == text)
        self.press_keys('ctrl+shift+Return')

    def turn_queue(self, key, is_open):
        """Keys may get lost while a popover comes or goes."""
        def is_turned():
            if bool(self.find('push button', lambda name: name == 'Pause')) == is_open:
                return True
            self.press_keys(key)
            return False

        wait_for('the queue to turn', is_turned)

    def open_queue(self):
        self.turn_queue('alt+q', True)

    def close_queue(self):
        self.turn_queue('Escape', False)

    def press_in_queue(self, name):
        self.open_queue()
        self.press(name)
        self.close_queue()

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
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
