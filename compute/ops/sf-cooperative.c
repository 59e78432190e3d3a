/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-cooperative.h"

#ifdef SF_HAS_COOPERATIVE_SHADERS
#include "sf-shader-matrix-cooperative.h"

G_STATIC_ASSERT ((int) SF_COOPERATIVE_CONSTANT_THREADS == SF_MATRIX_COOPERATIVE_CONSTANT_THREADS);
G_STATIC_ASSERT ((int) SF_COOPERATIVE_CONSTANT_DEPTH == SF_MATRIX_COOPERATIVE_CONSTANT_DEPTH);
#endif

const SfShader *
sf_cooperative_get_matrix (void)
{
#ifdef SF_HAS_COOPERATIVE_SHADERS
  return &sf_shader_matrix_cooperative_f16;
#else
  return NULL;
#endif
}
