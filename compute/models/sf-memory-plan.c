/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-memory-plan.h"

/* A network, and what it takes. */
typedef struct
{
  SfPart part;
  SfGraph *graph;
  guint64 arena_bytes;
  gboolean is_whole_possible; /* the device's shaders reach all of each tensor */
  SfStripsCost strips;        /* of the VAE's decoder */
} Network;

typedef struct
{
  const SfKernels *kernels;
  const SfMemoryWish *wish;
  GArray *networks; /* Network */
} Planner;

static void
network_clear (gpointer data)
{
  Network *network = data;

  sf_graph_free (network->graph);
}

static void
planner_clear (Planner *self)
{
  g_array_unref (self->networks);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Planner, planner_clear)

static gboolean
add_network (Planner *self, const SfModelConfig *config, const SfPartSize *size, GError **error)
{
  const SfKernels *kernels = self->kernels;
  Network network = { .part = size->part,
                      .graph = sf_model_config_build (config, size, kernels->format) };
  g_autoptr (SfPlan) plan = NULL;

  g_array_append_val (self->networks, network);
  if (!sf_graph_check (network.graph, error))
    return FALSE;

  plan = sf_plan_new (network.graph, kernels);
  network.arena_bytes = plan->arena_bytes;
  network.is_whole_possible = sf_plan_is_possible (plan, kernels);
  if (size->part == SF_PART_VAE_DECODER
      && !sf_strips_measure (network.graph, kernels, SF_STRIPS_BYTES, &network.strips, error))
    return FALSE;
  g_array_index (self->networks, Network, self->networks->len - 1) = network;

  return TRUE;
}

guint64
sf_memory_plan_get_bytes (const SfMemoryPlan *self)
{
  return self->arena_bytes + self->weight_bytes;
}

static gboolean
is_tiled (const SfMemoryPlan *plan, const Network *network)
{
  return plan->tiled && network->part == SF_PART_VAE_DECODER;
}

/* Counts the weights of a network that were not seen before. */
static guint64
count_new_weights (const Network *network, const SfKernels *kernels, GHashTable *seen)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < sf_graph_get_n_nodes (network->graph); i++)
    {
      const SfNode *node = sf_graph_get_node (network->graph, i);

      for (guint j = 0; j < SF_OP_MAX_WEIGHTS; j++)
        {
          const SfWeightShape *shape = &node->call.weight_shapes[j];

          if (node->weights[j] != NULL
              && g_hash_table_add (seen, sf_weights_make_key (node->weights[j], shape)))
            n_bytes += sf_buffer_align (sf_weight_get_bytes (kernels, shape));
        }
    }

  return n_bytes;
}

static guint64
get_arena_bytes (const SfMemoryPlan *plan, const Network *network)
{
  return is_tiled (plan, network) ? network->strips.arena_bytes : network->arena_bytes;
}

static SfMemoryPlan
plan_resident (const Planner *self, gboolean tiled)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SfMemoryPlan plan = { .mode = SF_MEMORY_NORMAL, .tiled = tiled };

  for (guint i = 0; i < self->networks->len; i++)
    {
      const Network *network = &g_array_index (self->networks, Network, i);

      plan.arena_bytes = MAX (plan.arena_bytes, get_arena_bytes (&plan, network));
      plan.weight_bytes += is_tiled (&plan, network)
                               ? network->strips.weight_bytes
                               : count_new_weights (network, self->kernels, seen);
    }
  for (guint i = 0; i < SF_N_PARTS; i++)
    plan.allowances[i] = SF_RESIDENCY_ALL;

  return plan;
}

/* What the weights of a part take in its turn. */
static guint64
count_turn_weights (const Planner *self, const SfMemoryPlan *plan, SfPart part)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < self->networks->len; i++)
    {
      const Network *network = &g_array_index (self->networks, Network, i);
      g_autoptr (SfResidency) residency = NULL;

      if (network->part != part)
        continue;
      if (is_tiled (plan, network))
        n_bytes = MAX (n_bytes, network->strips.slot_bytes);
      else
        {
          residency = sf_residency_new (network->graph, self->kernels, plan->allowances[part]);
          n_bytes = MAX (n_bytes, sf_residency_get_bytes (residency));
        }
    }

  return n_bytes;
}

