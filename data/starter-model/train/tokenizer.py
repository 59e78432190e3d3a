# SPDX-License-Identifier: GPL-3.0-or-later
"""The CLIP byte-pair tokenizer: captions become the 77 token ids that Stable Diffusion 1 reads."""

import gzip
import html
import re

VOCABULARY = 49408
CONTEXT_LENGTH = 77
START_TOKEN = 49406
END_TOKEN = 49407

_MERGE_COUNT = 49152 - 256 - 2
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+", re.IGNORECASE)


def _byte_alphabet():
    """Map every byte to a printable character, in the order in which the vocabulary lists them."""
    printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    others = [byte for byte in range(256) if byte not in printable]
    alphabet = {byte: chr(byte) for byte in printable}
    alphabet.update({byte: chr(256 + index) for index, byte in enumerate(others)})
    return alphabet


class Tokenizer:
    """Read the merge table (plain or gzipped) and turn captions into token ids."""

    def __init__(self, merges_path):
        opener = gzip.open if str(merges_path).endswith(".gz") else open
        with opener(merges_path, "rt", encoding="utf-8") as table:
            lines = table.read().split("\n")[1:_MERGE_COUNT + 1]
        merges = [tuple(line.split()) for line in lines]
        self._alphabet = _byte_alphabet()
        letters = list(self._alphabet.values())
        pieces = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges]
        self._id_of_piece = {piece: index for index, piece in enumerate(pieces)}
        self._rank_of_pair = {pair: rank for rank, pair in enumerate(merges)}
        self._known_words = {}

    def _merge(self, word):
        pieces = [self._alphabet[byte] for byte in word.encode("utf-8")]
        pieces[-1] += "</w>"
        while len(pieces) > 1:
            pairs = list(zip(pieces, pieces[1:]))
            best = min(pairs, key=lambda pair: self._rank_of_pair.get(pair, _MERGE_COUNT))
            if best not in self._rank_of_pair:
                break
            merged = []
            index = 0
            while index < len(pieces):
                if tuple(pieces[index:index + 2]) == best:
                    merged.append(best[0] + best[1])
                    index += 2
                else:
                    merged.append(pieces[index])
                    index += 1
            pieces = merged
        return [self._id_of_piece[piece] for piece in pieces]

    def encode_words(self, text):
        """Token ids of a text, without start and end."""
        text = re.sub(r"\s+", " ", html.unescape(text)).strip().lower()
        ids = []
        for word in _WORDS.findall(text):
            if word not in self._known_words:
                self._known_words[word] = self._merge(word)
            ids += self._known_words[word]
        return ids

    def encode(self, text):
        """Token ids of a text: start, words, and the end token up to the full length of 77."""
        ids = [START_TOKEN] + self.encode_words(text)[:CONTEXT_LENGTH - 2]
        return ids + [END_TOKEN] * (CONTEXT_LENGTH - len(ids))
