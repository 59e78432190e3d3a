/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* One operation on host values, to be compared with the plain loops of `reference`.
 *
 * Activations are NHWC without padding; u32 inputs lie in the same pointers. */
typedef struct
{
  const char *label;
  const SfOp *op;
  gconstpointer params;
  SfShape shapes[SF_OP_MAX_INPUTS]; /* channels 0: slot not used */
  gconstpointer inputs[SF_OP_MAX_INPUTS];
  gboolean ids_input; /* input 0 holds u32 */
  gboolean f32_input; /* input 1 holds f32 in both formats */
  const float *weights[SF_OP_MAX_WEIGHTS];
  gboolean in_place; /* the output lies where input 0 lies */
  /* Only with the kernels that the device would get, in both formats: for what other cases run in all
   * variants but for a constant, since drivers compile each pipeline for seconds. */
  gboolean chosen_only;
  gboolean
      all_tiles; /* each tile of the kernels with shared memory, not only the one that the shape asks for */
} SfOpTest;

/* Allowed is absolute + relative · |expected|. Halves round what is stored to 2^-11 of its value,
 * which is added for them; so `relative` and `absolute` tell of the sums alone. */
typedef struct
{
  double absolute;
  double relative;
} SfTolerance;

/* Runs the operation on every device found, in f32 and f16, in every variant of the
 * kernels that the device can run, and compares. Asserts too that the padding of the channels is zero
 * and that the validation layer is silent. @expected: without padding. */
void sf_op_test_check (const SfOpTest *test, const float *expected, const SfTolerance *tolerance);

/* Asserts that the operation's shape() refuses with a sentence that contains @message. */
void sf_op_test_refuses (const SfOpTest *test, const char *message);

/* @n values in [-scale, scale], the same in each run; each is a half exactly, so that
 * one reference serves both formats. */
float *sf_op_test_random (gsize n_values, float scale) G_GNUC_WARN_UNUSED_RESULT;

/* Closes the devices. */
void sf_op_test_finish (void);

G_END_DECLS