static SfMemoryPlan
plan_turns (const Planner *self, SfMemoryMode mode, gboolean tiled, guint64 most_bytes)
{
  SfMemoryPlan plan = { .mode = mode, .tiled = tiled };

  for (guint part = 0; part < SF_N_PARTS; part++)
    {
      guint64 arena_bytes = 0, weight_bytes;

      for (guint i = 0; i < self->networks->len; i++)
        {
          const Network *network = &g_array_index (self->networks, Network, i);

          if (network->part == (SfPart) part)
            arena_bytes = MAX (arena_bytes, get_arena_bytes (&plan, network));
        }
      plan.allowances[part] = most_bytes > arena_bytes ? most_bytes - arena_bytes : 0;
      weight_bytes = count_turn_weights (self, &plan, (SfPart) part);
      if (arena_bytes + weight_bytes > sf_memory_plan_get_bytes (&plan))
        {
          plan.arena_bytes = arena_bytes;
          plan.weight_bytes = weight_bytes;
        }
    }

  return plan;
}

static gboolean
fits (const SfMemoryPlan *plan, guint64 most_bytes)
{
  return sf_memory_plan_get_bytes (plan) <= most_bytes;
}

/* Whether the decoder can work on the whole picture, and may. */
static gboolean
may_be_whole (const Planner *self)
{
  for (guint i = 0; i < self->networks->len; i++)
    {
      const Network *network = &g_array_index (self->networks, Network, i);

      if (network->part == SF_PART_VAE_DECODER && !network->is_whole_possible
          && self->wish->tiling != SF_TILING_OFF)
        return FALSE;
    }

  return self->wish->tiling != SF_TILING_ON;
}

static SfMemoryPlan
plan_normal (const Planner *self)
{
  const gboolean whole = may_be_whole (self);
  const SfMemoryPlan plan = plan_resident (self, !whole);

  return whole && self->wish->tiling == SF_TILING_AUTO && !fits (&plan, self->wish->available_bytes)
             ? plan_resident (self, TRUE)
             : plan;
}

/* The decoder works in strips where the whole does not fit. On a CPU device, tensors that wait in host memory take what
 * they would take in the arena, so strips save nothing. */
static SfMemoryPlan
plan_low (const Planner *self, SfMemoryMode mode, guint64 most_bytes)
{
  const gboolean is_cpu = sf_device_get_info (self->kernels->device)->kind == SF_DEVICE_CPU;
  const SfMemoryPlan whole = plan_turns (self, mode, FALSE, most_bytes);

  if (self->wish->tiling == SF_TILING_OFF
      || (may_be_whole (self) && (is_cpu || fits (&whole, most_bytes))))
    return whole;

  return plan_turns (self, mode, TRUE, most_bytes);
}

static SfMemoryPlan
plan_auto (const Planner *self)
{
  const guint64 available = self->wish->available_bytes;
  SfMemoryPlan plan = plan_normal (self);

  if (!fits (&plan, available))
    plan = plan_low (self, SF_MEMORY_LOW, available);
  if (!fits (&plan, available))
    plan = plan_low (self, SF_MEMORY_LOWEST, 0);

  return plan;
}

gboolean
sf_memory_plan_make (SfMemoryPlan *self, const SfModelConfig *config, const SfKernels *kernels,
                     const SfMemoryWish *wish, GError **error)
{
  g_auto (Planner) planner = { kernels, wish, g_array_new (FALSE, TRUE, sizeof (Network)) };

  g_array_set_clear_func (planner.networks, network_clear);
  for (guint i = 0; i < wish->n_sizes; i++)
    if (!add_network (&planner, config, &wish->sizes[i], error))
      return FALSE;

  switch (wish->mode)
    {
    case SF_MEMORY_AUTO:
      *self = plan_auto (&planner);
      break;
    case SF_MEMORY_NORMAL:
      *self = plan_normal (&planner);
      break;
    case SF_MEMORY_LOW:
      *self = plan_low (&planner, SF_MEMORY_LOW, MIN (SF_MEMORY_LOW_BYTES, wish->available_bytes));
      break;
    case SF_MEMORY_LOWEST:
      *self = plan_low (&planner, SF_MEMORY_LOWEST, 0);
      break;
    }

  return TRUE;
}
