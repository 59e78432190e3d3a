# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes: which subjects stand where on which ground and in which style, and the many ways to say so."""

import json
import random
import re
import zlib
from dataclasses import asdict, dataclass

GROUNDS = {
    "white": (255, 255, 255), "black": (18, 18, 18), "gray": (128, 128, 128), "red": (214, 40, 40),
    "orange": (245, 130, 32), "yellow": (250, 210, 40), "green": (60, 160, 70), "teal": (20, 150, 150),
    "blue": (40, 90, 210), "purple": (120, 60, 170), "pink": (245, 150, 190), "brown": (120, 75, 40),
}
STYLES = ("pixel art", "pencil sketch", "neon", "black and white", "watercolour", "pop art")
STYLE_WORDS = {"watercolour": ("watercolour", "watercolor"), "neon": ("neon", "neon light"),
               "black and white": ("black and white", "monochrome")}
# These styles bring a ground of their own, which captions do not name.
STYLE_GROUNDS = {"pencil sketch": "white", "neon": "black", "black and white": "gray"}

KINDS = {"plain": 56, "gradient": 8, "placed": 10, "pair": 8, "count": 8, "style": 10}  # shares in percent
COUNTS = {2: "two", 3: "three", 4: "four"}

_SIDES = {"": (0.84, 0.92), "small": (0.38, 0.46), "big": (0.94, 0.99)}
_SIZE_WORDS = {"small": ("small", "small", "tiny", "little"), "big": ("big", "big", "large", "huge")}
_PLACES = {"top left": (0.0, 0.0), "top": (0.5, 0.0), "top right": (1.0, 0.0), "left": (0.0, 0.5), "right": (1.0, 0.5),
           "bottom left": (0.0, 1.0), "bottom": (0.5, 1.0), "bottom right": (1.0, 1.0), "middle": (0.5, 0.5)}
_COUNT_LAYOUTS = {2: ((0.26, 0.5), (0.74, 0.5)), 3: ((0.5, 0.26), (0.26, 0.74), (0.74, 0.74)),
                  4: ((0.26, 0.26), (0.74, 0.26), (0.26, 0.74), (0.74, 0.74))}
_MANY_SIDE = 0.47

_PHRASES = ("{name}", "a {name}", "a {name}", "the {name}", "an icon of a {name}", "a photo of a {name}",
            "a painting of a {name}", "a picture of a {name}", "a drawing of a {name}", "a {name} emoji",
            "a cute {name}")
_ON_GROUND = ("{phrase} on a {ground} background", "{phrase} on a {ground} background", "{phrase} on {ground}",
              "{phrase}, {ground} background", "{phrase} in front of a {ground} wall",
              "{phrase} on a {ground} ground", "{ground} background, {phrase}")
_ON_GRADIENT = ("{phrase} on a {first} to {second} gradient", "{phrase} on a gradient from {first} to {second}",
                "{phrase}, {first} and {second} gradient background")
_PAIRS = ("a {left} and a {right}", "a {left} and a {right}", "a {left} next to a {right}",
          "a {left} on the left and a {right} on the right", "{left} and {right}")
_PLACED = ("a {size} {name} at the {place}", "{size} {name}, {place}", "a {size} {name} in the {place}")
_STYLED = ("{phrase}, {style}", "{style} of {phrase}", "{phrase} in {style} style", "{phrase}, {style} style")

HELD_OUT_SEED = 2026
_HELD_OUT_SHARE = 10  # one combination in so many


@dataclass
class Scene:
    """What a picture shows; subjects are indices into the list of subjects.

    items are (subject, centre x, centre y, side) in shares of the picture. ground has one colour, or two that run
    into each other along direction ("down" or "right"). size, place and style are words of the tables above or empty.
    """

    kind: str
    items: list
    ground: list
    direction: str = ""
    size: str = ""
    place: str = ""
    style: str = ""

    @property
    def subjects(self):
        """The different subjects, from left to right."""
        return list(dict.fromkeys(item[0] for item in self.items))

    def labels(self):
        """What the text encoder is to tell apart: (sort, value) pairs."""
        found = [("subject", subject) for subject in self.subjects] + [("ground", colour) for colour in self.ground]
        found += [("count", len(self.items)), ("size", self.size), ("place", self.place), ("style", self.style)]
        return [label for label in found if label[1] != ""]


