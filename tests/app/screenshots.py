#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures in docs/screenshots from a real window and the starter model.

tests/app/screenshots.py [BUILD] [NAME…]

BUILD is the build directory (build); NAMEs are scenes (all). The gallery's pictures are painted once, which takes some minutes,
and kept in BUILD/screenshots. Needs what the window's tests need, and xfwm4 and pngquant.
"""

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

import real_window
from real_window import Window, settle_in, wait_for

real_window.PATIENCE = 600  # painting is not to be hurried

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.path.join(ROOT, 'docs', 'screenshots')
MODEL_FOLDER = os.path.join(ROOT, 'data', 'starter-model')
ID = 'io.github.sfumato.Sfumato'

N_PICTURES = 320
N_SQUARE = 48  # the newest, which are seen first, have the model's own size
SIZES = ((128, 128), (128, 128), (128, 128), (64, 128), (128, 64), (96, 128), (128, 96))
COLOURS = ('red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'white', 'black')
SCREEN, WIDE, NARROW = (1600, 1200), (1000, 700), (360, 700)


def load_prompts():
    with open(os.path.join(MODEL_FOLDER, 'prompts.txt'), encoding='utf-8') as file:
        return file.read().splitlines()


def paint_pictures(build):
    """A folder of pictures that the starter model paints."""
    with open(os.path.join(MODEL_FOLDER, 'starter.safetensors'), 'rb') as file:
        version = hashlib.file_digest(file, 'sha256').hexdigest()[:12]
    folder = os.path.join(build, 'screenshots', version)
    os.makedirs(folder, exist_ok=True)
    prompts = load_prompts()
    for i in range(N_PICTURES):
        subject, _, ground = prompts[i % len(prompts)].rpartition(' on a ')
        if i >= len(prompts):
            ground = f'{COLOURS[i * 7 % len(COLOURS)]} background'
        path = os.path.join(folder, f'{i + 1:05}-{i}.png')
        if os.path.exists(path):
            continue
        print(f'\rpicture {i + 1} of {N_PICTURES}', end='', file=sys.stderr, flush=True)
        is_square = i >= N_PICTURES - N_SQUARE
        width, height = (128, 128) if is_square else SIZES[i * 5 % len(SIZES)]
        subprocess.run(
            [os.path.join(build, 'app', 'cli', 'sfumato-cli'), 'generate', '--quiet', '--prompt', f'{subject} on a {ground}',
             '--steps', '20' if is_square else '10', '--cfg', '5', '--sampler', 'dpmpp_2m', '--schedule', 'karras', '--seed', str(i),
             '--width', str(width), '--height', str(height), '--output', path], check=True, stdout=subprocess.DEVNULL)
    return folder


class Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""
    _fields_ = [('width', ctypes.c_int), ('height', ctypes.c_int), ('xoffset', ctypes.c_int), ('format', ctypes.c_int),
                ('data', ctypes.c_void_p), ('byte_order', ctypes.c_int), ('bitmap_unit', ctypes.c_int),
                ('bitmap_bit_order', ctypes.c_int), ('bitmap_pad', ctypes.c_int), ('depth', ctypes.c_int),
                ('bytes_per_line', ctypes.c_int)]


def read_window(window):
    """A window of the display, with its transparency. xwd would leave that out where windows overlap."""
    import PIL.Image
    number, _, _, width, height = window
    x11 = ctypes.CDLL('libX11.so.6')
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XGetImage.restype = ctypes.POINTER(Image)
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    every_plane, z_pixmap = ctypes.c_ulong(0xffffffff), 2
    image = x11.XGetImage(display, ctypes.c_ulong(int(number, 16)), 0, 0, width, height, every_plane, z_pixmap).contents
    pixels = ctypes.string_at(image.data, image.bytes_per_line * height)
    x11.XCloseDisplay(display)
    return PIL.Image.frombuffer('RGBA', (width, height), pixels, 'raw', 'BGRa', image.bytes_per_line, 1)


def list_windows():
    """Number, place and size of the program's windows, the lowest first."""
    tree = subprocess.run(['xwininfo', '-root', '-tree'], check=True, stdout=subprocess.PIPE, text=True).stdout
    windows = []
    for line in tree.splitlines():
        number = line.split()[0] if line.strip().startswith('0x') else None
        if number is None or '"sfumato"' not in line and f'"{ID}"' not in line:
            continue
        facts = subprocess.run(['xwininfo', '-id', number], stdout=subprocess.PIPE, text=True).stdout
        if 'Map State: IsViewable' not in facts or 'Depth: 32' not in facts:
            continue
        values = dict(part.strip().split(':', 1) for part in facts.splitlines() if ':' in part)
        places = ('Absolute upper-left X', 'Absolute upper-left Y', 'Width', 'Height')
        windows.append((number, *(int(values[place]) for place in places)))
    return windows[::-1]


