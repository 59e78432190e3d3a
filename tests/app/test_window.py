# SPDX-License-Identifier: GPL-3.0-or-later
"""A real window: types a prompt, presses Generate, waits for the picture and looks at its file.

test_window.py SFUMATO [unittest options]

Runs on a display, a session bus and a home folder of its own. Widgets are found as a screen reader
finds them, by role and name. Exit status 77 where something that this needs is not installed.
"""

import os
import shutil
import sys
import unittest

from real_window import Window, read_text_chunks, settle_in, wait_for


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
        window.press_in_queue('Pause')
        for text in ('a red boat', 'a green boat', 'a pear'):
            window.enqueue(text)
        window.open_queue()
        window.wait_for_jobs(['a red boat', 'a green boat', 'a pear'])
        row = window.wait_for('list item', 'a pear')
        window.find_in(row, 'push button', 'Move up').queryAction().doAction(0)
        window.wait_for_jobs(['a red boat', 'a pear', 'a green boat'])

        # They are made in that order.
        window.press('Pause')
        wait_for('three pictures', lambda: len(window.list_pictures()) == 3)
        wait_for('their rows', lambda: window.ask_library('SELECT COUNT (*) FROM pictures') == [(3,)])
        self.assertEqual(window.ask_library('SELECT prompt FROM settings ORDER BY picture'),
                         [('a red boat',), ('a pear',), ('a green boat',)])
        wait_for('the jobs to go', lambda: window.ask_library('SELECT COUNT (*) FROM jobs') == [(0,)])
        window.close_queue()

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
        window.press_in_queue('Pause')
        window.enqueue('a plum')
        window.open_queue()
        window.wait_for_jobs(['a plum'])
        window.close_queue()
        window.quit()
        window = self.reopen(settings)
        window.wait_for('push button', 'Generate')
        window.open_queue()
        window.wait_for_jobs(['a plum'])
        window.close_queue()
        window.press_keys('ctrl+2')
        window.wait_for_images(['a green boat', 'a pear', 'a red boat'])
        self.assertEqual(window.ask_library(red), [(1, 0)])


if __name__ == '__main__':
    settle_in()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
