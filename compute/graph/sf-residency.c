/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-residency.h"

#include "graph/sf-weights.h"

/* So that there are not more segments than this where single weights are small. */
#define MOST_SEGMENTS 32

/* A weight of the graph, which several operations may use. */
typedef struct
{
  char *key;
  guint64 n_bytes;
  guint order; /* of its first use */
  gboolean streamed;
} Weight;

typedef struct
{
  guint n_nodes;
  GPtrArray *weights;   /* Weight, in order of first use */
  GPtrArray **of_nodes; /* the weights of each operation, not owned */
} Uses;

static void
weight_free (gpointer data)
{
  Weight *weight = data;

  g_free (weight->key);
  g_free (weight);
}

static void
uses_clear (Uses *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    g_ptr_array_unref (self->of_nodes[i]);
  g_free (self->of_nodes);
  g_clear_pointer (&self->weights, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Uses, uses_clear)

static void
collect_uses (Uses *self, SfGraph *graph, const SfKernels *kernels)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  self->n_nodes = sf_graph_get_n_nodes (graph);
  self->of_nodes = g_new (GPtrArray *, self->n_nodes);
  self->weights = g_ptr_array_new_with_free_func (weight_free);
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      self->of_nodes[i] = g_ptr_array_new ();
      for (guint j = 0; j < SF_OP_MAX_WEIGHTS; j++)
        {
          const SfWeightShape *shape = &node->call.weight_shapes[j];
          g_autofree char *key = NULL;
          Weight *weight;

          if (node->weights[j] == NULL)
            continue;
          key = sf_weights_make_key (node->weights[j], shape);
          weight = g_hash_table_lookup (known, key);
          if (weight == NULL)
            {
              weight = g_new0 (Weight, 1);
              weight->n_bytes = sf_buffer_align (sf_weight_get_bytes (kernels, shape));
              weight->order = self->weights->len;
              weight->key = g_steal_pointer (&key);
              g_hash_table_insert (known, weight->key, weight);
              g_ptr_array_add (self->weights, weight);
            }
          g_ptr_array_add (self->of_nodes[i], weight);
        }
    }
}

static guint64
count_streamed_bytes (const GPtrArray *weights)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < weights->len; i++)
    {
      const Weight *weight = g_ptr_array_index (weights, i);

      n_bytes += weight->streamed ? weight->n_bytes : 0;
    }

  return n_bytes;
}

/* Cuts the graph where a segment's streamed weights are about as many bytes as the largest operation's. A weight that two
 * operations of a segment share is counted twice, and stored so. */
static void
cut_segments (SfResidency *self, const Uses *uses)
{
  guint64 most = count_streamed_bytes (uses->weights) / MOST_SEGMENTS;
  SfSegment segment = { 0, 0, 0 };

  for (guint i = 0; i < uses->n_nodes; i++)
    most = MAX (most, count_streamed_bytes (uses->of_nodes[i]));

  g_array_set_size (self->segments, 0);
  for (guint i = 0; i < uses->n_nodes; i++)
    {
      const guint64 n_bytes = count_streamed_bytes (uses->of_nodes[i]);

      if (segment.n_bytes + n_bytes > most)
        {
          g_array_append_val (self->segments, segment);
          segment = (SfSegment){ i, i, 0 };
        }
      segment.end = i + 1;
      segment.n_bytes += n_bytes;
    }
  g_array_append_val (self->segments, segment);

  for (guint slot = 0; slot < SF_RESIDENCY_SLOTS; slot++)
    {
      self->slot_bytes[slot] = 0;
      for (guint i = slot; i < self->segments->len; i += SF_RESIDENCY_SLOTS)
        self->slot_bytes[slot] = MAX (self->slot_bytes[slot],
                                      g_array_index (self->segments, SfSegment, i).n_bytes);
    }
}

static int
compare_by_bytes (gconstpointer a, gconstpointer b)
{
  const Weight *first = *(const Weight *const *) a;
  const Weight *second = *(const Weight *const *) b;

  if (first->n_bytes != second->n_bytes)
    return first->n_bytes > second->n_bytes ? -1 : 1;
  return first->order < second->order ? -1 : 1;
}

/* Lets weights of the sorted list stay, the first @n_stay of them. */
static void
let_stay (SfResidency *self, const Uses *uses, const GPtrArray *sorted, guint n_stay)
{
  self->resident_bytes = 0;
  for (guint i = 0; i < sorted->len; i++)
    {
      Weight *weight = g_ptr_array_index (sorted, i);

      weight->streamed = i >= n_stay;
      self->resident_bytes += weight->streamed ? 0 : weight->n_bytes;
    }
  cut_segments (self, uses);
}

SfResidency *
sf_residency_new (SfGraph *graph, const SfKernels *kernels, guint64 most_bytes)
{
  SfResidency *self = g_new0 (SfResidency, 1);
  g_auto (Uses) uses = { 0 };
  g_autoptr (GPtrArray) sorted = NULL;
  guint n_stay;

  self->streamed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->segments = g_array_new (FALSE, FALSE, sizeof (SfSegment));
  collect_uses (&uses, graph, kernels);
  sorted = g_ptr_array_copy (uses.weights, NULL, NULL);
  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_by_bytes);

  n_stay = sorted->len;
  let_stay (self, &uses, sorted, n_stay);
  while (n_stay > 0 && sf_residency_get_bytes (self) > most_bytes)
    let_stay (self, &uses, sorted, --n_stay);

  for (guint i = 0; i < sorted->len; i++)
    {
      const Weight *weight = g_ptr_array_index (sorted, i);

      if (weight->streamed)
        g_hash_table_add (self->streamed, g_strdup (weight->key));
    }

  return self;
}

void
sf_residency_free (SfResidency *self)
{
  g_hash_table_unref (self->streamed);
  g_array_unref (self->segments);
  g_free (self);
}

guint64
sf_residency_get_slot_bytes (const SfResidency *self)
{
  guint64 n_bytes = 0;

  for (guint slot = 0; slot < SF_RESIDENCY_SLOTS; slot++)
    n_bytes += self->slot_bytes[slot];

  return n_bytes;
}

guint64
sf_residency_get_bytes (const SfResidency *self)
{
  return self->resident_bytes + sf_residency_get_slot_bytes (self);
}
