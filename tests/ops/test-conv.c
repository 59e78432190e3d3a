/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-conv.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  SfShape in;
  SfConvParams params;
  gboolean residual;
  gboolean channel_bias;
  gboolean all_variants; /* else those that the device would get */
  gboolean all_tiles;
} Case;

static const Case cases[] = {
  { "one-pixel", { 1, 1, 1, 8 }, { 8, 1, 1 } },
  { "one-pixel-3x3", { 1, 1, 1, 8 }, { 40, 3, 1, .has_bias = TRUE } },
  { "latent-in", { 2, 7, 5, 4 }, { 72, 3, 1, .has_bias = TRUE } },
  { "picture-in", { 1, 9, 6, 3 }, { 24, 3, 1, .has_bias = TRUE } },
  { "latent-out", { 2, 7, 5, 40 }, { 4, 3, 1, .has_bias = TRUE }, .all_variants = TRUE },
  { "picture-out", { 1, 13, 9, 24 }, { 3, 3, 1, .has_bias = TRUE } },
  { "eight-out", { 1, 3, 5, 8 }, { 8, 1, 1, .has_bias = TRUE } },
  { "1x1", { 2, 7, 5, 24 }, { 320, 1, 1, .has_bias = TRUE }, .residual = TRUE },
  { "block",
    { 2, 5, 7, 40 },
    { 72, 3, 1, .has_bias = TRUE },
    .channel_bias = TRUE,
    .all_variants = TRUE },
  { "block-end",
    { 2, 5, 15, 72 },
    { 40, 3, 1, .has_bias = TRUE },
    .residual = TRUE,
    .all_tiles = TRUE },
  { "stride-even", { 2, 6, 8, 8 }, { 24, 3, 2, .has_bias = TRUE } },
  { "stride-odd", { 1, 7, 5, 8 }, { 24, 3, 2, .has_bias = TRUE } },
  /* several bands of tiles and chunks of panels in sf-winograd.c */
  { "wide", { 1, 12, 60, 1024 }, { 136, 3, 1, .has_bias = TRUE } },
  { "stride-bottom-right-even",
    { 2, 6, 8, 8 },
    { 24, 3, 2, SF_PADDING_BOTTOM_RIGHT, .has_bias = TRUE } },
  { "stride-bottom-right-odd",
    { 1, 7, 5, 8 },
    { 24, 3, 2, SF_PADDING_BOTTOM_RIGHT, .has_bias = TRUE } },
  { "upsample", { 2, 3, 5, 24 }, { 24, 3, 1, .upsample = TRUE, .has_bias = TRUE } },
  { "everything",
    { 2, 3, 5, 12 },
    { 19, 3, 1, .upsample = TRUE, .has_bias = TRUE, .activation = SF_ACTIVATION_SILU },
    .residual = TRUE,
    .channel_bias = TRUE },
};

static SfShape
get_out_shape (const Case *c)
{
  guint scale = c->params.upsample ? 2 : 1;
  guint pad = c->params.padding == SF_PADDING_SAME ? c->params.kernel - 1 : 1;

  return (SfShape){
    .batch = c->in.batch,
    .height = (c->in.height * scale + pad - c->params.kernel) / c->params.stride + 1,
    .width = (c->in.width * scale + pad - c->params.kernel) / c->params.stride + 1,
    .channels = c->params.out_channels,
  };
}

static gsize
count (const SfShape *shape)
{
  return (gsize) shape->batch * shape->height * shape->width * shape->channels;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SfShape out = get_out_shape (c);
  SfShape channel_bias_shape = { c->in.batch, 1, 1, out.channels };
  guint taps = c->params.kernel * c->params.kernel;
  g_autofree float *x = sf_op_test_random (count (&c->in), 1);
  g_autofree float *weight = sf_op_test_random ((gsize) out.channels * c->in.channels * taps, 0.5);
  g_autofree float *bias = sf_op_test_random (out.channels, 1);
  g_autofree float *channel_bias = sf_op_test_random (count (&channel_bias_shape), 2);
  g_autofree float *residual = sf_op_test_random (count (&out), 3);
  g_autofree float *expected = g_new (float, count (&out));
  SfReferenceConv reference = {
    .batch = c->in.batch,
    .height = c->in.height,
    .width = c->in.width,
    .channels = c->in.channels,
    .out_height = out.height,
    .out_width = out.width,
    .out_channels = out.channels,
    .kernel = c->params.kernel,
    .stride = c->params.stride,
    .padding = c->params.padding == SF_PADDING_SAME ? (c->params.kernel - 1) / 2 : 0,
    .upsample = c->params.upsample,
    .activation = (SfReferenceActivation) c->params.activation,
  };
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_conv,
    .params = &c->params,
    .shapes = { [SF_CONV_X] = c->in },
    .inputs = { [SF_CONV_X] = x },
    .weights = { weight, c->params.has_bias ? bias : NULL },
    .chosen_only = !c->all_variants,
    .all_tiles = c->all_tiles,
  };
  /* products below 0.5 each, up to 650 but for one case, summed in f32; Winograd's transforms enlarge what is rounded */
  SfTolerance tolerance = { .absolute = c->in.channels > 100 ? 2e-3 : 2e-4, .relative = 1e-6 };

  if (c->residual)
    {
      test.shapes[SF_CONV_RESIDUAL] = out;
      test.inputs[SF_CONV_RESIDUAL] = residual;
    }
  if (c->channel_bias)
    {
      test.shapes[SF_CONV_CHANNEL_BIAS] = channel_bias_shape;
      test.inputs[SF_CONV_CHANNEL_BIAS] = channel_bias;
    }
  sf_reference_conv (&reference, x, weight, test.weights[1], c->channel_bias ? channel_bias : NULL,
                     c->residual ? residual : NULL, expected);
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfConvParams params = { .out_channels = 8, .kernel = 5, .stride = 1 };
  SfOpTest test = { .op = &sf_op_conv,
                    .params = &params,
                    .shapes = { { 1, 4, 4, 8 }, { 1, 4, 4, 16 } } };

  sf_op_test_refuses (&test, "kernel 5");
  params.kernel = 3;
  sf_op_test_refuses (&test, "residual is 1×4×4×16, not 1×4×4×8");
  test.shapes[SF_CONV_RESIDUAL] = (SfShape){ 0 };
  test.shapes[SF_CONV_X].height = 0;
  sf_op_test_refuses (&test, "empty");
  test.shapes[SF_CONV_X] = (SfShape){ 1, 1, 3, 8 };
  params.padding = SF_PADDING_BOTTOM_RIGHT;
  sf_op_test_refuses (&test, "empty");
  test.shapes[SF_CONV_X] = (SfShape){ 1, 65536, 65536, 8 };
  sf_op_test_refuses (&test, "too large");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/conv/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/conv/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
