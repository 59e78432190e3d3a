/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-concat.h"

#include <string.h>

typedef struct
{
  const char *name;
  SfShape a;
  guint b_channels;
} Case;

static const Case cases[] = {
  { "one-pixel", { 1, 1, 1, 8 }, 8 },
  { "odd-size", { 2, 7, 5, 24 }, 40 },
  { "odd-channels", { 2, 3, 5, 16 }, 13 },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SfShape b_shape = { c->a.batch, c->a.height, c->a.width, c->b_channels };
  gsize rows = sf_shape_get_rows (&c->a);
  guint out_channels = c->a.channels + c->b_channels;
  g_autofree float *a = sf_op_test_random (rows * c->a.channels, 1);
  g_autofree float *b = sf_op_test_random (rows * c->b_channels, 2);
  g_autofree float *expected = g_new (float, rows *out_channels);
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_concat,
    .shapes = { c->a, b_shape },
    .inputs = { a, b },
  };
  SfTolerance exact = { 0, 0 };

  for (gsize row = 0; row < rows; row++)
    {
      float *to = expected + row * out_channels;

      memcpy (to, a + row * c->a.channels, c->a.channels * sizeof (float));
      memcpy (to + c->a.channels, b + row * c->b_channels, c->b_channels * sizeof (float));
    }
  sf_op_test_check (&test, expected, &exact);
}

static void
test_refusals (void)
{
  SfOpTest test = { .op = &sf_op_concat, .shapes = { { 1, 4, 4, 12 }, { 1, 4, 4, 8 } } };

  sf_op_test_refuses (&test, "side by side");
  test.shapes[SF_CONCAT_A] = (SfShape){ 1, 4, 5, 16 };
  sf_op_test_refuses (&test, "1×4×5×16 and 1×4×4×8");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/concat/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/concat/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
