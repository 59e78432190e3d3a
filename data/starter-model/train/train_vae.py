# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the whole VAE on crops of all emoji; stop and call again to go on.

Two things make colours right within a few hundred steps: crops so small that a step sees many of them, and a linear
head that must read the mean colour of every 8x8 block off the latent.
"""

import argparse
import os
import random

import numpy
import torch
import torch.nn.functional as F
from torch import nn

import data
from networks import Vae
from storage import load_checkpoint, save_checkpoint
from updates import falling_rate, update

PIXELS_A_LATENT = 8


def _gradients(pictures):
    """Differences between neighbours, across and down."""
    return pictures[..., 1:] - pictures[..., :-1], pictures[..., 1:, :] - pictures[..., :-1, :]


def picture_loss(decoded, wanted):
    """Mean absolute error, plus that of the gradients so that edges become sharp, plus the squared error."""
    loss = (decoded - wanted).abs().mean() + (decoded - wanted).square().mean()
    for made, meant in zip(_gradients(decoded), _gradients(wanted)):
        loss = loss + (made - meant).abs().mean()
    return loss


def draw_crop(pictures, side, rng):
    """A crop (side, side, 3) of a random picture on a random ground, its corner on the grid of the latents."""
    square = data.compose(rng.choice(pictures), rng.choice(list(data.GROUNDS)), rng,
                          sides=(0.6, 0.98), wander=1.0, shade=14)
    top, left = (rng.randrange(0, data.SIDE - side + 1, PIXELS_A_LATENT) for _ in range(2))
    return square[top:top + side, left:left + side]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", required=True, help="checkpoint to go on from and to write")
    parser.add_argument("--steps", type=int, required=True, help="steps of this call; the learning rate falls over it")
    parser.add_argument("--crop", type=int, default=64, help="side of the crops in pixels (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="crops a step (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=5e-4, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--noise", type=float, default=0.05, help="noise on the latents (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)

    pictures = data.load_all_pictures()
    vae = Vae()
    if os.path.exists(options.vae):
        vae.load_state_dict(load_checkpoint(options.vae)["vae"])
    colour_head = nn.Conv2d(4, 3, 1)
    weights = list(vae.parameters()) + list(colour_head.parameters())
    optimiser = torch.optim.AdamW(weights, betas=(0.9, 0.99), weight_decay=0.0, fused=True)

    errors = []
    for step in range(options.steps):
        crops = numpy.stack([draw_crop(pictures, options.crop, rng) for _ in range(options.batch)])
        wanted = torch.from_numpy(data.to_signed(crops)).permute(0, 3, 1, 2)
        latents = vae.encode(wanted)
        decoded = vae.decode(latents + options.noise * torch.randn_like(latents))
        colour_loss = (colour_head(latents) - F.avg_pool2d(wanted, PIXELS_A_LATENT)).abs().mean()
        loss = picture_loss(decoded, wanted) + colour_loss + 1e-6 * latents.square().mean()
        update(optimiser, loss, falling_rate(options.rate, step, 100, step / options.steps))

        errors.append(F.l1_loss(decoded.detach(), wanted).item())
        if (step + 1) % 50 == 0:
            print(f"step {step + 1} L1 {sum(errors) / len(errors):.4f} colours {colour_loss.item():.4f}", flush=True)
            errors = []
        if (step + 1) % 250 == 0 or step + 1 == options.steps:
            save_checkpoint(options.vae, {"vae": vae.state_dict()})


if __name__ == "__main__":
    main()
