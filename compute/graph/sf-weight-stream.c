/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-weight-stream.h"

#define NO_SEGMENT G_MAXUINT

/* A weight of an operation on its way. */
typedef struct
{
  const char *name;
  const SfWeightShape *shape;
  guint node;
  guint weight;
  SfRange range;
} Load;

typedef struct
{
  SfBuffer *buffer; /* NULL where nothing goes there */
  guint holds;      /* the segment, or NO_SEGMENT */
} Slot;

struct _SfWeightStream
{
  SfWeights *weights;
  GPtrArray *segments; /* GArray of Load */
  Slot slots[SF_RESIDENCY_SLOTS];

  guint started; /* the segment that is being brought, or NO_SEGMENT */
  GThread *thread;
  guint8 *packed; /* where the host does not see the slot */
  GError *error;  /* of the thread */
};

static SfWeightStream *
stream_new (SfWeights *weights)
{
  SfWeightStream *self = g_new0 (SfWeightStream, 1);

  self->weights = weights;
  self->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->started = NO_SEGMENT;
  for (guint i = 0; i < SF_RESIDENCY_SLOTS; i++)
    self->slots[i].holds = NO_SEGMENT;

  return self;
}

/* The streamed weights of a segment, one after the other in its slot. */
static GArray *
collect_loads (SfGraph *graph, const SfResidency *residency, const SfKernels *kernels,
               const SfSegment *segment, SfBuffer *buffer)
{
  GArray *loads = g_array_new (FALSE, FALSE, sizeof (Load));
  guint64 offset = 0;

  for (guint i = segment->first; i < segment->end; i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      for (guint j = 0; j < SF_OP_MAX_WEIGHTS; j++)
        {
          const SfWeightShape *shape = &node->call.weight_shapes[j];
          g_autofree char *key = NULL;
          Load load = { node->weights[j], shape, i, j, { NULL, 0, 0 } };

          if (node->weights[j] == NULL)
            continue;
          key = sf_weights_make_key (node->weights[j], shape);
          if (!g_hash_table_contains (residency->streamed, key))
            continue;
          load.range = (SfRange){ buffer, offset, sf_weight_get_bytes (kernels, shape) };
          offset += sf_buffer_align (load.range.n_bytes);
          g_array_append_val (loads, load);
        }
    }

  return loads;
}

SfWeightStream *
sf_weight_stream_new (SfGraph *graph, const SfResidency *residency, SfWeights *weights,
                      SfDevice *device, GError **error)
{
  g_autoptr (SfWeightStream) self = stream_new (weights);
  g_autofree char *title = g_strdup_printf ("passing weights of the %s", sf_graph_get_name (graph));

  for (guint i = 0; i < SF_RESIDENCY_SLOTS; i++)
    if (residency->slot_bytes[i] > 0)
      {
        self->slots[i].buffer = sf_buffer_new (device, residency->slot_bytes[i], title, error);
        if (self->slots[i].buffer == NULL)
          return NULL;
      }
  for (guint i = 0; i < residency->segments->len; i++)
    g_ptr_array_add (self->segments,
                     collect_loads (graph, residency, sf_weights_get_kernels (weights),
                                    &g_array_index (residency->segments, SfSegment, i),
                                    self->slots[i % SF_RESIDENCY_SLOTS].buffer));

  return g_steal_pointer (&self);
}

static void
join (SfWeightStream *self)
{
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
}

void
sf_weight_stream_free (SfWeightStream *self)
{
  join (self);
  for (guint i = 0; i < SF_RESIDENCY_SLOTS; i++)
    g_clear_pointer (&self->slots[i].buffer, sf_buffer_unref);
  g_ptr_array_unref (self->segments);
  g_free (self->packed);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
sf_weight_stream_find (SfWeightStream *self, guint node, guint weight, SfRange *range)
{
  for (guint i = 0; i < self->segments->len; i++)
    {
      const GArray *loads = g_ptr_array_index (self->segments, i);

      for (guint j = 0; j < loads->len; j++)
        {
          const Load *load = &g_array_index (loads, Load, j);

          if (load->node == node && load->weight == weight)
            {
              *range = load->range;
              return TRUE;
            }
        }
    }

  return FALSE;
}

static gpointer
pack_segment (gpointer data)
{
  SfWeightStream *self = data;
  const GArray *loads = g_ptr_array_index (self->segments, self->started);
  gboolean packed = TRUE;

  for (guint i = 0; i < loads->len && packed; i++)
    {
      const Load *load = &g_array_index (loads, Load, i);
      guint8 *target = self->packed != NULL ? self->packed + load->range.offset
                                            : sf_range_map (&load->range);

      packed = sf_weights_pack (self->weights, load->name, load->shape, target, &self->error);
    }
  sf_weights_forget_source (self->weights);

  return NULL;
}

void
sf_weight_stream_start (SfWeightStream *self, guint segment)
{
  const GArray *loads = g_ptr_array_index (self->segments, segment);
  Slot *slot = &self->slots[segment % SF_RESIDENCY_SLOTS];

  join (self);
  g_clear_error (&self->error);
  self->started = segment;
  if (slot->holds == segment || loads->len == 0)
    return;

  slot->holds = NO_SEGMENT;
  if (sf_range_map (&g_array_index (loads, Load, 0).range) == NULL)
    self->packed = g_malloc (sf_buffer_get_bytes (slot->buffer));
  self->thread = g_thread_new ("sfumato-weights", pack_segment, self);
}

gboolean
sf_weight_stream_wait (SfWeightStream *self, GError **error)
{
  const GArray *loads = g_ptr_array_index (self->segments, self->started);
  g_autofree guint8 *packed = NULL;

  join (self);
  packed = g_steal_pointer (&self->packed);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  for (guint i = 0; i < loads->len && packed != NULL; i++)
    {
      const SfRange *range = &g_array_index (loads, Load, i).range;

      if (!sf_range_upload (range, packed + range->offset, range->n_bytes, error))
        return FALSE;
    }
  if (loads->len > 0)
    self->slots[self->started % SF_RESIDENCY_SLOTS].holds = self->started;

  return TRUE;
}
