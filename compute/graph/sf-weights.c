/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-weights.h"

/* A mapped file counts as the program's memory as far as it was read: by so much at most. */
#define FORGET_BYTES (G_GUINT64_CONSTANT (64) << 20)

/* One buffer holds no more than this, far below what Vulkan allows for one allocation (at least 1 GiB). */
#define MAX_BUFFER_BYTES (G_GUINT64_CONSTANT (512) << 20)

struct _SfWeights
{
  SfKernels kernels;
  SfWeightSource source;
  GHashTable *ranges; /* key → SfRange */
  GPtrArray *buffers;
};

typedef struct
{
  const char *name;
  const SfWeightShape *shape;
  char *key;
  guint64 n_bytes;
  SfRange range;
} Use;

static void
use_free (gpointer data)
{
  Use *use = data;

  g_free (use->key);
  g_free (use);
}

char *
sf_weights_make_key (const char *name, const SfWeightShape *shape)
{
  return g_strdup_printf ("%s/%d/%d", name, shape->kind, shape->interleave_halves);
}

/* The graph's weights that are to be loaded and are not yet, each once. */
static GPtrArray *
collect_uses (SfWeights *self, SfGraph *graph, GHashTable *streamed)
{
  GPtrArray *uses = g_ptr_array_new_with_free_func (use_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      for (guint j = 0; j < SF_OP_MAX_WEIGHTS; j++)
        {
          g_autofree char *key = NULL;
          Use *use;

          if (node->weights[j] == NULL)
            continue;
          key = sf_weights_make_key (node->weights[j], &node->call.weight_shapes[j]);
          if (g_hash_table_contains (seen, key) || g_hash_table_contains (self->ranges, key)
              || (streamed != NULL && g_hash_table_contains (streamed, key)))
            continue;

          use = g_new0 (Use, 1);
          use->name = node->weights[j];
          use->shape = &node->call.weight_shapes[j];
          use->n_bytes = sf_buffer_align (sf_weight_get_bytes (&self->kernels, use->shape));
          use->key = g_steal_pointer (&key);
          g_hash_table_add (seen, use->key);
          g_ptr_array_add (uses, use);
        }
    }

  return uses;
}

SfWeights *
sf_weights_new (const SfKernels *kernels, const SfWeightSource *source)
{
  SfWeights *self = g_new0 (SfWeights, 1);

  self->kernels = *kernels;
  self->source = *source;
  self->ranges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_buffer_unref);

  return self;
}

void
sf_weights_free (SfWeights *self)
{
  g_hash_table_unref (self->ranges);
  g_ptr_array_unref (self->buffers);
  g_free (self);
}

const SfKernels *
sf_weights_get_kernels (SfWeights *self)
{
  return &self->kernels;
}

void
sf_weights_clear (SfWeights *self)
{
  g_hash_table_remove_all (self->ranges);
  g_ptr_array_set_size (self->buffers, 0);
}

/* Gives every use its place; as few buffers as the limit allows. */
static gboolean
allocate (SfWeights *self, GPtrArray *uses, const char *name, GPtrArray *buffers, GError **error)
{
  guint first = 0;

  while (first < uses->len)
    {
      g_autofree char *title = g_strdup_printf ("the weights of the %s", name);
      SfBuffer *buffer;
      guint64 n_bytes = 0, offset = 0;
      guint end = first;

      do
        n_bytes += ((Use *) g_ptr_array_index (uses, end++))->n_bytes;
      while (end < uses->len
             && n_bytes + ((Use *) g_ptr_array_index (uses, end))->n_bytes <= MAX_BUFFER_BYTES);

      buffer = sf_buffer_new (self->kernels.device, n_bytes, title, error);
      if (buffer == NULL)
        return FALSE;
      g_ptr_array_add (buffers, buffer);

      for (; first < end; first++)
        {
          Use *use = g_ptr_array_index (uses, first);

          use->range = (SfRange){ buffer, offset,
                                  sf_weight_get_bytes (&self->kernels, use->shape) };
          offset += use->n_bytes;
        }
    }

  return TRUE;
}

/* What SfWeightRows.read needs. */
typedef struct
{
  SfWeights *weights;
  const char *name;
  const SfWeightShape *shape;
} Rows;

static gboolean
read_rows (gpointer data, guint first, guint n_rows, float *values, GError **error)
{
  const Rows *rows = data;
  const SfWeightSource *source = &rows->weights->source;

  return source->read (source->data, rows->name, rows->shape, first, n_rows, values, error);
}

gboolean
sf_weights_pack (SfWeights *self, const char *name, const SfWeightShape *shape, gpointer packed,
                 GError **error)
{
  const SfWeightSource *source = &self->source;
  Rows rows = { self, name, shape };

  return sf_weight_pack (&self->kernels, shape,
                         &(SfWeightRows){
                             .read = read_rows,
                             .data = &rows,
                             .halves = source->find_halves != NULL
                                           ? source->find_halves (source->data, name, shape)
                                           : NULL },
                         packed, error);
}

static gboolean
upload (SfWeights *self, const Use *use, GError **error)
{
  gpointer mapped = sf_range_map (&use->range);
  g_autofree gpointer packed = NULL;

  if (mapped != NULL)
    return sf_weights_pack (self, use->name, use->shape, mapped, error);

  packed = g_malloc (use->range.n_bytes);
  return sf_weights_pack (self, use->name, use->shape, packed, error)
         && sf_range_upload (&use->range, packed, use->range.n_bytes, error);
}

/* Reads, packs and uploads all of @uses. */
static gboolean
upload_all (SfWeights *self, GPtrArray *uses, GCancellable *cancellable, GError **error)
{
  guint64 read_bytes = 0;

  for (guint i = 0; i < uses->len; i++)
    {
      const Use *use = g_ptr_array_index (uses, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !upload (self, use, error))
        return FALSE;
      read_bytes += use->n_bytes;
      if (read_bytes > FORGET_BYTES || i + 1 == uses->len)
        {
          sf_weights_forget_source (self);
          read_bytes = 0;
        }
    }
  return TRUE;
}

void
sf_weights_forget_source (SfWeights *self)
{
  if (self->source.forget != NULL)
    self->source.forget (self->source.data);
}

gboolean
sf_weights_load (SfWeights *self, SfGraph *graph, GHashTable *streamed, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GPtrArray) uses = collect_uses (self, graph, streamed);
  g_autoptr (GPtrArray) buffers = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_buffer_unref);

  if (!allocate (self, uses, sf_graph_get_name (graph), buffers, error)
      || !upload_all (self, uses, cancellable, error))
    return FALSE;

  for (guint i = 0; i < uses->len; i++)
    {
      Use *use = g_ptr_array_index (uses, i);

      g_hash_table_insert (self->ranges, g_steal_pointer (&use->key),
                           g_memdup2 (&use->range, sizeof use->range));
    }
  g_ptr_array_extend_and_steal (self->buffers, g_steal_pointer (&buffers));

  return TRUE;
}

gboolean
sf_weights_read (SfWeights *self, const char *name, const SfWeightShape *shape, float *values,
                 GError **error)
{
  return self->source.read (self->source.data, name, shape, 0, shape->rows, values, error);
}

gboolean
sf_weights_find (SfWeights *self, const char *name, const SfWeightShape *shape, SfRange *range)
{
  g_autofree char *key = sf_weights_make_key (name, shape);
  const SfRange *found = g_hash_table_lookup (self->ranges, key);

  if (found == NULL)
    return FALSE;

  *range = *found;
  return TRUE;
}
