#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far pictures with a step cache are from those without, and how much sooner they are made.

    measure-step-cache.py SFUMATO_CLI PROMPTS [OPTION…]

PROMPTS has a prompt a line, of which the k-th is painted with seed k; OPTIONs are passed to `generate`. Prints for each
cache the peak signal-to-noise ratio (mean and least over the prompts) and the mean error of a channel from 0 to 1, and the
ratio of processor times of the whole command: model, text and decoding are in it.
"""

import pathlib
import resource
import subprocess
import sys
import tempfile

import numpy

CACHES = (1, 2, 3, 5)


def get_processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def paint(cli, prompt, seed, cache, options, folder):
    values = folder / "image.npy"
    started = get_processor_seconds()
    subprocess.run([cli, "generate", "--quiet", "--prompt", prompt, "--seed", str(seed), "--step-cache", str(cache),
                    "--output", folder / "image.png", "--save-image", values, *options], check=True)
    return numpy.load(values).clip(-1, 1) / 2 + 0.5, get_processor_seconds() - started


def main():
    cli, prompts, options = sys.argv[1], pathlib.Path(sys.argv[2]).read_text().splitlines(), sys.argv[3:]
    ratios, errors, seconds = ({cache: [] for cache in CACHES} for _ in range(3))

    with tempfile.TemporaryDirectory() as name:
        for seed, prompt in enumerate(filter(None, prompts)):
            for cache in CACHES:
                image, time = paint(cli, prompt, seed, cache, options, pathlib.Path(name))
                if cache == 1:
                    exact = image
                else:
                    difference = image - exact
                    ratios[cache].append(10 * numpy.log10(1 / numpy.mean(difference**2)))
                    errors[cache].append(numpy.mean(abs(difference)))
                seconds[cache].append(time)

    for cache in CACHES[1:]:
        speedup = numpy.median(numpy.array(seconds[1]) / numpy.array(seconds[cache]))
        print(f"step cache {cache}: {numpy.mean(ratios[cache]):.1f} dB (least {min(ratios[cache]):.1f}), mean error "
              f"{numpy.mean(errors[cache]):.4f}, {speedup:.2f} times as fast, {len(errors[cache])} prompts")


main()
