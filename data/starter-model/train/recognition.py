# SPDX-License-Identifier: GPL-3.0-or-later
"""Which emoji and which ground a picture shows, whoever painted it.

The ground is the median colour of the border. A subject is the nearest of all emoji: each of them is laid on the ground
that the picture has, in the style that was asked for, and compared pixel by pixel, at 32x32 and slightly blurred, with
the part of the picture where the subject should be; that part may be a little off in place and size.
"""

import numpy
import torch
import torch.nn.functional as F
from PIL import Image

from painting import FILTERS, SIDE, make_ground, paste
from scenes import GROUNDS

_PATCH = 32
_BORDER = 4
_SHIFTS = (-0.06, -0.03, 0.0, 0.03, 0.06)  # in shares of the picture
_SIZES = (0.93, 1.0, 1.07)


def _median(pixels):
    return numpy.median(pixels.reshape(-1, 3), axis=0)


def edge_colours(picture):
    """Median colours of the top, bottom, left and right edges of a picture (SIDE, SIDE, 3) of bytes."""
    return [_median(part) for part in (picture[:_BORDER], picture[-_BORDER:], picture[:, :_BORDER],
                                       picture[:, -_BORDER:])]


def border_colour(picture):
    inner = numpy.zeros(picture.shape[:2], bool)
    inner[_BORDER:-_BORDER, _BORDER:-_BORDER] = True
    return _median(picture[~inner])


def nearest_ground(colour, style=""):
    """The name of the ground that is nearest to a colour once both had the style's filter."""
    def distance(name):
        filtered = numpy.asarray(FILTERS[style](make_ground([GROUNDS[name]], "")))
        return numpy.square(_median(filtered) - colour).sum()

    return min(GROUNDS, key=distance)


def is_ground_right(picture, scene):
    """Whether the border has the colour that was asked for; of gradients, both ends."""
    if len(scene.ground) == 1:
        if scene.style in ("neon", "black and white", "pencil sketch"):
            named = border_colour(numpy.asarray(FILTERS[scene.style](make_ground([GROUNDS[scene.ground[0]]], ""))))
            others = [border_colour(numpy.asarray(make_ground([colour], ""))) for colour in GROUNDS.values()]
            own = numpy.square(border_colour(picture) - named).sum()
            rival = min(numpy.square(border_colour(picture) - other).sum() for other in others
                        if numpy.square(other - named).sum() > 30 ** 2)
            return bool(own < rival)
        return nearest_ground(border_colour(picture), scene.style) == scene.ground[0]
    names = [nearest_ground(colour) for colour in edge_colours(picture)]
    return names[:2] == list(scene.ground) or names[2:] == list(scene.ground)


def _to_patch(tensor):
    """(n, c, h, w) at 32x32, a little blurred."""
    small = F.interpolate(tensor, size=(_PATCH, _PATCH), mode="area" if tensor.shape[-1] >= _PATCH else "bilinear")
    return F.avg_pool2d(F.pad(small, (1, 1, 1, 1), mode="replicate"), 3, stride=1)


class Recogniser:
    """Compares with all the subjects given."""

    def __init__(self, subjects):
        self._subjects = subjects
        glyphs = numpy.stack([numpy.asarray(subject.picture.resize((SIDE, SIDE), Image.LANCZOS))
                              for subject in subjects])
        glyphs = torch.from_numpy(glyphs).float().permute(0, 3, 1, 2) / 255
        cover = glyphs[:, 3:]
        self._colours = torch.cat([_to_patch(part) for part in (glyphs[:, :3] * cover).split(100)])
        self._cover = torch.cat([_to_patch(part) for part in cover.split(100)])
        self._styled = {}

    def _references(self, picture, scene, box):
        """All subjects as they would look in this part of the picture, (subjects, 3, 32, 32)."""
        if scene.style:
            return self._styled_references(scene, box)
        if len(scene.ground) == 1:
            ground = torch.from_numpy(border_colour(picture)).float().view(1, 3, 1, 1) / 255
        else:
            top, bottom, left, right = edge_colours(picture)
            if numpy.abs(top - bottom).sum() > numpy.abs(left - right).sum():
                square = make_ground([tuple(top), tuple(bottom)], "down")
            else:
                square = make_ground([tuple(left), tuple(right)], "right")
            ground = _to_patch(_crop(numpy.asarray(square), box))
        return self._colours + ground * (1 - self._cover)

    def _styled_references(self, scene, box):
        key = (scene.style, scene.ground[0])
        if key not in self._styled:
            whole = (0, 0.5, 0.5, 0.88)
            patches = []
            for subject in self._subjects:
                square = make_ground([GROUNDS[scene.ground[0]]], "")
                paste(square, subject.picture, whole)
                patches.append(_to_patch(_crop(numpy.asarray(FILTERS[scene.style](square)), whole)))
            self._styled[key] = torch.cat(patches)
        return self._styled[key]

    def rank(self, picture, scene, item):
        """Numbers of the subjects, the likeliest first, for the place of one item of the scene."""
        references = self._references(picture, scene, item).flatten(1)
        _, x, y, side = item
        patches = torch.cat([_to_patch(_crop(picture, (0, x + across, y + down, side * size)))
                             for across in _SHIFTS for down in _SHIFTS for size in _SIZES]).flatten(1)
        distances = (references.square().sum(1) + patches.square().sum(1, keepdim=True)
                     - 2 * patches @ references.T)
        return distances.min(0).values.argsort()


def _crop(picture, box):
    """The square of a box as a tensor (1, 3, h, w) of 0 ... 1; beyond the border the picture's edge goes on."""
    _, x, y, side = box
    half = max(4, round(side * SIDE / 2))
    left, top = round(x * SIDE) - half, round(y * SIDE) - half
    rows = numpy.clip(numpy.arange(top, top + 2 * half), 0, SIDE - 1)
    columns = numpy.clip(numpy.arange(left, left + 2 * half), 0, SIDE - 1)
    part = picture[rows][:, columns]
    return torch.from_numpy(part).float().permute(2, 0, 1)[None] / 255


class Score:
    """Shares of right grounds and subjects over pictures."""

    def __init__(self):
        self.sums = {}

    def add(self, kind, ground, first, fifth):
        for name in (kind, "all"):
            old = self.sums.get(name, (0, 0.0, 0.0, 0.0))
            self.sums[name] = tuple(a + b for a, b in zip(old, (1, ground, first, fifth)))

    def shares(self, name="all"):
        """(pictures, ground, top-1, top-5) of a kind of scene."""
        count, *sums = self.sums[name]
        return (count, *(value / count for value in sums))


def score_pictures(recogniser, scenes, pictures):
    """Score of pictures (SIDE, SIDE, 3) of bytes that should show these scenes."""
    score = Score()
    for scene, picture in zip(scenes, pictures):
        ranks = [recogniser.rank(picture, scene, item)[:5].tolist() for item in scene.items]
        score.add(scene.kind, is_ground_right(picture, scene),
                  sum(item[0] == rank[0] for item, rank in zip(scene.items, ranks)) / len(ranks),
                  sum(item[0] in rank for item, rank in zip(scene.items, ranks)) / len(ranks))
    return score
