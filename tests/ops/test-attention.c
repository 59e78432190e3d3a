/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-attention.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  guint batch, queries, keys, heads, head_size;
  gboolean causal;
  float scale; /* of queries and keys */
  gboolean chosen_only;
} Case;

static const Case cases[] = {
  { "one", 1, 1, 1, 1, 8, FALSE, 1 },
  { "one-key", 2, 13, 1, 2, 8, FALSE, 1 },
  { "head-8", 2, 35, 7, 8, 8, FALSE, 2 },
  { "head-16", 1, 77, 77, 4, 16, FALSE, 2, .chosen_only = TRUE },
  { "head-40", 2, 100, 100, 2, 40, FALSE, 2 },
  { "head-80", 1, 35, 77, 2, 80, FALSE, 1 },
  { "head-160", 1, 13, 77, 2, 160, FALSE, 1, .chosen_only = TRUE },
  { "head-512", 1, 35, 35, 1, 512, FALSE, 0.5, .chosen_only = TRUE },
  { "causal", 2, 77, 77, 2, 64, TRUE, 1, .chosen_only = TRUE },
  { "causal-all", 1, 77, 77, 2, 40, TRUE, 1 },
  { "causal-few-keys", 1, 13, 7, 2, 8, TRUE, 1 },
  { "two-prompts", 1, 9, 154, 2, 40, FALSE, 1 },
  { "sharp", 1, 35, 100, 2, 8, FALSE, 16 },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SfAttentionParams params = { .heads = c->heads, .causal = c->causal };
  SfReferenceAttention reference = {
    .batch = c->batch,
    .queries = c->queries,
    .keys = c->keys,
    .channels = c->heads * c->head_size,
    .heads = c->heads,
    .causal = c->causal,
  };
  SfShape q_shape = { c->batch, 1, c->queries, reference.channels };
  SfShape k_shape = { c->batch, 1, c->keys, reference.channels };
  g_autofree float *q = sf_op_test_random (sf_shape_get_rows (&q_shape) * reference.channels,
                                           c->scale);
  g_autofree float *k = sf_op_test_random (sf_shape_get_rows (&k_shape) * reference.channels,
                                           c->scale);
  g_autofree float *v = sf_op_test_random (sf_shape_get_rows (&k_shape) * reference.channels, 2);
  g_autofree float *expected = g_new (float, sf_shape_get_rows (&q_shape) * reference.channels);
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_attention,
    .params = &params,
    .shapes = { q_shape, k_shape, k_shape },
    .inputs = { q, k, v },
    .chosen_only = c->chosen_only,
  };
  /* an error in a score, of 1e-6 times its size, is one in the weight of a value up to 2 */
  SfTolerance tolerance = { .absolute = 1e-5 * MAX (1, c->scale), .relative = 1e-5 };

  sf_reference_attention (&reference, q, k, v, expected);
  sf_op_test_check (&test, expected, &tolerance);
}

static void
test_refusals (void)
{
  SfAttentionParams params = { .heads = 2 };
  SfOpTest test = {
    .op = &sf_op_attention,
    .params = &params,
    .shapes = { { 1, 1, 4, 24 }, { 1, 1, 4, 24 }, { 1, 1, 4, 24 } },
  };

  sf_op_test_refuses (&test, "24 channels into 2 heads");
  params.heads = 0;
  sf_op_test_refuses (&test, "0 heads");
  params.heads = 3;
  test.shapes[SF_ATTENTION_V].width = 5;
  sf_op_test_refuses (&test, "do not fit");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/attention/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/attention/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
