# SPDX-License-Identifier: GPL-3.0-or-later
"""Captions as rows of the small embedding table that training keeps.

Training holds rows only for the tokens that its captions can contain. Row 0 stands for every other token; it is put
into captions now and then, so that unknown words do little harm. Export spreads the rows over the full vocabulary.
"""

import torch

from scenes import caption_texts
from tokenizer import CONTEXT_LENGTH, END_TOKEN, START_TOKEN, VOCABULARY, Tokenizer

UNKNOWN_ROW = 0


class CaptionRows:
    def __init__(self, merges_path, subjects):
        self._tokenizer = Tokenizer(merges_path)
        known = {START_TOKEN, END_TOKEN}
        for text in caption_texts(subjects):
            known.update(self._tokenizer.encode_words(text))
        self.tokens = torch.tensor(sorted(known))  # those of the rows from 1 on
        self.row_of_token = torch.full((VOCABULARY,), UNKNOWN_ROW)
        self.row_of_token[self.tokens] = torch.arange(1, len(known) + 1)
        self.count = len(known) + 1

    def rows(self, texts):
        """Rows (texts, 77) for texts as a user would type them."""
        return self.row_of_token[torch.tensor([self._tokenizer.encode(text) for text in texts])]

    def spread(self, weight):
        """The full embedding table (49408, width) for the weight of the rows."""
        return weight[self.row_of_token]

    def gather(self, table):
        """Rows out of a full table, which are made to differ where it has one vector for several tokens.

        A token that an earlier training did not know has there the vector of row 0, taken from a token that no
        caption holds.
        """
        stranger = next(token for token in range(VOCABULARY) if self.row_of_token[token] == UNKNOWN_ROW)
        weight = torch.cat([table[stranger:stranger + 1], table[self.tokens]])
        new = (weight == weight[0]).all(1)
        new[0] = False
        weight[new] += 0.02 * torch.randn(int(new.sum()), weight.shape[1])
        return weight


def with_strangers(rows, share=0.06):
    """Rows (texts, 77) with one to three unknown words put into some of them."""
    rows = rows.clone()
    for number in torch.nonzero(torch.rand(len(rows)) < share).flatten().tolist():
        place, strangers = (int(torch.randint(low, high, ())) for low, high in ((1, 9), (1, 4)))
        moved = rows[number, place:CONTEXT_LENGTH - strangers].clone()
        rows[number, place:place + strangers] = UNKNOWN_ROW
        rows[number, place + strangers:] = moved
    return rows
