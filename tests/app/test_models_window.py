# SPDX-License-Identifier: GPL-3.0-or-later
"""The Models window: adds a folder, sees why a file cannot be used, uses a model, downloads another one.

test_models_window.py SFUMATO [unittest options]

The download comes from a server on this machine that stops half-way. Exit status 77 where something that this needs is not
installed.
"""

import hashlib
import http.server
import json
import os
import sys
import threading
import unittest

from real_window import Window, settle_in, wait_for


class HalfServer(http.server.ThreadingHTTPServer):
    """Has one file. Of the whole it sends the first half and then waits; what is asked for by range it sends."""

    def __init__(self, contents):
        super().__init__(('127.0.0.1', 0), HalfHandler)
        self.contents, self.ranges, self.released = contents, [], threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that goes away is expected."""


class HalfHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        contents = self.server.contents
        asked = self.headers.get('Range')
        self.server.ranges.append((asked, self.headers.get('If-Range')))
        start = int(asked.split('=')[1].split('-')[0]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header('ETag', '"the only one"')
        self.send_header('Content-Length', str(len(contents) - start))
        if asked:
            self.send_header('Content-Range', f'bytes {start}-{len(contents) - 1}/{len(contents)}')
        self.end_headers()
        if asked:
            self.wfile.write(contents[start:])
        else:
            self.wfile.write(contents[:len(contents) // 2])
            self.wfile.flush()
            self.server.released.wait()

    def log_message(self, *arguments):
        pass


class ModelsTest(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.join(os.environ['HOME'], 'ComfyUI')
        checkpoints = os.path.join(self.folder, 'models', 'checkpoints')
        os.makedirs(checkpoints)
        os.symlink(os.environ['SF_TINY_CHECKPOINT'], os.path.join(checkpoints, 'early.safetensors'))
        with open(os.path.join(checkpoints, 'broken.safetensors'), 'wb') as file:
            file.write(b'not a model')

        with open(os.environ['SF_TINY_TAESD_CHECKPOINT'], 'rb') as file:
            self.contents = file.read()
        self.server = HalfServer(self.contents)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.released.set)
        data = os.path.join(os.environ['XDG_DATA_HOME'], 'sfumato')
        os.makedirs(data)
        self.target = os.path.join(data, 'models', 'vae_approx', 'decoder.safetensors')
        with open(os.path.join(data, 'recommended-models.json'), 'w', encoding='utf-8') as file:
            json.dump({'models': [{
                'name': 'Local decoder', 'author': 'Nobody', 'licence': 'None', 'kind': 'taesd', 'family': 'SD 1.x',
                'file': 'decoder.safetensors', 'bytes': len(self.contents),
                'sha256': hashlib.sha256(self.contents).hexdigest(),
                'address': f'http://127.0.0.1:{self.server.server_address[1]}/decoder'}]}, file)

    def press_in(self, window, row, name, is_done):
        """Rows are made anew when something changes, and a press on one that goes is lost."""
        def press():
            found = window.find('list item', lambda found: found == row)
            button = found and window.find_in(found, 'push button', name)
            if button:
                button.queryAction().doAction(0)
            return is_done()
        wait_for(f'{name} in {row}', press)

    def show(self, window, view):
        wait_for(view, lambda: window.find('radio button', lambda name: name == view)
                 or window.find('page tab', lambda name: name == view)
                 or window.find('toggle button', lambda name: name == view)).queryAction().doAction(0)

    def read_settings(self, window):
        with open(window.keyfile, encoding='utf-8') as file:
            return file.read()

    def test_models(self):
        window = Window(PROGRAM, "prompt='x'\n")
        self.addCleanup(window.close)
        window.wait_for('push button', 'Generate')
        window.press_keys('ctrl+shift+m')
        window.frame = window.wait_for_frame('Models')
        window.wait_for('list item', 'Starter model')

        # A folder is chosen by its path.
        models = window.frame
        window.press('Add a Folder…')
        window.frame = window.wait_for_frame('Add a Folder of Models')
        window.press_keys('ctrl+l')
        entry = wait_for('the location', lambda: window.find('text', lambda name: True))
        entry.queryEditableText().setTextContents(self.folder)
        window.press_keys('Return')
        window.frame = models
        window.wait_for('list item', 'early')
        self.assertIn(f"model-folders=['{self.folder}']", wait_for(
            'the setting', lambda: 'model-folders' in self.read_settings(window) and self.read_settings(window)))

        # What is no model says why, and cannot be used.
        broken = window.wait_for('list item', 'broken')
        self.assertIsNone(window.find_in(broken, 'push button', 'Use'))
        wait_for('the reason', lambda: window.find('label', lambda name: 'not a safetensors file' in name))

        self.press_in(window, 'early', 'Use', lambda: "early.safetensors'" in self.read_settings(window))

        # A download that is stopped half-way goes on from there.
        self.show(window, 'Downloads')
        self.press_in(window, 'Local decoder', 'Download', lambda: self.count_part() == len(self.contents) // 2)
        self.press_in(window, 'Local decoder', 'Stop', lambda: window.find('label', lambda name: name.startswith('Stopped at')))
        self.press_in(window, 'Local decoder', 'Resume', lambda: os.path.exists(self.target))
        with open(self.target, 'rb') as file:
            self.assertEqual(file.read(), self.contents)
        self.assertEqual(self.server.ranges,
                         [(None, None), (f'bytes={len(self.contents) // 2}-', '"the only one"')])

        # It is among the installed ones.
        self.show(window, 'Installed')
        self.press_in(window, 'decoder', 'Use', lambda: f"tiny-decoder='{self.target}'" in self.read_settings(window))

        # A folder that is not watched any more, and back.
        window.press('Do not watch ComfyUI')
        wait_for('the model to go', lambda: not window.find('list item', lambda name: name == 'early'))
        wait_for('Undo', lambda: window.find('push button', lambda name: name.startswith('Undo'))) \
            .queryAction().doAction(0)
        window.wait_for('list item', 'early')

    def count_part(self):
        part = os.path.join(os.path.dirname(os.path.dirname(self.target)), '.downloads', 'decoder.safetensors.part')
        return os.path.getsize(part) if os.path.exists(part) else 0


if __name__ == '__main__':
    settle_in()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
