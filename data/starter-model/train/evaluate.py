# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how well a model follows held-out prompts: share of right grounds, and of subjects that are recognised.

With --check it measures the measure: the scenes as they were meant, and the same pictures given out for each other.
"""

import argparse
import pathlib

import numpy
import torch
from PIL import Image

from devices import add_device_options, half_precision, open_device, place
from diffusion import sample
from painting import paint
from recognition import Recogniser, score_pictures
from scenes import read_held_out
from storage import load_model
from subjects import load_subjects
from tokenizer import Tokenizer

HELD_OUT = pathlib.Path(__file__).with_name("held-out.jsonl")


class Painter:
    """A model and the pictures that it makes of prompts."""

    def __init__(self, path, merges, device):
        self._text, self._unet, self._vae = (place(network, device) for network in load_model(path))
        self._tokenizer = Tokenizer(merges)
        self._device = device

    def contexts(self, prompts):
        ids = torch.tensor([self._tokenizer.encode(prompt) for prompt in prompts], device=self._device)
        return self._text(ids)

    @torch.no_grad()
    def paint(self, prompts, steps, guidance, seed):
        """Pictures (prompts, height, width, 3) of bytes; each prompt has noise of its own."""
        noise = torch.randn(len(prompts), 4, 16, 16, generator=torch.Generator().manual_seed(seed))
        empty = self.contexts([""])
        pictures = []
        for start in range(0, len(prompts), 50):
            part = slice(start, start + 50)
            with half_precision(self._device):
                latents = sample(self._unet, self.contexts(prompts[part]), empty, noise[part].to(self._device), steps,
                                 guidance)
                decoded = self._vae.decode(latents).float()
            pictures.append(((decoded.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy())
        return numpy.concatenate(pictures)


def print_row(title, score, kind="all"):
    count, ground, first, fifth = score.shares(kind)
    print(f"| {title} | {count} | {ground:.1%} | {first:.1%} | {fifth:.1%} |", flush=True)


def read_pictures(folder):
    """The pictures of a folder, in the order of their names."""
    return [numpy.asarray(Image.open(path).convert("RGB")) for path in sorted(pathlib.Path(folder).glob("*.png"))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", help="exported file to measure")
    what.add_argument("--pictures", help="folder of pictures of the prompts in their order, painted by something else")
    what.add_argument("--check", action="store_true", help="measure the measure")
    parser.add_argument("--merges", help="CLIP's merge table, plain or gzipped (with --model)")
    parser.add_argument("--prompts", default=HELD_OUT, help="list of prompts with scenes (default: %(default)s)")
    parser.add_argument("--guidance", type=float, nargs="+", default=[1.0, 3.0, 5.0, 7.5], help="default: %(default)s")
    parser.add_argument("--steps", type=int, nargs="+", default=[20, 4], help="default: %(default)s")
    parser.add_argument("--kinds", action="store_true", help="a line for every kind of scene too")
    parser.add_argument("--only", nargs="+", help="measure only prompts whose subjects have these Unicode names")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    add_device_options(parser)
    options = parser.parse_args()
    device = open_device(options)

    subjects = load_subjects("all")
    prompts, scenes = zip(*[(prompt, scene) for prompt, scene in read_held_out(options.prompts, subjects)
                            if not options.only
                            or all(subjects[index].name in options.only for index in scene.subjects)])
    recogniser = Recogniser(subjects)

    def report(title, pictures):
        score = score_pictures(recogniser, scenes, pictures)
        print_row(title, score)
        if options.kinds:
            for kind in dict.fromkeys(scene.kind for scene in scenes):
                print_row(f"{title}, {kind}", score, kind)

    print("| | prompts | ground | top-1 | top-5 |\n|---|---|---|---|---|")
    if options.check:
        pictures = [paint(scene, subjects) for scene in scenes]
        report("as meant", pictures)
        report("given out for each other", pictures[1:] + pictures[:1])
    elif options.pictures:
        report(options.pictures, read_pictures(options.pictures))
    else:
        painter = Painter(options.model, options.merges, device)
        for steps in options.steps:
            for guidance in options.guidance:
                report(f"{steps} steps, guidance {guidance:g}", painter.paint(prompts, steps, guidance, options.seed))


if __name__ == "__main__":
    main()
