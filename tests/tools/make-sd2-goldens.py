#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference results for a checkpoint of `make_random_checkpoint.py --preset tiny-sd2`, with PyTorch.

  make-sd2-goldens.py CHECKPOINT FOLDER

The text encoder is OpenCLIP's (a pre-norm transformer of torch.nn.MultiheadAttention with exact GELU, of which the
last layer is not run) and the UNet latent diffusion's, with Stable Diffusion 2's linear projections and
heads of 64 channels.
"""

import json
import math
import pathlib
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

UNET = 'model.diffusion_model'
TEXT = 'cond_stage_model.model'
HEAD = 64
BEGIN, END, PAD = 49406, 49407, 0
PROMPTS = [[320, 1125, 539, 320, 2368], [736, 1615, 267, 518, 4558, 530, 518, 6267], []]


def load(path):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == '__metadata__' or entry['dtype'] != 'F32':
            continue
        first, end = entry['data_offsets']
        values = np.frombuffer(data, np.float32, (end - first) // 4, 8 + length + first)
        tensors[name] = torch.from_numpy(values.reshape(entry['shape']).copy())
    return tensors


class Layers:
    """Layers by the names of their weights."""

    def __init__(self, tensors):
        self.tensors = tensors

    def has(self, name):
        return name in self.tensors

    def get(self, name):
        return self.tensors[name]

    def linear(self, name, x):
        return F.linear(x, self.get(f'{name}.weight'), self.tensors.get(f'{name}.bias'))

    def conv(self, name, x, stride=1):
        weight = self.get(f'{name}.weight')
        return F.conv2d(x, weight, self.get(f'{name}.bias'), stride, weight.shape[2] // 2)

    def layer_norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.get(f'{name}.weight'), self.get(f'{name}.bias'), 1e-5)

    def group_norm(self, name, x, epsilon):
        return F.group_norm(x, 32, self.get(f'{name}.weight'), self.get(f'{name}.bias'), epsilon)


def encode_text(layers, ids, skip):
    """The hidden states after the last layer but `skip` - 1, normalised. Stable Diffusion 2: skip 2."""
    table = layers.get(f'{TEXT}.token_embedding.weight')
    width = table.shape[1]
    n_layers = sum(layers.has(f'{TEXT}.transformer.resblocks.{i}.ln_1.weight') for i in range(64))
    mask = torch.full((77, 77), -math.inf).triu(1)
    x = table[ids] + layers.get(f'{TEXT}.positional_embedding')
    for i in range(n_layers + 1 - skip):
        name = f'{TEXT}.transformer.resblocks.{i}'
        attention = nn.MultiheadAttention(width, width // HEAD, batch_first=True)
        attention.load_state_dict({key: layers.get(f'{name}.attn.{key}') for key in
                                   ('in_proj_weight', 'in_proj_bias', 'out_proj.weight', 'out_proj.bias')})
        h = layers.layer_norm(f'{name}.ln_1', x)
        x = x + attention(h, h, h, need_weights=False, attn_mask=mask)[0]
        h = layers.layer_norm(f'{name}.ln_2', x)
        x = x + layers.linear(f'{name}.mlp.c_proj', F.gelu(layers.linear(f'{name}.mlp.c_fc', h)))
    return layers.layer_norm(f'{TEXT}.ln_final', x)


def embed_timesteps(timesteps, channels):
    half = channels // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
    angles = timesteps[:, None].float() * frequencies
    return torch.cat([angles.cos(), angles.sin()], 1)


def attend(layers, name, x, context):
    batch, rows, channels = x.shape

    def split(values):
        return values.reshape(batch, -1, channels // HEAD, HEAD).transpose(1, 2)

    q = split(layers.linear(f'{name}.to_q', x))
    k = split(layers.linear(f'{name}.to_k', context))
    v = split(layers.linear(f'{name}.to_v', context))
    weights = (q @ k.transpose(2, 3) * HEAD ** -0.5).softmax(-1)
    return layers.linear(f'{name}.to_out.0', (weights @ v).transpose(1, 2).reshape(batch, rows, channels))


def transform(layers, name, x, context):
    batch, channels, height, width = x.shape
    h = layers.group_norm(f'{name}.norm', x, 1e-6).flatten(2).transpose(1, 2)
    h = layers.linear(f'{name}.proj_in', h)
    block = f'{name}.transformer_blocks.0'
    normed = layers.layer_norm(f'{block}.norm1', h)
    h = h + attend(layers, f'{block}.attn1', normed, normed)
    h = h + attend(layers, f'{block}.attn2', layers.layer_norm(f'{block}.norm2', h), context)
    value, gate = layers.linear(f'{block}.ff.net.0.proj', layers.layer_norm(f'{block}.norm3', h)).chunk(2, -1)
    h = h + layers.linear(f'{block}.ff.net.2', value * F.gelu(gate))
    h = layers.linear(f'{name}.proj_out', h)
    return x + h.transpose(1, 2).reshape(batch, channels, height, width)


def res_block(layers, name, x, time):
    h = layers.conv(f'{name}.in_layers.2', F.silu(layers.group_norm(f'{name}.in_layers.0', x, 1e-5)))
    h = h + layers.linear(f'{name}.emb_layers.1', F.silu(time))[:, :, None, None]
    h = layers.conv(f'{name}.out_layers.3', F.silu(layers.group_norm(f'{name}.out_layers.0', h, 1e-5)))
    if layers.has(f'{name}.skip_connection.weight'):
        x = layers.conv(f'{name}.skip_connection', x)
    return x + h


def run_block(layers, name, x, time, context):
    """Sub-layers in the order of their numbers; each is known by its weights."""
    i = 0
    while any(key.startswith(f'{name}.{i}.') for key in layers.tensors):
        part = f'{name}.{i}'
        if layers.has(f'{part}.in_layers.0.weight'):
            x = res_block(layers, part, x, time)
        elif layers.has(f'{part}.proj_in.weight'):
            x = transform(layers, part, x, context)
        elif layers.has(f'{part}.op.weight'):
            x = layers.conv(f'{part}.op', x, 2)
        elif layers.has(f'{part}.conv.weight'):
            x = layers.conv(f'{part}.conv', F.interpolate(x, scale_factor=2, mode='nearest'))
        else:
            x = layers.conv(part, x)
        i += 1
    return x


def run_unet(layers, latent, timesteps, context):
    channels = layers.get(f'{UNET}.time_embed.0.weight').shape[1]
    time = layers.linear(f'{UNET}.time_embed.0', embed_timesteps(timesteps, channels))
    time = layers.linear(f'{UNET}.time_embed.2', F.silu(time))
    x, skips = latent, []
    for i in range(12):
        x = run_block(layers, f'{UNET}.input_blocks.{i}', x, time, context)
        skips.append(x)
    x = run_block(layers, f'{UNET}.middle_block', x, time, context)
    for i in range(12):
        x = run_block(layers, f'{UNET}.output_blocks.{i}', torch.cat([x, skips.pop()], 1), time, context)
    return layers.conv(f'{UNET}.out.2', F.silu(layers.group_norm(f'{UNET}.out.0', x, 1e-5)))


@torch.no_grad()
def main():
    layers = Layers(load(sys.argv[1]))
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)

    def save(name, values):
        np.save(folder / f'{name}.npy', values.numpy().astype(np.float32))

    ids = torch.tensor([[BEGIN, *words, END] + [PAD] * (75 - len(words)) for words in PROMPTS])
    context = encode_text(layers, ids, 2)
    save('ids', ids)
    save('ctx', context)
    save('ctx_clipskip3', encode_text(layers, ids, 3))

    generator = torch.Generator().manual_seed(2)
    latent = torch.randn(2, 4, 8, 16, generator=generator)
    save('unet_latent', latent)
    save('unet_v_t999', run_unet(layers, latent[:1], torch.tensor([999]), context[:1]))
    save('unet_v_t261.37', run_unet(layers, latent[:1], torch.tensor([261.37]), context[:1]))
    save('unet_v_batch2_t500_20', run_unet(layers, latent, torch.tensor([500, 20]), context[:2]))


if __name__ == '__main__':
    main()
