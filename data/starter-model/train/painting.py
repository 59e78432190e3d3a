# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes as pictures: grounds, subjects pasted on them, and filters for the styles."""

import numpy
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from scenes import GROUNDS, nth_scene
from workers import map_scenes

SIDE = 128

_SHADE = 5  # how far the channels of a ground may differ from the named colour


def ground_colour(name, rng=None):
    """The named colour, a little off when there is a source of chance."""
    return tuple(min(255, max(0, channel + (rng.randint(-_SHADE, _SHADE) if rng else 0)))
                 for channel in GROUNDS[name])


def make_ground(colours, direction):
    """A square in one colour, or in two that run into each other."""
    if len(colours) == 1:
        return Image.new("RGB", (SIDE, SIDE), colours[0])
    share = numpy.linspace(0, 1, SIDE)[:, None]
    line = numpy.asarray(colours[0]) * (1 - share) + numpy.asarray(colours[1]) * share
    square = numpy.broadcast_to(line[:, None] if direction == "down" else line[None], (SIDE, SIDE, 3))
    return Image.fromarray(square.round().astype(numpy.uint8))


def paste(square, picture, item):
    """Paste a picture with transparency where an item of a scene says."""
    _, x, y, side = item
    pixels = max(8, round(side * SIDE))
    scaled = picture.resize((pixels, pixels), Image.LANCZOS)
    square.paste(scaled, (round(x * SIDE - pixels / 2), round(y * SIDE - pixels / 2)), scaled)


def _pixel_art(picture):
    small = picture.resize((SIDE // 4, SIDE // 4), Image.BOX)
    return small.quantize(24).convert("RGB").resize((SIDE, SIDE), Image.NEAREST)


def _pencil_sketch(picture):
    gray = numpy.asarray(ImageOps.grayscale(picture), numpy.float32)
    blurred = numpy.asarray(ImageOps.grayscale(picture).filter(ImageFilter.GaussianBlur(3)), numpy.float32)
    dodged = numpy.minimum(255, gray * 255 / numpy.maximum(blurred, 1))
    lines = 255 - numpy.minimum(255, (255 - dodged) * 2.2)
    shaded = 0.8 * lines + 0.2 * numpy.maximum(gray, 60)
    return Image.fromarray(shaded.astype(numpy.uint8)).convert("RGB")


def _edges(picture):
    edges = picture.filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.FIND_EDGES)
    inner = (2, 2, SIDE - 2, SIDE - 2)  # the filter leaves the border as it was
    black = Image.new("RGB", picture.size)
    black.paste(edges.crop(inner), inner)
    return black


def _neon(picture):
    bright = ImageEnhance.Brightness(ImageEnhance.Color(_edges(picture)).enhance(2.5)).enhance(3.5)
    glow = ImageEnhance.Brightness(bright.filter(ImageFilter.GaussianBlur(4))).enhance(0.9)
    return ImageChops.screen(ImageChops.screen(bright, glow), Image.new("RGB", picture.size, (14, 14, 20)))


def _black_and_white(picture):
    return ImageOps.grayscale(picture).convert("RGB")


def _watercolour(picture):
    soft = picture.filter(ImageFilter.MedianFilter(7)).filter(ImageFilter.ModeFilter(5))
    pale = Image.blend(ImageEnhance.Color(soft).enhance(1.2), Image.new("RGB", picture.size, (255, 252, 245)), 0.25)
    rims = ImageOps.invert(_edges(soft).convert("L"))
    rims = Image.blend(rims, Image.new("L", picture.size, 255), 0.6).convert("RGB")
    return ImageChops.multiply(pale, rims)


def _pop_art(picture):
    flat = ImageOps.posterize(ImageEnhance.Color(picture).enhance(1.8), 2)
    return ImageEnhance.Brightness(flat).enhance(1.25)


FILTERS = {"": lambda picture: picture, "pixel art": _pixel_art, "pencil sketch": _pencil_sketch, "neon": _neon,
           "black and white": _black_and_white, "watercolour": _watercolour, "pop art": _pop_art}


def paint(scene, subjects, rng=None):
    """The picture of a scene, (SIDE, SIDE, 3) bytes; without a source of chance the grounds are exact."""
    square = make_ground([ground_colour(name, rng) for name in scene.ground], scene.direction)
    for item in scene.items:
        paste(square, subjects[item[0]].picture, item)
    return numpy.asarray(FILTERS[scene.style](square))


def to_signed(pictures):
    """Pictures with bytes, (..., height, width, 3), as floats in [-1, 1]."""
    return numpy.asarray(pictures, numpy.float32) / 127.5 - 1


def _paint_numbers(subjects, seed, numbers):
    painted = []
    for number in numbers:
        scene, rng = nth_scene(subjects, seed, number)
        painted.append(paint(scene, subjects, rng))
    return numpy.stack(painted)


def paint_many(subjects, seed, count, processes=1):
    """Yield arrays of pictures of the first scenes of a seed's list, in order."""
    return map_scenes(_paint_numbers, subjects, seed, count, processes)
