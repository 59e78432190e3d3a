# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are either whole or absent: checkpoints, the pool of encoded pictures, safetensors."""

import json
import os

import numpy
import torch


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
    """The training pictures with their latents, and the mean and spread of each latent channel."""

    def __init__(self, path):
        with numpy.load(path) as content:
            self.pictures = content["pictures"]
            self.latents = torch.from_numpy(content["latents"]).float()
            self.subjects = content["subjects"]
            self.colours = [str(colour) for colour in content["colours"]]
        self.mean = self.latents.mean((0, 2, 3))
        self.spread = self.latents.std((0, 2, 3))

    def __len__(self):
        return len(self.colours)

    def normalised(self):
        """The latents with mean 0 and spread 1 in each channel: what the UNet learns to paint."""
        return (self.latents - self.mean[:, None, None]) / self.spread[:, None, None]


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
