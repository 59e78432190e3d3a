# SPDX-License-Identifier: GPL-3.0-or-later
"""The noise schedule of Stable Diffusion 1 and a plain DDIM sampler to look at what is learnt."""

import torch

STEPS = 1000


def signal_shares():
    """The product of all alphas up to each of the 1000 steps (the betas' roots lie on a straight line)."""
    betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, STEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, dim=0).float()


def error_weights(shares, least=0.1, most=5.0):
    """Weight of the noise error at each step: the signal-to-noise ratio held between least and most, over itself.

    The upper bound is min-SNR weighting (Hang et al. 2023, arXiv:2303.09556), which keeps the finest details from
    taking over; the lower one is that of Salimans and Ho (2022, arXiv:2202.00512), which makes the noisiest steps
    count, where the text decides on ground and subject.
    """
    ratio = shares / (1 - shares)
    return ratio.clamp(least, most) / ratio


@torch.no_grad()
def sample(unet, context, empty_context, noise, steps=20, guidance=4.5):
    """Latents for a batch of contexts (batch, 77, width); empty_context is (1, 77, width)."""
    shares = signal_shares().to(noise.device)
    times = torch.linspace(STEPS - 1, 0, steps).round().long().to(noise.device)
    both = torch.cat([empty_context.expand_as(context), context])
    latent = noise
    for index, time in enumerate(times):
        if guidance == 1:
            error = unet(latent, time.expand(len(context)), context).float()
        else:
            free, led = unet(torch.cat([latent, latent]), time.expand(len(both)), both).float().chunk(2)
            error = free + guidance * (led - free)
        clean = (latent - (1 - shares[time]).sqrt() * error) / shares[time].sqrt()
        if index + 1 == steps:
            return clean
        share = shares[times[index + 1]]
        latent = share.sqrt() * clean + (1 - share).sqrt() * error
