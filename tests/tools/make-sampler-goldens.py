#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the samplers of other programs on a model that is a formula, as tests/goldens/samplers has them.

    make-sampler-goldens.py OUT NOISE

NOISE is the folder tests/goldens/t2i-noise, whose noise.npy is what all runs start from and whose
noise_seq.npy what they add. Made with k-diffusion 0.1.1, torchsde 0.2.6, diffusers 0.30.3 and
PyTorch 1.13. OUT/NAME.npy gets the latent that a run ends on; the model is

    denoised = tanh (x / sqrt (1 + sigma^2) + t / 1000)

brownian_*.npy are the noises that k-diffusion's BrownianTreeNoiseSampler gives on the way down Karras'
ten levels, with torch's generator and (philox) with the one that A1111 puts in its place, and
sde runs are the ones with such noise.
"""

import pathlib
import sys

import numpy
import torch
import torchsde
from diffusers import (DDIMScheduler, DPMSolverMultistepScheduler, EulerAncestralDiscreteScheduler,
                       EulerDiscreteScheduler, HeunDiscreteScheduler, KDPM2AncestralDiscreteScheduler,
                       KDPM2DiscreteScheduler, LCMScheduler, LMSDiscreteScheduler, PNDMScheduler,
                       UniPCMultistepScheduler)
from k_diffusion import sampling

N_TIMESTEPS = 1000
SEEDS = (42, 2**40 + 7)
SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}


def sigma_table():
    betas = torch.linspace(SD["beta_start"] ** 0.5, SD["beta_end"] ** 0.5, N_TIMESTEPS, dtype=torch.float64) ** 2
    alphas = (1 - betas).cumprod(0).float()
    return ((1 - alphas) / alphas).sqrt()


TABLE = sigma_table()


def timestep(sigma):
    logs = TABLE.log()
    low = ((sigma.log() - logs) >= 0).sum().clamp(1, N_TIMESTEPS - 1) - 1
    weight = ((logs[low] - sigma.log()) / (logs[low] - logs[low + 1])).clamp(0, 1)
    return low + weight


def denoise(x, sigma, t):
    return torch.tanh(x / (1 + sigma ** 2).sqrt() + t / N_TIMESTEPS)


def k_diffusion_model(x, sigma):
    return denoise(x, sigma[0], timestep(sigma[0]))


def philox_normal(seed, shape):
    """A1111's rng_philox.Generator (seed).randn (shape)."""
    n = int(numpy.prod(shape))
    words = [numpy.zeros(n, numpy.uint64), numpy.zeros(n, numpy.uint64),
             numpy.arange(n, dtype=numpy.uint64), numpy.zeros(n, numpy.uint64)]
    key = [int(seed) & 0xffffffff, int(seed) >> 32]
    mask = numpy.uint64(0xffffffff)
    shift = numpy.uint64(32)
    for _ in range(10):
        first = words[0] * numpy.uint64(0xd2511f53)
        second = words[2] * numpy.uint64(0xcd9e8d57)
        words = [(second >> shift) ^ words[1] ^ numpy.uint64(key[0]), second & mask,
                 (first >> shift) ^ words[3] ^ numpy.uint64(key[1]), first & mask]
        key = [(key[0] + 0x9e3779b9) & 0xffffffff, (key[1] + 0xbb67ae85) & 0xffffffff]
    turn = numpy.float32(2.0 ** -32 * 2.0 * numpy.pi)
    u = words[0].astype(numpy.float64) * 2.0 ** -32 + 2.0 ** -33
    v = words[1].astype(numpy.float64) * numpy.float64(turn) + numpy.float64(turn) / 2
    return (numpy.sqrt(-2.0 * numpy.log(u)) * numpy.sin(v)).astype(numpy.float32).reshape(shape)


NORMAL = {
    "cpu": torchsde._brownian.brownian_interval._randn,
    "philox": lambda size, dtype, device, seed: torch.from_numpy(philox_normal(seed, size)),
}


def brownian(kind, seed, sigmas, x):
    torchsde._brownian.brownian_interval._randn = NORMAL[kind]
    above = sigmas[sigmas > 0]
    return sampling.BrownianTreeNoiseSampler(x, above.min(), above.max(), seed=seed)


def run_diffusers(scheduler, n_steps, noise, noises, guess=None, **options):
    """The pipeline's loop. The model answers with eps."""
    source = iter(noises)
    module = sys.modules[type(scheduler).__module__]
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = lambda *_, **__: next(source)

    scheduler.set_timesteps(n_steps)
    if guess is not None:
        scheduler.sigmas = guess
    x = noise * scheduler.init_noise_sigma
    for i, t in enumerate(scheduler.timesteps):
        scaled = scheduler.scale_model_input(x, t)
        sigma = scheduler_sigma(scheduler, i, t)
        full = scaled * (sigma ** 2 + 1).sqrt()
        eps = (full - denoise(full, sigma, t)) / sigma
        x = scheduler.step(eps, t, x, **options).prev_sample
    return x


def scheduler_sigma(scheduler, i, t):
    if isinstance(scheduler, KDPM2DiscreteScheduler | KDPM2AncestralDiscreteScheduler):
        return scheduler.sigmas[scheduler.step_index] if scheduler.state_in_first_order else \
            scheduler.sigmas_interpol[scheduler.step_index]
    if isinstance(scheduler, HeunDiscreteScheduler):
        return scheduler.sigmas[scheduler.step_index]
    if hasattr(scheduler, "sigmas"):
        return scheduler.sigmas[i]
    return TABLE[int(t)]


