# SPDX-License-Identifier: GPL-3.0-or-later
"""Sharpen the VAE's decoder on the encoded pool while the encoder stays; stop and call again to go on."""

import argparse
import time

import torch
import torch.nn.functional as F

import data
from networks import Vae
from storage import Pool, load_checkpoint, save_checkpoint
from train_vae import PIXELS_A_LATENT, picture_loss
from updates import falling_rate, update

LATENT_SIDE = data.SIDE // PIXELS_A_LATENT


def draw_crops(pool, count, side, noise):
    """Latent crops (count, 4, side, side), a little noisy as the UNet's will be, and the pixels they stand for."""
    latents, pictures = [], []
    for index in torch.randint(len(pool), (count,)).tolist():
        top, left = torch.randint(LATENT_SIDE - side + 1, (2,)).tolist()
        latents.append(pool.latents[index, :, top:top + side, left:left + side])
        down, across = (slice(edge * PIXELS_A_LATENT, (edge + side) * PIXELS_A_LATENT) for edge in (top, left))
        pictures.append(torch.from_numpy(data.to_signed(pool.pictures[index, down, across])).permute(2, 0, 1))
    latents = torch.stack(latents)
    return latents + noise * pool.spread[:, None, None] * torch.randn_like(latents), torch.stack(pictures)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", required=True, help="checkpoint to go on from and to write")
    parser.add_argument("--pool", required=True, help="the file that encode_pool.py wrote")
    parser.add_argument("--minutes", type=float, required=True,
                        help="length of the whole training, earlier calls included; the learning rate falls over it")
    parser.add_argument("--crop", type=int, default=8, help="side of the latent crops (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="crops a step (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--noise", type=float, default=0.06,
                        help="noise on the latents, in units of their spread (default: %(default)s)")
    parser.add_argument("--save-every", type=float, default=120, help="seconds (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    pool = Pool(options.pool)
    content = load_checkpoint(options.vae)
    vae = Vae()
    vae.load_state_dict(content["vae"])
    vae.encoder.requires_grad_(False)
    weights = list(vae.decoder.parameters()) + list(vae.post_quant_conv.parameters())
    optimiser = torch.optim.AdamW(weights, betas=(0.9, 0.999), weight_decay=0.0, fused=True)
    if "optimiser" in content:
        optimiser.load_state_dict(content["optimiser"])
    step, earlier = content.get("step", 0), content.get("seconds", 0.0)
    torch.manual_seed(step)

    def save():
        save_checkpoint(options.vae, {"vae": vae.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                                      "seconds": seconds})

    seconds = earlier
    started = saved = time.monotonic()
    errors = []
    while seconds < options.minutes * 60:
        latents, pictures = draw_crops(pool, options.batch, options.crop, options.noise)
        decoded = vae.decode(latents)
        loss = picture_loss(decoded, pictures)
        rate = falling_rate(options.rate, step, 50, seconds / (options.minutes * 60))
        update(optimiser, loss, rate)

        step += 1
        seconds = earlier + time.monotonic() - started
        errors.append(F.l1_loss(decoded.detach(), pictures).item())
        if step % 25 == 0:
            print(f"step {step} seconds {seconds:.0f} L1 {sum(errors) / len(errors):.4f} rate {rate:.2e}", flush=True)
            errors = []
        if time.monotonic() - saved > options.save_every:
            save()
            saved = time.monotonic()
    save()


if __name__ == "__main__":
    main()
