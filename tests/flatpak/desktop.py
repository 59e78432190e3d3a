# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desktop does behind the portals, for tests: it answers every question at once, and remembers it.

The portals' own programs are the real ones. They find this desktop as they find others: by a file in
$XDG_DESKTOP_PORTAL_DIR, which Desktop.describe() writes, and by $XDG_CURRENT_DESKTOP.
"""

import os
import threading

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.impl.portal.desktop.sfumatotest'
PATH = '/org/freedesktop/portal/desktop'

ASKED = '<arg type="o" direction="in"/><arg name="app" type="s" direction="in"/><arg type="s" direction="in"/>'
REPLY = '<arg type="u" direction="out"/>'
RESULTS = REPLY + '<arg type="a{sv}" direction="out"/>'
OPTIONS = '<arg name="options" type="a{sv}" direction="in"/>'


def describe_method(name, arguments):
    return f'<method name="{name}">{arguments}</method>'


PORTALS = {
    'FileChooser': ''.join(
        describe_method(name, ASKED + '<arg name="title" type="s" direction="in"/>' + OPTIONS + RESULTS)
        for name in ('OpenFile', 'SaveFile')),
    'Inhibit': describe_method('Inhibit', ASKED + '<arg name="flags" type="u" direction="in"/>' + OPTIONS),
    'Wallpaper': describe_method(
        'SetWallpaperURI', ASKED + '<arg name="uri" type="s" direction="in"/>' + OPTIONS + REPLY),
    'AppChooser': describe_method(
        'ChooseApplication', ASKED + '<arg name="choices" type="as" direction="in"/>' + OPTIONS + RESULTS),
}
FILE_MANAGER = ''.join(
    describe_method(name, '<arg name="uris" type="as" direction="in"/><arg type="s" direction="in"/>')
    for name in ('ShowItems', 'ShowFolders'))
REQUEST = describe_method('Close', '')


class Desktop:
    """Runs on a thread of its own until close()."""

    def __init__(self, address):
        self.calls = []  # (method, its named arguments)
        self.chosen = None  # the path that the next file chooser answers with
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=[address, ready], daemon=True)
        self.thread.start()
        if not ready.wait(60):
            raise AssertionError('The desktop could not go on the bus.')

    @staticmethod
    def describe(folder):
        with open(os.path.join(folder, 'sfumatotest.portal'), 'w', encoding='utf-8') as file:
            interfaces = ';'.join('org.freedesktop.impl.portal.' + portal for portal in PORTALS)
            file.write(f'[portal]\nDBusName={NAME}\nInterfaces={interfaces};\nUseIn=sfumatotest\n')
        return {'XDG_DESKTOP_PORTAL_DIR': folder, 'XDG_CURRENT_DESKTOP': 'sfumatotest'}

    def run(self, address, ready):
        self.context.push_thread_default()
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        for portal, methods in PORTALS.items():
            self.serve(PATH, 'org.freedesktop.impl.portal.' + portal, methods)
        self.serve('/org/freedesktop/FileManager1', 'org.freedesktop.FileManager1', FILE_MANAGER)
        for name in NAME, 'org.freedesktop.FileManager1':
            self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                               GLib.Variant('(su)', (name, 0)), None, Gio.DBusCallFlags.NONE, -1, None)
        ready.set()
        self.loop.run()

    def serve(self, path, interface, methods):
        description = f'<node><interface name="{interface}">{methods}</interface></node>'
        return self.bus.register_object(path, Gio.DBusNodeInfo.new_for_xml(description).interfaces[0], self.answer,
                                        None, None)

    def answer(self, bus, sender, path, interface, method, parameters, invocation):
        names = [argument.name for argument in invocation.get_method_info().in_args]
        values = parameters.unpack()
        if method == 'Inhibit':
            self.serve(values[0], 'org.freedesktop.impl.portal.Request', REQUEST)
        self.calls.append((method, {name: value for name, value in zip(names, values) if name}))

        if method in ('OpenFile', 'SaveFile'):
            results = {'uris': GLib.Variant('as', [GLib.filename_to_uri(self.chosen, None)]),
                       'writable': GLib.Variant('b', True)}
            reply = GLib.Variant('(ua{sv})', (0, results))
        elif method == 'ChooseApplication':
            reply = GLib.Variant('(ua{sv})', (1, {}))
        elif method == 'SetWallpaperURI':
            reply = GLib.Variant('(u)', (0,))
        else:
            reply = None
        invocation.return_value(reply)

    def find_call(self, *methods):
        """The arguments of the first call of one of these methods, or None."""
        return next((arguments for method, arguments in self.calls if method in methods), None)

    def close(self):
        self.loop.quit()
        self.thread.join()
        self.bus.close_sync(None)
