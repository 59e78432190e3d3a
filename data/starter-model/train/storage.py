# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are either whole or absent: checkpoints, the pool of encoded pictures, safetensors."""

import json
import os

import numpy
import torch

from networks import TextEncoder, Unet, Vae
from tokenizer import VOCABULARY

TEXT_PREFIX = "cond_stage_model.transformer.text_model."
UNET_PREFIX = "model.diffusion_model."
VAE_PREFIX = "first_stage_model."
LICENCE = "OFL-1.1 AND Unicode-DFS-2016"
LATENT_SCALE = 0.18215  # by which the engine multiplies what the encoder makes


def replace_file(path, write):
    """Call write with the name of a temporary file beside path, then rename that to path."""
    temporary = f"{path}.partial"
    write(temporary)
    os.replace(temporary, path)


def save_checkpoint(path, content):
    replace_file(path, lambda temporary: torch.save(content, temporary))


def load_checkpoint(path):
    return torch.load(path, map_location="cpu")


class Pool:
    """Latents and captions of the first scenes of a seed, and the mean and spread of each latent channel.

    The scenes themselves, and their pictures, follow from the seed: see scenes.nth_scene and painting.paint_many.
    """

    def __init__(self, path):
        with numpy.load(path) as content:
            self.latents = torch.from_numpy(content["latents"])
            self.tokens = torch.from_numpy(content["tokens"].astype(numpy.int32))
            self.seed = int(content["seed"])
            self.subjects = str(content["subjects"])
        sample = self.latents[:20000].float()
        self.mean = sample.mean((0, 2, 3))
        self.spread = sample.std((0, 2, 3))

    def __len__(self):
        return len(self.latents)

    def normalised(self):
        """The latents with mean 0 and spread 1 in each channel: what the UNet learns to paint."""
        return (self.latents.float() - self.mean[:, None, None]) / self.spread[:, None, None]


def write_safetensors(path, tensors, metadata):
    """Write tensors in half precision, in the order given."""
    header = {"__metadata__": metadata}
    contents = []
    end = 0
    for name, tensor in tensors.items():
        content = tensor.detach().half().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [end, end + len(content)]}
        contents.append(content)
        end += len(content)
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)

    def write(temporary):
        with open(temporary, "wb") as file:
            file.write(len(text).to_bytes(8, "little") + text + b"".join(contents))

    replace_file(path, write)


def read_safetensors(path):
    """The tensors of a file that write_safetensors wrote, as floats, and its metadata."""
    with open(path, "rb") as file:
        content = file.read()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (start + offset for offset in entry["data_offsets"])
        values = numpy.frombuffer(content[begin:end], numpy.float16).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.astype(numpy.float32))
    return tensors, metadata


def _load_part(network, tensors, prefix):
    network.load_state_dict({name[len(prefix):]: value for name, value in tensors.items() if name.startswith(prefix)})
    return network.eval()


def load_model(path):
    """Text encoder, UNet and VAE of an exported file; the VAE's latents have mean 0 and spread 1 here."""
    tensors, _ = read_safetensors(path)
    vae = _load_part(Vae(), tensors, VAE_PREFIX)
    with torch.no_grad():
        vae.quant_conv.weight *= LATENT_SCALE
        vae.quant_conv.bias *= LATENT_SCALE
        vae.post_quant_conv.weight /= LATENT_SCALE
    return (_load_part(TextEncoder(VOCABULARY), tensors, TEXT_PREFIX), _load_part(Unet(), tensors, UNET_PREFIX), vae)


def load_vae(path):
    """The VAE of an exported file (.safetensors) or of a checkpoint of train_vae.py."""
    if path.endswith(".safetensors"):
        return load_model(path)[2]
    vae = Vae()
    vae.load_state_dict({name.removeprefix("vae."): value for name, value in load_checkpoint(path)["average"].items()
                         if name.startswith("vae.")})
    return vae.eval()
