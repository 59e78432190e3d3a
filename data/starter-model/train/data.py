# SPDX-License-Identifier: GPL-3.0-or-later
"""Training pictures and captions: Noto emoji on coloured grounds, with their Unicode names and CLDR keywords.

Debian's packages fonts-noto-color-emoji, unicode-data and unicode-cldr-core hold what is read here.
"""

import random
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

import numpy
from PIL import Image, ImageDraw, ImageFont

SIDE = 128
FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
NAMES = "/usr/share/unicode/emoji/emoji-test.txt"
KEYWORDS = "/usr/share/unicode/cldr/common/annotations/en.xml"

_FONT_SIZE = 109  # the one size that this bitmap font has
_PICTURE_GROUPS = {"Smileys & Emotion", "Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects"}

GROUNDS = {
    "white": (255, 255, 255), "black": (18, 18, 18), "gray": (128, 128, 128), "red": (214, 40, 40),
    "orange": (245, 130, 32), "yellow": (250, 210, 40), "green": (60, 160, 70), "teal": (20, 150, 150),
    "blue": (40, 90, 210), "purple": (120, 60, 170), "pink": (245, 150, 190), "brown": (120, 75, 40),
}

# Unicode name -> the words that people say instead of it, the most natural first.
SUBJECTS = {
    "cat face": ("cat", "cat face", "kitten"),
    "dog face": ("dog", "dog face", "puppy"),
    "panda": ("panda", "panda bear"),
    "fox": ("fox", "fox face"),
    "pig face": ("pig", "pig face"),
    "frog": ("frog",),
    "penguin": ("penguin",),
    "lady beetle": ("ladybug", "ladybird", "lady beetle"),
    "sunflower": ("sunflower",),
    "evergreen tree": ("fir tree", "evergreen tree", "pine tree"),
    "mushroom": ("mushroom", "toadstool"),
    "red apple": ("red apple", "apple"),
    "banana": ("banana",),
    "watermelon": ("watermelon", "slice of watermelon"),
    "strawberry": ("strawberry",),
    "lemon": ("lemon",),
    "pizza": ("pizza", "slice of pizza"),
    "rocket": ("rocket", "space rocket"),
    "automobile": ("car", "red car", "automobile"),
    "house": ("house", "home"),
    "sun with face": ("sun", "sun with face"),
    "crescent moon": ("crescent moon", "moon"),
    "star": ("star", "yellow star"),
    "snowman without snow": ("snowman",),
    "globe showing Europe-Africa": ("earth", "planet earth", "globe"),
    "balloon": ("balloon", "red balloon"),
    "jack-o-lantern": ("pumpkin", "jack-o-lantern"),
    "basketball": ("basketball",),
    "red heart": ("red heart", "heart"),
    "blue heart": ("blue heart",),
    "ghost": ("ghost",),
    "grinning face": ("grinning face", "smiley", "happy face"),
    "smiling face with sunglasses": ("smiling face with sunglasses", "cool face"),
}

_PHRASES = ("{name}", "a {name}", "a {name}", "the {name}", "an icon of a {name}", "a photo of a {name}",
            "a painting of a {name}", "a picture of a {name}", "a drawing of a {name}", "a {name} emoji",
            "a cute {name}")
_ON_GROUND = ("{phrase} on a {colour} background", "{phrase} on a {colour} background", "{phrase} on {colour}",
              "{phrase}, {colour} background", "{phrase} in front of a {colour} wall",
              "{phrase} on a {colour} ground", "{colour} background, {phrase}")


@dataclass
class Subject:
    """One emoji: its Unicode name, the words for it, its CLDR keywords and its picture with transparency."""

    name: str
    words: tuple
    keywords: tuple
    picture: Image.Image


def _emoji_by_name(path, groups=None):
    """Unicode name -> emoji, for the fully qualified ones, in the groups named or in all."""
    line_form = re.compile(r"([0-9A-F ]+);\s*fully-qualified\s*#\s*\S+ E[\d.]+ (.*)")
    group = None
    found = {}
    with open(path, encoding="utf-8") as table:
        for line in table:
            if line.startswith("# group:"):
                group = line.partition(":")[2].strip()
            match = line_form.match(line)
            if match and (groups is None or group in groups):
                found[match.group(2).strip()] = "".join(chr(int(code, 16)) for code in match.group(1).split())
    return found


