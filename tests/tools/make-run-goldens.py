#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns recorded reference runs into the .npy files that the tests replay.

    make-run-goldens.py CHECKPOINT CONTEXTS RUNS OUT

CHECKPOINT is the tiny checkpoint of make_random_checkpoint.py, CONTEXTS the ctx.npy [3, 77, 128] of its
text encoder (prompt, negative prompt, none). RUNS/NAME/ holds a run's log.npz and latent.npy, RUNS/noise.npy
and noise_seq.npy the noise that all share. OUT/t2i-NAME/ gets a row for every time the sampler asks the network:
x.npy, the state as the sampler keeps it, t.npy and denoised.npy, besides latent.npy and, of a k-diffusion
run, its sigmas.npy.

The logs of k-diffusion and ldm have a row a step, and those of diffusers no answers, so the runs are made
again here: k-diffusion's (package k-diffusion, needs torchsde) with its own functions, ldm's PLMS with its
second call, and at each state that diffusers logged the network is asked. Latents must come out as they
were recorded.
"""

import json
import pathlib
import struct
import sys

import numpy
import torch

TOOLS = pathlib.Path(__file__).resolve().parent
sys.path.append(str(TOOLS.parents[1] / "data" / "starter-model" / "train"))

from networks import Unet  # noqa: E402

N_TIMESTEPS = 1000
N_NOISES = 10

K_DIFFUSION = {
    "euler": "euler", "euler_a": "euler_ancestral", "heun": "heun", "dpm2": "dpm_2",
    "dpm2_a": "dpm_2_ancestral", "lms": "lms", "dpmpp_2s_a": "dpmpp_2s_ancestral", "dpmpp_2m": "dpmpp_2m",
    "dpmpp_sde": "dpmpp_sde", "dpmpp_2m_sde": "dpmpp_2m_sde", "dpmpp_3m_sde": "dpmpp_3m_sde",
}


def load_unet(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)

    prefix = "model.diffusion_model."
    tensors = {}
    for name, entry in header.items():
        if name.startswith(prefix):
            first, last = (offset // 4 for offset in entry["data_offsets"])
            tensors[name[len(prefix):]] = data[first:last].view(entry["shape"])

    unet = Unet(base=64, multipliers=(1, 2, 4, 4), blocks=2, attention_levels=(0, 1, 2), context_width=128)
    unet.load_state_dict(tensors)
    return unet.eval()


class Model:
    """The guided network in k-diffusion's terms, and the record of what it was asked."""

    def __init__(self, unet, contexts):
        betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, N_TIMESTEPS, dtype=torch.float64) ** 2
        alphas = (1 - betas).cumprod(0).float()
        self.unet = unet
        self.contexts = contexts
        self.table = ((1 - alphas) / alphas).sqrt()

    def start(self, guidance, rounds):
        self.guidance = guidance
        self.rounds = rounds
        self.record = {"x": [], "t": [], "denoised": []}

    def timestep(self, sigma):
        logs = self.table.log()
        distance = sigma.log() - logs
        if self.rounds:
            return distance.abs().argmin().float()
        low = (distance >= 0).sum().clamp(1, N_TIMESTEPS - 1) - 1
        weight = ((logs[low] - sigma.log()) / (logs[low] - logs[low + 1])).clamp(0, 1)
        return low + weight

    def sigma(self, t):
        low = min(int(t), N_TIMESTEPS - 2)
        return torch.lerp(self.table[low], self.table[low + 1], float(t - low))

    def ask(self, x, sigma, t, kept=None):
        """@kept is x as the sampler keeps it, where that is not x."""
        scaled = x / (sigma ** 2 + 1).sqrt()
        eps = self.unet(scaled.repeat(2, 1, 1, 1), t.reshape(1).repeat(2), self.contexts)
        eps = eps[:1] + self.guidance * (eps[1:] - eps[:1])
        denoised = x - sigma * eps
        self.record["x"].append(x if kept is None else kept)
        self.record["t"].append(t)
        self.record["denoised"].append(denoised)
        return denoised

    def __call__(self, x, sigma):
        return self.ask(x, sigma[0], self.timestep(sigma[0]))


