/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory plans of real networks: nothing that is alive shares memory, and little is wasted. */

#include "graph/sf-plan.h"
#include "models/sf-layers.h"
#include "models/sf-model.h"

static const SfPartSize sizes[] = {
  { .part = SF_PART_TEXT, .batch = 2, .tokens = 77, .clip_skip = 1 },
  { .part = SF_PART_UNET, .batch = 1, .height = 8, .width = 8, .tokens = 77 },
  { .part = SF_PART_UNET, .batch = 2, .height = 64, .width = 40, .tokens = 154 },
  { .part = SF_PART_VAE_DECODER, .batch = 1, .height = 32, .width = 16 },
  { .part = SF_PART_VAE_ENCODER, .batch = 1, .height = 128, .width = 64 },
};

/* Whether the operation that reads @before last makes @after in its place. */
static gboolean
is_replaced (const SfPlanSlot *before, const SfPlanSlot *after)
{
  return before->last == after->first && before->offset == after->offset
         && before->n_bytes == after->n_bytes && !before->is_scratch && !after->is_scratch;
}

static void
assert_apart (const SfPlanSlot *a, const SfPlanSlot *b)
{
  gboolean together = a->first <= b->last && b->first <= a->last;
  gboolean overlap = a->offset < b->offset + b->n_bytes && b->offset < a->offset + a->n_bytes;

  if (together && overlap && !is_replaced (a, b) && !is_replaced (b, a))
    g_error ("%s and %s are alive together and share memory", a->name, b->name);
}

static gboolean
replaces_another (const GPtrArray *slots, const SfPlanSlot *slot, guint at)
{
  for (guint i = 0; i < slots->len; i++)
    if (at == slot->first && is_replaced (g_ptr_array_index (slots, i), slot))
      return TRUE;

  return FALSE;
}

/* The most bytes that are alive during one operation: no plan can do with less. */
static guint64
least_bytes (const GPtrArray *slots, guint n_nodes)
{
  guint64 least = 0;

  for (guint at = 0; at < n_nodes; at++)
    {
      guint64 alive = 0;

      for (guint i = 0; i < slots->len; i++)
        {
          const SfPlanSlot *slot = g_ptr_array_index (slots, i);

          if (slot->first <= at && at <= slot->last && !replaces_another (slots, slot, at))
            alive += slot->n_bytes;
        }
      least = MAX (least, alive);
    }

  return least;
}

static void
check_plan (SfGraph *graph, const SfKernels *kernels)
{
  g_autoptr (SfPlan) plan = sf_plan_new (graph, kernels);
  g_autoptr (GPtrArray) slots = g_ptr_array_new ();
  g_autofree char *description = sf_plan_describe (plan, graph);
  guint64 least;

  for (guint i = 0; i < plan->n_tensors; i++)
    g_ptr_array_add (slots, &plan->tensors[i]);
  for (guint i = 0; i < plan->n_nodes; i++)
    if (plan->scratch[i].n_bytes > 0)
      g_ptr_array_add (slots, &plan->scratch[i]);

  for (guint i = 0; i < slots->len; i++)
    {
      const SfPlanSlot *slot = g_ptr_array_index (slots, i);

      g_assert_cmpuint (slot->n_bytes, >, 0);
      g_assert_cmpuint (slot->offset % SF_BUFFER_ALIGNMENT, ==, 0);
      g_assert_cmpuint (slot->offset + slot->n_bytes, <=, plan->arena_bytes);
      g_assert_nonnull (strstr (description, slot->name));
      for (guint j = 0; j < i; j++)
        assert_apart (slot, g_ptr_array_index (slots, j));
    }

  /* Every tensor that an operation reads was made before and is still alive. */
  for (guint i = 0; i < plan->n_nodes; i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      for (guint j = 0; j < SF_OP_MAX_INPUTS; j++)
        if (node->inputs[j] != NULL)
          {
            const SfPlanSlot *slot = &plan->tensors[node->inputs[j]->index];

            g_assert_true (node->inputs[j]->is_input ? slot->first == 0 : slot->first < i);
            g_assert_cmpuint (slot->last, >=, i);
          }
    }

  least = least_bytes (slots, plan->n_nodes);
  g_test_message ("%s: arena %" G_GUINT64_FORMAT " bytes, at least %" G_GUINT64_FORMAT " needed",
                  sf_graph_get_name (graph), plan->arena_bytes, least);
  g_assert_cmpuint (plan->arena_bytes, >=, least);
  g_assert_cmpuint (plan->arena_bytes, <=, least + least / 4 + 64 * 1024);
}

static void
test_plans (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfDevice) device = sf_device_open (NULL, &error);
  g_autoptr (SfCheckpoint) checkpoint = NULL;
  SfModelConfig config;

  g_assert_no_error (error);
  checkpoint = sf_checkpoint_open (g_getenv ("SF_TINY_CHECKPOINT"), &error);
  g_assert_no_error (error);
  sf_model_config_read (&config, checkpoint, &error);
  g_assert_no_error (error);

  for (guint format = SF_FORMAT_F32; format <= SF_FORMAT_F16; format++)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        SfKernels kernels = sf_kernels_choose (device, format);
        g_autoptr (SfGraph) graph = sf_model_config_build (&config, &sizes[i], format);

        sf_graph_check (graph, &error);
        g_assert_no_error (error);
        check_plan (graph, &kernels);
      }
}

/* The first thing that does not fit is what is reported, and nothing after it is touched. */
static void
test_first_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfGraph) graph = sf_graph_new ("test network", SF_FORMAT_F32);
  SfTensor *x = sf_graph_add_input (graph, "x", &(SfShape){ 1, 4, 4, 32 }, SF_FORMAT_F32);
  SfTensor *other = sf_graph_add_input (graph, "other", &(SfShape){ 1, 4, 5, 32 }, SF_FORMAT_F32);
  SfTensor *bad = sf_layer_concat (graph, "first", x, other);

  g_assert_null (bad);
  g_assert_null (sf_layer_conv (graph, "second", "conv", bad, &(SfConvLayer){ .out_channels = 8 }));
  g_assert_null (sf_layer_group_norm (graph, "third", "norm", x, 1e-5f, TRUE));
  sf_graph_add_output (graph, "y", bad);

  g_assert_false (sf_graph_check (graph, &error));
  g_assert_nonnull (strstr (error->message, "test network"));
  g_assert_nonnull (strstr (error->message, "first.concat"));
  g_assert_cmpuint (sf_graph_get_n_nodes (graph), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/networks", test_plans);
  g_test_add_func ("/plan/first-error", test_first_error);

  return g_test_run ();
}
