# SPDX-License-Identifier: GPL-3.0-or-later
"""A place for the Flatpak to run in: a home folder, a bus and a display of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

ID = 'io.github.sfumato.Sfumato'
SKIPPED = 77
PATIENCE = 300  # seconds; a processor that is busy


def find_base():
    cache = os.environ.get('XDG_CACHE_HOME') or os.path.join(os.path.expanduser('~'), '.cache')
    return os.environ.get('SFUMATO_FLATPAK_BASE') or os.path.join(cache, 'sfumato-flatpak-base')


BASE = find_base()


def skip_without_tools(*more):
    for program in ('flatpak', 'flatpak-builder', 'Xvfb', 'dbus-daemon', 'xdotool', 'import', *more):
        if shutil.which(program) is None:
            print(f'{program} is not installed.')
            sys.exit(SKIPPED)
    if not os.path.isdir(os.path.join(BASE, 'installation', 'runtime')):
        print(f'There is no stand-in for the runtime in {BASE}; flatpak/base/make-base.sh makes it.')
        sys.exit(SKIPPED)


def build(source, *arguments):
    environment = dict(os.environ, SFUMATO_FLATPAK_BASE=BASE)
    # What tests of the build tree set would be found in the sandbox as well.
    for name in list(environment):
        if name.startswith(('G_', 'GSETTINGS_', 'SF_')) or name == 'XDG_CACHE_HOME':
            del environment[name]
    subprocess.run([os.path.join(source, 'flatpak', 'build.sh'), *arguments], env=environment, check=True)


def wait_for(what, find):
    """The first true result of find()."""
    deadline = time.monotonic() + PATIENCE
    while True:
        result = find()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f'{what}: did not come within {PATIENCE} seconds')
        time.sleep(0.2)


class Session:
    def __init__(self, **environment):
        self.home = tempfile.mkdtemp(prefix='sfumato-flatpak-')
        runtime = os.path.join(self.home, 'run')
        os.mkdir(runtime, 0o700)
        self.pictures = os.path.join(self.home, 'Pictures', 'Sfumato')
        os.makedirs(os.path.dirname(self.pictures))
        os.mkdir(os.path.join(self.home, '.config'))
        with open(os.path.join(self.home, '.config', 'user-dirs.dirs'), 'w', encoding='utf-8') as file:
            file.write('XDG_PICTURES_DIR="$HOME/Pictures"\n')

        self.environment = {
            'PATH': os.environ['PATH'], 'HOME': self.home, 'XDG_RUNTIME_DIR': runtime, 'LC_ALL': 'C.UTF-8',
            'FLATPAK_USER_DIR': os.path.join(BASE, 'installation'), **environment}
        self.children = []
        display = self.start_and_ask('Xvfb', '-displayfd', '{}', '-screen', '0', '1280x900x24', '-nolisten', 'tcp')
        self.environment['DISPLAY'] = ':' + display
        bus = self.start_and_ask('dbus-daemon', '--session', '--print-address={}')
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = bus

    def start_and_ask(self, *command):
        """Starts a program that stays, and returns the line that it writes to the descriptor in place of {}."""
        reading, writing = os.pipe()
        self.start(*(part.replace('{}', str(writing)) for part in command), pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as lines:
            return lines.readline().strip()

    def start(self, *command, **options):
        child = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL, **options)
        self.children.append(child)
        return child

    def run(self, *command, **environment):
        return subprocess.run(command, env=dict(self.environment, **environment), capture_output=True, text=True,
                              timeout=PATIENCE)

    def run_in_sandbox(self, program, *arguments, options=(), **environment):
        return self.run('flatpak', 'run', *options, f'--command={program}', ID, *arguments, **environment)

    def start_window(self, *options):
        """Starts the program; its process and the number of its window."""
        program = self.start('flatpak', 'run', '--env=GSK_RENDERER=cairo', *options, ID)

        def find_window():
            if program.poll() is not None:
                raise AssertionError(f'the program ended with status {program.returncode}')
            return self.run('xdotool', 'search', '--onlyvisible', '--name', '^Sfumato$').stdout.split()

        return program, wait_for('the window', find_window)[0]

    def take_screenshot(self, path):
        """The number of colours on the display; the picture is in the file."""
        self.run('import', '-window', 'root', path)
        return int(self.run('identify', '-format', '%k', path).stdout or 0)

    def close(self):
        self.run('flatpak', 'kill', ID)
        for child in reversed(self.children):
            child.terminate()
            child.wait()
        documents = os.path.join(self.environment['XDG_RUNTIME_DIR'], 'doc')
        subprocess.run(['umount', '-l', documents], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.home, ignore_errors=True)
