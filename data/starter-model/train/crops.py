# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures kept in memory and random crops of them, with what autoencoders are measured by."""

import numpy
import torch

from painting import SIDE, paint_many

PIXELS_A_LATENT = 8


def load_pictures(subjects, seed, count, processes=1):
    """The pictures of the first scenes of a seed's list, (count, 3, SIDE, SIDE) bytes."""
    pictures = numpy.concatenate(list(paint_many(subjects, seed, count, processes)))
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous()


def _cut(tensor, chosen, corners, side):
    """Squares of tensor[chosen] with these upper left corners, (count, channels, side, side)."""
    reach = torch.arange(side, device=tensor.device)
    rows, columns = (corners[:, axis, None] + reach for axis in range(2))
    channels = torch.arange(tensor.shape[1], device=tensor.device)
    return tensor[chosen[:, None, None, None], channels[None, :, None, None], rows[:, None, :, None],
                  columns[:, None, None, :]]


def draw_crops(pictures, count, side, latents=None):
    """Random squares of pictures as floats (count, 3, side, side) in [-1, 1], and of their latents where given.

    The squares' corners lie on the grid of the latents.
    """
    chosen = torch.randint(len(pictures), (count,), device=pictures.device)
    corners = torch.randint((SIDE - side) // PIXELS_A_LATENT + 1, (count, 2), device=pictures.device)
    squares = _cut(pictures, chosen, corners * PIXELS_A_LATENT, side).float() / 127.5 - 1
    squares = squares.contiguous(memory_format=torch.channels_last)
    if latents is None:
        return squares
    parts = _cut(latents, chosen, corners, side // PIXELS_A_LATENT)
    return squares, parts.contiguous(memory_format=torch.channels_last)


def _gradients(pictures):
    """Differences between neighbours, across and down."""
    return pictures[..., 1:] - pictures[..., :-1], pictures[..., 1:, :] - pictures[..., :-1, :]


def picture_loss(decoded, wanted):
    """Mean absolute error, plus that of the gradients so that edges become sharp, plus the squared error."""
    error = decoded - wanted
    loss = error.abs().mean() + 3 * error.square().mean()
    for made, meant in zip(_gradients(decoded), _gradients(wanted)):
        loss = loss + 0.5 * (made - meant).abs().mean()
    return loss


def signal_to_noise(decoded, wanted):
    """PSNR in dB of each picture, both in [-1, 1]."""
    return -10 * ((decoded.clamp(-1, 1) - wanted) / 2).square().mean((1, 2, 3)).log10()
