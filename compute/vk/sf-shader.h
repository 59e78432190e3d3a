/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-device.h"

G_BEGIN_DECLS

typedef enum
{
  SF_BINDING_STORAGE,     /* buffer block */
  SF_BINDING_TEXEL_FLOAT, /* samplerBuffer over RGBA32F */
  SF_BINDING_TEXEL_UINT,  /* usamplerBuffer over RGBA32UI */
} SfBindingKind;

#define SF_SHADER_MAX_BINDINGS 8
#define SF_SHADER_MAX_CONSTANTS 8
#define SF_SHADER_MAX_PUSH_BYTES 128

/* A compiled shader as the generated headers declare it: SPIR-V and the
 * interface that was read from it. Static data. */
typedef struct
{
  const char *name; /* "conv_f16_texel" */
  const guint32 *code;
  gsize code_bytes;
  guint n_bindings; /* bindings 0 … n-1 of set 0 */
  SfBindingKind bindings[SF_SHADER_MAX_BINDINGS];
  gboolean written[SF_SHADER_MAX_BINDINGS]; /* the shader writes through this binding */
  guint push_bytes;
  guint n_constants; /* 32-bit specialisation constants with ids 0 … n-1 */
} SfShader;

/* A compute pipeline. Owned by the device, which keeps one for each shader and set of constants.
 * Its workgroups may be dispatched in several portions: gl_WorkGroupID is right in each of them,
 * gl_NumWorkGroups is not. */
typedef struct _SfPipeline SfPipeline;

/* @constants: one value for each specialisation constant of the shader, or NULL where it has none. */
SfPipeline *sf_pipeline_get (SfDevice *device, const SfShader *shader, const guint32 *constants,
                             guint n_constants, GError **error);

G_END_DECLS
