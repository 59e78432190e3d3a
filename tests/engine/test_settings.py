#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings of a picture do, from outside: prompts, seeds, files of other parts, compatibility.

Mostly one setting is said in two ways, which must give the same latent, and another that must not.
Environment: SF_CLI the program, SF_TINY_CHECKPOINT a model, SF_TINY_TAESD_CHECKPOINT a tiny autoencoder.
"""

import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

import numpy

CLI = os.environ["SF_CLI"]
MODEL = os.environ["SF_TINY_CHECKPOINT"]
TAESD = os.environ["SF_TINY_TAESD_CHECKPOINT"]
VAE = "first_stage_model."


def read_model():
    """Header and data of the tiny checkpoint."""
    with open(MODEL, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size)), file.read()


def write_tensors(path, tensors):
    header, data = {}, b""
    for name, values in tensors.items():
        values = numpy.ascontiguousarray(values, "<f4")
        begin = len(data)
        data += values.tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class SettingsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def paint(self, prompt, *options, status=0):
        """Paints and returns what was said on stderr."""
        done = subprocess.run(
            [CLI, "generate", "--model", MODEL, "--precision", "f32", "--width", "64", "--height", "64",
             "--steps", "4", "--sampler", "euler", "--seed", "5", "--prompt", prompt,
             "--save-latent", str(self.folder / "latent.npy"), "--save-image", str(self.folder / "image.npy"),
             "--output", str(self.folder / "picture.png"), *map(str, options)],
            capture_output=True, text=True, timeout=300,
        )
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertNotIn("CRITICAL", done.stderr)
        return done.stderr

    def latent(self, prompt, *options):
        self.paint(prompt, *options)
        return numpy.load(self.folder / "latent.npy")

    def assert_same(self, a, b, tolerance=1e-5):
        self.assertLessEqual(numpy.sqrt(((a - b) ** 2).mean()) / b.std(), tolerance)

    def assert_different(self, a, b):
        """The prompt has little say in a model of random weights: a word moves a latent by 3e-4."""
        self.assertGreater(numpy.sqrt(((a - b) ** 2).mean()) / b.std(), 5e-5)


class Prompts(SettingsTest):
    def test_weights(self):
        plain = self.latent("a red apple")
        self.assert_same(self.latent("a (red:1.0) apple"), plain)
        strong = self.latent("a (red:1.6) apple")
        self.assert_different(strong, plain)
        self.assert_same(self.latent("a (red:1.6) apple", "--emphasis", "ignore"), plain)
        self.assert_different(self.latent("a (red:1.6) apple", "--emphasis", "no-norm"), strong)
        self.assert_different(self.latent("a (red:1.6) apple", "--emphasis", "comfyui"), strong)

    def test_parts(self):
        """AND is linear in its weights; guidance applies to each part."""
        apple = self.latent("apple")
        self.assert_same(self.latent("apple AND sky :0"), apple)
        self.assert_same(self.latent("apple AND apple", "--cfg", 3.5), apple, 1e-4)
        self.assert_different(self.latent("apple AND sky"), apple)

    def test_schedules(self):
        apple, sky = self.latent("apple"), self.latent("sky")
        self.assert_same(self.latent("[apple:sky:0]"), sky)
        self.assert_same(self.latent("[apple:sky:1.0]"), apple)
        half = self.latent("[apple:sky:0.5]")
        self.assert_different(half, apple)
        self.assert_different(half, sky)
        self.assert_same(self.latent("[apple:sky:2]"), half)
        self.assert_different(self.latent("[apple|sky]"), half)

    def test_long_prompts(self):
        """Both prompts keep their lengths, or the shorter is filled up."""
        long = "apple, " * 60 + "sky"
        self.assert_different(self.latent(long), self.latent("apple, " * 30))
        unlike = ["--negative", "blurry, low quality", "--cfg", 30]
        self.assert_different(self.latent(long, *unlike, "--pad-prompts", "on"), self.latent(long, *unlike))
        self.assert_different(self.latent("apple BREAK sky"), self.latent("apple sky"))
        self.assert_same(self.latent(long, "--grammar", "plain"), self.latent(long + " sea", "--grammar", "plain"))

    def test_embedding(self):
        """A vector that is a row of the token table does what the token does."""
        header, data = read_model()
        name = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"
        begin, end = header[name]["data_offsets"]
        table = numpy.frombuffer(data[begin:end], "<f4").reshape(header[name]["shape"])
        tokens = subprocess.run([CLI, "tokenize", "--json", "apple sky"], capture_output=True, text=True, check=True)
        ids = json.loads(tokens.stdout)["ids"][0]
        (self.folder / "embeddings/more").mkdir(parents=True)
        write_tensors(self.folder / "embeddings/more/qqapple.safetensors", {"emb_params": table[ids[1:3]]})
        options = ["--embeddings", self.folder / "embeddings"]
        self.assert_same(self.latent("a qqapple", *options), self.latent("a apple sky"))
        self.assert_different(self.latent("a qqapple"), self.latent("a apple sky"))
        self.assert_same(self.latent("a (qqapple:1.3)", *options), self.latent("a (apple sky:1.3)"))

        write_tensors(self.folder / "embeddings/qqwide.safetensors", {"emb_params": numpy.zeros((1, 768))})
        self.assertIn("qqwide", self.paint("a qqwide", *options))
        (self.folder / "embeddings/qqbad.pt").write_bytes(b"no embedding")
        self.assertIn("qqbad", self.paint("a qqbad", *options))
        self.assertIn("nowhere", self.paint("a", "--embeddings", self.folder / "nowhere", status=1))

    def test_wildcards(self):
        (self.folder / "cards").mkdir()
        (self.folder / "cards/fruit.txt").write_text("apple\n")
        options = ["--wildcards", self.folder / "cards"]
        self.assert_same(self.latent("a __fruit__", *options), self.latent("a apple"))
        self.paint("a __fruit__", *options)
        info = subprocess.run([CLI, "info", "--json", str(self.folder / "picture.png")],
                              capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(info.stdout)["prompt"], "a apple")

    def test_tags(self):
        self.assertIn("lora:hat", self.paint("apple <lora:hat:0.7>"))
        self.assert_same(self.latent("apple<lora:hat:0.7>"), self.latent("apple"))


class Seeds(SettingsTest):
    def noise(self, seed, shape, rng="cpu"):
        path = self.folder / "noise.npy"
        subprocess.run([CLI, "noise", "--rng", rng, "--seed", str(seed), "--shape", shape, "--output", str(path)],
                       check=True, stdout=subprocess.DEVNULL)
        return numpy.load(path)

    def from_noise(self, noise, *options):
        path = self.folder / "given.npy"
        numpy.save(path, noise.astype("f4"))
        return self.latent("apple", "--noise", path, *options)

    def test_batches(self):
        """The second picture has a seed of its own, or its share of the first one's noise."""
        separate = self.latent("apple", "--count", 2)
        self.assert_same(separate[1:], self.latent("apple", "--seed", 6))
        joint = self.latent("apple", "--count", 2, "--batch-noise", "joint")
        noise = self.noise(5, "2,4,8,8")
        self.assert_same(joint[:1], self.from_noise(noise[0]))
        self.assert_same(joint[1:], self.from_noise(noise[1]))

    def test_variation(self):
        own = self.latent("apple")
        options = ["--variation-seed", 9, "--variation-strength"]
        self.assert_same(self.latent("apple", *options, 0), own)
        self.assert_same(self.latent("apple", *options, 1), self.latent("apple", "--seed", 9))
        self.assert_different(self.latent("apple", *options, 0.3), own)

    def test_noise_between_steps(self):
        """What an ancestral sampler adds comes from the generator going on, or from a new one."""
        noise = ["--noise-sequence", self.folder / "sequence.npy"]
        start = self.noise(5, "4,8,8")
        own = self.latent("apple", "--sampler", "euler_a")

        def sequence(seed, rng="cpu"):
            numpy.save(self.folder / "sequence.npy", self.noise(seed, "1,4,8,8", rng))
            return self.latent("apple", "--sampler", "euler_a", "--steps", 2, *noise)

        two = ["--sampler", "euler_a", "--steps", 2]
        self.assert_same(self.latent("apple", *two, "--eta-noise-delta", 31337), sequence(5 + 31337))
        self.assert_same(self.latent("apple", *two, "--step-noise", "cpu"), sequence(5))
        self.assert_same(self.latent("apple", *two, "--step-noise", "philox"), sequence(5, "philox"))
        self.assert_same(self.latent("apple", "--sampler", "euler_a", "--eta", 0), self.latent("apple"))
        self.assert_same(self.from_noise(start), self.latent("apple"))
        self.assert_different(own, self.latent("apple"))

    def test_sde_noise(self):
        """A path, not a sequence: the same seed gives the same picture, another seed another."""
        for rng in "cpu", "philox":
            options = ["--sampler", "dpmpp_2m_sde", "--rng", rng]
            picture = self.latent("apple", *options)
            self.assert_same(self.latent("apple", *options), picture, 0)
            self.assert_different(self.latent("apple", *options, "--seed", 6), picture)


