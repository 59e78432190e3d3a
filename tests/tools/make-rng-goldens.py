#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes torch.randn's values into OUT, as tests/goldens/rng has them.

    make-rng-goldens.py OUT

Made with PyTorch 1.13 on an x86 processor with AVX2; a processor without it gives
values that differ in the last bits.
"""

import pathlib
import sys

import numpy
import torch

SEEDS = (0, 1, 42, 12345, 2**32 - 1, 2**53 + 1)
SIZES = (1, 4, 15, 16, 17, 100, 1000, 4096, 16384)
SEQUENCE = (5, 20, 256)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)

    for seed in SEEDS:
        for size in SIZES:
            torch.manual_seed(seed)
            numpy.save(out / f"torch_cpu_randn_seed{seed}_n{size}.npy", torch.randn(size).numpy())

    torch.manual_seed(42)
    values = numpy.concatenate([torch.randn(size).numpy() for size in SEQUENCE])
    numpy.save(out / "torch_cpu_seed42_seq_5_20_256.npy", values)


if __name__ == "__main__":
    main()
