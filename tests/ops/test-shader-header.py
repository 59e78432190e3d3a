# SPDX-License-Identifier: GPL-3.0-or-later
"""The generator of shader interfaces: what it writes and what it refuses."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

GENERATOR, GLSLC, SPIRV_VAL = sys.argv[1:4]
HEAD = "#version 450\nlayout(local_size_x = 8) in;\n"
RESULT = "layout(std430, binding = 0) writeonly buffer Result { float result[]; };\n"
MAIN = "void main() { result[gl_GlobalInvocationID.x] = 1.0; }\n"


class ShaderHeader(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def generate(self, body, variants=("",)):
        source = self.folder / "blur_rows.comp"
        source.write_text(HEAD + body)
        binaries = []
        for variant in variants:
            binaries.append(self.folder / f"{variant}.spv")
            defines = [f"-D{token.upper()}" for token in variant.split("_") if token]
            subprocess.run([GLSLC, "--target-env=vulkan1.1", *defines, "-o", binaries[-1], source], check=True)
        files = {"--header": self.folder / "sf-shader-blur-rows.h", "--code": self.folder / "sf-shader-blur-rows.c"}
        options = {"--glslc": GLSLC, "--spirv-val": SPIRV_VAL, "--stem": "blur_rows", "--source": source, **files}
        command = [sys.executable, GENERATOR, f"--variants={','.join(variants)}"]
        for option in options.items():
            command += option
        done = subprocess.run([*command, *binaries], stderr=subprocess.PIPE, text=True, check=False)
        return done, [path.read_text() for path in files.values() if path.exists()]

    def assert_refused(self, sentence, body, variants=("",)):
        done, _ = self.generate(body, variants)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(sentence, done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_interface(self):
        done, (header, code) = self.generate(
            "layout(constant_id = 1) const uint TILE_ROWS = 4;\n"
            "layout(constant_id = 0) const uint tileColumns = 4;\n"
            "layout(push_constant) uniform Push { uint count, stride; /* ; */ float scale; int shift; } push;\n"
            "#define RESULT(number) layout(std430, binding = number) buffer Result { float result[]; }\n"
            "RESULT(0);\n"
            "#ifdef TEXEL\nlayout(binding = 1) uniform usamplerBuffer input_rows;\n"
            "#else\nlayout(binding = 1) restrict readonly buffer InputRows { uint input_rows[]; };\n#endif\n" + MAIN,
            ["", "texel"],
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        for part in [
            "{\n  guint32 count;\n  guint32 stride;\n  float scale;\n  gint32 shift;\n} SfBlurRowsPush;",
            "  SF_BLUR_ROWS_CONSTANT_TILE_COLUMNS = 0,\n  SF_BLUR_ROWS_CONSTANT_TILE_ROWS = 1,",
            "  SF_BLUR_ROWS_BINDING_RESULT = 0,\n  SF_BLUR_ROWS_BINDING_INPUT_ROWS = 1,",
            "extern const SfShader sf_shader_blur_rows;\nextern const SfShader sf_shader_blur_rows_texel;",
        ]:
            self.assertIn(part, header)
        for part in [
            "{ SF_BINDING_STORAGE, SF_BINDING_STORAGE }",
            "{ SF_BINDING_STORAGE, SF_BINDING_TEXEL_UINT }",
            "{ TRUE, FALSE }",
            "0x07230203,",
        ]:
            self.assertIn(part, code)

    def test_push_constants(self):
        body = "layout(push_constant) uniform Push { vec4 scale; } push;\n" + RESULT + MAIN
        self.assert_refused("“vec4 scale” is not a scalar", body)

    def test_constants(self):
        gap = "layout(constant_id = 1) const uint TILE = 4;\n" + RESULT + MAIN
        self.assert_refused("specialisation constants are not numbered", gap)
        kind = "layout(constant_id = 0) const float SCALE = 4;\n" + RESULT + MAIN
        self.assert_refused("SCALE is not a uint", kind)

    def test_bindings(self):
        gap = "layout(binding = 2) uniform samplerBuffer x;\n" + RESULT + MAIN
        self.assert_refused("bindings are not numbered", gap)
        image = "layout(binding = 1, r32f) uniform image2D picture;\n" + RESULT + MAIN
        self.assert_refused("image2D", image)
        block = "layout(binding = 1) uniform Block { float x; };\n" + RESULT + MAIN
        self.assert_refused("declaration not understood", block)
        other_set = "layout(set = 1, binding = 1) uniform samplerBuffer x;\n" + RESULT + MAIN
        self.assert_refused("descriptor set 0", other_set)

    def test_variants(self):
        body = "#ifdef TEXEL\nlayout(binding = 1) uniform samplerBuffer x;\n#endif\n" + RESULT + MAIN
        self.assert_refused("“” and “texel” have different bindings", body, ["", "texel"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
