/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-linear.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  SfShape in;
  SfLinearParams params;
  gboolean residual;
  gboolean chosen_only;
  gboolean all_tiles;
} Case;

static const Case cases[] = {
  { "one-row", { 1, 1, 1, 8 }, { 8 } },
  { "time-embedding",
    { 2, 1, 1, 64 },
    { 256, .has_bias = TRUE, .activation = SF_ACTIVATION_SILU },
    .chosen_only = TRUE },
  { "no-bias", { 2, 1, 13, 40 }, { 40 } },
  { "odd-features", { 1, 1, 13, 20 }, { 21, .has_bias = TRUE } },
  { "three-features", { 1, 1, 77, 24 }, { 3, .has_bias = TRUE } },
  { "residual", { 2, 7, 5, 72 }, { 40, .has_bias = TRUE }, .residual = TRUE, .all_tiles = TRUE },
  { "wide", { 1, 1, 13, 64 }, { 320, .has_bias = TRUE } },
  { "quick-gelu",
    { 1, 1, 77, 16 },
    { 64, .has_bias = TRUE, .activation = SF_ACTIVATION_QUICK_GELU },
    .chosen_only = TRUE },
  { "gelu",
    { 1, 1, 9, 16 },
    { 64, .has_bias = TRUE, .activation = SF_ACTIVATION_GELU },
    .chosen_only = TRUE },
  { "geglu", { 2, 1, 13, 40 }, { 160, .has_bias = TRUE, .geglu = TRUE } },
  { "geglu-narrow", { 2, 1, 13, 8 }, { 4, .has_bias = TRUE, .geglu = TRUE } },
  { "geglu-odd", { 1, 1, 5, 24 }, { 37, .has_bias = TRUE, .geglu = TRUE } },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SfShape out = { c->in.batch, c->in.height, c->in.width, c->params.out_features };
  guint rows = c->in.batch * c->in.height * c->in.width;
  guint weight_rows = out.channels * (c->params.geglu ? 2 : 1);
  g_autofree float *x = sf_op_test_random ((gsize) rows * c->in.channels, 1);
  g_autofree float *weight = sf_op_test_random ((gsize) weight_rows * c->in.channels, 0.5);
  g_autofree float *bias = sf_op_test_random (weight_rows, 1);
  g_autofree float *residual = sf_op_test_random ((gsize) rows * out.channels, 3);
  g_autofree float *expected = g_new (float, (gsize) rows *out.channels);
  SfReferenceLinear reference = {
    .rows = rows,
    .features = c->in.channels,
    .out_features = out.channels,
    .geglu = c->params.geglu,
    .activation = (SfReferenceActivation) c->params.activation,
  };
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_linear,
    .params = &c->params,
    .shapes = { [SF_LINEAR_X] = c->in },
    .inputs = { [SF_LINEAR_X] = x },
    .weights = { weight, c->params.has_bias ? bias : NULL },
    .chosen_only = c->chosen_only,
    .all_tiles = c->all_tiles,
  };
  /* sums as in the convolution's test; GEGLU multiplies two of them, each up to 10 */
  SfTolerance tolerance = { .absolute = 2e-5, .relative = 2e-6 };

  if (c->residual)
    {
      test.shapes[SF_LINEAR_RESIDUAL] = out;
      test.inputs[SF_LINEAR_RESIDUAL] = residual;
    }
  sf_reference_linear (&reference, x, weight, test.weights[1], c->residual ? residual : NULL,
                       expected);
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfLinearParams params = { .out_features = 0 };
  SfOpTest test = { .op = &sf_op_linear,
                    .params = &params,
                    .shapes = { { 1, 1, 4, 8 }, { 1, 1, 4, 16 } } };

  sf_op_test_refuses (&test, "0 features");
  params.out_features = 16;
  params.geglu = TRUE;
  sf_op_test_refuses (&test, "GEGLU");
  params = (SfLinearParams){ .out_features = 8 };
  sf_op_test_refuses (&test, "residual is 1×1×4×16, not 1×1×4×8");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/linear/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/linear/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