def make_k_diffusion(noise, noises):
    karras = sampling.get_sigmas_karras(8, TABLE[0].item(), TABLE[-1].item())
    for name in ("dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde"):
        function = getattr(sampling, f"sample_{name}")
        for kind in ("cpu", "philox"):
            source = brownian(kind, SEEDS[1], karras, noise)
            yield f"sde-{kind}-{name}", function(k_diffusion_model, noise * karras[0], karras, disable=True,
                                                 noise_sampler=source)
    shorter = sampling.get_sigmas_karras(6, TABLE[0].item(), TABLE[-1].item())
    for name in ("euler_ancestral", "dpm_2_ancestral", "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m_sde",
                 "dpmpp_3m_sde"):
        source = iter(noises)
        function = getattr(sampling, f"sample_{name}")
        yield f"eta-{name}", function(k_diffusion_model, noise * shorter[0], shorter, disable=True, eta=0.6,
                                      noise_sampler=lambda *_: next(source))


def make_diffusers(noise, noises):
    for spacing in ("linspace", "leading", "trailing"):
        config = SD | {"timestep_spacing": spacing}
        schedulers = {
            "euler": EulerDiscreteScheduler(**config),
            "euler_a": EulerAncestralDiscreteScheduler(**config),
            "heun": HeunDiscreteScheduler(**config),
            "dpm2": KDPM2DiscreteScheduler(**config),
            "lms": LMSDiscreteScheduler(**config),
            "ddim": DDIMScheduler(**config, set_alpha_to_one=False, clip_sample=False),
            "plms": PNDMScheduler(**config, set_alpha_to_one=False, skip_prk_steps=True),
            "dpmpp_2m": DPMSolverMultistepScheduler(**config),
            "dpmpp_2m_sde": DPMSolverMultistepScheduler(**config, algorithm_type="sde-dpmsolver++"),
            "unipc": UniPCMultistepScheduler(**config, final_sigmas_type="zero"),
        }
        for name, scheduler in schedulers.items():
            if (name, spacing) != ("plms", "linspace"):
                yield f"diffusers-{name}-{spacing}", run_diffusers(scheduler, 10, noise, noises)
    for name, kind in (("euler", EulerDiscreteScheduler), ("dpmpp_2m", DPMSolverMultistepScheduler),
                       ("unipc", UniPCMultistepScheduler)):
        options = {"final_sigmas_type": "zero"} if name == "unipc" else {}
        scheduler = kind(**SD, use_karras_sigmas=True, **options)
        yield f"diffusers-{name}-karras", run_diffusers(scheduler, 10, noise, noises)
    ddim = DDIMScheduler(**SD, set_alpha_to_one=False, clip_sample=False)
    yield "diffusers-ddim-eta", run_diffusers(ddim, 8, noise, noises, eta=0.7)
    yield "diffusers-lcm", run_diffusers(LCMScheduler(**SD), 8, noise, noises)


def mix(share, low, high):
    """A1111's way to a variation: along the great circle, column by column."""
    low_unit = low / torch.norm(low, dim=1, keepdim=True)
    high_unit = high / torch.norm(high, dim=1, keepdim=True)
    angle = torch.acos((low_unit * high_unit).sum(1)).unsqueeze(1)
    return (torch.sin((1.0 - share) * angle) * low + torch.sin(share * angle) * high) / torch.sin(angle)


def make_unipc(noise, noises):
    """ComfyUI's: order 3, bh1, on given levels, the last of them 0.001; diffusers has the same method."""
    karras = sampling.get_sigmas_karras(10, TABLE[0].item(), TABLE[-1].item())
    karras[-1] = 0.001
    scheduler = UniPCMultistepScheduler(**SD, solver_order=3, solver_type="bh1", use_karras_sigmas=True)
    scheduler.set_timesteps(10)
    scheduler.sigmas = karras
    x = noise
    for i, t in enumerate(scheduler.timesteps):
        sigma = karras[i]
        full = x * (sigma ** 2 + 1).sqrt()
        eps = (full - denoise(full, sigma, timestep(sigma))) / sigma
        x = scheduler.step(eps, t, x).prev_sample
    yield "unipc-karras", x * (1 + karras[-1] ** 2).sqrt()


def main():
    out, noise_folder = (pathlib.Path(path) for path in sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    noise = torch.from_numpy(numpy.load(noise_folder / "noise.npy"))
    noises = torch.from_numpy(numpy.load(noise_folder / "noise_seq.npy"))

    def save(name, array):
        numpy.save(out / f"{name}.npy", array.numpy().astype("<f4"))

    karras = sampling.get_sigmas_karras(10, TABLE[0].item(), TABLE[-1].item())
    for kind in ("cpu", "philox"):
        for seed in SEEDS:
            source = brownian(kind, seed, karras, torch.zeros(1, 4, 5, 3))
            steps = [source(karras[i], karras[i + 1]) for i in range(9)]
            save(f"brownian_{kind}_seed{seed}", torch.stack(steps))

    low, high = (torch.randn(4, 6, 5, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))
    for share in (0.3, 1):
        save(f"variation-{share}", mix(share, low, high))

    for make in (make_k_diffusion, make_diffusers, make_unipc):
        for name, latent in make(noise, noises):
            save(name, latent)


if __name__ == "__main__":
    with torch.no_grad():
        main()