def take(name):
    """The program's windows as they lie over each other, with their shadows, as a small file."""
    import PIL.Image
    screen = PIL.Image.new('RGBA', SCREEN)
    for window in list_windows():
        screen.alpha_composite(read_window(window), (window[1], window[2]))
    path = os.path.join(TARGET, name + '.png')
    screen.crop(screen.getbbox()).save(path)
    subprocess.run(['pngquant', '--force', '--skip-if-larger', '--strip', '--speed', '1', '--output', path, path])
    print(name, os.path.getsize(path), 'bytes')


def start_manager():
    """A window manager that has shadows and transparency."""
    manager = subprocess.Popen(['xfwm4', '--compositor=on'], stderr=subprocess.DEVNULL)
    wait_for('the window manager', lambda: manager.poll() is not None or '_GTK_FRAME_EXTENTS' in subprocess.run(
        ['xprop', '-root', '_NET_SUPPORTED'], check=True, stdout=subprocess.PIPE, text=True).stdout)
    if manager.returncode is not None:
        raise AssertionError(f'xfwm4 ended with status {manager.returncode}')
    return manager


def rest():
    """Until nothing moves any more."""
    before = None
    while True:
        now = [read_window(window).tobytes() for window in list_windows()]
        if now == before:
            return
        before = now
        time.sleep(0.4)


