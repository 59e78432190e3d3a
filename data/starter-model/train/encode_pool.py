# SPDX-License-Identifier: GPL-3.0-or-later
"""Paint the training scenes of a seed, encode them, and write down several captions for each."""

import argparse
import random

import numpy
import torch

from devices import add_device_options, half_precision, open_device, place
from painting import paint_many, to_signed
from scenes import caption, nth_scene
from storage import load_vae, replace_file
from subjects import SETS, load_subjects
from tokenizer import Tokenizer
from workers import map_scenes

CAPTIONS_A_SCENE = 8


class DrawTokens:
    """Token ids (numbers, CAPTIONS_A_SCENE, 77) of captions for scenes."""

    def __init__(self, merges):
        self._tokenizer = Tokenizer(merges)

    def __call__(self, subjects, seed, numbers):
        found = []
        for number in numbers:
            scene, _ = nth_scene(subjects, seed, number)
            rng = random.Random(f"captions {seed} {number}")
            found.append([self._tokenizer.encode(caption(scene, subjects, rng)) for _ in range(CAPTIONS_A_SCENE)])
        return numpy.array(found, numpy.uint16)


@torch.no_grad()
def encode(vae, pictures, device):
    """Latents (pictures, 4, height / 8, width / 8) in half precision of pictures with bytes."""
    latents = []
    for start in range(0, len(pictures), 50):
        batch = torch.from_numpy(to_signed(pictures[start:start + 50])).to(device).permute(0, 3, 1, 2)
        with half_precision(device):
            latents.append(vae.encode(batch).half().cpu().numpy())
    return numpy.concatenate(latents)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", required=True, help="the VAE's checkpoint, or a model to take it from")
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--pool", required=True, help="file to write (.npz)")
    parser.add_argument("--subjects", choices=SETS, default="everyday", help="default: %(default)s")
    parser.add_argument("--count", type=int, default=6000, help="pictures (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the list of scenes (default: %(default)s)")
    add_device_options(parser)
    options = parser.parse_args()
    device = open_device(options)

    subjects = load_subjects(options.subjects)
    vae = place(load_vae(options.vae), device)
    latents = []
    for pictures in paint_many(subjects, options.seed, options.count, options.processes):
        latents.append(encode(vae, pictures, device))
        print(f"{sum(map(len, latents))} of {options.count}", flush=True)
    tokens = numpy.concatenate(list(map_scenes(DrawTokens(options.merges), subjects, options.seed, options.count,
                                               options.processes)))
    replace_file(options.pool, lambda path: numpy.savez(
        open(path, "wb"), latents=numpy.concatenate(latents), tokens=tokens, seed=options.seed,
        subjects=options.subjects))


if __name__ == "__main__":
    main()
