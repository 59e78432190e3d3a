#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns recorded reference runs into the .npy files that tests/unit replays.

    unpack-run-goldens.py RUNS OUT NAME...

RUNS/NAME/ holds log.npz (of a k-diffusion run: sigmas, t, the state x before each
step, denoised; of an ldm run: timesteps, and x and denoised with the starting noise
in front) and latent.npy. OUT/t2i-NAME/ gets x.npy [steps, ...], denoised.npy, t.npy,
latent.npy and, of a k-diffusion run, sigmas.npy; OUT/t2i-noise/ gets the noise.npy
that all runs start from and the first N_NOISES of noise_seq.npy.
"""

import pathlib
import sys

import numpy

N_NOISES = 9


def main():
    runs, out, *names = sys.argv[1:]
    runs = pathlib.Path(runs)
    out = pathlib.Path(out)

    def save(folder, name, array):
        folder.mkdir(parents=True, exist_ok=True)
        numpy.save(folder / f"{name}.npy", array.astype("<f4"))

    save(out / "t2i-noise", "noise", numpy.load(runs / "noise.npy"))
    save(out / "t2i-noise", "noise_seq", numpy.load(runs / "noise_seq.npy")[:N_NOISES])

    for name in names:
        log = dict(numpy.load(runs / name / "log.npz"))
        if "timesteps" in log:
            log["t"] = log.pop("timesteps")
            log["x"] = log["x"][:-1]
            log["denoised"] = log["denoised"][1:]
        log["latent"] = numpy.load(runs / name / "latent.npy")
        for key, array in log.items():
            save(out / f"t2i-{name}", key, array)


if __name__ == "__main__":
    main()
