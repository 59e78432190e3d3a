# SPDX-License-Identifier: GPL-3.0-or-later
"""Give the text encoder a start: tell from the mean of the context what a caption names.

Without it the UNet finds nothing to hold on to in the context of an untrained encoder and for long paints whatever it
likes; with it the text counts from the first steps on.
"""

import argparse

import torch
import torch.nn.functional as F
from torch import nn

from captions import CaptionRows, with_strangers
from networks import TextEncoder
from scenes import caption, nth_scene
from storage import load_model, save_checkpoint
from subjects import SETS, load_subjects
from training import falling_rate


def number_labels(subjects, count=5000):
    """For every sort of label its values with their numbers; 0 is none at all."""
    values = {"subject": set(range(len(subjects)))}
    for number in range(count):
        for sort, value in nth_scene(subjects, "labels", number)[0].labels():
            values.setdefault(sort, set()).add(value)
    return {sort: {value: number + 1 for number, value in enumerate(sorted(found))} for sort, found in values.items()}


def draw_captions(subjects, numbers, seed, first, count):
    """Captions of scenes and for every sort of label its shares (count, values + 1)."""
    texts = []
    wanted = {sort: torch.zeros(count, len(values) + 1) for sort, values in numbers.items()}
    for index in range(count):
        scene, rng = nth_scene(subjects, seed, first + index)
        texts.append(caption(scene, subjects, rng))
        for sort, value in scene.labels():
            wanted[sort][index, numbers[sort].get(value, 0)] = 1
    for shares in wanted.values():
        shares[:, 0] = (shares.sum(1) == 0).float()
        shares /= shares.sum(1, keepdim=True)
    return texts, wanted


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--text", required=True, help="checkpoint to write")
    parser.add_argument("--subjects", choices=SETS, default="everyday", help="default: %(default)s")
    parser.add_argument("--start", help="exported model whose text encoder to begin with (default: a new one)")
    parser.add_argument("--steps", type=int, default=800, help="default: %(default)s")
    parser.add_argument("--batch", type=int, default=64, help="captions a step (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    subjects = load_subjects(options.subjects)
    numbers = number_labels(subjects)
    captions = CaptionRows(options.merges, subjects)
    text = TextEncoder(captions.count)
    if options.start:
        state = load_model(options.start)[0].state_dict()
        embedding = "embeddings.token_embedding.weight"
        state[embedding] = captions.gather(state[embedding])
        text.load_state_dict(state)
    width = text.final_layer_norm.normalized_shape[0]
    heads = nn.ModuleDict({sort: nn.Linear(width, len(values) + 1) for sort, values in numbers.items()})
    networks = nn.ModuleList([text, heads])
    optimiser = torch.optim.AdamW(networks.parameters(), betas=(0.9, 0.99), weight_decay=0.0, fused=True)

    for step in range(options.steps):
        texts, wanted = draw_captions(subjects, numbers, f"text {options.seed}", step * options.batch, options.batch)
        mean = text(with_strangers(captions.rows(texts))).mean(1)
        losses = {sort: F.cross_entropy(heads[sort](mean), wanted[sort]) for sort in numbers}
        loss = sum(losses.values())
        for group in optimiser.param_groups:
            group["lr"] = falling_rate(options.rate, step, 50, step / options.steps)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 50 == 0:
            print(f"step {step + 1} " + " ".join(f"{sort} {value.item():.3f}" for sort, value in losses.items()),
                  flush=True)
    save_checkpoint(options.text, text.state_dict())


if __name__ == "__main__":
    main()