class Models(SettingsTest):
    def take(self, prefix, names=""):
        """A part of the tiny checkpoint, its prefix replaced."""
        header, data = read_model()
        return {
            names + name.removeprefix(prefix):
                numpy.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
            for name, entry in header.items() if name.startswith(prefix) and entry["dtype"] == "F32"
        }

    def write(self, name, tensors):
        path = self.folder / name
        write_tensors(path, tensors)
        return path

    def write_vae(self, brightness=0.0):
        tensors = self.take(VAE)
        tensors["decoder.conv_out.bias"] = tensors["decoder.conv_out.bias"] + brightness
        return self.write("vae.safetensors", tensors)

    def image(self, *options):
        self.paint("apple", *options)
        return numpy.load(self.folder / "image.npy")

    def test_vae(self):
        own = self.image()
        self.assert_same(self.image("--vae", self.write_vae()), own, 0)
        brighter = self.image("--vae", self.write_vae(0.25))
        numpy.testing.assert_allclose(brighter, own + 0.25, atol=1e-5)
        self.assertIn("missing.pt", self.paint("apple", "--vae", self.folder / "missing.pt", status=1))

    def test_single_parts(self):
        """A UNet alone paints with a text encoder and a VAE from other files."""
        own = self.image()
        unet = self.write("unet.safetensors", self.take("model.diffusion_model.", "model.diffusion_model."))
        text = self.write("text.safetensors", self.take("cond_stage_model.transformer."))
        self.assertIn("text encoder", self.paint("apple", "--model", unet, "--vae", self.write_vae(), status=1))
        self.assert_same(self.image("--model", unet, "--vae", self.write_vae(), "--text-encoder", text), own, 0)

    def test_tiling(self):
        numpy.testing.assert_allclose(self.image("--vae-tiling", "on"), self.image("--vae-tiling", "off"), atol=1e-4)

    def test_tiny_decoder(self):
        previews = self.folder / "previews"
        options = ["--preview", "taesd", "--preview-dir", previews]
        self.assertIn("tiny decoder", self.paint("apple", *options, status=1))
        self.paint("apple", *options, "--taesd", TAESD)
        self.assertEqual(len(list(previews.iterdir())), 3)
        header = (previews / "preview-01-001.png").read_bytes()[:24]
        self.assertEqual(struct.unpack(">II", header[16:]), (64, 64))

        (self.folder / "own.safetensors").symlink_to(MODEL)
        (self.folder / "own.taesd.safetensors").symlink_to(TAESD)
        beside = self.folder / "beside"
        self.paint("apple", *options[:-1], beside, "--model", self.folder / "own.safetensors")
        for path in previews.iterdir():
            self.assertEqual((beside / path.name).read_bytes(), path.read_bytes())

    def test_prediction(self):
        self.assert_same(self.latent("apple", "--prediction", "epsilon"), self.latent("apple"), 0)
        self.assert_different(self.latent("apple", "--prediction", "v"), self.latent("apple"))
        self.assert_different(
            self.latent("apple", "--prediction", "v", "--zero-terminal-snr", "on"),
            self.latent("apple", "--prediction", "v"),
        )
        self.assert_different(self.latent("apple", "--guidance-rescale", 0.7), self.latent("apple"))

    def test_step_cache(self):
        exact = self.latent("apple", "--step-cache", 1)
        self.assert_same(exact, self.latent("apple"), 0)
        self.assert_different(self.latent("apple", "--step-cache", 2), exact)
        # A prompt that changes at the third of four calls runs all blocks there, as a cache of two does.
        changing = "[apple:pear:1]"
        self.assert_same(
            self.latent(changing, "--step-cache", 10), self.latent(changing, "--step-cache", 2), 0
        )


