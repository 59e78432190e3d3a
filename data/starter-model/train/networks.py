# SPDX-License-Identifier: GPL-3.0-or-later
"""Stable Diffusion 1 in small: CLIP text encoder, UNet and VAE.

The names of the parameters are those of the single-file checkpoints without their prefixes, so that export is a
matter of renaming. Sizes are arguments; the conventions of the family are fixed: 32 groups, 8 UNet heads, CLIP heads
64 wide, quick GELU in the text encoder, GEGLU in the UNet.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

GROUPS = 32
UNET_HEADS = 8
TEXT_HEAD_WIDTH = 64


def _vae_norm(channels):
    return nn.GroupNorm(GROUPS, channels, eps=1e-6)


def _unet_norm(channels):
    return nn.GroupNorm(GROUPS, channels, eps=1e-5)


def _zero(module):
    nn.init.zeros_(module.weight)
    nn.init.zeros_(module.bias)
    return module


def attend(query, key, value, heads, mask=None):
    """Multi-head attention over tensors of shape (batch, tokens, width)."""
    def split(tensor):
        batch, tokens, width = tensor.shape
        return tensor.view(batch, tokens, heads, width // heads).transpose(1, 2)

    mixed = F.scaled_dot_product_attention(split(query), split(key), split(value), attn_mask=mask)
    return mixed.transpose(1, 2).flatten(2)


# ---------------------------------------------------------------------------------------------------------------- VAE


class VaeResBlock(nn.Module):
    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.norm1 = _vae_norm(channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.norm2 = _vae_norm(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        if channels_in != channels_out:
            self.nin_shortcut = nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x):
        hidden = self.conv1(F.silu(self.norm1(x)))
        hidden = self.conv2(F.silu(self.norm2(hidden)))
        shortcut = self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x
        return shortcut + hidden


class VaeAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = _vae_norm(channels)
        self.q = nn.Conv2d(channels, channels, 1)
        self.k = nn.Conv2d(channels, channels, 1)
        self.v = nn.Conv2d(channels, channels, 1)
        self.proj_out = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        normed = self.norm(x)
        query, key, value = (conv(normed).flatten(2).transpose(1, 2) for conv in (self.q, self.k, self.v))
        mixed = attend(query, key, value, heads=1).transpose(1, 2).reshape(x.shape)
        return x + self.proj_out(mixed)


class VaeMiddle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block_1 = VaeResBlock(channels, channels)
        self.attn_1 = VaeAttention(channels)
        self.block_2 = VaeResBlock(channels, channels)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class VaeDownsample(nn.Module):
    """Stride 2 with the padding on the right and below only, as the original encoder has it."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class VaeUpsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class VaeLevel(nn.Module):
    """The blocks of one resolution and, where there is one, the change to the next."""

    def __init__(self, blocks, downsample=None, upsample=None):
        super().__init__()
        self.block = nn.ModuleList(blocks)
        if downsample is not None:
            self.downsample = downsample
        if upsample is not None:
            self.upsample = upsample

    def forward(self, x):
        for block in self.block:
            x = block(x)
        if hasattr(self, "downsample"):
            x = self.downsample(x)
        if hasattr(self, "upsample"):
            x = self.upsample(x)
        return x


class VaeEncoder(nn.Module):
    def __init__(self, base, multipliers, blocks, latent_channels):
        super().__init__()
        self.conv_in = nn.Conv2d(3, base, 3, padding=1)
        self.down = nn.ModuleList()
        channels = base
        for level, multiplier in enumerate(multipliers):
            sizes = [channels] + [base * multiplier] * blocks
            channels = sizes[-1]
            last = level == len(multipliers) - 1
            self.down.append(VaeLevel([VaeResBlock(*pair) for pair in zip(sizes, sizes[1:])],
                                      downsample=None if last else VaeDownsample(channels)))
        self.mid = VaeMiddle(channels)
        self.norm_out = _vae_norm(channels)
        self.conv_out = nn.Conv2d(channels, 2 * latent_channels, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down:
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(self.mid(x))))


