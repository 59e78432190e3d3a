# SPDX-License-Identifier: GPL-3.0-or-later
"""Paint a list of prompts with an exported model, to be looked at: one square sheet of pictures."""

import argparse
import math

import torch
from PIL import Image

from diffusion import sample
from export import LATENT_SCALE, TEXT_PREFIX, UNET_PREFIX, VAE_PREFIX
from networks import TextEncoder, Unet, Vae
from storage import read_safetensors
from tokenizer import VOCABULARY, Tokenizer


def load_network(network, tensors, prefix):
    network.load_state_dict({name[len(prefix):]: value for name, value in tensors.items() if name.startswith(prefix)})
    return network.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="the exported file")
    parser.add_argument("--merges", required=True, help="CLIP's merge table, plain or gzipped")
    parser.add_argument("--prompts", required=True, help="text file, one prompt a line")
    parser.add_argument("--output", required=True, help="picture to write")
    parser.add_argument("--steps", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--guidance", type=float, default=4.5, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    tensors, _ = read_safetensors(options.model)
    text = load_network(TextEncoder(VOCABULARY), tensors, TEXT_PREFIX)
    unet = load_network(Unet(), tensors, UNET_PREFIX)
    vae = load_network(Vae(), tensors, VAE_PREFIX)
    tokenizer = Tokenizer(options.merges)
    with open(options.prompts, encoding="utf-8") as lines:
        prompts = [line.strip() for line in lines if line.strip()]

    with torch.no_grad():
        context = text(torch.tensor([tokenizer.encode(prompt) for prompt in prompts]))
        empty = text(torch.tensor([tokenizer.encode("")]))
        noise = torch.randn(len(prompts), 4, 16, 16, generator=torch.Generator().manual_seed(options.seed))
        latents = sample(unet, context, empty, noise, options.steps, options.guidance)
        pictures = torch.cat([vae.decode(latent[None] / LATENT_SCALE) for latent in latents])
    pictures = ((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()

    columns = math.ceil(math.sqrt(len(prompts)))
    rows = math.ceil(len(prompts) / columns)
    height, width = pictures.shape[1:3]
    sheet = Image.new("RGB", (columns * width, rows * height), "white")
    for index, picture in enumerate(pictures):
        sheet.paste(Image.fromarray(picture), (index % columns * width, index // columns * height))
    sheet.save(options.output)


if __name__ == "__main__":
    main()
