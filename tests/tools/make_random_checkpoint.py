#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a structurally exact SD1.x single-file checkpoint (original ldm names) with seeded random weights.
  make_random_checkpoint.py --out FILE                -> SD1.5 sizes, f16 (2.1 GB)
  make_random_checkpoint.py --preset tiny --out FILE  -> same topology, small widths, f32 (186 MB)
  make_random_checkpoint.py --preset tiny-sd2 --out FILE -> SD 2's topology (OpenCLIP's names, linear projections, heads of 64, v), f32 (86 MB)
  make_random_checkpoint.py --preset tiny-taesd --out FILE -> TAESD's topology, 16 channels wide, f32 (0.7 MB)
Options: --dtype f16|f32|bf16  --seed N  --out PATH  --inpaint (9-channel input conv)  --list (print names and shapes only)
Weights of each tensor come from its own stream (seed, crc32(name)), so order and presence of others do not matter.
The UNet carries a +x/-x pass-through from input_blocks.0.0 via output_blocks.11 to out.2, so that eps ~ 0.85*x_in + random
part: sampling then really shrinks sigma 14.6 noise to O(1) latents (silu(a)-silu(-a)=a makes that pass-through linear)."""
import argparse, json, struct, zlib
import numpy as np

PRESETS = {
 'sd15': dict(mc=320, mult=(1,2,4,4), nres=2, attn=(1,2,4), heads=8, ctx=768,
              vch=128, vmult=(1,2,4,4), vres=2, cw=768, cl=12, chd=12, vocab=49408, npos=77),
 'tiny': dict(mc=64,  mult=(1,2,4,4), nres=2, attn=(1,2,4), heads=8, ctx=128,
              vch=32, vmult=(1,2,4,4), vres=2, cw=128, cl=3, chd=2, vocab=49408, npos=77),
 'tiny-sd2': dict(sd2=True, mc=64, mult=(1,2,2,2), nres=2, attn=(1,2,4), heads=0, ctx=128,
              vch=32, vmult=(1,1,2,2), vres=2, cw=128, cl=4, chd=2, vocab=49408, npos=77),
 'tiny-taesd': dict(taesd=True, mc=16),
}
IN_CH = 4

def taesd_spec(P):
    """The tiny autoencoder: 'B' is a block, 'c' a convolution, 'r' one that resamples, ' ' a layer without weights."""
    L, c = [], P['mc']
    def conv(n, o, i, bias=True, s=1.0):
        L.append((n+'.weight', (o, i, 3, 3), 'w', s))
        if bias: L.append((n+'.bias', (o,), 'b', s))
    for half, layers, i, o in (('decoder', ' c BBB rBBB rBBB rBc', 4, 3), ('encoder', 'cBrBBBrBBBrBBBc', 3, 4)):
        first, last = layers.index('c'), len(layers)-1
        for k, kind in enumerate(layers):
            n = f'taesd_{half}.{k}'
            if kind == 'c': conv(n, o if k == last else c, i if k == first else c)
            elif kind == 'r': conv(n, c, c, False, 0.9)
            elif kind == 'B':
                for j in (0, 2, 4): conv(f'{n}.conv.{j}', c, c, True, 0.9)
    return L

def spec(P):
    """list of (name, shape, kind[, scale]);  kind: w (normal/sqrt(fan_in)), b, nw, nb (norm), emb, special"""
    if P.get('taesd'): return taesd_spec(P)
    L = []
    def lin(n, o, i, bias=True, s=1.0):
        L.append((n+'.weight', (o, i), 'w', s))
        if bias: L.append((n+'.bias', (o,), 'b', s))
    sd2 = P.get('sd2', False)
    def proj(n, c, s=1.0):
        if sd2: lin(n, c, c, True, s)
        else: conv(n, c, c, 1, s)
    def conv(n, o, i, k, s=1.0):
        L.append((n+'.weight', (o, i, k, k), 'w', s)); L.append((n+'.bias', (o,), 'b', s))
    def norm(n, c):
        L.append((n+'.weight', (c,), 'nw', 1)); L.append((n+'.bias', (c,), 'nb', 1))
    # ---------------- UNet (ldm.modules.diffusionmodules.openaimodel.UNetModel) ----------------
    U = 'model.diffusion_model.'
    mc, ted = P['mc'], P['mc']*4
    lin(U+'time_embed.0', ted, mc); lin(U+'time_embed.2', ted, ted)
    def res(n, i, o):
        norm(n+'.in_layers.0', i); conv(n+'.in_layers.2', o, i, 3)
        lin(n+'.emb_layers.1', o, ted)
        norm(n+'.out_layers.0', o); conv(n+'.out_layers.3', o, o, 3, 0.3)
        if i != o: conv(n+'.skip_connection', o, i, 1)
    def st(n, c):
        norm(n+'.norm', c); proj(n+'.proj_in', c)
        b = n+'.transformer_blocks.0'
        for a, kd in (('attn1', c), ('attn2', P['ctx'])):
            lin(f'{b}.{a}.to_q', c, c, False, 1.5); lin(f'{b}.{a}.to_k', c, kd, False, 1.5); lin(f'{b}.{a}.to_v', c, kd, False)
            lin(f'{b}.{a}.to_out.0', c, c, True, 0.5)
        lin(b+'.ff.net.0.proj', c*8, c); lin(b+'.ff.net.2', c, c*4, True, 0.5)
        for k in '123': norm(f'{b}.norm{k}', c)
        proj(n+'.proj_out', c, 0.3)
    conv(U+'input_blocks.0.0', mc, IN_CH, 3)
    chans, ch, ds, ib = [mc], mc, 1, 1
    nl = len(P['mult'])
    for lv, m in enumerate(P['mult']):
        for _ in range(P['nres']):
            res(f'{U}input_blocks.{ib}.0', ch, m*mc); ch = m*mc
            if ds in P['attn']: st(f'{U}input_blocks.{ib}.1', ch)
            chans.append(ch); ib += 1
        if lv != nl-1:
            conv(f'{U}input_blocks.{ib}.0.op', ch, ch, 3); chans.append(ch); ib += 1; ds *= 2
    res(U+'middle_block.0', ch, ch); st(U+'middle_block.1', ch); res(U+'middle_block.2', ch, ch)
    ob = 0
    for lv, m in reversed(list(enumerate(P['mult']))):
        for i in range(P['nres']+1):
            res(f'{U}output_blocks.{ob}.0', ch+chans.pop(), m*mc); ch = m*mc
            k = 1
            if ds in P['attn']: st(f'{U}output_blocks.{ob}.1', ch); k = 2
            if lv and i == P['nres']: conv(f'{U}output_blocks.{ob}.{k}.conv', ch, ch, 3); ds //= 2
            ob += 1
    norm(U+'out.0', ch); conv(U+'out.2', 4, mc, 3, 0.5)
    # ---------------- VAE (ldm.models.autoencoder.AutoencoderKL) ----------------
    V = 'first_stage_model.'
    c0, vm = P['vch'], P['vmult']
    def vres(n, i, o):
        norm(n+'.norm1', i); conv(n+'.conv1', o, i, 3); norm(n+'.norm2', o); conv(n+'.conv2', o, o, 3, 0.5)
        if i != o: conv(n+'.nin_shortcut', o, i, 1)
    def vattn(n, c):
        norm(n+'.norm', c)
        for k in 'qkv': conv(f'{n}.{k}', c, c, 1)
        conv(n+'.proj_out', c, c, 1, 0.5)
    e = V+'encoder.'
    conv(e+'conv_in', c0, 3, 3); ch = c0
    for lv, m in enumerate(vm):
        for i in range(P['vres']): vres(f'{e}down.{lv}.block.{i}', ch, c0*m); ch = c0*m
        if lv != len(vm)-1: conv(f'{e}down.{lv}.downsample.conv', ch, ch, 3)
    vres(e+'mid.block_1', ch, ch); vattn(e+'mid.attn_1', ch); vres(e+'mid.block_2', ch, ch)
    norm(e+'norm_out', ch); conv(e+'conv_out', 8, ch, 3)
    d = V+'decoder.'
    conv(d+'conv_in', ch, 4, 3)
    vres(d+'mid.block_1', ch, ch); vattn(d+'mid.attn_1', ch); vres(d+'mid.block_2', ch, ch)
    for lv, m in reversed(list(enumerate(vm))):
        for i in range(P['vres']+1): vres(f'{d}up.{lv}.block.{i}', ch, c0*m); ch = c0*m
        if lv: conv(f'{d}up.{lv}.upsample.conv', ch, ch, 3)
    norm(d+'norm_out', ch); conv(d+'conv_out', 3, ch, 3, 0.7)
    conv(V+'quant_conv', 8, 8, 1); conv(V+'post_quant_conv', 4, 4, 1)
    w = P['cw']
    if sd2:
        # ---------------- OpenCLIP text ----------------
        C = 'cond_stage_model.model.'
        L.append((C+'token_embedding.weight', (P['vocab'], w), 'emb', 0.3))
        L.append((C+'positional_embedding', (P['npos'], w), 'emb', 0.1))
        for i in range(P['cl']):
            b = f'{C}transformer.resblocks.{i}.'
            norm(b+'ln_1', w); norm(b+'ln_2', w)
            L.append((b+'attn.in_proj_weight', (3*w, w), 'w', 1.5)); L.append((b+'attn.in_proj_bias', (3*w,), 'b', 1))
            lin(b+'attn.out_proj', w, w, True, 0.5)
            lin(b+'mlp.c_fc', 4*w, w); lin(b+'mlp.c_proj', w, 4*w, True, 0.5)
        norm(C+'ln_final', w)
        L.append((C+'text_projection', (w, w), 'w', 1)); L.append((C+'logit_scale', (), 'b', 1))
        return L
    # ---------------- CLIP ViT-L/14 text (transformers CLIPTextModel) ----------------
    C = 'cond_stage_model.transformer.text_model.'
    L.append((C+'embeddings.position_ids', (1, P['npos']), 'posids', 1))
    L.append((C+'embeddings.token_embedding.weight', (P['vocab'], w), 'emb', 0.3))
    L.append((C+'embeddings.position_embedding.weight', (P['npos'], w), 'emb', 0.1))
    for i in range(P['cl']):
        b = f'{C}encoder.layers.{i}.'
        for k in 'kvq': lin(f'{b}self_attn.{k}_proj', w, w, True, 1.5 if k != 'v' else 1)
        lin(b+'self_attn.out_proj', w, w, True, 0.5)
        norm(b+'layer_norm1', w); norm(b+'layer_norm2', w)
        lin(b+'mlp.fc1', 4*w, w); lin(b+'mlp.fc2', w, 4*w, True, 0.5)
    norm(C+'final_layer_norm', w)
    # ---------------- schedule buffers ----------------
    for k in ('betas','alphas_cumprod','alphas_cumprod_prev','sqrt_alphas_cumprod','sqrt_one_minus_alphas_cumprod',
              'log_one_minus_alphas_cumprod','sqrt_recip_alphas_cumprod','sqrt_recipm1_alphas_cumprod',
              'posterior_variance','posterior_log_variance_clipped','posterior_mean_coef1','posterior_mean_coef2'):
        L.append((k, (1000,), 'sched', 1))
    return L

def schedule():
    b = np.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=np.float64)**2
    ac = np.cumprod(1-b); acp = np.append(1., ac[:-1]); pv = b*(1-acp)/(1-ac)
    return {'betas':b,'alphas_cumprod':ac,'alphas_cumprod_prev':acp,'sqrt_alphas_cumprod':np.sqrt(ac),
      'sqrt_one_minus_alphas_cumprod':np.sqrt(1-ac),'log_one_minus_alphas_cumprod':np.log(1-ac),
      'sqrt_recip_alphas_cumprod':np.sqrt(1/ac),'sqrt_recipm1_alphas_cumprod':np.sqrt(1/ac-1),'posterior_variance':pv,
      'posterior_log_variance_clipped':np.log(np.maximum(pv,1e-20)),'posterior_mean_coef1':b*np.sqrt(acp)/(1-ac),
      'posterior_mean_coef2':(1-acp)*np.sqrt(1-b)/(1-ac)}

def gen(name, shape, kind, s, seed, P, sched):
    if kind == 'posids': return np.arange(shape[1], dtype=np.int64)[None]
    if kind == 'sched':  return sched[name].astype(np.float32)
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    z = rng.standard_normal(shape, dtype=np.float32)
    if kind == 'w':   a = z*np.float32(s/np.sqrt(np.prod(shape[1:])))
    elif kind == 'b': a = z*np.float32(0.02*s)
    elif kind == 'nw': a = 1+z*np.float32(0.05)
    elif kind == 'nb': a = z*np.float32(0.02)
    else: a = z*np.float32(s)
    # linear pass-through x_in -> eps : last quarter of the channels, pairs (+x_c, -x_c)
    mc = P['mc']; n0 = mc*3//4; ch = np.arange(n0, mc); sg = np.where((ch-n0) % 2 == 0, 1., -1.).astype(np.float32)
    lc = ((ch-n0)//2) % 4; per = (mc-n0)//4        # channels per latent channel (both signs)
    U = 'model.diffusion_model.'
    if P.get('sd2') and name == U+'output_blocks.11.1.transformer_blocks.0.norm1.bias':
        a *= np.float32(10)     # as wide as in models that predict v
    if name == U+'input_blocks.0.0.weight':
        a[ch] = 0; a[ch, lc, 1, 1] = sg
    elif name == U+'output_blocks.11.0.skip_connection.weight':
        a[ch] = 0; a[ch, ch+mc, 0, 0] = 1
    elif name == U+'out.2.weight':
        a[:, ch] *= np.float32(0.1); a[lc, ch, 1, 1] += sg*np.float32(0.85/(per//2))
    return a

def main():
    global IN_CH
    ap = argparse.ArgumentParser()
    ap.add_argument('--preset', default='sd15', choices=PRESETS); ap.add_argument('--dtype'); ap.add_argument('--out')
    ap.add_argument('--seed', type=int, default=1234); ap.add_argument('--inpaint', action='store_true')
    ap.add_argument('--list', action='store_true')
    o = ap.parse_args(); P = PRESETS[o.preset]
    if o.inpaint: IN_CH = 9
    dt = o.dtype or ('f16' if o.preset == 'sd15' else 'f32')
    out = o.out or {'sd15': f'sd15-random-{dt}.safetensors', 'tiny': f'tiny-sd-random-{dt}.safetensors',
                    'tiny-sd2': f'tiny-sd2-random-{dt}.safetensors', 'tiny-taesd': f'tiny-taesd-random-{dt}.safetensors'}[o.preset]
    L = sorted(spec(P))
    assert len({x[0] for x in L}) == len(L)
    if o.list:
        for n, s, *_ in L: print(n, list(s))
        return
    DT = {'f16': ('F16', 2), 'f32': ('F32', 4), 'bf16': ('BF16', 2)}[dt]
    hdr, off = {'__metadata__': {'format': 'pt', 'note': 'random weights', 'preset': o.preset, 'seed': str(o.seed),
        'config': json.dumps({k: v for k, v in P.items()})}}, 0
    for n, s, k, _ in L:
        t, b = ('I64', 8) if k == 'posids' else ('F32', 4) if k == 'sched' else DT
        nb = int(np.prod(s))*b; hdr[n] = {'dtype': t, 'shape': list(s), 'data_offsets': [off, off+nb]}; off += nb
    h = json.dumps(hdr, separators=(',', ':')).encode(); h += b' '*(-len(h) % 8)
    sched = schedule(); tot = 0
    with open(out+'.part', 'wb') as f:
        f.write(struct.pack('<Q', len(h))); f.write(h)
        for n, s, k, sc in L:
            a = gen(n, s, k, sc, o.seed, P, sched); assert a.shape == tuple(s), (n, a.shape, s)
            t = hdr[n]['dtype']; tot += a.size
            if t == 'F16': a = a.astype(np.float16)
            elif t == 'BF16':
                u = a.astype(np.float32).view(np.uint32); a = ((u + 0x7fff + ((u >> 16) & 1)) >> 16).astype(np.uint16)
            elif t == 'F32': a = a.astype(np.float32)
            f.write(np.ascontiguousarray(a).tobytes())
    import os; os.rename(out+'.part', out)
    print(out, len(L), 'tensors', tot, 'values', os.path.getsize(out), 'bytes')
main()
