#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One model in every file format paints the same picture.

Environment: SF_CLI the program, SF_TINY_CHECKPOINT a model, SF_CONVERT the program that writes it in other formats.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy

CLI = os.environ["SF_CLI"]
MODEL = os.environ["SF_TINY_CHECKPOINT"]
CONVERT = os.environ["SF_CONVERT"]
SETTINGS = ["--prompt", "a castle on a hill", "--steps", "2", "--seed", "7", "--width", "64", "--height", "64",
            "--precision", "f32", "--quiet"]

# Pixels are in -1 … 1. Q8_0 keeps seven bits of a weight and f16 eleven; measured 0.0061 mean and 0.034 greatest.
Q8_0_MEAN, Q8_0_GREATEST = 0.012, 0.07


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.reference = cls.paint(MODEL)

    @classmethod
    def paint(cls, model):
        image = cls.folder / "image.npy"
        subprocess.run([CLI, "generate", "--model", model, *SETTINGS, "--output", cls.folder / "image.png",
                        "--save-image", image], check=True, timeout=300, stdout=subprocess.DEVNULL)
        return numpy.load(image)

    def convert(self, kind):
        path = self.folder / kind
        subprocess.run([sys.executable, CONVERT, MODEL, kind, path], check=True, timeout=300)
        return path

    def inspect(self, model):
        done = subprocess.run([CLI, "inspect", "--json", model], check=True, timeout=300, capture_output=True)
        return json.loads(done.stdout)

    def test_lossless(self):
        for kind, form in (("zip", "PyTorch"), ("legacy", "PyTorch"), ("diffusers", "diffusers")):
            with self.subTest(kind):
                model = self.convert(kind)
                numpy.testing.assert_array_equal(self.paint(model), self.reference)
                info = self.inspect(model)
                self.assertEqual((info["format"], info["family"], info["precision"]), (form, "SD 1.x", "F32"))

    def test_gguf(self):
        model = self.convert("gguf")
        difference = numpy.abs(self.paint(model) - self.reference)
        self.assertLess(difference.mean(), Q8_0_MEAN)
        self.assertLess(difference.max(), Q8_0_GREATEST)
        self.assertGreater(difference.max(), 0)
        self.assertEqual(self.inspect(model)["format"], "GGUF")

    def test_unet_alone(self):
        model = self.convert("comfyui")
        self.assertIn("text encoder", self.inspect(model)["refusal"])
        done = subprocess.run([CLI, "generate", "--model", model, *SETTINGS, "--output", self.folder / "none.png"],
                              timeout=300, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("has no text encoder", done.stderr)
        self.assertFalse((self.folder / "none.png").exists())


if __name__ == "__main__":
    unittest.main()
