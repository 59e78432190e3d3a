# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions as rows of the small embedding table that training keeps.

Training holds rows only for the tokens that its captions can contain. Row 0 stands for every other token; it is put
into captions now and then, so that unknown words do little harm. Export spreads the rows over the full vocabulary.
"""

import torch

import data
from tokenizer import CONTEXT_LENGTH, END_TOKEN, START_TOKEN, VOCABULARY, Tokenizer

UNKNOWN_ROW = 0


class CaptionRows:
    def __init__(self, merges_path, subjects):
        self._tokenizer = Tokenizer(merges_path)
        self._subjects = subjects
        known = {START_TOKEN, END_TOKEN}
        for text in data.caption_texts(subjects):
            known.update(self._tokenizer.encode_words(text))
        self.row_of_token = torch.full((VOCABULARY,), UNKNOWN_ROW)
        self.row_of_token[torch.tensor(sorted(known))] = torch.arange(1, len(known) + 1)
        self.count = len(known) + 1

    def rows(self, texts):
        """Rows (texts, 77) for texts as a user would type them."""
        return self.row_of_token[torch.tensor([self._tokenizer.encode(text) for text in texts])]

    def draw(self, subject_indices, colours, rng, empty_share=0.1, stranger_share=0.06):
        """Rows of freshly drawn captions for pictures; some are empty, some hold unknown words."""
        texts = ["" if rng.random() < empty_share else data.caption(self._subjects[index], colour, rng)
                 for index, colour in zip(subject_indices, colours)]
        rows = self.rows(texts)
        for number, text in enumerate(texts):
            if text and rng.random() < stranger_share:
                place = rng.randint(1, 8)
                strangers = rng.randint(1, 3)
                moved = rows[number, place:CONTEXT_LENGTH - strangers].clone()
                rows[number, place:place + strangers] = UNKNOWN_ROW
                rows[number, place + strangers:] = moved
        return rows
