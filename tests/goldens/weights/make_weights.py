# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files of this folder; README.md says what they are. Needs PyTorch (1.13 wrote them), NumPy and Pillow.

    make_weights.py OUT
"""

import base64
import collections
import json
import os
import struct
import sys
import types

import numpy as np
import torch
from PIL import Image, PngImagePlugin

OUT = sys.argv[1]
BASE = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8


def path(name):
    return os.path.join(OUT, name)


def save_torch(value, name, legacy=False):
    torch.save(value, path(name), _use_new_zipfile_serialization=not legacy)


def training_state():
    """What training programs leave beside the weights; the classes need not be installed."""
    module = types.ModuleType('pytorch_lightning.callbacks.model_checkpoint')
    checkpoint = type('ModelCheckpoint', (), {'__module__': module.__name__})
    module.ModelCheckpoint = checkpoint
    for name in ('pytorch_lightning', 'pytorch_lightning.callbacks', module.__name__):
        sys.modules[name] = module
    return {'callbacks': {checkpoint: {'best_model_score': np.float64(0.25), 'best_model_path': 'last.ckpt'}},
            'optimizer_states': [{'state': {0: {'exp_avg': torch.ones(3)}}}], 'epoch': 3, 'loss': 0.125,
            'names': {'a', 'b'}, 'huge': 1 << 80, 'nothing': None, 'pairs': (1, 2, 3, 4)}


def make_states():
    weights = collections.OrderedDict({
        'base': BASE,
        'shared': BASE.view(24)[6:18],
        'corner': BASE[1:3, 2:5],
        'transposed': BASE.t(),
        'half': BASE.half(),
        'bf16': BASE.bfloat16(),
        'double': BASE.double(),
        'ids': torch.arange(5)[None],
        'scalar': torch.tensor(2.5),
        'empty': torch.zeros(0, 3),
        'parameter': torch.nn.Parameter(BASE[0].clone()),
    })
    weights._metadata = collections.OrderedDict({'': {'version': 1}})
    for legacy, name in ((False, 'state-zip.ckpt'), (True, 'state-legacy.ckpt')):
        save_torch({'state_dict': weights, **training_state()}, name, legacy)
    save_torch({'outer': {'inner': BASE}, '7': BASE[0], 8: BASE[1].clone()}, 'nested.pt')


def make_embeddings():
    vectors = torch.arange(8, dtype=torch.float32).reshape(2, 4) / 4
    webui = {'string_to_token': {'*': 265}, 'string_to_param': {'*': vectors}, 'name': 'inside', 'step': 100,
             'sd_checkpoint': 'abc', 'sd_checkpoint_name': 'model'}
    save_torch(webui, 'webui.pt')
    parameters = torch.nn.ParameterDict({'*': torch.nn.Parameter(vectors)})
    save_torch({'string_to_token': {'*': torch.tensor(265)}, 'string_to_param': parameters}, 'first.pt', legacy=True)
    save_torch({'<token>': vectors[1].clone()}, 'diffusers.bin')
    save_torch({'<one>': vectors[0].clone(), '<two>': vectors[1].clone()}, 'two.bin')
    webui['string_to_param'] = {'*': {'TORCHTENSOR': vectors.tolist()}}
    text = base64.b64encode(json.dumps(webui).encode()).decode()
    for compressed, name in ((False, 'webui.png'), (True, 'webui-packed.png')):
        info = PngImagePlugin.PngInfo()
        info.add_text('sd-ti-embedding', text, zip=compressed)
        Image.new('RGB', (2, 2)).save(path(name), pnginfo=info)


class Evil:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def make_hostile():
    command = 'touch /tmp/sfumato-was-here'
    for legacy, name in ((False, 'system-zip.ckpt'), (True, 'system-legacy.ckpt')):
        save_torch({'state_dict': {'base': BASE}, 'more': Evil(os.system, command)}, name, legacy)
    save_torch({'base': BASE, 'more': Evil(eval, '1 + 1')}, 'eval.pt')


# GGUF. Blocks of random bits, whose scales are small numbers, and what they stand for, computed apart from the program.

def half(blocks, at):
    return blocks[:, at:at + 2].copy().view('<f2').astype(np.float32)


def nibbles(bytes_):
    return np.concatenate([bytes_ & 15, bytes_ >> 4], axis=1).astype(np.float32)


def fifth_bits(blocks, at):
    return np.unpackbits(blocks[:, at:at + 4], axis=1, bitorder='little').astype(np.float32)


def scales_k4(packed):
    """The eight scales and eight minima of 6 bits."""
    low, high, top = packed[:, 0:4], packed[:, 4:8], packed[:, 8:12]
    scales = np.concatenate([low & 63, top & 15 | low >> 6 << 4], axis=1)
    minima = np.concatenate([high & 63, top >> 4 | high >> 6 << 4], axis=1)
    return scales.astype(np.float32), minima.astype(np.float32)


def values_k4(blocks, quants):
    """256 values of 4 bits: 64 a pair of groups, the low nibbles first."""
    pairs = blocks[:, quants:quants + 128].reshape(-1, 4, 1, 32)
    return np.concatenate([pairs & 15, pairs >> 4], axis=2).reshape(-1, 8, 32).astype(np.float32)


def read_k45(blocks, quants, fifth=None):
    scales, minima = scales_k4(blocks[:, 4:16])
    values = values_k4(blocks, quants)
    if fifth is not None:
        bits = np.unpackbits(blocks[:, fifth:fifth + 32, None], axis=2, bitorder='little')
        values += 16 * bits.transpose(0, 2, 1)
    d, m = half(blocks, 0)[:, :, None], half(blocks, 2)[:, :, None]
    return (d * scales[:, :, None] * values - m * minima[:, :, None]).reshape(-1, 256)


def crumbs(bytes_):
    """256 values of 2 bits in 64 bytes: 128 values of 32 bytes, the low bits first."""
    return np.stack([bytes_.reshape(-1, 2, 32) >> shift & 3 for shift in (0, 2, 4, 6)], axis=2)


def read_q2_k(blocks):
    scales, values = blocks[:, 0:16], crumbs(blocks[:, 16:80]).reshape(-1, 16, 16).astype(np.float32)
    d, m = half(blocks, 80)[:, :, None], half(blocks, 82)[:, :, None]
    return (d * (scales & 15)[:, :, None] * values - m * (scales >> 4)[:, :, None]).reshape(-1, 256)


def read_q3_k(blocks):
    high = np.unpackbits(blocks[:, 0:32, None], axis=2, bitorder='little').transpose(0, 2, 1).reshape(-1, 256)
    values = crumbs(blocks[:, 32:96]).reshape(-1, 256).astype(np.float32) + 4.0 * high - 4
    packed = blocks[:, 96:108]
    low = np.concatenate([packed[:, 0:8] & 15, packed[:, 0:8] >> 4], axis=1)
    top = np.concatenate([packed[:, 8:12] >> shift & 3 for shift in (0, 2, 4, 6)], axis=1)
    scales = (low | top << 4).astype(np.float32) - 32
    return half(blocks, 108) * np.repeat(scales, 16, axis=1) * values


def read_q6_k(blocks):
    low, high = blocks[:, 0:128].reshape(-1, 2, 2, 32), blocks[:, 128:192].reshape(-1, 2, 1, 32)
    low = np.concatenate([low & 15, low >> 4], axis=2)
    high = np.concatenate([high >> shift & 3 for shift in (0, 2, 4, 6)], axis=2)
    values = (low | high << 4).reshape(-1, 256).astype(np.float32) - 32
    return half(blocks, 208) * np.repeat(blocks[:, 192:208].view(np.int8).astype(np.float32), 16, axis=1) * values


QUANTS = {  # name: (number, bytes, values, places of halves, reader)
    'Q4_0': (2, 18, 32, (0,), lambda b: half(b, 0) * (nibbles(b[:, 2:]) - 8)),
    'Q4_1': (3, 20, 32, (0, 2), lambda b: half(b, 0) * nibbles(b[:, 4:]) + half(b, 2)),
    'Q5_0': (6, 22, 32, (0,), lambda b: half(b, 0) * (nibbles(b[:, 6:]) + 16 * fifth_bits(b, 2) - 16)),
    'Q5_1': (7, 24, 32, (0, 2), lambda b: half(b, 0) * (nibbles(b[:, 8:]) + 16 * fifth_bits(b, 4)) + half(b, 2)),
    'Q8_0': (8, 34, 32, (0,), lambda b: half(b, 0) * b[:, 2:].view(np.int8)),
    'Q2_K': (10, 84, 256, (80, 82), read_q2_k),
    'Q3_K': (11, 110, 256, (108,), read_q3_k),
    'Q4_K': (12, 144, 256, (0, 2), lambda b: read_k45(b, 16)),
    'Q5_K': (13, 176, 256, (0, 2), lambda b: read_k45(b, 48, 16)),
    'Q6_K': (14, 210, 256, (208,), read_q6_k),
}
VALUES = 512


def text(string):
    return struct.pack('<Q', len(string.encode())) + string.encode()


def save_gguf(name, tensors, settings=b'', n_settings=0, version=3):
    """@tensors: (name, shape, number of the type, bytes)."""
    header, data = b'', b''
    for tensor, shape, kind, chunk in tensors:
        header += text(tensor) + struct.pack(f'<I{len(shape)}QIQ', len(shape), *shape[::-1], kind, len(data))
        data += chunk + bytes(-len(chunk) % 32)
    header = b'GGUF' + struct.pack('<IQQ', version, len(tensors), n_settings) + settings + header
    with open(path(name), 'wb') as file:
        file.write(header + bytes(-len(header) % 32) + data)


def make_gguf():
    generator = np.random.default_rng(1)
    tensors, expected = [], []
    for name, (kind, n_bytes, n_values, halves, read) in QUANTS.items():
        blocks = generator.integers(0, 256, (VALUES // n_values, n_bytes), dtype=np.uint8)
        for at in halves:
            scales = generator.uniform(-0.1, 0.1, (len(blocks), 1)).astype('<f2')
            blocks[:, at:at + 2] = scales.view(np.uint8)
        tensors.append((name, (2, VALUES // 2), kind, blocks.tobytes()))
        expected.append(read(blocks).reshape(VALUES))
    save_gguf('quants.gguf', tensors)
    np.save(path('quants.npy'), np.array(expected, dtype=np.float32))

    base = BASE.numpy()
    bits = (base.view(np.uint32) >> 16).astype(np.uint16)
    plain = [('input_blocks.0.0.weight', (1, 24), 0, base.tobytes()), ('half', (4, 6), 1, base.astype('<f2').tobytes()),
             ('bf16', (4, 6), 30, bits.tobytes()), ('ids', (3,), 27, np.arange(3, dtype='<i8').tobytes())]
    settings = text('general.architecture') + struct.pack('<I', 8) + text('sd1')
    settings += text('comfy.gguf.orig_shape.input_blocks.0.0.weight') + struct.pack('<IIQ4i', 9, 5, 4, 2, 3, 2, 2)
    settings += text('words') + struct.pack('<IIQ', 9, 8, 2) + text('a') + text('b')
    settings += text('numbers') + struct.pack('<IIQ3d', 9, 12, 3, 1, 2, 3)
    settings += text('general.file_type') + struct.pack('<II', 4, 1)
    save_gguf('comfy.gguf', plain, settings, 5, version=2)


os.makedirs(OUT, exist_ok=True)
make_states()
make_embeddings()
make_hostile()
make_gguf()
