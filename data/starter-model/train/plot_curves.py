# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the error over the samples of one or several trainings, from the tables that they write."""

import argparse
import csv
import pathlib

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT, _MARGIN = 720, 400, 48
_COLOURS = ("#1b6ac9", "#c9541b", "#2f8f4e", "#7a3fb0")


def read_curve(path):
    """(samples, error) pairs."""
    with open(path, newline="", encoding="utf-8") as file:
        return [(int(row["samples"]), float(row["error"])) for row in csv.DictReader(file)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="+", help="the .csv files beside the checkpoints")
    parser.add_argument("--output", required=True, help="picture to write")
    options = parser.parse_args()

    curves = {pathlib.Path(path).stem: read_curve(path) for path in options.tables}
    most_samples = max(samples for curve in curves.values() for samples, _ in curve)
    most_error = max(error for curve in curves.values() for _, error in curve)
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    draw = ImageDraw.Draw(picture)

    def place(samples, error):
        return (_MARGIN + (_WIDTH - 2 * _MARGIN) * samples / most_samples,
                _HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * error / most_error)

    for part in range(5):
        error, samples = most_error * part / 4, most_samples * part / 4
        draw.line([place(0, error), place(most_samples, error)], fill="#dddddd")
        draw.text((4, place(0, error)[1] - 6), f"{error:.3f}", fill="black")
        draw.text((place(samples, 0)[0] - 12, _HEIGHT - _MARGIN + 6), f"{samples:.0f}", fill="black")
    for index, (name, curve) in enumerate(curves.items()):
        draw.line([place(*point) for point in curve], fill=_COLOURS[index % len(_COLOURS)], width=2)
        draw.text((_WIDTH - 3 * _MARGIN, 8 + 14 * index), name, fill=_COLOURS[index % len(_COLOURS)])
    draw.text((_WIDTH // 2 - 30, _HEIGHT - 18), "samples", fill="black")
    draw.text((4, 8), "error", fill="black")
    picture.save(options.output)


if __name__ == "__main__":
    main()
