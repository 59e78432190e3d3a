/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-elementwise.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  SfShape in;
  SfActivation activation;
  float scale;
  gboolean in_place;
} Case;

static const Case cases[] = {
  { "none", { 1, 1, 1, 8 }, SF_ACTIVATION_NONE, 4 },
  { "silu", { 2, 7, 5, 40 }, SF_ACTIVATION_SILU, 4 },
  { "gelu", { 2, 7, 5, 21 }, SF_ACTIVATION_GELU, 4 },
  { "quick-gelu", { 1, 1, 13, 3 }, SF_ACTIVATION_QUICK_GELU, 4 },
  { "relu", { 1, 3, 5, 16 }, SF_ACTIVATION_RELU, 4 },
  { "soft-clamp", { 2, 7, 5, 21 }, SF_ACTIVATION_SOFT_CLAMP, 8 },
  { "soft-clamp-large", { 1, 3, 5, 8 }, SF_ACTIVATION_SOFT_CLAMP, 10000 },
  { "large", { 1, 3, 5, 24 }, SF_ACTIVATION_SILU, 1000 },
  { "in-place", { 2, 9, 5, 24 }, SF_ACTIVATION_SILU, 4, .in_place = TRUE },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SfElementwiseParams params = { .activation = c->activation };
  gsize n_values = sf_shape_get_rows (&c->in) * c->in.channels;
  g_autofree float *a = sf_op_test_random (n_values, c->scale);
  g_autofree float *expected = g_new (float, n_values);
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_elementwise,
    .params = &params,
    .shapes = { [SF_ELEMENTWISE_A] = c->in },
    .inputs = { [SF_ELEMENTWISE_A] = a },
    .in_place = c->in_place,
  };
  /* exp() and, in the gelu, the approximation of erf with its 1.5e-7 */
  SfTolerance tolerance = { .absolute = 2e-6, .relative = 2e-6 };

  for (gsize i = 0; i < n_values; i++)
    expected[i] = sf_reference_activate ((SfReferenceActivation) c->activation, a[i]);
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfElementwiseParams params = { .activation = SF_ACTIVATION_SILU };
  SfOpTest test = { .op = &sf_op_elementwise, .params = &params };

  sf_op_test_refuses (&test, "activation's input is empty");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/elementwise/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/elementwise/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
