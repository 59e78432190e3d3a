# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a trained UNet into one that paints in four steps without guidance; stop and call again to go on.

Latent consistency distillation (Luo et al. 2023, arXiv:2310.04378) with one guidance for all: the student's answer at a
step must be that of its own running average one teacher's step further on. The result suits the sampler "lcm" at
guidance 1, and goes to export.py as the UNet of a second file.
"""

import copy

import torch

from captions import CaptionRows
from devices import half_precision, open_device, place
from diffusion import STEPS, signal_shares
from storage import Pool, load_checkpoint
from subjects import load_subjects
from train_unet import Samples, make_networks
from training import Training, make_parser

SOLVER_STEPS = 50


def boundary(steps, scale=10.0, spread=0.5):
    """Weights of the input and of the network's answer, which make the answer at step 0 the input itself."""
    scaled = (steps.float() * scale).view(-1, 1, 1, 1)
    divisor = scaled.square() + spread ** 2
    return spread ** 2 / divisor, scaled / divisor.sqrt()


def main():
    parser = make_parser(__doc__, rate=1e-4, batch=32)
    parser.add_argument("--pool", required=True, help="the file that encode_pool.py wrote")
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--unet", required=True, help="the checkpoint of train_unet.py, the teacher")
    parser.add_argument("--guidance", type=float, default=4.0, help="of the teacher (default: %(default)s)")
    options = parser.parse_args()
    device = open_device(options)

    pool = Pool(options.pool)
    captions = CaptionRows(options.merges, load_subjects(pool.subjects))
    samples = Samples(pool, captions, device)
    teacher = make_networks(captions)
    teacher.load_state_dict(load_checkpoint(options.unet)["average"])
    place(teacher.requires_grad_(False), device)
    student = copy.deepcopy(teacher)
    student["unet"].requires_grad_(True)
    training = Training(student, options)
    target = copy.deepcopy(student["unet"]).requires_grad_(False)
    shares = signal_shares().to(device)

    def clean_of(latent, noise, steps):
        share = shares[steps].view(-1, 1, 1, 1)
        return (latent - (1 - share).sqrt() * noise) / share.sqrt()

    def answer(network, latent, steps, context):
        keep, use = boundary(steps)
        return keep * latent + use * clean_of(latent, network(latent, steps, context).float(), steps)

    def draw_loss():
        clean, rows = samples.draw(options.batch, empty_share=0.0)
        stride = STEPS // SOLVER_STEPS
        steps = torch.randint(1, SOLVER_STEPS + 1, (options.batch,), device=device) * stride - 1
        earlier = (steps - stride).clamp(min=0)
        share, share_earlier = (shares[which].view(-1, 1, 1, 1) for which in (steps, earlier))
        noisy = share.sqrt() * clean + (1 - share).sqrt() * torch.randn_like(clean)
        with half_precision(device):
            with torch.no_grad():
                context = teacher["text"](rows)
                empty = teacher["text"](samples.empty.to(device)[None]).expand_as(context)
                free, led = teacher["unet"](torch.cat([noisy, noisy]), torch.cat([steps, steps]),
                                            torch.cat([empty, context])).float().chunk(2)
                noise = free + options.guidance * (led - free)
                further = share_earlier.sqrt() * clean_of(noisy, noise, steps) + (1 - share_earlier).sqrt() * noise
                target.load_state_dict({name.removeprefix("unet."): value for name, value in training.average.items()
                                        if name.startswith("unet.")})
                wanted = answer(target, further, earlier, context)
            made = answer(student["unet"], noisy, steps, context)
        error = ((made - wanted).square() + 1e-6).sqrt() - 1e-3  # pseudo-Huber
        return error.mean(), (made.detach() - wanted).abs().mean()

    training.run(draw_loss)


if __name__ == "__main__":
    main()
