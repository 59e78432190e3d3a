/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-graph.h"

struct _SfGraph
{
  char *name;
  SfFormat format;
  GPtrArray *tensors;
  GPtrArray *nodes;
  GHashTable *ends; /* name → SfTensor of inputs and outputs */
  GError *error;
};

static void
tensor_free (gpointer data)
{
  SfTensor *tensor = data;

  g_free (tensor->name);
  g_free (tensor);
}

static void
node_free (gpointer data)
{
  SfNode *node = data;

  g_free ((char *) node->call.label);
  g_free ((gpointer) node->call.params);
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    g_free (node->weights[i]);
  g_free (node);
}

SfGraph *
sf_graph_new (const char *name, SfFormat format)
{
  SfGraph *self = g_new0 (SfGraph, 1);

  self->name = g_strdup (name);
  self->format = format;
  self->tensors = g_ptr_array_new_with_free_func (tensor_free);
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->ends = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
sf_graph_free (SfGraph *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->tensors);
  g_ptr_array_unref (self->nodes);
  g_hash_table_unref (self->ends);
  g_clear_error (&self->error);
  g_free (self);
}

static SfTensor *
add_tensor (SfGraph *self, const char *name, const SfShape *shape, SfFormat format)
{
  SfTensor *tensor = g_new0 (SfTensor, 1);

  tensor->name = g_strdup (name);
  tensor->shape = *shape;
  tensor->format = format;
  tensor->index = self->tensors->len;
  tensor->made_at = self->nodes->len;
  tensor->used_until = self->nodes->len;
  g_ptr_array_add (self->tensors, tensor);

  return tensor;
}

SfTensor *
sf_graph_add_input (SfGraph *self, const char *name, const SfShape *shape, SfFormat format)
{
  SfTensor *tensor = add_tensor (self, name, shape, format);

  tensor->is_input = TRUE;
  tensor->made_at = 0;
  tensor->used_until = G_MAXUINT;
  g_hash_table_insert (self->ends, g_strdup (name), tensor);

  return tensor;
}

void
sf_graph_add_output (SfGraph *self, const char *name, SfTensor *tensor)
{
  if (tensor == NULL)
    return;

  tensor->is_output = TRUE;
  tensor->used_until = G_MAXUINT;
  g_hash_table_insert (self->ends, g_strdup (name), tensor);
}

SfTensor *
sf_graph_add (SfGraph *self, const SfNodeParams *params)
{
  SfNode *node;

  if (self->error != NULL)
    return NULL;

  node = g_new0 (SfNode, 1);
  node->call.op = params->op;
  node->call.label = g_strdup (params->label);
  node->call.params = g_memdup2 (params->params, params->op->params_bytes);
  node->call.output.format = self->format;

  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    if (params->inputs[i] != NULL)
      {
        node->inputs[i] = params->inputs[i];
        node->call.inputs[i].shape = params->inputs[i]->shape;
        node->call.inputs[i].format = params->inputs[i]->format;
      }
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    node->weights[i] = g_strdup (params->weights[i]);

  if (!params->op->shape (&node->call, &self->error))
    {
      g_prefix_error (&self->error, "%s at %s: ", self->name, params->label);
      node_free (node);
      return NULL;
    }

  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    if (node->inputs[i] != NULL)
      node->inputs[i]->used_until = MAX (node->inputs[i]->used_until, self->nodes->len);

  node->output = add_tensor (self, params->label, &node->call.output.shape,
                             node->call.output.format);
  g_ptr_array_add (self->nodes, node);

  return node->output;
}

gboolean
sf_graph_check (SfGraph *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

double
sf_graph_get_flop (SfGraph *self)
{
  double flop = 0;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      const SfNode *node = g_ptr_array_index (self->nodes, i);

      flop += node->call.op->flop (&node->call);
    }

  return flop;
}

const char *
sf_graph_get_name (SfGraph *self)
{
  return self->name;
}

guint
sf_graph_get_n_nodes (SfGraph *self)
{
  return self->nodes->len;
}

SfNode *
sf_graph_get_node (SfGraph *self, guint index)
{
  return g_ptr_array_index (self->nodes, index);
}

guint
sf_graph_get_n_tensors (SfGraph *self)
{
  return self->tensors->len;
}

SfTensor *
sf_graph_get_tensor (SfGraph *self, guint index)
{
  return g_ptr_array_index (self->tensors, index);
}

SfTensor *
sf_graph_find (SfGraph *self, const char *name)
{
  return g_hash_table_lookup (self->ends, name);
}
