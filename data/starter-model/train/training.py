# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop that all trainings share: optimiser, learning rate, running average, checkpoint, log.

A training may be stopped at any moment: its checkpoint is written under a temporary name and renamed, also when SIGTERM
or SIGINT end it, and called again it goes on from there.
"""

import argparse
import csv
import math
import os
import signal
import time

import torch

from devices import add_device_options, idle
from storage import load_checkpoint, save_checkpoint


def make_parser(description, rate, batch):
    """The options that all trainings have; rate and batch are defaults."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--checkpoint", required=True, help="file to go on from and to write")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float,
                        help="length of the whole training, earlier calls included; the learning rate falls over it")
    length.add_argument("--samples", type=int, help="the same in samples, for machines that are busy with other things")
    parser.add_argument("--rate", type=float, default=rate, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=batch, help="samples a step (default: %(default)s)")
    parser.add_argument("--memory", type=float, default=0.999,
                        help="of the running average, from step to step (default: %(default)s)")
    parser.add_argument("--save-every", type=float, default=120, help="seconds (default: %(default)s)")
    parser.add_argument("--idle", action="store_true", help="run only when nothing else wants the processor")
    add_device_options(parser)
    return parser


def falling_rate(peak, step, warm_up, progress):
    """Learning rate: a linear warm-up, then half a cosine down to a fiftieth of the peak."""
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return peak * min(1.0, (step + 1) / warm_up) * (0.02 + 0.98 * fall)


class Training:
    """Networks on their device with optimiser and running average, which together are the checkpoint.

    networks is a ModuleDict; what does not require a gradient is kept, but not trained.
    """

    WARM_UP = 100
    LOG_SECONDS = 30

    def __init__(self, networks, options):
        self.options = options
        self.networks = networks
        if options.idle:
            idle()
        weights = [weight for weight in networks.parameters() if weight.requires_grad]
        self.optimiser = torch.optim.AdamW(weights, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.step = self.samples = 0
        self.seconds = 0.0
        self.is_stopped = False
        if os.path.exists(options.checkpoint):
            content = load_checkpoint(options.checkpoint)
            networks.load_state_dict(content["networks"])
            self.optimiser.load_state_dict(content["optimiser"])
            self.average = {name: value.to(weights[0].device) for name, value in content["average"].items()}
            self.step, self.samples, self.seconds = content["step"], content["samples"], content["seconds"]
        else:
            self.average = {name: value.clone() for name, value in networks.state_dict().items()}
        torch.manual_seed(self.step)

    @property
    def progress(self):
        if self.options.samples:
            return self.samples / self.options.samples
        return self.seconds / (self.options.minutes * 60)

    def save(self):
        save_checkpoint(self.options.checkpoint, {
            "networks": self.networks.state_dict(), "optimiser": self.optimiser.state_dict(),
            "average": self.average, "step": self.step, "samples": self.samples, "seconds": self.seconds})

    def _update(self, loss, rate):
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([weight for group in self.optimiser.param_groups
                                        for weight in group["params"]], 1.0)
        self.optimiser.step()
        memory = min(self.options.memory, (1 + self.step) / (10 + self.step))
        values = self.networks.state_dict()
        with torch.no_grad():
            torch._foreach_lerp_([self.average[name] for name in values], list(values.values()), 1 - memory)
        self.step += 1
        self.samples += self.options.batch

    def _log(self, error, rate):
        path = f"{os.path.splitext(self.options.checkpoint)[0]}.csv"
        is_new = not os.path.exists(path)
        with open(path, "a", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            if is_new:
                rows.writerow(["step", "samples", "seconds", "error", "rate"])
            rows.writerow([self.step, self.samples, round(self.seconds), f"{error:.5f}", f"{rate:.2e}"])
        print(f"step {self.step} samples {self.samples} seconds {self.seconds:.0f} error {error:.5f} rate {rate:.2e}",
              flush=True)

    def run(self, draw_loss):
        """Train to the end. draw_loss() returns a loss and the error to write down, both tensors."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "is_stopped", True))
        self._run(draw_loss)
        self.save()
        if self.is_stopped:
            raise SystemExit("stopped")

    def _run(self, draw_loss):
        earlier = self.seconds
        started = saved = logged = time.monotonic()
        errors = []
        while self.progress < 1 and not self.is_stopped:
            loss, error = draw_loss()
            rate = falling_rate(self.options.rate, self.step, self.WARM_UP, self.progress)
            self._update(loss, rate)
            errors.append(error.detach())
            now = time.monotonic()
            self.seconds = earlier + now - started
            if now - logged > self.LOG_SECONDS:
                self._log(torch.stack(errors).mean().item(), rate)
                errors, logged = [], now
            if now - saved > self.options.save_every:
                self.save()
                saved = now
