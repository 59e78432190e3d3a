# SPDX-License-Identifier: GPL-3.0-or-later
"""Paint a list of prompts with sfumato-cli, to be looked at: one sheet of pictures with their prompts below.

With several values of an option there is a row for every prompt and a column for every combination of values.
"""

import argparse
import itertools
import math
import pathlib
import subprocess
import tempfile

from PIL import Image, ImageDraw

_LABEL_HEIGHT = 14
_GAP = 4


def paint(options, prompt, guidance, steps, seed, negative, path):
    command = [options.program, "generate", "-q", "--prompt", prompt, "--cfg", str(guidance), "--steps", str(steps),
               "--seed", str(seed), "--sampler", options.sampler, "--output", str(path)]
    if options.model:
        command += ["--model", options.model]
    if negative:
        command += ["--negative", negative]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return Image.open(path).convert("RGB")


def make_sheet(pictures, labels, columns):
    width, height = pictures[0].size
    cell = (width + _GAP, height + _LABEL_HEIGHT + _GAP)
    sheet = Image.new("RGB", (columns * cell[0], math.ceil(len(pictures) / columns) * cell[1]), "white")
    draw = ImageDraw.Draw(sheet)
    for index, (picture, label) in enumerate(zip(pictures, labels)):
        left, top = index % columns * cell[0], index // columns * cell[1]
        sheet.paste(picture, (left, top))
        draw.text((left, top + height + 1), label[:24], fill="black")
    return sheet


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="sfumato-cli")
    parser.add_argument("--model", help="default: the starter model")
    parser.add_argument("--prompts", required=True, help="text file, one prompt a line")
    parser.add_argument("--output", required=True, help="picture to write")
    parser.add_argument("--pictures", help="folder in which to keep the single pictures, in the order of the prompts")
    parser.add_argument("--sampler", default="euler_a", help="default: %(default)s")
    parser.add_argument("--steps", type=int, nargs="+", default=[20], help="default: %(default)s")
    parser.add_argument("--guidance", type=float, nargs="+", default=[7.0], help="default: %(default)s")
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="default: %(default)s")
    parser.add_argument("--negative", nargs="+", default=[""], help="negative prompts (default: none)")
    options = parser.parse_args()

    prompts = [line.strip() for line in pathlib.Path(options.prompts).read_text(encoding="utf-8").splitlines() if line]
    settings = list(itertools.product(options.guidance, options.steps, options.seed, options.negative))
    pictures, labels = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(options.pictures or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for prompt in prompts:
            for guidance, steps, seed, negative in settings:
                path = folder / f"{len(pictures):03}.png"
                pictures.append(paint(options, prompt, guidance, steps, seed, negative, path))
                labels.append(prompt if len(settings) == 1 else
                              f"{guidance:g}, {steps} steps, {seed} {negative and 'no ' + negative}".strip())
    columns = len(settings) if len(settings) > 1 else math.ceil(math.sqrt(len(prompts)))
    make_sheet(pictures, labels, columns).save(options.output)


if __name__ == "__main__":
    main()
