# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the UNet and the text encoder together on the encoded pool; stop and call again to go on."""

import argparse
import os
import random
import time

import torch

import data
from captions import CaptionRows
from diffusion import STEPS, error_weights, signal_shares
from networks import TextEncoder, Unet
from storage import Pool, load_checkpoint, save_checkpoint
from updates import falling_rate, update


def average_decay(step):
    """Weight of the old average: short memory at first, 100 steps later."""
    return min(0.99, (1 + step) / (10 + step))


def draw_steps(count):
    """Steps spread evenly over the schedule, though the noisy ones a little denser."""
    even = (torch.arange(count) + torch.rand(count)) / count
    return ((1 - (1 - even) ** 1.5) * STEPS).long()


class Training:
    """Networks, optimiser and running average, which together are the checkpoint."""

    def __init__(self, token_rows, path, text_path):
        self.path = path
        self.networks = torch.nn.ModuleDict({"text": TextEncoder(token_rows), "unet": Unet()})
        if not os.path.exists(path):
            self.networks["text"].load_state_dict(load_checkpoint(text_path))
        embedding = self.networks["text"].embeddings.token_embedding.weight
        others = [weight for weight in self.networks.parameters() if weight is not embedding]
        self.optimiser = torch.optim.AdamW([{"params": others, "weight_decay": 0.01},
                                            {"params": [embedding], "weight_decay": 0.0}], betas=(0.9, 0.99), fused=True)
        self.average = {name: value.clone() for name, value in self.networks.state_dict().items()}
        self.step = self.samples = 0
        self.seconds = 0.0
        if os.path.exists(path):
            content = load_checkpoint(path)
            self.networks.load_state_dict(content["networks"])
            self.optimiser.load_state_dict(content["optimiser"])
            self.average = content["average"]
            self.step, self.samples, self.seconds = content["step"], content["samples"], content["seconds"]

    def save(self):
        save_checkpoint(self.path, {"networks": self.networks.state_dict(), "optimiser": self.optimiser.state_dict(),
                                    "average": self.average, "step": self.step, "samples": self.samples,
                                    "seconds": self.seconds})

    def update(self, loss, rate):
        update(self.optimiser, loss, rate)
        decay = average_decay(self.step)
        with torch.no_grad():
            for name, value in self.networks.state_dict().items():
                self.average[name].lerp_(value, 1 - decay)
        self.step += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", required=True, help="the file that encode_pool.py wrote")
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--text", required=True, help="the file that train_text.py wrote")
    parser.add_argument("--checkpoint", required=True, help="file to go on from and to write")
    parser.add_argument("--minutes", type=float, required=True,
                        help="length of the whole training, earlier calls included; the learning rate falls over it")
    parser.add_argument("--batch", type=int, default=16, help="samples a step (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--save-every", type=float, default=120, help="seconds (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    pool = Pool(options.pool)
    latents = pool.normalised()
    captions = CaptionRows(options.merges, data.load_subjects())
    training = Training(captions.count, options.checkpoint, options.text)
    shares = signal_shares()
    weights = error_weights(shares)
    rng = random.Random(training.step)
    torch.manual_seed(training.step)

    earlier = training.seconds
    started = saved = time.monotonic()
    errors = []
    while training.seconds < options.minutes * 60:
        chosen = torch.randint(len(pool), (options.batch,))
        rows = captions.draw(pool.subjects[chosen], [pool.colours[index] for index in chosen], rng)
        clean = latents[chosen]
        noise = torch.randn_like(clean)
        steps = draw_steps(options.batch)
        share = shares[steps].view(-1, 1, 1, 1)
        noisy = share.sqrt() * clean + (1 - share).sqrt() * noise
        predicted = training.networks["unet"](noisy, steps, training.networks["text"](rows))
        error = (predicted - noise).square().mean((1, 2, 3))
        rate = falling_rate(options.rate, training.step, 100, training.seconds / (options.minutes * 60))
        training.update((error * weights[steps]).mean(), rate)

        training.samples += options.batch
        training.seconds = earlier + time.monotonic() - started
        errors.append(error.mean().item())
        if training.step % 50 == 0:
            print(f"step {training.step} samples {training.samples} seconds {training.seconds:.0f} "
                  f"error {sum(errors) / len(errors):.4f} rate {rate:.2e}", flush=True)
            errors = []
        if time.monotonic() - saved > options.save_every:
            training.save()
            saved = time.monotonic()
    training.save()


if __name__ == "__main__":
    main()