class Compatibility(SettingsTest):
    def test_bundles(self):
        """A bundle is its settings, and a picture of each can be told from the others."""
        bundles = {
            "a1111": ["--style", "a1111", "--rng", "philox"],
            "comfyui": ["--style", "comfyui", "--timesteps", "integer", "--batch-noise", "joint",
                        "--step-noise", "philox", "--grammar", "comfyui", "--emphasis", "comfyui"],
            "diffusers": ["--style", "diffusers", "--timesteps", "integer", "--batch-noise", "joint",
                          "--grammar", "plain", "--emphasis", "ignore"],
        }
        prompt = "a (red:1.4) [apple]"
        latents = [self.latent(prompt)]
        for name, settings in bundles.items():
            latents.append(self.latent(prompt, "--compatibility", name))
            self.assert_same(self.latent(prompt, *settings), latents[-1], 0)
        for i, a in enumerate(latents):
            for b in latents[:i]:
                self.assert_different(a, b)

    def test_reuse(self):
        """The settings in a picture give it again."""
        self.paint("a (red:1.4) apple", "--compatibility", "comfyui", "--variation-seed", 3,
                   "--variation-strength", 0.25, "--sampler", "euler_a")
        info = subprocess.run([CLI, "info", str(self.folder / "picture.png")], capture_output=True, text=True,
                              check=True)
        self.assertIn("Variation seed: 3", info.stdout)

    def test_no_metadata(self):
        self.paint("apple", "--metadata", "off")
        done = subprocess.run([CLI, "info", str(self.folder / "picture.png")], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn(b"apple", (self.folder / "picture.png").read_bytes())


if __name__ == "__main__":
    unittest.main()
