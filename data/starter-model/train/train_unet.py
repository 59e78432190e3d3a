# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the UNet and the text encoder together on the encoded pool; stop and call again to go on."""

import torch

from captions import CaptionRows, with_strangers
from devices import half_precision, open_device, place
from diffusion import STEPS, error_weights, signal_shares
from networks import TextEncoder, Unet
from storage import Pool, load_checkpoint, load_model
from subjects import load_subjects
from training import Training, make_parser

EMPTY_SHARE = 0.1  # of the captions, for guidance


def draw_steps(count):
    """Steps spread evenly over the schedule, though the noisy ones a little denser."""
    even = (torch.arange(count) + torch.rand(count)) / count
    return ((1 - (1 - even) ** 1.5) * STEPS).long().clamp(max=STEPS - 1)


class Samples:
    """Latents with their captions, drawn from a pool."""

    def __init__(self, pool, captions, device):
        self.latents = pool.normalised().half().to(device)
        self.rows = captions.row_of_token[pool.tokens.view(-1).long()].view(pool.tokens.shape)
        self.empty = captions.rows([""])[0]
        self.device = device

    def draw(self, count, empty_share=EMPTY_SHARE):
        """Latents (count, 4, h, w) and caption rows (count, 77), some of them empty."""
        chosen = torch.randint(len(self.latents), (count,))
        rows = with_strangers(self.rows[chosen, torch.randint(self.rows.shape[1], (count,))])
        rows[torch.rand(count) < empty_share] = self.empty
        latents = self.latents[chosen.to(self.device)].float()
        return latents.contiguous(memory_format=torch.channels_last), rows.to(self.device)


def make_networks(captions):
    return torch.nn.ModuleDict({"text": TextEncoder(captions.count), "unet": Unet()})


def main():
    parser = make_parser(__doc__, rate=1e-3, batch=32)
    parser.add_argument("--pool", required=True, help="the file that encode_pool.py wrote")
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--text", required=True, help="the file that train_text.py wrote")
    parser.add_argument("--start", help="exported model whose UNet to begin with (default: a new one)")
    parser.add_argument("--compile", action="store_true", help="compile the UNet first")
    options = parser.parse_args()
    device = open_device(options)

    pool = Pool(options.pool)
    captions = CaptionRows(options.merges, load_subjects(pool.subjects))
    samples = Samples(pool, captions, device)
    networks = make_networks(captions)
    networks["text"].load_state_dict(load_checkpoint(options.text))
    if options.start:
        networks["unet"].load_state_dict(load_model(options.start)[1].state_dict())
    place(networks, device)
    training = Training(networks, options)
    unet = torch.compile(networks["unet"]) if options.compile else networks["unet"]
    shares = signal_shares().to(device)
    weights = error_weights(shares)

    def draw_loss():
        clean, rows = samples.draw(options.batch)
        steps = draw_steps(options.batch).to(device)
        noise = torch.randn_like(clean)
        share = shares[steps].view(-1, 1, 1, 1)
        noisy = share.sqrt() * clean + (1 - share).sqrt() * noise
        with half_precision(device):
            predicted = unet(noisy, steps, networks["text"](rows))
        error = (predicted.float() - noise).square().mean((1, 2, 3))
        return (error * weights[steps]).mean(), error.mean()

    training.run(draw_loss)


if __name__ == "__main__":
    main()
