# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks through every view as a screen reader does: what can be focused or pressed has a name, and so have pictures.

test_accessibility.py SFUMATO [unittest options]

Exit status 77 where something that this needs is not installed.
"""

import os
import shutil
import sys
import unittest

from real_window import Window, settle_in, wait_for

# Roles that are only the inside of what has a name, or hold others.
INSIDES = {'filler', 'panel', 'scroll pane', 'scroll bar', 'viewport', 'separator', 'frame', 'list', 'table', 'grouping',
           'window', 'section', 'page tab list', 'unknown', 'redundant object', 'tool bar', 'generic', 'popup menu'}
PRESSED = {'push button', 'toggle button', 'check box', 'radio button', 'combo box', 'text', 'entry', 'spin button',
           'slider', 'switch', 'menu item', 'check menu item', 'radio menu item', 'link', 'list item', 'page tab', 'image',
           'progress bar', 'password text', 'table cell'}


def name_of(node):
    """What is read out: the name, that of a label which is for it, or its description."""
    import pyatspi
    if node.name or node.description:
        return node.name or node.description
    for relation in node.getRelationSet():
        if relation.getRelationType() == pyatspi.RELATION_LABELLED_BY:
            return relation.getTarget(0).name
    return ''


def is_named(node, parent):
    """An icon or an entry inside of what has a name is part of it; of a row, all that is in it is read out."""
    import pyatspi
    if name_of(node).strip():
        return True
    if node.getRoleName() == 'list item':
        return pyatspi.findDescendant(node, lambda inside: inside.getRoleName() == 'label' and inside.name) is not None
    return parent is not None and parent.getRoleName() in PRESSED and bool(name_of(parent).strip())


def list_windows():
    import pyatspi
    return [window for application in pyatspi.Registry.getDesktop(0)
            if application is not None and application.name == 'sfumato' for window in application]


class AccessibilityTest(unittest.TestCase):
    def open(self):
        for folder in (os.path.join(os.environ['HOME'], 'Pictures'), os.environ['XDG_DATA_HOME']):
            shutil.rmtree(folder, ignore_errors=True)
        pictures = os.path.join(os.environ['HOME'], 'Pictures', 'Sfumato')
        os.makedirs(pictures)
        for name in ('a1111.png', 'fooocus.png'):
            shutil.copy(os.path.join(os.environ['SF_GOLDENS'], 'pictures', name), pictures)
        window = Window(PROGRAM, f"model='{os.environ['SF_TINY_CHECKPOINT']}'\nwidth=uint32 64\nheight=uint32 64\n"
                        "prompt='a red boat'\nsteps=uint32 1\n")
        self.addCleanup(window.close)
        return window

    def audit(self, view, root):
        """Complains about what has no name; returns how many things there were."""
        import pyatspi
        nameless, counted, waiting = [], 0, [(root, None, '')]
        while waiting:
            node, parent, place = waiting.pop()
            if node is None:
                continue
            role = node.getRoleName()
            states = node.getState()
            if role in PRESSED or (states.contains(pyatspi.STATE_FOCUSABLE) and role not in INSIDES and role != 'label'):
                counted += 1
                if not is_named(node, parent):
                    nameless.append(f'{place} > {role}')
            waiting += [(child, node, f'{place} > {name_of(node) or role}'[-160:]) for child in node]
        self.assertGreater(counted, 0, view)
        self.assertFalse(nameless, f'{view}: without a name are\n' + '\n'.join(nameless))
        print(f'{view}: {counted} of {counted} have names')

    def audit_window(self, window, view, keys):
        """A window of its own that @keys open."""
        before = len(list_windows())
        window.press_keys(keys)
        wait_for(view, lambda: len(list_windows()) > before)
        self.audit(view, list_windows()[-1])
        window.press_keys('Escape')
        wait_for(view + ' to close', lambda: len(list_windows()) == before)

    def test_names(self):
        window = self.open()
        window.press_in_queue('Pause')
        window.enqueue('a pear')

        # Hidden views are part of the tree, so this is nearly all.
        self.audit('everything in the window', window.frame)
        window.open_queue()
        self.audit('queue', window.frame)
        window.close_queue()
        window.press_keys('ctrl+2')
        grid = window.wait_for('table', 'Pictures')
        wait_for('the pictures', lambda: len(window.list_names('image', grid) or []) == 2)
        window.press_keys('Home', 'F9')
        self.audit('gallery with details', window.frame)
        window.press_keys('shift+Right', 'ctrl+m')
        window.wait_for('push button', 'All pictures')
        self.audit('comparison', window.frame)
        window.press_keys('Escape')
        self.audit_window(window, 'preferences', 'ctrl+comma')
        self.audit_window(window, 'shortcuts', 'ctrl+question')


if __name__ == '__main__':
    settle_in()
    PROGRAM = sys.argv.pop(1)
    unittest.main()
