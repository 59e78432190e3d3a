# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on long lists of scenes, shared among processes."""

from concurrent.futures import ProcessPoolExecutor

_BATCH = 200

_subjects = None  # of a worker


def _set_subjects(subjects):
    global _subjects
    _subjects = subjects


def _call(function, seed, numbers):
    return function(_subjects, seed, numbers)


def map_scenes(function, subjects, seed, count, processes):
    """Yield function(subjects, seed, numbers) for runs of numbers from 0 to count - 1, in order."""
    batches = [range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH)]
    if processes == 1:
        for numbers in batches:
            yield function(subjects, seed, numbers)
        return
    with ProcessPoolExecutor(processes, initializer=_set_subjects, initargs=(subjects,)) as executor:
        yield from executor.map(_call, [function] * len(batches), [seed] * len(batches), batches)