class VaeDecoder(nn.Module):
    def __init__(self, base, multipliers, blocks, latent_channels):
        super().__init__()
        channels = base * multipliers[-1]
        self.conv_in = nn.Conv2d(latent_channels, channels, 3, padding=1)
        self.mid = VaeMiddle(channels)
        levels = []
        for level, multiplier in reversed(list(enumerate(multipliers))):
            sizes = [channels] + [base * multiplier] * (blocks + 1)
            channels = sizes[-1]
            levels.insert(0, VaeLevel([VaeResBlock(*pair) for pair in zip(sizes, sizes[1:])],
                                      upsample=VaeUpsample(channels) if level else None))
        self.up = nn.ModuleList(levels)
        self.norm_out = _vae_norm(channels)
        self.conv_out = nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, latent):
        x = self.mid(self.conv_in(latent))
        for level in reversed(self.up):
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class Vae(nn.Module):
    """Pictures in [-1, 1] to latents an eighth as wide and high, and back."""

    def __init__(self, base=64, multipliers=(1, 1, 2, 2), blocks=1, latent_channels=4):
        super().__init__()
        self.encoder = VaeEncoder(base, multipliers, blocks, latent_channels)
        self.decoder = VaeDecoder(base, multipliers, blocks, latent_channels)
        self.quant_conv = nn.Conv2d(2 * latent_channels, 2 * latent_channels, 1)
        self.post_quant_conv = nn.Conv2d(latent_channels, latent_channels, 1)

    def encode(self, picture):
        """The mean of the latent distribution."""
        return self.quant_conv(self.encoder(picture)).chunk(2, dim=1)[0]

    def decode(self, latent):
        return self.decoder(self.post_quant_conv(latent))


# --------------------------------------------------------------------------------------------------------------- UNet


class Block(nn.ModuleList):
    """One numbered block of the UNet: its parts in order, each taking picture, time and context."""

    def forward(self, x, time, context):
        for part in self:
            x = part(x, time, context)
        return x


class UnetConv(nn.Conv2d):
    def forward(self, x, time, context):
        return super().forward(x)


class UnetDownsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x, time, context):
        return self.op(x)


class UnetUpsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x, time, context):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class UnetResBlock(nn.Module):
    def __init__(self, channels_in, channels_out, time_width):
        super().__init__()
        self.in_layers = nn.Sequential(_unet_norm(channels_in), nn.SiLU(),
                                       nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time_width, channels_out))
        self.out_layers = nn.Sequential(_unet_norm(channels_out), nn.SiLU(), nn.Identity(),
                                        _zero(nn.Conv2d(channels_out, channels_out, 3, padding=1)))
        self.skip_connection = (nn.Identity() if channels_in == channels_out
                                else nn.Conv2d(channels_in, channels_out, 1))

    def forward(self, x, time, context):
        hidden = self.in_layers(x) + self.emb_layers(time)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(hidden)


class UnetAttention(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context_width, width, bias=False)
        self.to_v = nn.Linear(context_width, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width))

    def forward(self, x, context):
        return self.to_out(attend(self.to_q(x), self.to_k(context), self.to_v(context), UNET_HEADS))


class Geglu(nn.Module):
    def __init__(self, width, inner_width):
        super().__init__()
        self.proj = nn.Linear(width, 2 * inner_width)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class UnetFeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(Geglu(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width))

    def forward(self, x):
        return self.net(x)


class TransformerBlock(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.attn1 = UnetAttention(width, width)
        self.attn2 = UnetAttention(width, context_width)
        self.ff = UnetFeedForward(width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.norm3 = nn.LayerNorm(width)

    def forward(self, x, context):
        normed = self.norm1(x)
        x = x + self.attn1(normed, normed)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, channels, context_width):
        super().__init__()
        self.norm = _vae_norm(channels)
        self.proj_in = nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, context_width)])
        self.proj_out = _zero(nn.Conv2d(channels, channels, 1))

    def forward(self, x, time, context):
        tokens = self.proj_in(self.norm(x)).flatten(2).transpose(1, 2)
        for block in self.transformer_blocks:
            tokens = block(tokens, context)
        return x + self.proj_out(tokens.transpose(1, 2).reshape(x.shape))


def time_features(steps, width):
    """Cosines, then sines, of the step number at geometrically falling frequencies."""
    half = width // 2
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float32, device=steps.device) / half)
    angles = steps[:, None].float() * frequencies
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


