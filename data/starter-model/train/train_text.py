# SPDX-License-Identifier: GPL-3.0-or-later
"""Give the text encoder a start: tell subject and ground apart from the mean of the context.

Without it the UNet finds nothing to hold on to in the context of an untrained encoder and for long paints whatever it
likes; with it the text counts from the first steps on.
"""

import argparse
import random

import torch
import torch.nn.functional as F
from torch import nn

import data
from captions import CaptionRows
from networks import TextEncoder
from storage import save_checkpoint
from updates import falling_rate, update


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--text", required=True, help="checkpoint to write")
    parser.add_argument("--steps", type=int, default=400, help="default: %(default)s")
    parser.add_argument("--batch", type=int, default=64, help="captions a step (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)

    subjects = data.load_subjects()
    colours = list(data.GROUNDS)
    captions = CaptionRows(options.merges, subjects)
    text = TextEncoder(captions.count)
    width = text.final_layer_norm.normalized_shape[0]
    subject_head, colour_head = nn.Linear(width, len(subjects)), nn.Linear(width, len(colours))
    networks = nn.ModuleList([text, subject_head, colour_head])
    optimiser = torch.optim.AdamW(networks.parameters(), betas=(0.9, 0.99), weight_decay=0.0, fused=True)

    for step in range(options.steps):
        indices = [rng.randrange(len(subjects)) for _ in range(options.batch)]
        grounds = [rng.randrange(len(colours)) for _ in range(options.batch)]
        rows = captions.draw(indices, [colours[ground] for ground in grounds], rng, empty_share=0.0)
        mean = text(rows).mean(1)
        subject_loss = F.cross_entropy(subject_head(mean), torch.tensor(indices))
        colour_loss = F.cross_entropy(colour_head(mean), torch.tensor(grounds))
        update(optimiser, subject_loss + colour_loss, falling_rate(options.rate, step, 50, step / options.steps))
        if (step + 1) % 20 == 0:
            print(f"step {step + 1} subject {subject_loss.item():.4f} colour {colour_loss.item():.4f}", flush=True)
    save_checkpoint(options.text, text.state_dict())


if __name__ == "__main__":
    main()
