# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the C interface of one shader and embeds its compiled variants.

The push constants, specialisation constants and bindings are read from the
GLSL as the preprocessor leaves it for each variant, so that C and GLSL cannot
disagree. What this script does not understand is an error. A binding is called
after its block or sampler: InputRows and input_rows are both INPUT_ROWS.
"""

import argparse
import re
import struct
import subprocess
import sys

C_TYPES = {"uint": "guint32", "int": "gint32", "float": "float"}
SAMPLER_KINDS = {"samplerBuffer": "SF_BINDING_TEXEL_FLOAT", "usamplerBuffer": "SF_BINDING_TEXEL_UINT"}
MAX_BINDINGS = 8
MAX_CONSTANTS = 8

PUSH = re.compile(r"layout\s*\(([^)]*\bpush_constant\b[^)]*)\)\s*uniform\s+\w+\s*\{([^}]*)\}\s*\w*\s*;")
CONSTANT = re.compile(r"layout\s*\(\s*constant_id\s*=\s*(\d+)\s*\)\s*const\s+(\w+)\s+(\w+)\s*=")
LOCAL_SIZE = re.compile(r"\blocal_size_([xyz])_id\s*=\s*(\d+)")
BLOCK = re.compile(r"layout\s*\(([^)]*\bbinding\b[^)]*)\)\s*((?:\w+\s+)*?)buffer\s+(\w+)\s*\{[^}]*\}\s*\w*\s*;")
SAMPLER = re.compile(r"layout\s*\(([^)]*\bbinding\b[^)]*)\)\s*((?:\w+\s+)*?)uniform\s+(\w+)\s+(\w+)\s*;")


class ShaderError(Exception):
    pass


def camel(stem):
    return "".join(word.capitalize() for word in stem.split("_"))


def enumerator(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def variant_defines(variant):
    return [f"-D{token.upper()}" for token in variant.split("_") if token]


def binding_number(layout):
    words = dict(re.findall(r"(\w+)\s*=\s*(\d+)", layout))
    if int(words.get("set", 0)) != 0:
        raise ShaderError("bindings are in descriptor set 0 only")
    return int(words["binding"])


def read_push(source):
    blocks = PUSH.findall(source)
    if len(blocks) > 1:
        raise ShaderError("more than one push constant block")
    members = []
    for declaration in blocks[0][1].split(";") if blocks else []:
        if not declaration.strip():
            continue
        match = re.fullmatch(r"\s*(\w+)\s+(\w+(?:\s*,\s*\w+)*)\s*", declaration)
        if not match or match[1] not in C_TYPES:
            raise ShaderError(f"push constant “{declaration.strip()}” is not a scalar uint, int or float")
        members += [(C_TYPES[match[1]], name.strip()) for name in match[2].split(",")]
    return members


def read_constants(source):
    numbers = {}
    for number, kind, name in CONSTANT.findall(source):
        if kind != "uint":
            raise ShaderError(f"specialisation constant {name} is not a uint")
        numbers[int(number)] = enumerator(name)
    for axis, number in LOCAL_SIZE.findall(source):
        numbers.setdefault(int(number), f"LOCAL_SIZE_{axis.upper()}")
    if sorted(numbers) != list(range(len(numbers))) or len(numbers) > MAX_CONSTANTS:
        raise ShaderError(f"specialisation constants are not numbered 0, 1, … (at most {MAX_CONSTANTS})")
    return [numbers[number] for number in sorted(numbers)]


def read_bindings(source):
    found = {}

    def add(number, name, kind, written):
        if number in found:
            raise ShaderError(f"two declarations have binding {number}")
        found[number] = (enumerator(name), kind, written)

    for layout, qualifiers, name in BLOCK.findall(source):
        add(binding_number(layout), name, "SF_BINDING_STORAGE", "readonly" not in qualifiers.split())
    for layout, _, kind, name in SAMPLER.findall(source):
        if kind not in SAMPLER_KINDS:
            raise ShaderError(f"{name} is a {kind}; known are {', '.join(SAMPLER_KINDS)}")
        add(binding_number(layout), name, SAMPLER_KINDS[kind], False)
    if sorted(found) != list(range(len(found))) or len(found) > MAX_BINDINGS:
        raise ShaderError(f"bindings are not numbered 0, 1, … (at most {MAX_BINDINGS})")

    rest = SAMPLER.sub("", BLOCK.sub("", PUSH.sub("", source)))
    unknown = re.search(r"\b(?:uniform|buffer|constant_id)\b[^;{]*", CONSTANT.sub("", rest))
    if unknown:
        raise ShaderError(f"declaration not understood: “{unknown[0].strip()}”")
    return [found[number] for number in sorted(found)]


def preprocess(args, variant):
    command = [args.glslc, "-E", "-fshader-stage=comp", "--target-env=vulkan1.1", *variant_defines(variant)]
    return subprocess.run([*command, args.source], check=True, stdout=subprocess.PIPE, text=True).stdout


def read_interface(source):
    return {"push constants": read_push(source), "constants": read_constants(source), "bindings": read_bindings(source)}


def shader_name(stem, variant):
    return f"{stem}_{variant}" if variant else stem


def same_in_all(interfaces, part, key=lambda value: value):
    """What all variants agree on, with @key as the measure."""
    (first_variant, first), *others = interfaces.items()
    for variant, interface in others:
        if key(interface[part]) != key(first[part]):
            raise ShaderError(f"the variants “{first_variant}” and “{variant}” have different {part}")
    return first[part]


def enumeration(prefix, names):
    if not names:
        return []
    return ["enum", "{", *(f"  {prefix}_{name} = {number}," for number, name in enumerate(names)), "};", ""]


def write_header(path, source, stem, interfaces):
    push = same_in_all(interfaces, "push constants")
    constants = same_in_all(interfaces, "constants")
    bindings = same_in_all(interfaces, "bindings", lambda rows: [row[0] for row in rows])
    lines = [f"/* Generated from {source}. */", "#pragma once", "", '#include "vk/sf-shader.h"', ""]
    if push:
        name = f"Sf{camel(stem)}Push"
        lines += ["typedef struct", "{", *(f"  {kind} {member};" for kind, member in push), f"}} {name};", ""]
        lines += [f"G_STATIC_ASSERT (sizeof ({name}) <= SF_SHADER_MAX_PUSH_BYTES);", ""]
    lines += enumeration(f"SF_{stem.upper()}_CONSTANT", constants)
    lines += enumeration(f"SF_{stem.upper()}_BINDING", [row[0] for row in bindings])
    lines += [f"extern const SfShader sf_shader_{shader_name(stem, variant)};" for variant in interfaces]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def code_words(path):
    with open(path, "rb") as file:
        code = file.read()
    words = struct.unpack(f"={len(code) // 4}I", code)
    for start in range(0, len(words), 8):
        yield "  " + " ".join(f"0x{word:08x}," for word in words[start : start + 8])


def write_source(path, header_name, stem, interfaces, binaries):
    lines = [f'#include "{header_name}"', ""]
    for variant, interface in interfaces.items():
        name = shader_name(stem, variant)
        bindings = interface["bindings"]
        lines += [f"static const guint32 {name}_code[] = {{", *code_words(binaries[variant]), "};", ""]
        lines += [f"const SfShader sf_shader_{name} = {{", f'  .name = "{name}",', f"  .code = {name}_code,"]
        lines += [f"  .code_bytes = sizeof ({name}_code),", f"  .n_bindings = {len(bindings)},"]
        lines += [f"  .bindings = {{ {', '.join(row[1] for row in bindings) or '0'} }},"]
        lines += [f"  .written = {{ {', '.join('TRUE' if row[2] else 'FALSE' for row in bindings) or '0'} }},"]
        if interface["push constants"]:
            lines += [f"  .push_bytes = sizeof (Sf{camel(stem)}Push),"]
        lines += [f"  .n_constants = {len(interface['constants'])},", "};", ""]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--glslc", required=True)
    parser.add_argument("--spirv-val", required=True)
    parser.add_argument("--stem", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--code", required=True)
    parser.add_argument("--variants", required=True, help="comma-separated, one for each compiled file")
    parser.add_argument("binaries", nargs="+")
    args = parser.parse_args()

    binaries = dict(zip(args.variants.split(","), args.binaries, strict=True))
    try:
        for binary in binaries.values():
            subprocess.run([args.spirv_val, "--target-env", "vulkan1.1", binary], check=True)
        interfaces = {}
        for variant in binaries:
            interfaces[variant] = read_interface(preprocess(args, variant))
        write_header(args.header, args.source.rsplit("/", 1)[-1], args.stem, interfaces)
    except ShaderError as error:
        sys.exit(f"{args.source}: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{args.source}: {error.cmd[0]} failed")
    write_source(args.code, args.header.rsplit("/", 1)[-1], args.stem, interfaces, binaries)


if __name__ == "__main__":
    main()
