/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-scale-shift.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  SfShape shape;
  SfActivation activation;
} Case;

static const Case cases[] = {
  { "one", { 1, 1, 1, 8 }, SF_ACTIVATION_NONE },
  { "odd", { 1, 7, 5, 21 }, SF_ACTIVATION_SILU },
  { "batch", { 2, 3, 5, 40 }, SF_ACTIVATION_SILU },
  { "many-pixels", { 1, 260, 255, 8 }, SF_ACTIVATION_NONE },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  const SfScaleShiftParams params = { .activation = c->activation };
  const gsize channels = c->shape.channels;
  const gsize n_pixels = (gsize) c->shape.height * c->shape.width;
  g_autofree float *x = sf_op_test_random (c->shape.batch * n_pixels * channels, 4);
  g_autofree float *fold = sf_op_test_random (c->shape.batch * 2 * channels, 2);
  g_autofree float *expected = g_new (float, c->shape.batch *n_pixels *channels);
  const SfOpTest test = {
    .label = c->name,
    .op = &sf_op_scale_shift,
    .params = &params,
    .shapes = { [SF_SCALE_SHIFT_X] = c->shape,
                [SF_SCALE_SHIFT_FOLD] = { c->shape.batch, 1, 2, c->shape.channels } },
    .inputs = { [SF_SCALE_SHIFT_X] = x, [SF_SCALE_SHIFT_FOLD] = fold },
    .f32_input = TRUE,
  };
  /* One product and one sum, then exp(). */
  const SfTolerance tolerance = { .absolute = 4e-6, .relative = 2e-6 };

  for (gsize n = 0; n < c->shape.batch; n++)
    for (gsize at = 0; at < n_pixels * channels; at++)
      {
        const float *factors = fold + n * 2 * channels;
        const gsize i = n * n_pixels * channels + at, channel = at % channels;
        const double value = (double) x[i] * factors[channel] + factors[channels + channel];

        expected[i] = (float) sf_reference_activate ((SfReferenceActivation) c->activation, value);
      }
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfScaleShiftParams params = { .activation = SF_ACTIVATION_NONE };
  SfOpTest test = {
    .op = &sf_op_scale_shift,
    .params = &params,
    .shapes = { { 1, 4, 4, 8 }, { 1, 1, 2, 16 } },
    .f32_input = TRUE,
  };

  sf_op_test_refuses (&test, "list of factors and terms is 1×1×2×16, not 1×1×2×8");
  test.shapes[SF_SCALE_SHIFT_FOLD] = (SfShape){ 0 };
  sf_op_test_refuses (&test, "list of factors and terms is empty");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/scale-shift/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/scale-shift/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
