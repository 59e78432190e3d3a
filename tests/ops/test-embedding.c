/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "ops/sf-embedding.h"
#include "reference/sf-reference.h"

typedef struct
{
  const char *name;
  guint batch;
  guint tokens;
  SfEmbeddingParams params;
} Case;

static const Case cases[] = {
  { "one", 1, 1, { .vocabulary = 1, .positions = 1, .channels = 8 } },
  { "prompt", 2, 77, { .vocabulary = 300, .positions = 77, .channels = 64 } },
  { "odd", 2, 13, { .vocabulary = 50, .positions = 20, .channels = 21 } },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  const SfEmbeddingParams *params = &c->params;
  guint n_ids = c->batch * c->tokens;
  g_autofree guint32 *ids = g_new (guint32, n_ids);
  g_autofree float *table = sf_op_test_random ((gsize) params->vocabulary * params->channels, 1);
  g_autofree float *positions = sf_op_test_random ((gsize) params->positions * params->channels, 1);
  g_autofree float *vectors = sf_op_test_random ((gsize) n_ids * params->channels, 1);
  g_autofree float *expected = g_new (float, (gsize) n_ids * params->channels);
  SfOpTest test = {
    .label = c->name,
    .op = &sf_op_embedding,
    .params = params,
    .shapes = { [SF_EMBEDDING_IDS] = { c->batch, 1, c->tokens, 1 },
                [SF_EMBEDDING_VECTORS] = { c->batch, 1, c->tokens, params->channels } },
    .inputs = { [SF_EMBEDDING_IDS] = ids, [SF_EMBEDDING_VECTORS] = vectors },
    .ids_input = TRUE,
    .weights = { table, positions },
  };
  SfTolerance one_sum = { .relative = 0x1p-24 };

  for (guint i = 0; i < n_ids; i++)
    ids[i] = (i * 37 + 5) % params->vocabulary;
  ids[n_ids / 2] = params->vocabulary;
  ids[n_ids - 1] = G_MAXUINT32;
  sf_reference_embedding (c->batch, c->tokens, params->vocabulary, params->channels, ids, vectors,
                          table, positions, expected);
  sf_op_test_check (&test, expected, &one_sum);
}

static void
test_refusals (void)
{
  SfEmbeddingParams params = { .vocabulary = 10, .positions = 4, .channels = 8 };
  SfOpTest test = {
    .op = &sf_op_embedding,
    .params = &params,
    .shapes = { { 1, 1, 5, 1 } },
    .ids_input = TRUE,
  };

  sf_op_test_refuses (&test, "1×1×5×1 do not fit an embedding of 10 words and 4 positions");
  test.shapes[SF_EMBEDDING_IDS].width = 4;
  sf_op_test_refuses (&test, "embedding's vectors is empty");
  test.shapes[SF_EMBEDDING_VECTORS] = (SfShape){ 1, 1, 3, 8 };
  sf_op_test_refuses (&test, "embedding's vectors is 1×1×3×8, not 1×1×4×8");
  test.ids_input = FALSE;
  sf_op_test_refuses (&test, "another format");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/embedding/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/embedding/refusals", test_refusals);
  status = g_test_run ();
  sf_op_test_finish ();
  return status;
}