def _keywords_by_emoji(path):
    found = {}
    for annotation in ElementTree.parse(path).getroot().iter("annotation"):
        if annotation.get("type") != "tts":
            found[annotation.get("cp")] = [word.strip().lower() for word in annotation.text.split("|")]
    return found


def _render(emoji, font):
    canvas = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((12, 12), emoji, font=font, embedded_color=True)
    box = canvas.getbbox()
    if box is None:
        raise ValueError(f"the font has no picture of {emoji}")
    glyph = canvas.crop(box)
    side = max(glyph.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(glyph, ((side - glyph.width) // 2, (side - glyph.height) // 2))
    return square


def load_subjects(font_path=FONT, names_path=NAMES, keywords_path=KEYWORDS):
    """The subjects in the order of the table; a keyword is kept only where it means one subject alone."""
    font = ImageFont.truetype(font_path, _FONT_SIZE)
    emoji_of = _emoji_by_name(names_path)
    keywords_of = _keywords_by_emoji(keywords_path)
    keywords = {name: keywords_of.get(emoji_of[name].replace("\ufe0f", ""), []) for name in SUBJECTS}
    taken = [word for words in keywords.values() for word in words] + list(GROUNDS) + ["grey"]
    taken += [word for words in SUBJECTS.values() for word in words]
    return [Subject(name, words, tuple(word for word in keywords[name] if taken.count(word) == 1),
                    _render(emoji_of[name], font))
            for name, words in SUBJECTS.items()]


def load_all_pictures(font_path=FONT, names_path=NAMES):
    """The pictures with transparency of all emoji but people and flags, for the VAE."""
    font = ImageFont.truetype(font_path, _FONT_SIZE)
    return [_render(emoji, font) for emoji in _emoji_by_name(names_path, _PICTURE_GROUPS).values()]


def compose(picture, colour, rng, sides=(0.84, 0.92), wander=0.5, shade=5):
    """A square (SIDE, SIDE, 3) with the picture on a ground of about that colour.

    sides are the least and greatest side of the picture as shares of the square, wander is the share of the room
    around it by which it may leave the middle, and shade is how far the ground's channels may differ from the colour.
    """
    ground = tuple(min(255, max(0, channel + rng.randint(-shade, shade))) for channel in GROUNDS[colour])
    side = round(SIDE * rng.uniform(*sides))
    room = (SIDE - side) / 2
    left, top = (round(room * (1 + wander * rng.uniform(-1, 1))) for _ in range(2))
    square = Image.new("RGB", (SIDE, SIDE), ground)
    scaled = picture.resize((side, side), Image.LANCZOS)
    square.paste(scaled, (left, top), scaled)
    return numpy.asarray(square)


def to_signed(pictures):
    """Pictures with bytes, (..., height, width, 3), as floats in [-1, 1]."""
    return numpy.asarray(pictures, numpy.float32) / 127.5 - 1


def caption(subject, colour, rng):
    """One of many ways to say what the picture shows. White grounds often go without saying."""
    name = rng.choice(subject.words) if rng.random() < 0.5 else subject.words[0]
    phrase = rng.choice(_PHRASES).format(name=name)
    phrase = re.sub(r"\ba (?=[aeiou])", "an ", phrase)
    if subject.keywords and rng.random() < 0.1:
        phrase = ", ".join([phrase] + rng.sample(subject.keywords, 1))
    if colour == "white" and rng.random() < 0.6 or rng.random() < 0.05:
        return phrase
    if colour == "gray" and rng.random() < 0.3:
        colour = "grey"
    return rng.choice(_ON_GROUND).format(phrase=phrase, colour=colour)


def caption_texts(subjects):
    """Texts that hold every token which captions can contain."""
    texts = list(_PHRASES) + list(_ON_GROUND) + list(GROUNDS) + ["grey", "an", ","]
    for subject in subjects:
        texts += subject.words
        texts += subject.keywords
    return [re.sub(r"\{\w+\}", " ", text) for text in texts]


def make_pictures(subjects, count, seed):
    """Yield (subject index, colour, picture), every pair of subject and colour in turn; white comes thrice."""
    rng = random.Random(seed)
    colours = list(GROUNDS) + ["white", "white"]
    pairs = [(index, colour) for index in range(len(subjects)) for colour in colours]
    for number in range(count):
        if number % len(pairs) == 0:
            rng.shuffle(pairs)
        index, colour = pairs[number % len(pairs)]
        yield index, colour, compose(subjects[index].picture, colour, rng)
