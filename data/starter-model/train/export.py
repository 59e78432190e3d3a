# SPDX-License-Identifier: GPL-3.0-or-later
"""Join text encoder, UNet and VAE into one safetensors file with the names of the original checkpoints.

The engine multiplies latents by 0.18215 before and divides after; the shift and scale that the training found are
folded into quant_conv and post_quant_conv so that this holds here too.
"""

import argparse
import datetime
import json

import torch
import torch.nn.functional as F

from captions import CaptionRows
from crops import load_pictures
from painting import SIDE
from storage import (LATENT_SCALE, LICENCE, TEXT_PREFIX, UNET_PREFIX, VAE_PREFIX, Pool, load_checkpoint, load_vae,
                     write_safetensors)
from subjects import load_subjects

POSTERIOR_SPREAD = 0.05  # of the latents, in units of their own spread


def fold_latent_scale(vae, mean, spread):
    """Make latents with mean 0 and spread 1 / 0.18215 out of the VAE's own, in place."""
    channels = len(mean)
    stretch = spread * LATENT_SCALE
    encode_weight, encode_bias = vae["quant_conv.weight"], vae["quant_conv.bias"]
    encode_weight[:channels] /= stretch[:, None, None, None]
    encode_bias[:channels] = (encode_bias[:channels] - mean) / stretch
    encode_weight[channels:] = 0
    encode_bias[channels:] = 2 * torch.log(torch.tensor(POSTERIOR_SPREAD / LATENT_SCALE))
    decode_weight, decode_bias = vae["post_quant_conv.weight"], vae["post_quant_conv.bias"]
    decode_bias += decode_weight[:, :, 0, 0] @ mean
    decode_weight *= stretch[None, :, None, None]


def fit_latent_to_rgb(pool, subjects, count=500):
    """Rows for the four channels and one for the bias: the latent that the sampler sees to a colour in [-1, 1]."""
    pictures = load_pictures(subjects, pool.seed, min(count, len(pool)))
    latents = pool.normalised()[:len(pictures)].permute(0, 2, 3, 1).reshape(-1, 4)
    colours = F.avg_pool2d(pictures.float() / 127.5 - 1, 8).permute(0, 2, 3, 1).reshape(-1, 3)
    inputs = torch.cat([latents, torch.ones(len(latents), 1)], dim=1)
    matrix = torch.linalg.lstsq(inputs, colours).solution
    print(f"latent to RGB: mean error {(inputs @ matrix - colours).abs().mean():.4f}")
    return [[round(value, 5) for value in row] for row in matrix.tolist()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", required=True, help="the file that encode_pool.py wrote")
    parser.add_argument("--vae", required=True, help="the VAE's checkpoint, or a model to take it from")
    parser.add_argument("--unet", required=True, help="the checkpoint of UNet and text encoder")
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--title", default="Sfumato Starter", help="default: %(default)s")
    parser.add_argument("--output", required=True, help="file to write (.safetensors)")
    options = parser.parse_args()

    pool = Pool(options.pool)
    subjects = load_subjects(pool.subjects)
    captions = CaptionRows(options.merges, subjects)
    vae = load_vae(options.vae).state_dict()
    fold_latent_scale(vae, pool.mean, pool.spread)
    average = {name: value.cpu() for name, value in load_checkpoint(options.unet)["average"].items()}
    embedding = "text.embeddings.token_embedding.weight"
    average[embedding] = captions.spread(average[embedding])

    tensors = {}
    for name, value in average.items():
        network, _, rest = name.partition(".")
        tensors[(TEXT_PREFIX if network == "text" else UNET_PREFIX) + rest] = value
    tensors.update({VAE_PREFIX + name: value for name, value in vae.items()})
    write_safetensors(options.output, tensors, {
        "format": "pt",
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": "stable-diffusion-v1",
        "modelspec.implementation": "https://github.com/CompVis/stable-diffusion",
        "modelspec.title": options.title,
        "modelspec.date": datetime.date.today().isoformat(),
        "modelspec.license": LICENCE,
        "modelspec.resolution": f"{SIDE}x{SIDE}",
        "modelspec.prediction_type": "epsilon",
        "sfumato.size": str(SIDE),
        "sfumato.latent_rgb": json.dumps(fit_latent_to_rgb(pool, subjects)),
    })


if __name__ == "__main__":
    main()
