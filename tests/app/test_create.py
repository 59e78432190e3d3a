# SPDX-License-Identifier: GPL-3.0-or-later
"""Create in a real window: what helps to write prompts, styles, comparing settings, taking changes back.

test_create.py SFUMATO [unittest options]

Exit status 77 where something that this needs is not installed.
"""

import os
import shutil
import sys
import unittest

from real_window import Window, read_text_chunks, settle_in, wait_for


class CreateTest(unittest.TestCase):
    MODEL = (f"model='{os.environ['SF_TINY_CHECKPOINT']}'\nwidth=uint32 64\nheight=uint32 64\n"
             "seed=uint64 7\nseed-locked=true\nguidance=1.0\n")

    def open(self, settings):
        for folder in (os.path.join(os.environ['HOME'], 'Pictures'), os.environ['XDG_DATA_HOME']):
            shutil.rmtree(folder, ignore_errors=True)
        window = Window(PROGRAM, self.MODEL + settings)
        self.addCleanup(window.close)
        return window

    def wait_for_prompt(self, window, text):
        prompt = window.wait_for('text', 'Prompt')
        wait_for(f'the prompt “{text}”', lambda: prompt.queryText().getText(0, -1) == text)

    def paint(self, window, n_pictures):
        window.press_keys('ctrl+Return')
        wait_for('the picture', lambda: len(window.list_pictures()) == n_pictures)
        wait_for('its row', lambda: window.ask_library('SELECT COUNT (*) FROM pictures') == [(n_pictures,)])
        wait_for('the end', lambda: window.find('push button', lambda name: name == 'Generate'))

    def test_prompt(self):
        """Weights, prompts that were used, and suggestions from them."""
        window = self.open("prompt='a red boat'\nsteps=uint32 1\n")
        self.wait_for_prompt(window, 'a red boat')

        # The word at the caret counts more, and more, and as before.
        window.press_keys('ctrl+End', 'ctrl+Up')
        self.wait_for_prompt(window, 'a red (boat:1.1)')
        window.press_keys('ctrl+Up')
        self.wait_for_prompt(window, 'a red (boat:1.2)')
        window.press_keys('ctrl+z')
        self.wait_for_prompt(window, 'a red (boat:1.1)')
        window.press_keys('ctrl+Down')
        self.wait_for_prompt(window, 'a red boat')

        self.paint(window, 1)
        window.press_keys('ctrl+a')
        window.type('green grass')
        self.wait_for_prompt(window, 'green grass')
        self.paint(window, 2)

        # To the older ones, and back to what was begun.
        window.press_keys('ctrl+a')
        window.type('new')
        self.wait_for_prompt(window, 'new')
        window.press_keys('alt+Up')
        self.wait_for_prompt(window, 'green grass')
        window.press_keys('alt+Up')
        self.wait_for_prompt(window, 'a red boat')
        window.press_keys('alt+Down', 'alt+Down')
        self.wait_for_prompt(window, 'new')

        # What was used before is suggested, taken up by keys, and one step of the text's undo.
        window.press_keys('ctrl+a')
        window.type('sky, gre')
        self.suggest(window, 'sky, gre', 'green grass')
        window.press_keys('Down', 'Return')
        self.wait_for_prompt(window, 'sky, green grass')
        window.press_keys('ctrl+z')
        self.wait_for_prompt(window, 'sky, gre')

    def suggest(self, window, typed, expected):
        """Suggestions are read while one types on."""
        def is_suggested():
            if window.find('list item', lambda name: name == expected):
                return True
            window.press_keys('BackSpace')
            window.type(typed[-1])
            return False

        wait_for('the suggestion', is_suggested)
        self.wait_for_prompt(window, typed)

    def test_style(self):
        """A style is around the prompt in the picture, and not in what is written."""
        window = self.open("prompt='a boat'\nsteps=uint32 1\nstyles=['Oil painting', 'Nobody']\n")
        wait_for('the style', lambda: window.find('list item', lambda name: name == 'Style'))
        self.paint(window, 1)
        self.wait_for_prompt(window, 'a boat')
        texts = read_text_chunks(os.path.join(window.pictures, window.list_pictures()[0]))
        self.assertIn(b'oil painting of a boat, thick brush strokes', texts)
        self.assertIn(b'Negative prompt: photograph', texts)

        # Without it.
        window.press('Without a style')
        wait_for('no style', lambda: not window.find('push button', lambda name: name == 'Without a style'))

    def test_comparison(self):
        """Two by two pictures, and the sheet."""
        window = self.open("prompt='a red boat'\nsteps=uint32 2\ncomparison-x='steps'\n"
                           "comparison-x-values='1, 2'\ncomparison-y='prompt-replace'\n"
                           "comparison-y-values='red, green'\n")
        window.wait_for('push button', 'Generate')
        window.press_keys('ctrl+alt+Return')
        wait_for('the dialog', lambda: self.find_compare_button(window)).queryAction().doAction(0)
        wait_for('five pictures', lambda: len(window.list_pictures()) == 5)
        wait_for('their rows', lambda: window.ask_library('SELECT COUNT (*) FROM pictures') == [(5,)])
        wait_for('the job to go', lambda: window.ask_library('SELECT COUNT (*) FROM jobs') == [(0,)])

        prompts = window.ask_library('SELECT prompt, COUNT (*) FROM settings GROUP BY prompt ORDER BY prompt')
        self.assertEqual(prompts, [('a green boat', 2), ('a red boat', 3)])
        widths = window.ask_library('SELECT width FROM pictures ORDER BY id')
        self.assertEqual([width for width, in widths[:4]], [64] * 4)
        self.assertGreater(widths[4][0], 2 * 64)
        texts = read_text_chunks(os.path.join(window.pictures, window.list_pictures()[4]))
        self.assertIn(b'X Type: Steps', texts)

    def find_compare_button(self, window):
        """In a window of its own."""
        import pyatspi
        for frame in window.frame.getApplication():
            button = window.find_in(frame, 'push button', 'Compare')
            if button is not None and button.getState().contains(pyatspi.STATE_SENSITIVE):
                return button
        return None

    def test_undo(self):
        """A setting is as it was, and as it was to be."""
        window = self.open("prompt='a boat'\nsteps=uint32 20\n")
        steps = window.wait_for('spin button', 'Steps').queryValue()
        window.wait_for('push button', 'Generate')
        steps.currentValue = 35
        wait_for('the change', lambda: steps.currentValue == 35)

        # The prompt has the focus and nothing of its own to take back.
        window.press_keys('ctrl+z')
        wait_for('the old value', lambda: steps.currentValue == 20)
        window.press_keys('ctrl+shift+z')
        wait_for('the new value', lambda: steps.currentValue == 35)

    def test_stop_and_keep(self):
        """What is there of a picture is saved, and its text says so."""
        window = self.open("prompt='a pear'\nsteps=uint32 100\n")
        window.press('Generate')
        window.press('Keep')
        window.wait_for('push button', 'Generate')
        wait_for('the picture', lambda: len(window.list_pictures()) == 1)
        texts = read_text_chunks(os.path.join(window.pictures, window.list_pictures()[0]))
        self.assertIn(b'a pear', texts)


if __name__ == '__main__':
    settle_in()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
