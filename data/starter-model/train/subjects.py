# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be painted: Noto emoji with their Unicode names, the words that people use and their CLDR keywords.

Debian's packages fonts-noto-color-emoji, unicode-data and unicode-cldr-core hold what is read here. Where they cannot
be installed, $EMOJI_FOLDER names a folder with copies of their three files.
"""

import os
import pathlib
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
NAMES = "/usr/share/unicode/emoji/emoji-test.txt"
KEYWORDS = "/usr/share/unicode/cldr/common/annotations/en.xml"
if "EMOJI_FOLDER" in os.environ:
    FONT, NAMES, KEYWORDS = (os.path.join(os.environ["EMOJI_FOLDER"], os.path.basename(path))
                             for path in (FONT, NAMES, KEYWORDS))
EVERYDAY = pathlib.Path(__file__).with_name("everyday.txt")
SETS = ("everyday", "all")

_FONT_SIZE = 109  # the one size that this bitmap font has
_PICTURE_GROUPS = {"Smileys & Emotion", "Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects"}


@dataclass
class Subject:
    """One emoji: its Unicode name, the words for it, its CLDR keywords and its square picture with transparency."""

    name: str
    words: tuple
    keywords: tuple
    picture: Image.Image


def _read_emoji():
    """Unicode name -> emoji, for the fully qualified ones but people, symbols and flags."""
    line_form = re.compile(r"([0-9A-F ]+);\s*fully-qualified\s*#\s*\S+ E[\d.]+ (.*)")
    group = None
    found = {}
    with open(NAMES, encoding="utf-8") as table:
        for line in table:
            if line.startswith("# group:"):
                group = line.partition(":")[2].strip()
            match = line_form.match(line)
            if match and group in _PICTURE_GROUPS:
                found[match.group(2).strip()] = "".join(chr(int(code, 16)) for code in match.group(1).split())
    return found


def _read_keywords():
    found = {}
    for annotation in ElementTree.parse(KEYWORDS).getroot().iter("annotation"):
        if annotation.get("type") != "tts":
            found[annotation.get("cp")] = [word.strip().lower() for word in annotation.text.split("|")]
    return found


def _read_everyday():
    """Unicode name -> words, in the order of the file."""
    found = {}
    for line in EVERYDAY.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition(":")
            found[name] = tuple(word.strip() for word in words.split(","))
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


def load_subjects(which):
    """The subjects of one of SETS: those of everyday.txt, or these followed by every other emoji.

    A keyword is kept only where it means one subject alone.
    """
    font = ImageFont.truetype(FONT, _FONT_SIZE)
    emoji_of = _read_emoji()
    keywords_of = _read_keywords()
    words_of = _read_everyday()
    if which == "all":
        known = {word for words in words_of.values() for word in words}
        for name in emoji_of:
            word = name.lower().replace("’", "'")
            if name not in words_of:
                words_of[name] = (f"{word} emoji" if word in known else word,)

    keywords = {name: keywords_of.get(emoji_of[name].replace("\ufe0f", ""), []) for name in words_of}
    counts = {}
    for word in [word for words in [*keywords.values(), *words_of.values()] for word in words]:
        counts[word] = counts.get(word, 0) + 1
    return [Subject(name, words, tuple(word for word in keywords[name] if counts[word] == 1),
                    _render(emoji_of[name], font))
            for name, words in words_of.items()]