class Scenes:
    def __init__(self, program, pictures, scheme, wanted):
        self.program, self.pictures, self.scheme, self.wanted = program, pictures, scheme, wanted

    def take(self, window, name, moving=False):
        if not moving:
            rest()
        take(name if self.scheme == 'light' else name + '-dark')

    def open(self, size, settings='', pictures=True, language='C'):
        for folder in (os.path.join(os.environ['HOME'], 'Pictures'), os.environ['XDG_DATA_HOME']):
            shutil.rmtree(folder, ignore_errors=True)
        if pictures:
            shutil.copytree(self.pictures, os.path.join(os.environ['HOME'], 'Pictures', 'Sfumato'))
        os.environ['ADW_DEBUG_COLOR_SCHEME'] = 'prefer-dark' if self.scheme == 'dark' else 'prefer-light'
        os.environ['LANGUAGE'] = language
        width, height = size
        window = Window(self.program, f'window-width={width}\nwindow-height={height}\n' + settings)
        subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--name', '^Sfumato$', 'windowmove', '100', '100',
                        'mousemove', '0', '0'],
                       check=True, stdout=subprocess.DEVNULL)
        return window

    def paint(self, window):
        window.press('Generate')
        window.wait_for('push button', 'Stop')

    def wait_for_picture(self, window):
        wait_for('the picture', lambda: not window.find('push button', lambda name: name == 'Stop'))
        window.press_keys('ctrl+1')

    def shoot_first_run(self):
        window = self.open(WIDE, pictures=False)
        window.wait_for('push button', 'Generate')
        self.take(window, 'first-run')
        window.close()

    def shoot_create(self):
        window = self.open(WIDE, "prompt=''\nsteps=uint32 60\n", pictures=False)
        window.wait_for('push button', 'Generate')
        self.take(window, 'create-empty')
        window.type('a fox on a teal background')
        window.press('Generate')
        wait_for('a preview', lambda: window.find('label', lambda name: re.match('Step (2[4-9]|[3-5][0-9]) ', name)))
        self.take(window, 'create-sampling', moving=True)
        self.wait_for_picture(window)
        for prompt in load_prompts()[:6]:
            window.enqueue(prompt)
            self.wait_for_picture(window)
        self.take(window, 'create')
        window.close()

    def shoot_queue(self):
        window = self.open(WIDE, "prompt='a fox on a teal background'\nsteps=uint32 100\n", pictures=False)
        self.paint(window)
        for prompt in load_prompts()[4:8]:
            window.enqueue(prompt)
        window.open_queue()
        wait_for('a preview', lambda: window.find('label', lambda name: re.match('Step [4-8][0-9] ', name)))
        self.take(window, 'queue', moving=True)
        window.close()

    def shoot_gallery(self):
        window = self.open(WIDE)
        window.press_keys('ctrl+2')
        window.wait_for('table', 'Pictures')
        self.take(window, 'gallery')
        window.press_keys('Home', 'F9')
        self.take(window, 'details')
        window.press_keys('F9', 'Home', 'shift+Right', 'ctrl+m')
        self.take(window, 'compare')
        window.close()

    def shoot_models(self):
        window = self.open(WIDE, pictures=False)
        window.wait_for('push button', 'Generate')
        window.press_keys('ctrl+shift+m')
        window.frame = window.wait_for_frame('Models')
        window.wait_for('list item', 'Starter model')
        self.take(window, 'models')
        window.close()

    def shoot_preferences(self):
        window = self.open(WIDE, pictures=False)
        window.press_keys('ctrl+comma')
        self.take(window, 'preferences')
        window.close()

    def shoot_error(self):
        window = self.open(WIDE, "model='/models/lighthouse.safetensors'\nprompt='a lighthouse at dusk'\n", pictures=False)
        window.press('Generate')
        wait_for('a message', lambda: window.find('alert', lambda name: 'lighthouse' in name))
        self.take(window, 'error')
        window.close()

    def shoot_view(self, size, language, suffix):
        window = self.open(size, f"prompt='{load_prompts()[3]}'\n", language=language)
        rest()
        window.press_keys('ctrl+Return')
        wait_for('the picture', lambda: len(window.list_pictures()) > N_PICTURES)
        self.take(window, 'create-' + suffix)
        if size == NARROW:
            window.press_keys('F9')
            self.take(window, 'create-panel-' + suffix)
            window.press_keys('F9')
        window.press_keys('ctrl+2')
        self.take(window, 'gallery-' + suffix)
        window.close()

    def shoot_narrow(self):
        self.shoot_view(NARROW, 'C', 'narrow')

    def shoot_german(self):
        self.shoot_view(WIDE, 'de', 'german')

    def shoot_all(self):
        for name in ('first_run', 'create', 'queue', 'gallery', 'models', 'preferences', 'error', 'narrow', 'german'):
            if not self.wanted or name in self.wanted:
                getattr(self, 'shoot_' + name)()


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, 'build'))
    pictures = paint_pictures(build)
    settle_in('{}x{}'.format(*SCREEN), ('xfwm4', 'xprop', 'xwininfo', 'pngquant'))
    settings = os.path.join(os.environ['XDG_CONFIG_HOME'], 'gtk-4.0')
    os.makedirs(settings)
    with open(os.path.join(settings, 'settings.ini'), 'w', encoding='utf-8') as file:
        file.write('[Settings]\ngtk-font-name=Cantarell 11\ngtk-decoration-layout=appmenu:close\n')
    manager = start_manager()
    os.makedirs(TARGET, exist_ok=True)
    try:
        for scheme in ('light', 'dark'):
            Scenes(os.path.join(build, 'app', 'sfumato'), pictures, scheme, sys.argv[2:]).shoot_all()
    finally:
        manager.terminate()
        manager.wait()


if __name__ == '__main__':
    main()