def is_held_out(*parts):
    """Whether training never shows this combination. Depends on the words and the seed alone."""
    return zlib.crc32("|".join([str(HELD_OUT_SEED), *map(str, parts)]).encode("utf-8")) % _HELD_OUT_SHARE == 0


def combination(scene, subjects):
    """The pair of things that makes a scene of its kind what it is."""
    names = [subjects[subject].name for subject in scene.subjects]
    other = {"plain": scene.ground[0], "gradient": "-".join(scene.ground), "placed": f"{scene.size} {scene.place}",
             "pair": names[-1], "count": str(len(scene.items)), "style": scene.style}
    return (scene.kind, names[0], other[scene.kind])


def draw_scene(subjects, rng, kind=None, held_out=False):
    """A random scene of a kind (by default any, by their shares) that is, or is not, held out."""
    kind = kind or rng.choices(list(KINDS), list(KINDS.values()))[0]
    while True:
        scene = _draw_any_scene(len(subjects), rng, kind)
        if is_held_out(*combination(scene, subjects)) == held_out:
            return scene


def _draw_any_scene(count, rng, kind):
    subject = rng.randrange(count)
    ground = rng.choice([*GROUNDS, "white", "white"])
    if kind == "pair":
        other = (subject + rng.randrange(1, count)) % count
        sides = [rng.uniform(0.44, 0.49) for _ in range(2)]
        return Scene(kind, [(subject, 0.26, 0.5 + rng.uniform(-0.06, 0.06), sides[0]),
                            (other, 0.74, 0.5 + rng.uniform(-0.06, 0.06), sides[1])], [ground])
    if kind == "count":
        layout = _COUNT_LAYOUTS[rng.choice(list(COUNTS))]
        return Scene(kind, [(subject, x, y, _MANY_SIDE) for x, y in layout], [ground])
    if kind == "placed":
        size = rng.choice(["small", "small", "small", "big"])
        place = rng.choice(list(_PLACES)) if size == "small" else ""
        return Scene(kind, [_place(subject, rng, size, place)], [ground], size=size, place=place)
    if kind == "gradient":
        other = rng.choice([colour for colour in GROUNDS if colour != ground])
        return Scene(kind, [_place(subject, rng)], [ground, other], direction=rng.choice(["down", "right"]))
    if kind == "style":
        style = rng.choice(STYLES)
        return Scene(kind, [_place(subject, rng)], [STYLE_GROUNDS.get(style, ground)], style=style)
    return Scene(kind, [_place(subject, rng)], [ground])


def _place(subject, rng, size="", place="middle"):
    side = rng.uniform(*_SIDES[size])
    x, y = (side / 2 + (1 - side) * share for share in _PLACES[place or "middle"])
    wander = 0.5 if size != "small" else 0.08
    x, y = (min(1 - side / 2, max(side / 2, centre + wander * (1 - side) / 2 * rng.uniform(-1, 1)))
            for centre in (x, y))
    return (subject, round(x, 4), round(y, 4), round(side, 4))


def _with_article(text):
    return re.sub(r"\ba (?=[aeiou])", "an ", text)


def _plural(name):
    head, _, rest = name.partition(" of ")
    if re.search(r"(s|sh|ch|x)$", head):
        head += "" if head.endswith("s") else "es"
    elif re.search(r"[^aeiou]y$", head):
        head = head[:-1] + "ies"
    else:
        head += "s"
    return head + (" of " + rest if rest else "")


