/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Storage of activations and weights, the same in every shader.
 *
 * F16: a texel is 8 halves in four words; else 4 floats. TEXEL: operands are texel
 * buffers; else storage buffers. A group is SF_CHANNEL_GROUP (8) values, a quad is 4.
 *
 *   OPERAND (binding, Block, variable)  a buffer that is read, in the storage format
 *   VECTOR (binding, Block, variable)   one of f32 values, read in texels of 4
 *   RESULT (binding, Block, variable)   the buffer that is written, in quads
 *   FETCH (variable, texel)             one texel
 *   FETCH_GROUP (variable, group)       eight values
 *   STORE_QUAD (variable, quad, vec4)
 */

#ifdef F16
#define Texel uvec4
#define TEXEL_VALUES 8u
#else
#define Texel vec4
#define TEXEL_VALUES 4u
#endif

#ifdef TEXEL
#define VECTOR(number, Block, variable) layout (binding = number) uniform samplerBuffer variable
#define FETCH(variable, texel) texelFetch (variable, int (texel))
#ifdef F16
#define OPERAND(number, Block, variable) layout (binding = number) uniform usamplerBuffer variable
#else
#define OPERAND(number, Block, variable) VECTOR (number, Block, variable)
#endif
#else
#define STORED(number, Block, variable, Type) \
  layout (binding = number) readonly restrict buffer Block { Type variable[]; }
#define VECTOR(number, Block, variable) STORED (number, Block, variable, vec4)
#define OPERAND(number, Block, variable) STORED (number, Block, variable, Texel)
#define FETCH(variable, texel) variable[texel]
#endif

struct Group
{
  vec4 low;
  vec4 high;
};

#define FETCH_VECTOR_GROUP(variable, group) \
  Group (FETCH (variable, 2u * (group)), FETCH (variable, 2u * (group) + 1u))

#ifdef F16

/* Values 2 pair and 2 pair + 1 of a texel. */
#define TEXEL_PAIRS 4
#define TEXEL_PAIR(texel, pair) unpackHalf2x16 ((texel)[pair])
/* Values 4 quad … 4 quad + 3 of a texel. */
#define TEXEL_QUAD(texel, quad) \
  vec4 (unpackHalf2x16 ((texel)[2u * (quad)]), unpackHalf2x16 ((texel)[2u * (quad) + 1u]))

Group
unpack_group (uvec4 texel)
{
  return Group (vec4 (unpackHalf2x16 (texel.x), unpackHalf2x16 (texel.y)),
                vec4 (unpackHalf2x16 (texel.z), unpackHalf2x16 (texel.w)));
}

#define FETCH_GROUP(variable, group) unpack_group (FETCH (variable, group))

#define RESULT(number, Block, variable) \
  layout (binding = number) writeonly restrict buffer Block { uvec2 variable[]; }
#define STORE_QUAD(variable, quad, value) variable[quad] = pack_quad (value)

/* Vulkan lets packHalf2x16 round as it likes, and lavapipe cuts off: round to the nearest first. */
uvec2
pack_quad (vec4 value)
{
  uvec4 bits = floatBitsToUint (value);
  bits = (bits + 0xfffu + ((bits >> 13) & 1u)) & ~0x1fffu;
  value = uintBitsToFloat (bits);
  return uvec2 (packHalf2x16 (value.xy), packHalf2x16 (value.zw));
}

#else

#define TEXEL_PAIRS 2
#define TEXEL_PAIR(texel, pair) ((pair) == 0 ? (texel).xy : (texel).zw)
#define TEXEL_QUAD(texel, quad) (texel)

#define FETCH_GROUP(variable, group) FETCH_VECTOR_GROUP (variable, group)

#define RESULT(number, Block, variable) \
  layout (binding = number) writeonly restrict buffer Block { vec4 variable[]; }
#define STORE_QUAD(variable, quad, value) variable[quad] = value

#endif

#define STORE_GROUP(variable, group, value)                  \
  {                                                          \
    STORE_QUAD (variable, 2u * (group), (value).low);        \
    STORE_QUAD (variable, 2u * (group) + 1u, (value).high);  \
  }