def sample_lcm(model, x, sigmas, noise_sampler, **_):
    for sigma, sigma_next in zip(sigmas, sigmas[1:]):
        x = model(x, sigma.reshape(1))
        if sigma_next > 0:
            x = x + sigma_next * noise_sampler(sigma, sigma_next)
    return x


def run_k_diffusion(model, sampler, log, noise, noises):
    from k_diffusion import sampling

    sigmas = torch.from_numpy(log["sigmas"])
    source = iter(noises)
    function = sample_lcm if sampler == "lcm" else getattr(sampling, f"sample_{K_DIFFUSION[sampler]}")
    options = {"noise_sampler": lambda *_: next(source)} if sampler[-2:] in ("_a", "de", "cm") else {}
    return function(model, noise * sigmas[0], sigmas, disable=True, **options)


def ask_at_unit_state(model, x, t, sigma):
    return model.ask(x * (sigma ** 2 + 1).sqrt(), sigma, torch.tensor(float(t)), kept=x)


def run_ldm(model, sampler, log):
    """The logs have the starting noise in front of the states after each step."""
    for i, t in enumerate(log["timesteps"]):
        x = torch.from_numpy(log["x"][i])
        denoised = ask_at_unit_state(model, x, t, model.sigma(t))
        if sampler == "plms" and i == 0:
            sigma, sigma_next = model.sigma(t), model.sigma(log["timesteps"][1])
            full = x * (sigma ** 2 + 1).sqrt()
            full = denoised + sigma_next / sigma * (full - denoised)
            ask_at_unit_state(model, full / (sigma_next ** 2 + 1).sqrt(), log["timesteps"][1], sigma_next)


def run_diffusers(model, sampler, schedule, log):
    sigmas = [model.sigma(t) for t in log["timesteps"]]
    if schedule == "karras":
        ends = model.table[[-1, 0]] ** (1 / 7)
        sigmas = torch.lerp(ends[0], ends[1], torch.linspace(0, 1, len(sigmas))) ** 7
    for x, t, sigma in zip(log["x"], log["timesteps"], sigmas):
        x = torch.from_numpy(x)
        if sampler in ("euler", "euler_a", "heun"):
            model.ask(x, sigma, torch.tensor(float(t)))
        else:
            ask_at_unit_state(model, x, t, sigma)


def main():
    checkpoint, contexts, runs, out = sys.argv[1:]
    runs, out = pathlib.Path(runs), pathlib.Path(out)
    contexts = torch.from_numpy(numpy.load(contexts))[[1, 0]]
    model = Model(load_unet(checkpoint), contexts)
    noise = torch.from_numpy(numpy.load(runs / "noise.npy"))
    noises = torch.from_numpy(numpy.load(runs / "noise_seq.npy"))[:N_NOISES]

    def save(folder, name, array):
        folder.mkdir(parents=True, exist_ok=True)
        numpy.save(folder / f"{name}.npy", numpy.asarray(array, dtype="<f4"))

    save(out / "t2i-noise", "noise", noise)
    save(out / "t2i-noise", "noise_seq", noises)

    for name, meta in json.loads((runs / "meta.json").read_text()).items():
        sampler = meta["sampler"].removeprefix("diffusers:")
        log = dict(numpy.load(runs / name / "log.npz"))
        latent = numpy.load(runs / name / "latent.npy")
        model.start(meta["cfg"], meta["quantize"])
        if sampler != meta["sampler"]:
            run_diffusers(model, sampler, meta["sched"], log)
        elif "timesteps" in log:
            run_ldm(model, sampler, log)
        else:
            again = run_k_diffusion(model, sampler, log, noise, noises).numpy()
            error = float(numpy.sqrt(((again - latent) ** 2).mean()) / latent.std())
            print(f"{name}: made again with an error of {error:.1e}")
            assert error < 1e-4
            save(out / f"t2i-{name}", "sigmas", log["sigmas"])
        for key, rows in model.record.items():
            save(out / f"t2i-{name}", key, torch.stack(rows))
        save(out / f"t2i-{name}", "latent", latent)


if __name__ == "__main__":
    with torch.no_grad():
        main()
