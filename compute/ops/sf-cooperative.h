/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-shader.h"

G_BEGIN_DECLS

/* The shaders with cooperative matrices, which a build by an old compiler lacks, and their interface. */

/* Constants of matrix_cooperative.comp after those of matrix.glsl. */
enum
{
  SF_COOPERATIVE_CONSTANT_THREADS = 3,
  SF_COOPERATIVE_CONSTANT_TILE_ROWS,
  SF_COOPERATIVE_CONSTANT_ROWS,
  SF_COOPERATIVE_CONSTANT_COLUMNS,
  SF_COOPERATIVE_CONSTANT_DEPTH,
};

#define SF_COOPERATIVE_SUBGROUPS 4
#define SF_COOPERATIVE_SHARED_BYTES 32768 /* with some left for the driver */

/* matrix_cooperative.comp, which reads and writes f16, or NULL. */
const SfShader *sf_cooperative_get_matrix (void);

G_END_DECLS
