#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference results for a checkpoint of `make_random_checkpoint.py --preset tiny-taesd`, with PyTorch.

  make-taesd-goldens.py CHECKPOINT FOLDER

The layers are those of the tiny autoencoder by its own author (github.com/madebyollin/taesd).
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
from torch import nn


class Clamp(nn.Module):
    def forward(self, x):
        return torch.tanh(x / 3) * 3


class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(n, n, 3, padding=1), nn.ReLU(), nn.Conv2d(n, n, 3, padding=1),
                                  nn.ReLU(), nn.Conv2d(n, n, 3, padding=1))

    def forward(self, x):
        return torch.relu(self.conv(x) + x)


def make_decoder(n):
    layers = [Clamp(), nn.Conv2d(4, n, 3, padding=1), nn.ReLU()]
    for _ in range(3):
        layers += [Block(n), Block(n), Block(n), nn.Upsample(scale_factor=2),
                   nn.Conv2d(n, n, 3, padding=1, bias=False)]
    return nn.Sequential(*layers, Block(n), nn.Conv2d(n, 3, 3, padding=1))


def make_encoder(n):
    layers = [nn.Conv2d(3, n, 3, padding=1), Block(n)]
    for _ in range(3):
        layers += [nn.Conv2d(n, n, 3, stride=2, padding=1, bias=False), Block(n), Block(n), Block(n)]
    return nn.Sequential(*layers, nn.Conv2d(n, 4, 3, padding=1))


def load(path, prefix):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack('<Q', data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name.startswith(prefix):
            first, end = entry['data_offsets']
            values = np.frombuffer(data, np.float32, (end - first) // 4, 8 + length + first)
            tensors[name[len(prefix):]] = torch.from_numpy(values.reshape(entry['shape']).copy())
    return tensors


@torch.no_grad()
def main():
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(3)
    weights = load(sys.argv[1], 'taesd_decoder.')
    decoder = make_decoder(weights['1.weight'].shape[0])
    decoder.load_state_dict(weights)
    encoder = make_encoder(weights['1.weight'].shape[0])
    encoder.load_state_dict(load(sys.argv[1], 'taesd_encoder.'))

    latent = 3 * torch.randn(2, 4, 5, 7, generator=generator)
    image = torch.rand(1, 3, 40, 24, generator=generator)
    for name, values in (('latent', latent), ('decoded', decoder(latent)),
                         ('image', image), ('encoded', encoder(image))):
        np.save(folder / f'{name}.npy', values.numpy())
        print(name, tuple(values.shape), 'deviation', float(values.std()))


if __name__ == '__main__':
    main()
