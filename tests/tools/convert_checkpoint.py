# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a Stable Diffusion 1 checkpoint (safetensors, original names) in another format:

    convert_checkpoint.py IN.safetensors zip|legacy|diffusers|gguf|comfyui|bf16 OUT [--torch]

zip and legacy are the files of torch.save since and before PyTorch 1.6, under "state_dict"; diffusers is a folder;
gguf has Q8_0 where rows are whole blocks and f16 for the rest; comfyui is the same of the UNet alone, without the first
part of names. Written without PyTorch, or with --torch by
torch.save itself, where the format is one of its own.
"""

import argparse
import collections
import io
import json
import os
import pickle
import re
import struct
import sys
import types
import zipfile

import numpy as np

UNET_PREFIX = 'model.diffusion_model.'
DTYPES = {'F32': np.float32, 'F16': np.float16, 'I64': np.int64}
NAMES = {np.dtype(value): name for name, value in DTYPES.items()}


def load(path):
    with open(path, 'rb') as file:
        header_bytes, = struct.unpack('<Q', file.read(8))
        header = json.loads(file.read(header_bytes))
        data = file.read()
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        tensors[name] = np.frombuffer(data[begin:end], DTYPES[entry['dtype']]).reshape(entry['shape'])
    return tensors


def save(tensors, path, bf16=False):
    header, chunks, at = {}, [], 0
    for name, tensor in tensors.items():
        dtype, chunk = NAMES[tensor.dtype], tensor.tobytes()
        if bf16 and tensor.dtype == np.float32:
            bits = np.frombuffer(chunk, np.uint32)
            dtype, chunk = 'BF16', ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16).tobytes()
        header[name] = {'dtype': dtype, 'shape': tensor.shape, 'data_offsets': [at, at + len(chunk)]}
        chunks.append(chunk)
        at += len(chunk)
    text = json.dumps(header).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        file.writelines(chunks)


# The classes that a pickle of torch.save names, as far as pickling looks at them.

class Storage:
    """An array as torch.save keeps it, apart from the pickle."""

    def __init__(self, key, array):
        self.key, self.array = str(key), array


class Tensor:
    def __init__(self, storage):
        self.storage = storage

    def __reduce__(self):
        shape = self.storage.array.shape
        strides = tuple(stride // self.storage.array.itemsize for stride in self.storage.array.strides)
        arguments = (self.storage, 0, shape, strides, False, collections.OrderedDict())
        return sys.modules['torch._utils']._rebuild_tensor_v2, arguments


STORAGE_TYPES = {'float32': 'FloatStorage', 'float16': 'HalfStorage', 'int64': 'LongStorage'}


def pretend_torch():
    torch, utils = types.ModuleType('torch'), types.ModuleType('torch._utils')
    for name in STORAGE_TYPES.values():
        setattr(torch, name, type(name, (), {'__module__': 'torch'}))

    def _rebuild_tensor_v2():
        pass

    _rebuild_tensor_v2.__module__ = 'torch._utils'
    _rebuild_tensor_v2.__qualname__ = '_rebuild_tensor_v2'
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    sys.modules.update({'torch': torch, 'torch._utils': utils})


class Pickler(pickle._Pickler):
    def __init__(self, file, legacy):
        super().__init__(file, protocol=2)
        self.legacy = legacy

    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        kind = getattr(sys.modules['torch'], STORAGE_TYPES[value.array.dtype.name])
        return ('storage', kind, value.key, 'cpu', value.array.size) + ((None,) if self.legacy else ())


def pickle_tensors(tensors, legacy):
    storages = [Storage(i, tensor) for i, tensor in enumerate(tensors.values())]
    state = collections.OrderedDict(zip(tensors, map(Tensor, storages)))
    stream = io.BytesIO()
    Pickler(stream, legacy).dump({'global_step': 0, 'state_dict': state})
    return stream.getvalue(), storages


def save_zip(tensors, path):
    stream, storages = pickle_tensors(tensors, False)
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as archive:
        archive.writestr('archive/data.pkl', stream)
        archive.writestr('archive/byteorder', 'little')
        for storage in storages:
            archive.writestr(f'archive/data/{storage.key}', storage.array.tobytes())
        archive.writestr('archive/version', '3\n')


def save_legacy(tensors, path):
    stream, storages = pickle_tensors(tensors, True)
    with open(path, 'wb') as file:
        for value in (0x1950A86A20F9469CFC6C, 1001,
                      {'protocol_version': 1001, 'little_endian': True, 'type_sizes': {'short': 2, 'int': 4, 'long': 4}}):
            pickle.dump(value, file, protocol=2)
        file.write(stream)
        pickle.dump([storage.key for storage in storages], file, protocol=2)
        for storage in storages:
            file.write(struct.pack('<q', storage.array.size) + storage.array.tobytes())


def save_with_torch(tensors, path, legacy):
    import torch
    state = collections.OrderedDict((name, torch.from_numpy(tensor.copy())) for name, tensor in tensors.items())
    torch.save({'global_step': 0, 'state_dict': state}, path, _use_new_zipfile_serialization=not legacy)


# Names of diffusers, for four levels of two res blocks.

RES = {'in_layers.0': 'norm1', 'in_layers.2': 'conv1', 'emb_layers.1': 'time_emb_proj', 'out_layers.0': 'norm2',
       'out_layers.3': 'conv2', 'skip_connection': 'conv_shortcut'}
UNET = {'time_embed.0': 'time_embedding.linear_1', 'time_embed.2': 'time_embedding.linear_2',
        'input_blocks.0.0': 'conv_in', 'out.0': 'conv_norm_out', 'out.2': 'conv_out'}
VAE = {'norm_out': 'conv_norm_out', 'nin_shortcut': 'conv_shortcut', 'mid.block_1': 'mid_block.resnets.0',
       'mid.block_2': 'mid_block.resnets.1', 'mid.attn_1': 'mid_block.attentions.0'}
VAE_ATTENTION = {'norm': 'group_norm', 'q': 'to_q', 'k': 'to_k', 'v': 'to_v', 'proj_out': 'to_out.0'}


def rename(name, table):
    for ours, theirs in table.items():
        if name.startswith(ours + '.'):
            return theirs + name[len(ours):]
    return name


def unet_to_diffusers(name):
    block = re.fullmatch(r'(input_blocks|output_blocks|middle_block)\.(\d+)\.(?:(\d+)\.)?(.+)', name)
    if name.startswith('input_blocks.0.') or not block:
        return rename(name, UNET)
    place, number, layer, rest = block[1], int(block[2]), block[3], block[4]
    if place == 'middle_block':
        rest = f'{layer}.{rest}' if layer else rest
        return (f'mid_block.attentions.0.{rest}' if number == 1 else
                f'mid_block.resnets.{number // 2}.{rename(rest, RES)}')
    if place == 'input_blocks':
        side, level, index = 'down_blocks', (number - 1) // 3, (number - 1) % 3
    else:
        side, level, index = 'up_blocks', number // 3, number % 3
    if rest.startswith('op.'):
        return f'down_blocks.{level}.downsamplers.0.conv.{rest[3:]}'
    if rest.startswith('conv.'):
        return f'up_blocks.{level}.upsamplers.0.{rest}'
    if layer == '0':
        return f'{side}.{level}.resnets.{index}.{rename(rest, RES)}'
    return f'{side}.{level}.attentions.{index}.{rest}'


def vae_to_diffusers(name):
    half, _, rest = name.partition('.')
    if half not in ('encoder', 'decoder'):
        return name
    level = re.match(r'(down|up)\.(\d)\.', rest)
    if level:
        index = int(level[2]) if level[1] == 'down' else 3 - int(level[2])
        rest = f'{level[1]}_blocks.{index}.' + rest[level.end():]
        rest = rest.replace('.block.', '.resnets.').replace('.downsample.', '.downsamplers.0.')
        rest = rest.replace('.upsample.', '.upsamplers.0.').replace('nin_shortcut', 'conv_shortcut')
    rest = rename(rest, VAE)
    if rest.startswith('mid_block.attentions.0.'):
        rest = 'mid_block.attentions.0.' + rename(rest[len('mid_block.attentions.0.'):], VAE_ATTENTION)
    return f'{half}.{rest}'


def save_folder(tensors, path):
    parts = {'unet': {}, 'vae': {}, 'text_encoder': {}}
    for name, tensor in tensors.items():
        if name.startswith(UNET_PREFIX):
            parts['unet'][unet_to_diffusers(name[len(UNET_PREFIX):])] = tensor
        elif name.startswith('first_stage_model.'):
            renamed = vae_to_diffusers(name[len('first_stage_model.'):])
            is_linear = 'attentions' in renamed and tensor.ndim == 4
            parts['vae'][renamed] = tensor[:, :, 0, 0] if is_linear else tensor
        elif name.startswith('cond_stage_model.transformer.'):
            parts['text_encoder'][name[len('cond_stage_model.transformer.'):]] = tensor
    for part, contents in parts.items():
        os.makedirs(os.path.join(path, part), exist_ok=True)
        stem = 'model' if part == 'text_encoder' else 'diffusion_pytorch_model'
        save(contents, os.path.join(path, part, stem + '.safetensors'))
    os.makedirs(os.path.join(path, 'scheduler'), exist_ok=True)
    for file, contents in {'model_index.json': {'_class_name': 'StableDiffusionPipeline'},
                           'scheduler/scheduler_config.json': {'prediction_type': 'epsilon'},
                           'text_encoder/config.json': {'hidden_act': 'quick_gelu'}}.items():
        with open(os.path.join(path, file), 'w') as stream:
            json.dump(contents, stream)


# GGUF.

GGUF_F32, GGUF_F16, GGUF_Q8_0, GGUF_I64 = 0, 1, 8, 27
ALIGNMENT = 32


def quantize_q8_0(tensor):
    blocks = tensor.reshape(-1, 32)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    values = np.round(np.divide(blocks, scale, out=np.zeros_like(blocks), where=scale > 0)).astype(np.int8)
    return np.concatenate([scale.astype(np.float16).view(np.uint8), values.view(np.uint8)], axis=1).tobytes()


def encode_gguf(name, tensor):
    if tensor.dtype == np.int64:
        return GGUF_I64, tensor.tobytes()
    if tensor.ndim < 2:
        return GGUF_F32, tensor.tobytes()
    if tensor.shape[-1] % 32 or 'embed' in name:
        return GGUF_F16, tensor.astype(np.float16).tobytes()
    return GGUF_Q8_0, quantize_q8_0(tensor)


def save_gguf(tensors, path):
    def text(string):
        return struct.pack('<Q', len(string.encode())) + string.encode()

    header, chunks, at = b'', [], 0
    for name, tensor in tensors.items():
        kind, chunk = encode_gguf(name, tensor)
        header += text(name) + struct.pack(f'<I{tensor.ndim}QIQ', tensor.ndim, *tensor.shape[::-1], kind, at)
        chunk += bytes(-len(chunk) % ALIGNMENT)
        chunks.append(chunk)
        at += len(chunk)
    header = (b'GGUF' + struct.pack('<IQQ', 3, len(tensors), 1) +
              text('general.architecture') + struct.pack('<I', 8) + text('sd1') + header)
    with open(path, 'wb') as file:
        file.write(header + bytes(-len(header) % ALIGNMENT))
        file.writelines(chunks)


def save_unet_gguf(tensors, path):
    save_gguf({name.removeprefix(UNET_PREFIX): tensor for name, tensor in tensors.items() if name.startswith(UNET_PREFIX)},
              path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('input')
    parser.add_argument('format', choices=('zip', 'legacy', 'diffusers', 'gguf', 'comfyui', 'bf16'))
    parser.add_argument('output')
    parser.add_argument('--torch', action='store_true')
    options = parser.parse_args()
    tensors = load(options.input)
    if options.format in ('zip', 'legacy') and options.torch:
        save_with_torch(tensors, options.output, options.format == 'legacy')
        return
    pretend_torch()
    {'zip': save_zip, 'legacy': save_legacy, 'diffusers': save_folder, 'gguf': save_gguf, 'comfyui': save_unet_gguf,
     'bf16': lambda tensors, path: save(tensors, path, bf16=True)}[options.format](tensors, options.output)


if __name__ == '__main__':
    main()
