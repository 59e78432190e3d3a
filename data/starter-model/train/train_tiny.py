# SPDX-License-Identifier: GPL-3.0-or-later
"""Train the tiny decoder for previews on the encoded pool, and write it down; stop and call again to go on."""

import torch

from crops import draw_crops, load_pictures, picture_loss, signal_to_noise
from devices import half_precision, open_device, place
from networks import TinyDecoder
from storage import LICENCE, Pool, write_safetensors
from subjects import load_subjects
from training import Training, make_parser

PREFIX = "taesd_decoder."
HELD_OUT = 50  # pictures at the end of the pool


def main():
    parser = make_parser(__doc__, rate=2e-3, batch=16)
    parser.add_argument("--pool", required=True, help="the file that encode_pool.py wrote")
    parser.add_argument("--output", required=True, help="file to write (.safetensors)")
    parser.add_argument("--crop", type=int, default=64, help="side of the crops in pixels (default: %(default)s)")
    parser.add_argument("--noise", type=float, default=0.05, help="noise on the latents (default: %(default)s)")
    options = parser.parse_args()
    device = open_device(options)

    pool = Pool(options.pool)
    latents = pool.normalised().to(device)
    pictures = load_pictures(load_subjects(pool.subjects), pool.seed, len(pool), options.processes).to(device)
    decoder = place(TinyDecoder(), device)
    training = Training(torch.nn.ModuleDict({"decoder": decoder}), options)

    def draw_loss():
        wanted, parts = draw_crops(pictures[:-HELD_OUT], options.batch, options.crop, latents)
        with half_precision(device):
            decoded = decoder(parts + options.noise * torch.randn_like(parts)).float() * 2 - 1
        return picture_loss(decoded, wanted), (decoded.detach() - wanted).abs().mean()

    training.run(draw_loss)

    average = {name.removeprefix("decoder."): value for name, value in training.average.items()}
    decoder.load_state_dict(average)
    with torch.no_grad():
        decoded = decoder(latents[-HELD_OUT:]) * 2 - 1
    wanted = pictures[-HELD_OUT:].float() / 127.5 - 1
    print(f"{sum(map(torch.numel, average.values()))} parameters, PSNR of {HELD_OUT} pictures not seen: "
          f"{signal_to_noise(decoded, wanted).mean():.2f} dB")
    write_safetensors(options.output, {PREFIX + name: value.cpu() for name, value in average.items()}, {
        "format": "pt", "modelspec.title": "Sfumato Starter, tiny decoder", "modelspec.license": LICENCE})


if __name__ == "__main__":
    main()
