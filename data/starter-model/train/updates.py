# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of an optimiser, and the learning rate that all trainings here follow."""

import math

import torch


def falling_rate(peak, step, warm_up, progress):
    """Learning rate: a linear warm-up, then half a cosine down to a fiftieth of the peak."""
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return peak * min(1.0, (step + 1) / warm_up) * (0.02 + 0.98 * fall)


def update(optimiser, loss, rate):
    """Step against the loss at this rate, the gradients' norm held to 1."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([weight for group in optimiser.param_groups for weight in group["params"]], 1.0)
    optimiser.step()
