/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-layer-norm.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  SfShape in;
  float first; /* in place of each row's first value */
} Case;

static const Case cases[] = {
  { "one-row", { 1, 1, 1, 8 }, 0 },       { "tokens", { 2, 1, 13, 40 }, 0 },
  { "odd-channels", { 1, 1, 5, 21 }, 0 }, { "one-channel", { 1, 1, 3, 1 }, 0 },
  { "wide", { 1, 7, 11, 768 }, 0 },       { "outlier", { 1, 1, 9, 320 }, 1000 },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SfLayerNormParams params = { .epsilon = 1e-5 };
  guint channels = c->in.channels;
  gsize rows = sf_shape_get_rows (&c->in);
  g_autofree float *x = sf_op_test_random (rows * channels, 2);
  g_autofree float *scale = sf_op_test_random (channels, 2);
  g_autofree float *shift = sf_op_test_random (channels, 1);
  g_autofree float *expected = g_new (float, rows *channels);
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_layer_norm,
    .params = &params,
    .shapes = { [SF_LAYER_NORM_X] = c->in },
    .inputs = { [SF_LAYER_NORM_X] = x },
    .weights = { scale, shift },
  };
  /* up to 768 values summed in f32, times a scale of 2 */
  SfTolerance tolerance = { .absolute = 1e-5, .relative = 1e-5 };

  for (gsize row = 0; row < rows && c->first != 0; row++)
    x[row * channels] = c->first;
  sf_reference_layer_norm (rows, channels, params.epsilon, x, scale, shift, expected);
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfLayerNormParams params = { .epsilon = 1e-5 };
  SfOpTest test = { .op = &sf_op_layer_norm, .params = &params, .shapes = { { 1, 1, 0, 40 } } };

  sf_op_test_refuses (&test, "layer norm's input is empty");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/layer-norm/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/layer-norm/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
