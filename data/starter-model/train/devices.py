# SPDX-License-Identifier: GPL-3.0-or-later
"""Where networks run: options for it, and half precision for their forward passes."""

import os

import torch


def add_device_options(parser):
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1,
                        help="processes that paint pictures and draw captions (default: %(default)s)")


def open_device(options):
    """The device that the options name, made ready."""
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    return torch.device(options.device)


def place(network, device):
    """The network on the device, with its convolutions' weights laid out as they are fastest."""
    return network.to(device, memory_format=torch.channels_last)


def half_precision(device):
    """A context in which matrix products and convolutions run in bfloat16."""
    return torch.autocast(device.type, torch.bfloat16)


def idle():
    """Give way to everything else on this machine, where the system can."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
