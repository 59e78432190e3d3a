# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills a program that works off a queue, again and again, and looks at what is left:

    test_crash.py RUN-QUEUE [KILLS]

Every picture that counted as made must be there, whole, and in the library; the library must be sound, and the queue
must go on to its end.
"""

import os
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

PICTURES_OF_A_JOB = 3  # as run-queue has it


def is_whole(path):
    """Whether all chunks of a PNG file are there and undamaged, up to the last."""
    with open(path, 'rb') as file:
        data = file.read()
    position, kind = 8, b''
    while position + 12 <= len(data):
        length, kind = struct.unpack_from('>I4s', data, position)
        end = position + 8 + length
        if end + 4 > len(data) or zlib.crc32(data[position + 4:end]) != struct.unpack_from('>I', data, end)[0]:
            return False
        position = end + 4
    return data.startswith(b'\x89PNG') and kind == b'IEND' and position == len(data)


class Crashes:
    def __init__(self, program, folder, jobs):
        self.command = [program, folder, str(jobs)]
        self.jobs = jobs
        self.database = os.path.join(folder, 'library.db')
        self.pictures = os.path.join(folder, 'Pictures')
        self.made = set()
        self.added = threading.Event()
        self.news = threading.Condition()

    def listen(self, stream):
        for line in stream:
            if line.startswith('made '):
                self.made.add(line[5:].strip())
            elif line == 'added\n':
                self.added.set()
            with self.news:
                self.news.notify()
        with self.news:
            self.news.notify()

    def run(self, pictures, seconds):
        """Until it is killed so many seconds after it has made so many pictures, or has ended; true in that case."""
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        listener = threading.Thread(target=self.listen, args=(process.stdout,))
        wanted = len(self.made) + pictures
        listener.start()
        if not self.added.wait(60):
            raise AssertionError('the jobs were not added')
        with self.news:
            self.news.wait_for(lambda: len(self.made) >= wanted or not listener.is_alive()
                               or process.poll() is not None, 600)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        status = process.wait()
        listener.join()
        if status not in (0, -9):
            raise AssertionError(f'run-queue ended with status {status}')
        return status == 0

    def check(self):
        database = sqlite3.connect(self.database)
        try:
            assert database.execute('PRAGMA integrity_check').fetchone() == ('ok',)
            paths = {path for path, in database.execute('SELECT path FROM pictures WHERE NOT missing')}
        finally:
            database.close()
        files = os.listdir(self.pictures) if os.path.isdir(self.pictures) else []
        named = {os.path.join(self.pictures, name) for name in files if not name.startswith('.')}
        for path in named:
            assert is_whole(path), f'{path} is not whole'
        assert self.made <= named, f'{sorted(self.made - named)} were made and are not there'
        assert self.made <= paths, f'{sorted(self.made - paths)} were made and are not in the library'
        assert paths <= named, f'{sorted(paths - named)} are in the library and not there'

    def check_end(self):
        database = sqlite3.connect(self.database)
        texts = [text for text, in database.execute('SELECT infotext FROM settings')]
        left = database.execute('SELECT COUNT (*) FROM jobs').fetchone()[0]
        database.close()
        assert left == 0, f'{left} jobs are left'
        for job in range(self.jobs):
            for i in range(PICTURES_OF_A_JOB):
                wanted = f'Seed: {100 * job + i},'
                assert any(text.startswith(f'job {job}\n') and wanted in text for text in texts), \
                    f'job {job} lacks its picture with the seed {100 * job + i}'


def main(program, kills='8'):
    kills = int(kills)
    seed = int(os.environ.get('SF_SEED', time.time()))
    print(f'{kills} kills, SF_SEED={seed}')
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix='sfumato-crash-') as folder:
        crashes = Crashes(program, folder, 2 * kills)
        done = 0
        while done < kills and not crashes.run(chance.randint(0, 3), chance.uniform(0, 0.3)):
            done += 1
            crashes.check()
        print(f'killed {done} times, {len(crashes.made)} pictures made by then, none lost')
        assert crashes.run(0, 600), 'the queue did not come to its end'
        crashes.check()
        crashes.check_end()


main(*sys.argv[1:])