def caption(scene, subjects, rng, plainly=False):
    """One of many ways to say what a scene shows; plainly: the most natural way, for lists of prompts."""
    def choose(options):
        return options[0] if plainly else rng.choice(options)

    names = [choose(subjects[subject].words) if rng.random() < 0.5 else subjects[subject].words[0]
             for subject in scene.subjects]
    size = choose(_SIZE_WORDS[scene.size]) if scene.size else ""
    if scene.kind == "pair":
        phrase = choose(_PAIRS).format(left=names[0], right=names[1])
    elif scene.kind == "count":
        phrase = f"{COUNTS[len(scene.items)]} {_plural(names[0])}"
    elif scene.place:
        phrase = choose(_PLACED).format(size=size, name=names[0], place=scene.place)
    else:
        phrase = _PHRASES[1] if plainly or scene.kind != "plain" and rng.random() < 0.6 else rng.choice(_PHRASES)
        phrase = phrase.format(name=f"{size} {names[0]}".strip())
        keywords = subjects[scene.subjects[0]].keywords
        if keywords and not plainly and rng.random() < 0.1:
            phrase += f", {rng.choice(keywords)}"
    return _with_article(_with_style(scene, _on_ground(scene, phrase, rng, choose, plainly), choose))


def _on_ground(scene, phrase, rng, choose, plainly):
    if scene.style in STYLE_GROUNDS:
        return phrase
    if len(scene.ground) == 2:
        return choose(_ON_GRADIENT).format(phrase=phrase, first=scene.ground[0], second=scene.ground[1])
    ground = scene.ground[0]
    if not plainly and (ground == "white" and rng.random() < 0.6 or rng.random() < 0.05):
        return phrase  # white often goes without saying
    if ground == "gray" and not plainly and rng.random() < 0.3:
        ground = "grey"
    return choose(_ON_GROUND).format(phrase=phrase, ground=ground)


def _with_style(scene, phrase, choose):
    if not scene.style:
        return phrase
    return choose(_STYLED).format(phrase=phrase, style=choose(STYLE_WORDS.get(scene.style, (scene.style,))))


def caption_texts(subjects):
    """Texts that hold every token which captions can contain."""
    texts = [*_PHRASES, *_ON_GROUND, *_ON_GRADIENT, *_PAIRS, *_PLACED, *_STYLED, *GROUNDS, *STYLES, *_PLACES]
    texts += [word for words in [*STYLE_WORDS.values(), *_SIZE_WORDS.values()] for word in words]
    texts += [*COUNTS.values(), "grey", "an", ","]
    for subject in subjects:
        texts += [*subject.words, *subject.keywords, *(_plural(word) for word in subject.words)]
    return [re.sub(r"\{\w+\}", " ", text) for text in texts]


def nth_scene(subjects, seed, number):
    """The scene with this number in the endless list that a seed stands for, and a source of chance for its captions."""
    rng = random.Random(f"{seed} {number}")
    return draw_scene(subjects, rng), rng


def write_held_out(path, subjects, counts, seed):
    """A list of different held-out prompts with their scenes, one JSON object a line."""
    rng = random.Random(seed)
    taken = set()
    with open(path, "w", encoding="utf-8") as file:
        for kind, count in counts.items():
            while count:
                scene = draw_scene(subjects, rng, kind, held_out=True)
                prompt = caption(scene, subjects, rng, plainly=True)
                if prompt not in taken:
                    taken.add(prompt)
                    entry = {"prompt": prompt, **asdict(scene)}
                    entry["items"] = [[subjects[item[0]].name, *item[1:]] for item in scene.items]
                    file.write(json.dumps(entry) + "\n")
                    count -= 1


def read_held_out(path, subjects):
    """(prompt, scene) pairs of a list that write_held_out wrote."""
    index_of = {subject.name: index for index, subject in enumerate(subjects)}
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            prompt = entry.pop("prompt")
            entry["items"] = [(index_of[item[0]], *item[1:]) for item in entry["items"]]
            found.append((prompt, Scene(**entry)))
    return found