class Unet(nn.Module):
    """Predicts the noise in a latent from the latent, the step number and the text's context."""

    def __init__(self, base=64, multipliers=(1, 2, 4), blocks=1, attention_levels=(1, 2), context_width=128,
                 latent_channels=4):
        super().__init__()
        self.base = base
        time_width = 4 * base
        self.time_embed = nn.Sequential(nn.Linear(base, time_width), nn.SiLU(), nn.Linear(time_width, time_width))

        channels = base
        self.input_blocks = nn.ModuleList([Block([UnetConv(latent_channels, base, 3, padding=1)])])
        skips = [channels]
        for level, multiplier in enumerate(multipliers):
            for _ in range(blocks):
                parts = [UnetResBlock(channels, base * multiplier, time_width)]
                channels = base * multiplier
                if level in attention_levels:
                    parts.append(SpatialTransformer(channels, context_width))
                self.input_blocks.append(Block(parts))
                skips.append(channels)
            if level < len(multipliers) - 1:
                self.input_blocks.append(Block([UnetDownsample(channels)]))
                skips.append(channels)

        self.middle_block = Block([UnetResBlock(channels, channels, time_width),
                                   SpatialTransformer(channels, context_width),
                                   UnetResBlock(channels, channels, time_width)])

        self.output_blocks = nn.ModuleList()
        for level, multiplier in reversed(list(enumerate(multipliers))):
            for index in range(blocks + 1):
                parts = [UnetResBlock(channels + skips.pop(), base * multiplier, time_width)]
                channels = base * multiplier
                if level in attention_levels:
                    parts.append(SpatialTransformer(channels, context_width))
                if level and index == blocks:
                    parts.append(UnetUpsample(channels))
                self.output_blocks.append(Block(parts))
        self.out = nn.Sequential(_unet_norm(channels), nn.SiLU(),
                                 _zero(nn.Conv2d(channels, latent_channels, 3, padding=1)))

    def forward(self, latent, steps, context):
        time = self.time_embed(time_features(steps, self.base))
        x = latent
        skips = []
        for block in self.input_blocks:
            x = block(x, time, context)
            skips.append(x)
        x = self.middle_block(x, time, context)
        for block in self.output_blocks:
            x = block(torch.cat([x, skips.pop()], dim=1), time, context)
        return self.out(x)


# --------------------------------------------------------------------------------------------------- CLIP text encoder


class TextAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x, mask):
        heads = x.shape[-1] // TEXT_HEAD_WIDTH
        return self.out_proj(attend(self.q_proj(x), self.k_proj(x), self.v_proj(x), heads, mask))


class TextMlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        hidden = self.fc1(x)
        return self.fc2(hidden * torch.sigmoid(1.702 * hidden))


class TextLayer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.self_attn = TextAttention(width)
        self.layer_norm1 = nn.LayerNorm(width)
        self.mlp = TextMlp(width)
        self.layer_norm2 = nn.LayerNorm(width)

    def forward(self, x, mask):
        x = x + self.self_attn(self.layer_norm1(x), mask)
        return x + self.mlp(self.layer_norm2(x))


class TextEmbeddings(nn.Module):
    def __init__(self, vocabulary, width, length):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Embedding(length, width)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        nn.init.normal_(self.position_embedding.weight, std=0.01)

    def forward(self, ids):
        return self.token_embedding(ids) + self.position_embedding.weight[:ids.shape[1]]


class TextEncoder(nn.Module):
    """Token ids (batch, 77) to context (batch, 77, width).

    The vocabulary is an argument because training keeps rows only for the tokens that its captions use.
    """

    def __init__(self, vocabulary, width=128, layers=2, length=77):
        super().__init__()
        self.embeddings = TextEmbeddings(vocabulary, width, length)
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList([TextLayer(width) for _ in range(layers)])
        self.final_layer_norm = nn.LayerNorm(width)
        self.register_buffer("mask", torch.full((length, length), -1e9).triu(1), persistent=False)

    def forward(self, ids):
        x = self.embeddings(ids)
        for layer in self.encoder.layers:
            x = layer(x, self.mask)
        return self.final_layer_norm(x)


# ------------------------------------------------------------------------------------------------------- tiny decoder


class TinyClamp(nn.Module):
    def forward(self, x):
        return torch.tanh(x / 3) * 3


class TinyBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(),
                                  nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(),
                                  nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x):
        return F.relu(self.conv(x) + x)


class TinyDecoder(nn.Sequential):
    """The decoder of github.com/madebyollin/taesd: latents as the sampler has them to pictures in [0, 1]."""

    def __init__(self, channels=32, blocks=(2, 2, 2, 1), latent_channels=4):
        layers = [TinyClamp(), nn.Conv2d(latent_channels, channels, 3, padding=1), nn.ReLU()]
        for level, count in enumerate(blocks):
            if level:
                layers += [nn.Upsample(scale_factor=2), nn.Conv2d(channels, channels, 3, padding=1, bias=False)]
            layers += [TinyBlock(channels) for _ in range(count)]
        super().__init__(*layers, nn.Conv2d(channels, 3, 3, padding=1))
