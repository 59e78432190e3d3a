/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-group-norm.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  SfShape in;
  SfGroupNormParams params;
  float offset; /* added to all values: the mean is far from zero then */
  gboolean in_place;
} Case;

static const Case cases[] = {
  { "one-pixel", { 1, 1, 1, 64 }, { 32, 1e-5 } },
  { "small", { 2, 7, 5, 64 }, { 32, 1e-5, .silu = TRUE } },
  { "odd-channels", { 2, 3, 5, 20 }, { 5, 1e-6 } },
  { "ten-a-group", { 2, 8, 9, 320 }, { 32, 1e-6, .silu = TRUE } },
  { "chunks", { 1, 67, 64, 64 }, { 32, 1e-6 } },
  { "one-group", { 1, 9, 8, 24 }, { 1, 1e-5 } },
  { "far-mean", { 2, 16, 16, 64 }, { 32, 1e-5 }, .offset = 512 },
  { "in-place", { 2, 7, 5, 64 }, { 32, 1e-5, .silu = TRUE }, .in_place = TRUE },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  guint pixels = c->in.height * c->in.width;
  gsize n_values = (gsize) c->in.batch * pixels * c->in.channels;
  g_autofree float *x = sf_op_test_random (n_values, 2);
  g_autofree float *scale = sf_op_test_random (c->in.channels, 2);
  g_autofree float *shift = sf_op_test_random (c->in.channels, 1);
  g_autofree float *expected = g_new (float, n_values);
  SfReferenceGroupNorm reference = {
    .batch = c->in.batch,
    .pixels = pixels,
    .channels = c->in.channels,
    .groups = c->params.groups,
    .epsilon = c->params.epsilon,
    .silu = c->params.silu,
  };
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_group_norm,
    .params = &c->params,
    .shapes = { [SF_GROUP_NORM_X] = c->in },
    .inputs = { [SF_GROUP_NORM_X] = x },
    .weights = { scale, shift },
    .in_place = c->in_place,
  };
  /* a value of the size of offset, less a mean of that size, both f32; the scale is up to 2 */
  SfTolerance tolerance = { .absolute = 1e-5 + 4 * 0x1p-23 * c->offset, .relative = 1e-5 };

  /* A half beside 512 has a step of 0.5: still a half exactly. */
  for (gsize i = 0; i < n_values && c->offset != 0; i++)
    x[i] = c->offset + (int) (x[i] * 4) / 2.0f;
  sf_reference_group_norm (&reference, x, scale, shift, expected);
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfGroupNormParams params = { .groups = 32 };
  SfOpTest test = { .op = &sf_op_group_norm, .params = &params, .shapes = { { 1, 4, 4, 40 } } };

  sf_op_test_refuses (&test, "40 channels into 32 groups");
  params.groups = 0;
  sf_op_test_refuses (&test, "0 groups");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/group-norm/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/group-norm/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
