#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sfumato-cli from outside: results, exit statuses, and one clear sentence for every bad input.

Environment: SF_CLI the program, SF_TINY_*CHECKPOINT models, SF_GOLDENS the reference results.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest

import numpy

CLI = os.environ["SF_CLI"]
MODEL = os.environ["SF_TINY_CHECKPOINT"]
SD2_MODEL = os.environ["SF_TINY_SD2_CHECKPOINT"]
TAESD = os.environ["SF_TINY_TAESD_CHECKPOINT"]
GOLDENS = pathlib.Path(os.environ["SF_GOLDENS"])
PROMPT = "a photo of an astronaut riding a horse on mars, highly detailed, 4k"
NEGATIVE = "blurry, low quality, watermark"
SMALL = ["--model", MODEL, "--width", "64", "--height", "64", "--steps", "2", "--quiet"]

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def read_header(path):
    """The JSON header of a safetensors file and where its data begins."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size)), 8 + size


class CliTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_cli(self, *arguments, status=DONE, **options):
        done = subprocess.run(
            [CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300, **options
        )
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def fail_cli(self, *arguments, status=FAILED, mention, **options):
        """The command fails with one sentence that mentions something, and prints no result."""
        done = self.run_cli(*arguments, status=status, **options)
        self.assertEqual(done.stdout, "")
        lines = [line for line in done.stderr.splitlines() if line.startswith("sfumato-cli: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertEqual(done.stderr.splitlines()[-1], lines[0])
        self.assertIn(mention, lines[0])


class Library(CliTest):
    def setUp(self):
        super().setUp()
        self.pictures = self.folder / "pictures"
        self.pictures.mkdir()
        for name in ("a1111.png", "comfyui.webp", "fooocus.jpg"):
            shutil.copy(GOLDENS / "pictures" / name, self.pictures)
        self.environment = dict(os.environ, XDG_DATA_HOME=str(self.folder / "data"), HOME=str(self.folder))

    def run_library(self, *arguments):
        return json.loads(self.run_cli("library", *arguments, "--json", env=self.environment).stdout)

    def search(self, *words):
        return sorted(pathlib.Path(path).name for path in self.run_library("search", *words)["pictures"])

    def test_import_and_search(self):
        self.assertEqual(self.search(), [])
        counts = self.run_library("import", self.pictures)
        self.assertEqual(counts, {"pictures": 3, "stored": 3, "gone": 0, "unreadable": 0})
        self.assertEqual(self.search(), ["a1111.png", "comfyui.webp", "fooocus.jpg"])
        prompt = json.loads(self.run_cli("info", self.pictures / "a1111.png", "--json").stdout)["prompt"]
        word = max(re.findall("[a-z]+", prompt), key=len)
        self.assertIn("a1111.png", self.search(word))
        self.assertEqual(self.search("nowhere", word), [])
        lines = self.run_cli("library", "search", env=self.environment).stdout.splitlines()
        self.assertEqual(sorted(lines), sorted(str(self.pictures / name) for name in self.search()))

    def test_rebuild(self):
        """A file that went is gone, and a library that is no database is begun anew."""
        self.run_library("import", self.pictures)
        (self.pictures / "fooocus.jpg").unlink()
        self.assertEqual(self.run_library("rebuild"), {"pictures": 2, "stored": 2, "gone": 1, "unreadable": 0})
        self.assertEqual(self.search(), ["a1111.png", "comfyui.webp"])

        (self.folder / "data/sfumato/library.db").write_bytes(b"no database " * 1000)
        done = self.run_cli("library", "rebuild", self.pictures, "--json", env=self.environment)
        self.assertIn("damaged", done.stderr)
        self.assertEqual(self.search(), ["a1111.png", "comfyui.webp"])

    def test_wrong(self):
        self.fail_cli("library", status=WRONG_USAGE, mention="rebuild, import or search")
        self.fail_cli("library", "burn", status=WRONG_USAGE, mention="burn")
        self.fail_cli("library", "import", status=WRONG_USAGE, mention="folder")
        self.fail_cli("library", "import", "/nowhere", mention="/nowhere", env=self.environment)


class Results(CliTest):
    def test_tokenize(self):
        ids = numpy.load(GOLDENS / "tiny/ids.npy")
        lines = self.run_cli("tokenize", PROMPT, NEGATIVE, "").stdout.splitlines()
        self.assertEqual([list(map(int, line.split())) for line in lines], ids.tolist())
        object = json.loads(self.run_cli("tokenize", "--json", PROMPT).stdout)
        self.assertEqual(object["ids"], [ids[0].tolist()])

    def test_schedule(self):
        tables = json.loads((GOLDENS / "sched/tables.json").read_text())
        table = tables["karras/10"]
        arguments = ["schedule", "--schedule", "karras", "--steps", "10"]
        rows = numpy.loadtxt(self.run_cli(*arguments).stdout.splitlines())
        numpy.testing.assert_allclose(rows[:, 0], table["sigmas"], rtol=1e-6)
        numpy.testing.assert_allclose(rows[:, 1], [*table["t"], 0], atol=2e-3)
        arguments += ["--timesteps", "integer", "--json"]
        object = json.loads(self.run_cli(*arguments).stdout)
        self.assertEqual(object["timesteps"], table["t_quantized"])

    def test_noise(self):
        path = self.folder / "noise.npy"
        for rng, golden in ("cpu", "torch_cpu_randn_seed42_n4096"), ("philox", "philox_seed42_4x64x64"):
            shape = "4096" if rng == "cpu" else "4,64,64"
            self.run_cli("noise", "--rng", rng, "--seed", 42, "--shape", shape, "--output", path)
            expected = numpy.load(GOLDENS / "rng" / f"{golden}.npy")
            numpy.testing.assert_allclose(numpy.load(path), expected, atol=1e-6)

    def test_devices(self):
        devices = json.loads(self.run_cli("devices", "--json").stdout)["devices"]
        self.assertGreater(len(devices), 0)
        self.assertIn(devices[0]["name"], self.run_cli("devices").stdout)

    def test_inspect(self):
        info = json.loads(self.run_cli("inspect", "--json", MODEL).stdout)
        self.assertEqual(info["family"], "SD 1.x")
        self.assertEqual(info["bytes"], os.path.getsize(MODEL))
        self.assertIn(info["sha256"], self.run_cli("inspect", MODEL).stdout)
        info = json.loads(self.run_cli("inspect", "--json", SD2_MODEL).stdout)
        self.assertEqual((info["family"], info["prediction"]), ("SD 2.x", "v"))
        info = json.loads(self.run_cli("inspect", "--json", TAESD).stdout)
        self.assertEqual((info["family"], info["prediction"]), ("TAESD", "none"))
        self.assertIn("UNet", info["refusal"])
        self.fail_cli("generate", "--model", TAESD, "--prompt", PROMPT, mention="cannot paint")

    def test_run(self):
        """Every network once, through files."""
        goldens = GOLDENS / "tiny"
        out = self.folder / "out.npy"
        common = ["--model", MODEL, "--precision", "f32", "--output", out]

        def check(golden, tolerance, part=slice(None), folder=goldens):
            expected = numpy.load(folder / golden)[part]
            self.assertLessEqual(numpy.abs(numpy.load(out) - expected).max(), tolerance)

        self.run_cli("run", "text", *common, "--prompt", PROMPT, NEGATIVE, "")
        check("ctx.npy", 2e-4)
        context = goldens / "ctx.npy"
        numpy.save(self.folder / "ctx.npy", numpy.load(context)[:2])
        self.run_cli("run", "unet", *common, "--latent", goldens / "unet_latent.npy",
                     "--timestep", "500,20", "--context", self.folder / "ctx.npy")
        check("unet_eps_batch2_t500_20.npy", 2e-4)
        self.run_cli("run", "vae-decode", *common, "--latent", goldens / "vae_z_scaled.npy")
        check("vae_decoded.npy", 5e-4)
        self.run_cli("run", "vae-encode", *common, "--image", goldens / "vae_enc_in.npy")
        check("vae_enc_moments.npy", 5e-4)
        for tiling in ("on", "off"):
            self.run_cli("run", "vae-decode", *common, "--latent", goldens / "vae_z_scaled.npy",
                         "--vae-tiling", tiling)
            check("vae_decoded.npy", 5e-4)
        self.fail_cli("run", "vae-decode", *common, "--latent", goldens / "vae_z_scaled.npy",
                      "--vae-tiling", "perhaps", mention="perhaps")

        common[1] = SD2_MODEL
        self.run_cli("run", "text", *common, "--prompt", "")
        check("ctx.npy", 2e-4, slice(2, 3), GOLDENS / "tiny-sd2")
        common[1], taesd = TAESD, GOLDENS / "tiny-taesd"
        self.run_cli("run", "taesd-decode", *common, "--latent", taesd / "latent.npy")
        check("decoded.npy", 1e-5, folder=taesd)
        self.run_cli("run", "taesd-encode", *common, "--image", taesd / "image.npy")
        check("encoded.npy", 1e-5, folder=taesd)

    def test_generate(self):
        """A whole run from given noise, with everything that can be written."""
        golden = GOLDENS / "t2i-dpmpp_2m-karras-10-cfg7.5"
        done = self.run_cli(
            "generate", "--model", MODEL, "--precision", "f32", "--prompt", PROMPT, "--negative", NEGATIVE,
            "--width", 64, "--height", 64, "--steps", 10, "--cfg", 7.5, "--sampler", "dpmpp_2m",
            "--schedule", "karras", "--noise", GOLDENS / "t2i-noise/noise.npy", "--seed", 5,
            "--save-latent", self.folder / "latent.npy", "--save-image", self.folder / "image.npy",
            "--preview-dir", self.folder / "previews", "--preview-every", 4,
            "--output", self.folder / "picture.png", "--json",
        )
        latent = numpy.load(self.folder / "latent.npy")
        expected = numpy.load(golden / "latent.npy")
        error = numpy.sqrt(((latent - expected) ** 2).mean()) / expected.std()
        self.assertLessEqual(error, 1e-3)
        self.assertEqual(numpy.load(self.folder / "image.npy").shape, (1, 3, 64, 64))
        self.assertEqual(
            sorted(path.name for path in (self.folder / "previews").iterdir()),
            ["preview-01-004.png", "preview-01-008.png"],
        )
        self.assertIn("step 10/10", done.stderr)

        result = json.loads(done.stdout)
        self.assertEqual(result["pictures"][0]["file"], str(self.folder / "picture.png"))
        self.assertGreater(result["peak_device_bytes"], 0)
        info = json.loads(self.run_cli("info", "--json", self.folder / "picture.png").stdout)
        self.assertEqual(info["prompt"], PROMPT)
        self.assertEqual(info["negative_prompt"], NEGATIVE)
        self.assertEqual(info["sampler"], "dpmpp_2m")
        self.assertEqual(info["schedule"], "karras")
        self.assertEqual(info["seed"], 5)
        self.assertEqual(info["guidance"], 7.5)

    def test_info_of_other_programs(self):
        """Settings of ComfyUI, understood as options of generate."""
        for name in "comfyui.png", "comfyui.webp":
            info = json.loads(self.run_cli("info", "--json", GOLDENS / "pictures" / name).stdout)
            self.assertEqual(info["prompt"], "a lighthouse at dusk")
            self.assertEqual((info["width"], info["height"]), (512, 768))
            self.assertEqual(info["schedule"], "karras")
            self.assertEqual(info["compatibility"], "comfyui")
            self.assertEqual(info["settings"]["timesteps"], "integer")
            self.assertEqual(info["settings"]["clip-skip"], "2")
        text = self.run_cli("info", GOLDENS / "pictures" / "invokeai.png").stdout
        self.assertIn("Steps: 50, Sampler: dpmpp_2m_sde, Schedule type: karras", text)

    def test_no_metadata(self):
        picture = self.folder / "picture.png"
        self.run_cli("generate", *SMALL, "--prompt", "x", "--metadata", "off", "--output", picture)
        self.fail_cli("info", picture, mention="picture.png")

    def test_count_and_folder(self):
        done = self.run_cli("generate", *SMALL, "--prompt", "x", "--seed", 7, "--count", 2,
                            "--output", self.folder / "out", "--save-latent", self.folder / "z.npy")
        names = ["00001-7.png", "00002-8.png"]
        self.assertEqual(done.stdout.splitlines(), [str(self.folder / "out" / name) for name in names])
        self.assertEqual(done.stderr, "")
        self.assertEqual(numpy.load(self.folder / "z.npy").shape, (2, 4, 8, 8))

        done = self.run_cli("generate", *SMALL, "--prompt", "x", "--count", 2,
                            "--output", self.folder / "a.png")
        self.assertEqual(
            done.stdout.splitlines(), [str(self.folder / name) for name in ("a.png", "a-2.png")]
        )

    def test_forecast(self):
        request = [*SMALL, "--prompt", PROMPT, "--json"]
        unmeasured = dict(os.environ, XDG_CACHE_HOME=str(self.folder))
        first = json.loads(self.run_cli("forecast", *request, env=unmeasured).stdout)
        self.assertNotIn("seconds", first)

        done = json.loads(self.run_cli("generate", *request, "--output", self.folder).stdout)
        self.assertEqual(first["weight_bytes"] + first["activation_bytes"], done["peak_device_bytes"])

        second = json.loads(self.run_cli("forecast", *request).stdout)
        self.assertGreater(second["step_seconds"], 0)
        self.assertGreater(second["seconds"], 2 * second["step_seconds"])
        twice = json.loads(self.run_cli("forecast", *request, "--count", 2).stdout)
        self.assertGreater(twice["seconds"], second["seconds"])
        self.assertEqual(twice["activation_bytes"], second["activation_bytes"])

    def test_bench(self):
        result = json.loads(
            self.run_cli("bench", "--model", MODEL, "--width", 64, "--height", 64, "--repeat", 1,
                         "--part", "unet", "--per-op", "--json").stdout
        )
        self.assertTrue(result["device"])
        self.assertTrue(result["driver"])
        self.assertIn(";", result["kernels"])
        (part,) = result["parts"]
        self.assertEqual(part["part"], "unet")
        self.assertGreater(part["gflops"], 0)
        self.assertAlmostEqual(
            sum(operation["gflop"] for operation in part["operations"]), part["gflop"], places=3
        )

    def test_dump_plan(self):
        plan = self.run_cli("bench", "--model", MODEL, "--width", 64, "--height", 64,
                            "--part", "unet", "--dump-plan").stdout
        self.assertIn("middle_block.1", plan)

    def test_interrupt(self):
        """Ctrl+C ends a long run soon, with the shell's exit status and no half-written file."""
        process = subprocess.Popen(
            [CLI, "generate", "--model", MODEL, "--prompt", "x", "--width", "256", "--height", "256",
             "--steps", "150", "--output", str(self.folder / "out")],
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for line in process.stderr:
            if "step 1/" in line:
                break
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(out, "")
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(list((self.folder / "out").iterdir()), [])


class WrongUsage(CliTest):
    def test_wrong_usage(self):
        for arguments, mention in [
            (["paint"], "paint"),
            (["generate", "--promt", "x"], "--promt"),
            (["generate"], "--prompt"),
            (["generate", "--prompt", "x", "--steps", "many"], "many"),
            (["generate", "--prompt", "x", "stray"], "stray"),
            (["run"], "text"),
            (["run", "tree"], "tree"),
            (["run", "unet", "--latent", "x.npy"], "--timestep"),
            (["tokenize"], "text"),
            (["noise", "--seed", "1"], "--shape"),
            (["inspect"], "model"),
            (["info"], "picture"),
        ]:
            with self.subTest(arguments=arguments):
                self.fail_cli(*arguments, status=WRONG_USAGE, mention=mention)

    def test_help(self):
        self.assertIn("generate", self.run_cli("--help").stdout)
        self.assertIn("--sampler", self.run_cli("generate", "--help").stdout)
        self.run_cli(status=WRONG_USAGE)


class BadInput(CliTest):
    def test_values(self):
        for arguments, mention in [
            (["--sampler", "eular"], "dpmpp_2m"),
            (["--schedule", "carras"], "karras"),
            (["--rng", "dice"], "philox"),
            (["--timesteps", "odd"], "integer"),
            (["--preview", "sharp"], "linear"),
            (["--precision", "f8"], "f16"),
            (["--width", "0"], "width 0"),
            (["--height", "0"], "height 0"),
            (["--width", "100"], "width 100"),
            (["--width", "72"], "72×"),
            (["--width", "-64"], "-64"),
            (["--width", "100000"], "100000"),
            (["--steps", "0"], "steps 0"),
            (["--cfg", "nan"], "nan"),
            (["--count", "0"], "pictures 0"),
            (["--seed", "-1"], "-1"),
            (["--clip-skip", "4"], "clip skip 4"),
            (["--device", "no such device"], "no such device"),
            (["--noise", "missing.npy"], "missing.npy"),
            (["--model", "missing.safetensors"], "missing.safetensors"),
            (["--model", "/"], "/"),
            (["--model", "/dev/null"], "/dev/null"),
        ]:
            with self.subTest(arguments=arguments):
                self.fail_cli("generate", *SMALL, "--prompt", "x", "--output", self.folder, *arguments,
                              mention=mention)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_arrays(self):
        goldens = GOLDENS / "tiny"
        bad = self.folder / "bad.npy"
        bad.write_bytes(b"\x93NUMPY\x01\x00\xff\xff{")
        out = self.folder / "out.npy"
        numpy.save(self.folder / "flat.npy", numpy.zeros(7, "f4"))
        unet = ["run", "unet", "--model", MODEL, "--output", out, "--timestep", "1"]
        latent, context = goldens / "unet_latent.npy", goldens / "ctx.npy"

        self.fail_cli(*unet, "--latent", bad, "--context", context, mention="bad.npy")
        self.fail_cli(*unet, "--latent", self.folder / "flat.npy", "--context", context, mention="7")
        self.fail_cli(*unet, "--latent", latent, "--context", latent, mention="context")
        self.fail_cli(*unet, "--latent", latent, "--context", context, mention="3×77")
        self.fail_cli("noise", "--seed", 1, "--shape", "4,0", "--output", out, mention="4,0")
        self.fail_cli("noise", "--seed", 1, "--shape", "99999999,99999999", "--output", out, mention="shape")
        self.assertFalse(out.exists())

    def test_pictures(self):
        path = self.folder / "x.png"
        path.write_bytes(b"no picture")
        self.fail_cli("info", path, mention="x.png")
        self.fail_cli("info", self.folder / "missing.png", mention="missing.png")

    def test_no_space(self):
        """A folder that cannot be written to, a file system that is full, a limit on file sizes."""
        (self.folder / "file").write_text("")
        below = self.folder / "file" / "folder"
        self.fail_cli("generate", *SMALL, "--prompt", "x", "--output", below, mention=str(below))
        self.fail_cli("noise", "--seed", 1, "--shape", "4,64,64", "--output", "/dev/full", mention="/dev/full")

        # What was finished before is kept and named.
        done = self.run_cli("generate", *SMALL, "--prompt", "x", "--output", self.folder / "x.png",
                            "--save-latent", "/dev/full", status=FAILED)
        self.assertEqual(done.stdout.splitlines(), [str(self.folder / "x.png")])
        self.assertIn("/dev/full", done.stderr)

        out = self.folder / "noise.npy"
        limited = 'ulimit -f 16; trap "" XFSZ; exec "$0" "$@"'
        done = subprocess.run(
            ["sh", "-c", limited, CLI, "noise", "--seed", "1", "--shape", "4,64,64", "--output", str(out)],
            capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("noise.npy", done.stderr)
        self.assertFalse(out.exists())

        with open("/dev/full", "w") as full:
            done = subprocess.run([CLI, "tokenize", "x"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("write the result", done.stderr)


class HostileModels(CliTest):
    """Checkpoints that are cut short, lie, or lack something: inspect and generate refuse them."""

    def refuse(self, path, mention=""):
        self.fail_cli("inspect", path, mention=mention)
        self.fail_cli("generate", *SMALL, "--prompt", "x", "--output", self.folder / "out",
                      "--model", path, mention=mention)

    def write(self, header, data=b"", length=None):
        path = self.folder / "model.safetensors"
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        length = len(text) if length is None else length
        path.write_bytes(struct.pack("<Q", length) + text + data)
        return path

    def write_changed(self, change):
        """The tiny checkpoint with another header; the data is a hole of the same size."""
        header, start = read_header(MODEL)
        change(header)
        path = self.write(header)
        with open(path, "r+b") as file:
            file.truncate(path.stat().st_size + os.path.getsize(MODEL) - start)
        return path

    def test_truncated(self):
        path = self.folder / "model.safetensors"
        size = os.path.getsize(MODEL)
        with open(MODEL, "rb") as file:
            head = file.read(200_000)
        for length in 0, 1, 7, 8, 9, 1000, 200_000:
            with self.subTest(length=length):
                path.write_bytes(head[:length])
                self.refuse(path, "model.safetensors")
        path.write_bytes(head)
        os.truncate(path, size - 1)
        self.refuse(path, "model.safetensors")

    def test_lying_headers(self):
        entry = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
        data = bytes(16)
        for name, path in [
            ("longer than the file", lambda: self.write({"a": entry}, data, length=1 << 20)),
            ("longer than memory", lambda: self.write({"a": entry}, data, length=(1 << 64) - 1)),
            ("no JSON", lambda: self.write(b"{" * 64, data)),
            ("deep JSON", lambda: self.write(b'{"a":' + b"[" * 200_000, data)),
            ("an array", lambda: self.write(b"[1, 2, 3]", data)),
            ("offsets beyond the file", lambda: self.write({"a": {**entry, "data_offsets": [0, 64]}}, data)),
            ("offsets backwards", lambda: self.write({"a": {**entry, "data_offsets": [16, 0]}}, data)),
            ("negative offsets", lambda: self.write({"a": {**entry, "data_offsets": [-16, 0]}}, data)),
            ("overlap", lambda: self.write({"a": entry, "b": {**entry, "data_offsets": [8, 24]}}, bytes(24))),
            ("a product that overflows", lambda: self.write(
                {"a": {"dtype": "F32", "shape": [1 << 33, 1 << 31], "data_offsets": [0, 16]}}, data)),
            ("a shape that does not fit", lambda: self.write({"a": {**entry, "shape": [3, 2]}}, data)),
            ("an unknown type", lambda: self.write({"a": {**entry, "dtype": "Q99"}}, data)),
            ("a type that does not fit", lambda: self.write({"a": {**entry, "dtype": "F64"}}, data)),
            ("no model", lambda: self.write({"a": entry}, data)),
        ]:
            with self.subTest(name):
                self.refuse(path(), "model.safetensors")

    def test_missing_tensor(self):
        name = "model.diffusion_model.middle_block.1.norm.weight"

        # The data stays covered: another name takes the place.
        def change(header):
            header["unused"] = header.pop(name)

        self.refuse(self.write_changed(change), "middle_block.1.norm.weight")

    def test_wrong_shape(self):
        name = "model.diffusion_model.out.2.weight"

        def change(header):
            shape = header[name]["shape"]
            shape[1], shape[2] = shape[1] // 2, shape[2] * 2

        self.refuse(self.write_changed(change), "out.2.weight")

    def test_wrong_dtype(self):
        """Weights that are no floats."""
        name = "first_stage_model.decoder.conv_in.weight"

        def change(header):
            header[name]["dtype"] = "I32"

        path = self.write_changed(change)
        self.fail_cli("generate", *SMALL, "--prompt", "x", "--output", self.folder / "out",
                      "--model", path, mention="decoder.conv_in.weight")

    def test_not_a_number(self):
        """Weights that make no picture are noticed, not painted."""
        header, start = read_header(MODEL)
        begin, end = header["model.diffusion_model.out.2.bias"]["data_offsets"]
        path = self.folder / "model.safetensors"
        path.write_bytes(pathlib.Path(MODEL).read_bytes())
        with open(path, "r+b") as file:
            file.seek(start + begin)
            file.write(numpy.full((end - begin) // 4, numpy.nan, "<f4").tobytes())
        self.fail_cli("generate", *SMALL, "--prompt", "x", "--output", self.folder / "out",
                      "--model", path, mention="no numbers")


if __name__ == "__main__":
    unittest.main()
