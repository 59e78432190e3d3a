/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/**
 * SfGraph: a network at one size: tensors, and the operations between them in
 * the order in which they run.
 *
 * Building a graph touches no device. The first error (shapes that do not fit)
 * is kept: whatever is added after it gives NULL, and sf_graph_check() reports it. So a
 * network reads as a list of layers.
 */
typedef struct _SfGraph SfGraph;

/* Owned by its graph. Shape and format never change. */
typedef struct
{
  char *name;
  SfShape shape;
  SfFormat format;
  guint index;   /* place in the graph's list of tensors */
  guint made_at; /* place of the operation that writes it; 0 for an input */
  guint
      used_until; /* place of the last operation that reads it; G_MAXUINT for inputs and outputs */
  gboolean is_input;
  gboolean is_output;
} SfTensor;

typedef struct
{
  SfOpCall call;                      /* shapes and formats are set, ranges are not */
  SfTensor *inputs[SF_OP_MAX_INPUTS]; /* NULL where a slot is not used */
  SfTensor *output;
  char *weights[SF_OP_MAX_WEIGHTS]; /* names in the model's file, NULL where a slot is not used */
} SfNode;

/* @name: for messages and labels. @format: storage of every tensor but those made with sf_graph_add_input(). */
SfGraph *sf_graph_new (const char *name, SfFormat format) G_GNUC_WARN_UNUSED_RESULT;
void sf_graph_free (SfGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfGraph, sf_graph_free)

/* Inputs keep their contents from run to run. */
SfTensor *sf_graph_add_input (SfGraph *self, const char *name, const SfShape *shape,
                              SfFormat format);
void sf_graph_add_output (SfGraph *self, const char *name, SfTensor *tensor);

/* Adds an operation. @params is copied (op->params_bytes). NULL after an error. */
typedef struct
{
  const SfOp *op;
  const char *label;
  gconstpointer params;
  SfTensor *inputs[SF_OP_MAX_INPUTS];
  const char *weights[SF_OP_MAX_WEIGHTS];
} SfNodeParams;

SfTensor *sf_graph_add (SfGraph *self, const SfNodeParams *params);

/* Puts "<name> at <label>: …" before the first error that happened, if any. */
gboolean sf_graph_check (SfGraph *self, GError **error);

/* FLOP of all operations. */
double sf_graph_get_flop (SfGraph *self);

const char *sf_graph_get_name (SfGraph *self);
guint sf_graph_get_n_nodes (SfGraph *self);
SfNode *sf_graph_get_node (SfGraph *self, guint index);
guint sf_graph_get_n_tensors (SfGraph *self);
SfTensor *sf_graph_get_tensor (SfGraph *self, guint index);

/* An input or output by the name it was given. */
SfTensor *sf_graph_find (SfGraph *self, const char *name);

G_END_DECLS
