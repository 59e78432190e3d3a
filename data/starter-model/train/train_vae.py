# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the VAE, or its decoder alone, on crops of scenes with all emoji; stop and call again to go on.

Two things make colours right within a few hundred steps: crops so small that a step sees many of them, and a linear
head that must read the mean colour of every 8x8 block off the latent. Latents are held at mean 0 and spread 1.
"""

import torch
import torch.nn.functional as F
from torch import nn

from crops import PIXELS_A_LATENT, draw_crops, load_pictures, picture_loss, signal_to_noise
from devices import half_precision, open_device, place
from networks import Vae
from storage import load_vae
from subjects import SETS, load_subjects
from training import Training, make_parser

HELD_OUT_SEED = 1001


@torch.no_grad()
def measure(vae, pictures, device):
    """Mean PSNR in dB over pictures (count, 3, SIDE, SIDE) of bytes, each encoded and decoded."""
    values = []
    for picture in pictures.split(10):
        wanted = picture.float() / 127.5 - 1
        with half_precision(device):
            decoded = vae.decode(vae.encode(wanted)).float()
        values.append(signal_to_noise(decoded, wanted))
    return torch.cat(values).mean().item()


def latent_loss(latents):
    """How far each channel's mean and spread are from 0 and 1."""
    return latents.mean((0, 2, 3)).square().mean() + (latents.std((0, 2, 3)) - 1).square().mean()


def main():
    parser = make_parser(__doc__, rate=5e-4, batch=8)
    parser.add_argument("--start", help="exported model whose VAE to begin with (default: a new one)")
    parser.add_argument("--decoder-only", action="store_true", help="leave the encoder, and so the latents, as it is")
    parser.add_argument("--subjects", choices=SETS, default="all", help="default: %(default)s")
    parser.add_argument("--pictures", type=int, default=4000, help="scenes to train on (default: %(default)s)")
    parser.add_argument("--held-out", type=int, default=100, help="scenes to measure with (default: %(default)s)")
    parser.add_argument("--crop", type=int, default=64, help="side of the crops in pixels (default: %(default)s)")
    parser.add_argument("--noise", type=float, default=0.05, help="noise on the latents (default: %(default)s)")
    options = parser.parse_args()
    device = open_device(options)

    subjects = load_subjects(options.subjects)
    pictures = load_pictures(subjects, 1, options.pictures, options.processes).to(device)
    held_out = load_pictures(subjects, HELD_OUT_SEED, options.held_out, options.processes).to(device)
    vae = place(load_vae(options.start).train() if options.start else Vae(), device)
    if options.decoder_only:
        vae.encoder.requires_grad_(False)
        vae.quant_conv.requires_grad_(False)
    head = nn.Conv2d(4, 3, 1).to(device)
    training = Training(nn.ModuleDict({"vae": vae, "head": head}), options)
    print(f"PSNR before: {measure(vae, held_out, device):.2f} dB", flush=True)

    def draw_loss():
        wanted = draw_crops(pictures, options.batch, options.crop)
        with half_precision(device):
            latents = vae.encode(wanted).float()
            decoded = vae.decode(latents + options.noise * torch.randn_like(latents)).float()
        loss = picture_loss(decoded, wanted)
        if not options.decoder_only:
            colours = (head(latents) - F.avg_pool2d(wanted, PIXELS_A_LATENT)).abs().mean()
            loss = loss + 0.3 * colours + 0.01 * latent_loss(latents)
        return loss, (decoded.detach() - wanted).abs().mean()

    training.run(draw_loss)
    vae.load_state_dict({name.removeprefix("vae."): value for name, value in training.average.items()
                         if name.startswith("vae.")})
    print(f"PSNR after, of the running average: {measure(vae, held_out, device):.2f} dB")


if __name__ == "__main__":
    main()
