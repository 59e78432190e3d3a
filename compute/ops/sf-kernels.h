/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* For the operations only: which variant of a shader the kernels stand for, and
 * what is the same in every dispatch. */

/* Bits of a shader's variant, an index into the tables below. */
enum
{
  SF_VARIANT_F16 = 1,
  SF_VARIANT_TEXEL = 2,
  SF_VARIANT_BROADCAST = 4,
};

/* Tables of a shader's variants in the order of those bits: where the format does not matter, where it does, and
 * where lanes share operands. @suffix: what follows in the name, or nothing. */
#define SF_TEXEL_VARIANTS(stem)                                                                \
  {                                                                                            \
    &sf_shader_##stem, &sf_shader_##stem, &sf_shader_##stem##_texel, &sf_shader_##stem##_texel \
  }
#define SF_STORAGE_VARIANTS(stem)                                          \
  {                                                                        \
    &sf_shader_##stem, &sf_shader_##stem##_f16, &sf_shader_##stem##_texel, \
        &sf_shader_##stem##_f16_texel                                      \
  }
#define SF_LANE_VARIANTS(stem, suffix)                                                             \
  {                                                                                                \
    &sf_shader_##stem##suffix, &sf_shader_##stem##_f16##suffix, &sf_shader_##stem##_texel##suffix, \
        &sf_shader_##stem##_f16_texel##suffix, &sf_shader_##stem##_broadcast##suffix,              \
        &sf_shader_##stem##_f16_broadcast##suffix, &sf_shader_##stem##_texel_broadcast##suffix,    \
        &sf_shader_##stem##_f16_texel_broadcast##suffix                                            \
  }

guint sf_kernels_get_storage_variant (const SfKernels *kernels);
guint sf_kernels_get_lane_variant (const SfKernels *kernels);

/* Lanes that work together, and how many such units a workgroup has; see shaders/lanes.glsl. */
#define SF_LANES 8
guint sf_kernels_get_units (const SfKernels *kernels);

/* Threads that take neighbouring groups of channels in shaders without shared memory. */
guint sf_kernels_get_group_threads (const SfKernels *kernels);

/* Values of a 16-byte texel. */
guint sf_format_get_texel_values (SfFormat format);

/* Sets the first two of @groups so that they hold @n_workgroups, where one dimension may be too
 * small; returns the first. */
guint sf_grid_fold (guint64 n_workgroups, guint groups[3]);

/* Groups of SF_CHANNEL_GROUP values that an activation has, and the workgroups of a shader
 * with flat.glsl whose invocations take one each. */
guint sf_shape_get_groups (const SfShape *shape);
guint sf_flat_get_workgroups (guint n_groups);

/* Fails with one sentence unless the tensor has no empty extent, has the format and is small
 * enough to be addressed by shaders. @what names it: "input of the convolution". */
gboolean sf_op_check_tensor (const SfTensorView *view, SfFormat format, const char *what,
                             GError **error);
/* Passes an input that is not set; one that is must have exactly this shape and format. */
gboolean sf_op_check_optional (const SfTensorView *view, const SfShape *shape, SfFormat format,
                               const char *what, GError **error);

/* "2×16×16×64" */
char *sf_shape_to_string (const SfShape *shape) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes of activations that are set. */
double sf_op_get_traffic (const SfOpCall *call);

/* @range if it is there, else @instead: a binding that the shader does not read must be bound all the same. */
SfRange sf_range_or (const SfRange *range, const SfRange *instead);

G_END_DECLS
