#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small pictures as other programs write theirs: make_pictures.py FOLDER (needs Pillow).

What they say is made up; where and how it is said follows the programs.
"""

import json
import os
import struct
import sys

from PIL import Image
from PIL.PngImagePlugin import PngInfo

A1111 = '''a lighthouse at dusk, (oil painting:1.2)
Negative prompt: blurry, ugly
Steps: 25, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567890, Size: 512x768, \
Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Clip skip: 2, Version: v1.10.1'''
UNICODE = A1111.replace('lighthouse', 'Leuchtturm — 灯台 🗼')
SD_CPP = '''ein Leuchtturm in der Dämmerung
Steps: 20, CFG scale: 7.000000, Guidance: 3.500000, Eta: 0.000000, Seed: 42, Size: 512x512, \
Model: v1-5.safetensors, RNG: cuda, Sampler: euler_a karras, Version: stable-diffusion.cpp'''


def node(class_type, **inputs):
    return {'class_type': class_type, 'inputs': inputs}


COMFYUI = {
    '3': node('KSampler', seed=18446744073709551615, steps=20, cfg=8.0, sampler_name='dpmpp_2m_sde_gpu',
              scheduler='karras', denoise=1.0, model=['10', 0], positive=['6', 0], negative=['7', 0],
              latent_image=['5', 0]),
    '4': node('CheckpointLoaderSimple', ckpt_name='sd15\\v1-5-pruned-emaonly.safetensors'),
    '5': node('EmptyLatentImage', width=512, height=768, batch_size=1),
    '6': node('CLIPTextEncode', text='a lighthouse at dusk', clip=['11', 0]),
    '7': node('CLIPTextEncode', text='blurry, "ugly"', clip=['11', 0]),
    '8': node('VAEDecode', samples=['3', 0], vae=['12', 0]),
    '9': node('SaveImage', filename_prefix='ComfyUI', images=['8', 0]),
    '10': node('LoraLoader', lora_name='styles/ink.safetensors', strength_model=0.8, strength_clip=1.0,
               model=['4', 0], clip=['4', 1]),
    '11': node('CLIPSetLastLayer', stop_at_clip_layer=-2, clip=['10', 1]),
    '12': node('VAELoader', vae_name='vae-ft-mse-840000-ema-pruned.safetensors'),
}
COMFYUI['9']['is_changed'] = [float('nan')]

# A second pass over an enlarged latent stands first; the prompts come by way of a ControlNet and of a text node.
COMFYUI_TWO_PASSES = {
    '1': node('KSampler', seed=5, steps=12, cfg=8, sampler_name='ddim', scheduler='normal', denoise=0.5,
              model=['4', 0], positive=['13', 0], negative=['13', 1], latent_image=['14', 0]),
    '3': node('KSamplerAdvanced', add_noise='enable', noise_seed=['15', 0], steps=30, cfg=7.5, sampler_name='uni_pc',
              scheduler='simple', start_at_step=0, end_at_step=10000, model=['16', 0], positive=['13', 0],
              negative=['13', 1], latent_image=['5', 0]),
    '4': node('CheckpointLoaderSimple', ckpt_name='v2-1_768-ema-pruned.ckpt'),
    '5': node('EmptyLatentImage', width=['17', 0], height=768, batch_size=4),
    '6': node('CLIPTextEncode', text=['18', 0], clip=['4', 1]),
    '7': node('CLIPTextEncode', text='fog', clip=['4', 1]),
    '13': node('ControlNetApplyAdvanced', positive=['6', 0], negative=['7', 0], strength=1.0),
    '14': node('LatentUpscale', samples=['3', 0], width=1024, height=1536),
    '15': node('PrimitiveInt', value=77),
    '16': node('ModelSamplingDiscrete', sampling='v_prediction', zsnr=True, model=['19', 0]),
    '17': node('PrimitiveInt', value=640),
    '18': node('PrimitiveString', value='two boats'),
    '19': node('RescaleCFG', multiplier=0.7, model=['4', 0]),
    '20': node('VAEDecode', samples=['1', 0], vae=['4', 2]),
}

COMFYUI_CUSTOM = {
    '1': node('SamplerCustomAdvanced', noise=['2', 0], guider=['3', 0], sampler=['4', 0], sigmas=['5', 0],
              latent_image=['6', 0]),
    '2': node('RandomNoise', noise_seed=99),
    '3': node('CFGGuider', model=['7', 0], positive=['8', 0], negative=['9', 0], cfg=4.5),
    '4': node('KSamplerSelect', sampler_name='euler_ancestral'),
    '5': node('KarrasScheduler', steps=15, sigma_max=14.614642, sigma_min=0.0291675, rho=7.0),
    '6': node('EmptyLatentImage', width=512, height=512, batch_size=1),
    '7': node('CheckpointLoaderSimple', ckpt_name='v1-5.safetensors'),
    '8': node('CLIPTextEncode', text='a hat', clip=['7', 1]),
    '9': node('ConditioningZeroOut', conditioning=['8', 0]),
}

INVOKEAI = {
    'app_version': '5.6.0', 'generation_mode': 'txt2img', 'positive_prompt': 'a hat', 'negative_prompt': 'low quality',
    'width': 768, 'height': 432, 'seed': 356120443, 'rand_device': 'cpu', 'cfg_scale': 7.5,
    'cfg_rescale_multiplier': 0.1, 'steps': 50, 'scheduler': 'dpmpp_2m_sde_k', 'clip_skip': 1,
    'model': {'key': 'x', 'hash': 'blake3:00', 'name': 'stable-diffusion-v1-5', 'base': 'sd-1', 'type': 'main'},
    'loras': [{'model': {'name': 'ink'}, 'weight': 0.75}],
}
INVOKEAI_3 = {
    'app_version': '3.3.0', 'positive_prompt': 'a hat', 'negative_prompt': '', 'width': 512, 'height': 512, 'seed': 1,
    'rand_device': 'cuda', 'cfg_scale': 7, 'steps': 30, 'scheduler': 'euler', 'clip_skip': 0,
    'model': {'model_name': 'dreamshaper', 'base_model': 'sd-1', 'model_type': 'main'},
    'vae': {'model_name': 'sd-vae-ft-mse', 'base_model': 'sd-1'},
}
INVOKEAI_2 = {
    'model': 'stable diffusion', 'model_weights': 'stable-diffusion-1.5', 'app_id': 'invoke-ai/InvokeAI',
    'app_version': 'v2.2.4',
    'image': {'prompt': [{'prompt': 'a hat [blurry] on a table [ugly]', 'weight': 1}], 'steps': 50, 'cfg_scale': 7.5,
              'height': 512, 'width': 640, 'seed': 123, 'type': 'txt2img', 'sampler': 'k_lms', 'variations': []},
}
DREAM = '"a hat, \\"felt\\"" -s 50 -S 123 -W640 -H 512 -C 7.5 -A k_euler_a -F'

FOOOCUS = {
    'adm_guidance': '(1.5, 0.8, 0.3)', 'base_model': 'juggernautXL_v8Rundiffusion', 'base_model_hash': 'aeb7e9e689',
    'clip_skip': 2, 'full_negative_prompt': ['blurry', 'ugly'], 'full_prompt': ['cinematic still a hat', 'a hat'],
    'guidance_scale': 4.0, 'loras': [['sd_xl_offset', 0.1, '4852686128']], 'metadata_scheme': 'fooocus',
    'negative_prompt': '', 'performance': 'Speed', 'prompt': 'a hat', 'refiner_model': 'None',
    'resolution': '(832, 1216)', 'sampler': 'dpmpp_2m_sde_gpu', 'scheduler': 'karras', 'seed': '7653',
    'sharpness': 2.0, 'steps': 30, 'styles': "['Fooocus V2']", 'vae': 'Default (model)', 'version': 'Fooocus v2.5.5',
}
FOOOCUS_A1111 = '''cinematic still a hat, a hat
Negative prompt: blurry, ugly
Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 7653, Size: 832x1216, CFG scale: 4, Sharpness: 2, \
ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL_v8Rundiffusion, Model hash: aeb7e9e689, Performance: Speed, \
Scheduler: karras, VAE: Default (model), Raw prompt: a hat, Raw negative prompt: , Version: Fooocus v2.5.5'''
RUINED_FOOOCUS = {
    'Prompt': 'a hat', 'Negative': 'ugly', 'steps': 30, 'cfg': 8, 'width': 1344, 'height': 768, 'seed': 12,
    'sampler_name': 'dpmpp_2m_sde_gpu', 'scheduler': 'karras', 'base_model_name': 'sd_xl_base.safetensors',
    'base_model_hash': 'e6bb9ea85b', 'loras': [], 'clip_skip': 1, 'software': 'RuinedFooocus',
}

SWARMUI = {'sui_image_params': {
    'prompt': 'a hat', 'negativeprompt': 'ugly', 'model': 'OfficialStableDiffusion/sd_v1-5', 'seed': 55, 'steps': 20,
    'cfgscale': 7.0, 'aspectratio': '1:1', 'width': 512, 'height': 512, 'sampler': 'euler', 'scheduler': 'normal',
    'clipstopatlayer': -2, 'variationseed': 8, 'variationseedstrength': 0.25, 'swarm_version': '0.9.5',
}}
NOVELAI = {
    'prompt': 'a hat', 'steps': 28, 'height': 1216, 'width': 832, 'scale': 5.0, 'cfg_rescale': 0.0, 'seed': 3151618,
    'n_samples': 1, 'noise_schedule': 'karras', 'sampler': 'k_euler_ancestral', 'uc': 'ugly', 'request_type': 'x',
}
EASY_DIFFUSION = {
    'prompt': 'a hat', 'seed': '1917', 'negative_prompt': 'ugly', 'num_inference_steps': '25', 'guidance_scale': '7.5',
    'width': '512', 'height': '640', 'sampler_name': 'euler_a', 'clip_skip': 'True',
    'use_stable_diffusion_model': '/models/stable-diffusion/sd-v1-5.ckpt', 'use_vae_model': '',
}
EASY_DIFFUSION_TITLES = {
    'Prompt': 'a hat', 'Seed': 1917, 'Negative Prompt': 'ugly', 'Steps': 25, 'Guidance Scale': 7.5, 'Width': 512,
    'Height': 640, 'Sampler': 'euler_a', 'Clip Skip': False, 'Stable Diffusion model': 'sd-v1-5',
}


def entries(order, fields, at):
    """A directory of fields [(tag, type, bytes)] that lies at an offset, and what lies behind it."""
    head, tail = struct.pack(order + 'H', len(fields)), b''
    behind = at + 2 + 12 * len(fields) + 4
    for tag, kind, value in fields:
        count = len(value) // 4 if kind == 4 else len(value)
        if len(value) <= 4:
            place = value.ljust(4, b'\0')
        else:
            place = struct.pack(order + 'I', behind + len(tail))
            tail += value + b'\0' * (len(value) % 2)
        head += struct.pack(order + 'HHI', tag, kind, count) + place
    return head + b'\0\0\0\0' + tail


def exif(order, first, second=()):
    """Exif data with a first directory and, where there is something for it, the Exif one."""
    header = {'>': b'MM\0*', '<': b'II*\0'}[order] + struct.pack(order + 'I', 8)
    if not second:
        return header + entries(order, first, 8)
    size = len(entries(order, list(first) + [(0x8769, 4, b'\0\0\0\0')], 8))
    pointer = (0x8769, 4, struct.pack(order + 'I', 8 + size))
    return header + entries(order, list(first) + [pointer], 8) + entries(order, second, 8 + size)


def comment(order, coding, value):
    return exif(order, [], [(0x9286, 7, coding + value)])


def main(folder):
    picture = Image.new('RGB', (8, 8), (200, 120, 40))

    def png(name, texts=(), international=(), packed=(), exif_data=None):
        info = PngInfo()
        for key, text in texts:
            info.add_text(key, text)
        for key, text in packed:
            info.add_text(key, text, zip=True)
        for key, text in international:
            info.add_itxt(key, text, zip=len(text) > 300)
        more = {'exif': exif_data} if exif_data else {}
        picture.save(os.path.join(folder, name), pnginfo=info, **more)

    def other(name, exif_data=None, **more):
        if exif_data:
            more['exif'] = b'Exif\0\0' + exif_data
        picture.save(os.path.join(folder, name), quality=50, **more)

    png('a1111.png', [('parameters', A1111)])
    png('a1111-packed.png', packed=[('parameters', A1111)])
    png('a1111-unicode.png', international=[('parameters', UNICODE)])
    png('a1111-exif.png', exif_data=comment('>', b'UNICODE\0', UNICODE.encode('utf-16-be')))
    other('a1111.jpg', comment('>', b'UNICODE\0', UNICODE.encode('utf-16-be')))
    other('a1111.webp', comment('>', b'UNICODE\0', UNICODE.encode('utf-16-be')))
    other('a1111-little-endian.jpg', comment('>', b'UNICODE\0', UNICODE.encode('utf-16-le')))
    other('a1111-byte-order-mark.jpg', comment('<', b'UNICODE\0', UNICODE.encode('utf-16')))
    other('a1111-ascii.jpg', comment('<', b'ASCII\0\0\0', A1111.encode()))
    other('a1111-no-coding.webp', comment('<', b'', A1111.encode()))
    other('a1111-jis.jpg', comment('<', b'JIS\0\0\0\0\0', A1111.encode()))
    other('a1111-comment.jpg', comment=A1111.encode())
    png('prompt-alone.png', [('parameters', 'a hat')])
    other('camera.jpg', exif('<', [(0x010f, 2, b'Make\0'), (0x0110, 2, b'Model: X, f: 2\0')],
                             [(0x9286, 7, b'ASCII\0\0\0a day at sea')]))
    png('nothing.png')
    other('nothing.jpg')
    other('nothing.webp')

    png('comfyui.png', [('prompt', json.dumps(COMFYUI)), ('workflow', '{"nodes": []}')])
    png('comfyui-two-passes.png', [('prompt', json.dumps(COMFYUI_TWO_PASSES))])
    png('comfyui-custom.png', [('prompt', json.dumps(COMFYUI_CUSTOM))])
    other('comfyui.webp', exif('<', [(0x010f, 2, b'workflow:{"nodes": []}\0'),
                                     (0x0110, 2, b'prompt:' + json.dumps(COMFYUI).encode() + b'\0')]))
    png('invokeai.png', international=[('invokeai_metadata', json.dumps(INVOKEAI))])
    png('invokeai-3.png', [('invokeai_metadata', json.dumps(INVOKEAI_3))])
    png('invokeai-2.png', [('Dream', DREAM), ('sd-metadata', json.dumps(INVOKEAI_2))])
    png('invokeai-dream.png', [('Dream', DREAM)])
    png('fooocus.png', [('fooocus_scheme', 'fooocus'), ('parameters', json.dumps(FOOOCUS))])
    other('fooocus.jpg', exif('>', [(0x0131, 2, b'Fooocus v2.5.5\0'), (0x927c, 2, b'fooocus\0'),
                                    (0x9286, 2, json.dumps(FOOOCUS).encode() + b'\0')]))
    png('fooocus-a1111.png', [('fooocus_scheme', 'a1111'), ('parameters', FOOOCUS_A1111)])
    png('ruined-fooocus.png', [('parameters', json.dumps(RUINED_FOOOCUS))])
    png('swarmui.png', [('parameters', json.dumps(SWARMUI, indent=2))])
    other('swarmui.jpg', comment('<', b'UNICODE\0', json.dumps(SWARMUI).encode('utf-16-le')))
    png('novelai.png', [('Title', 'AI generated image'), ('Description', 'a hat'), ('Software', 'NovelAI'),
                        ('Source', 'Stable Diffusion XL'), ('Comment', json.dumps(NOVELAI))])
    png('easy-diffusion.png', list(EASY_DIFFUSION.items()))
    other('easy-diffusion.jpg', comment('<', b'UNICODE\0', json.dumps(EASY_DIFFUSION_TITLES).encode('utf-16-le')))

    # UTF-8 where the standard wants Latin-1.
    png('stable-diffusion-cpp.png', [('parameters', SD_CPP.encode().decode('latin-1'))])


main(sys.argv[1])
