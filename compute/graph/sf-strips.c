/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-strips.h"

#include "base/sf-half.h"
#include "graph/sf-stored.h"
#include "ops/sf-attention.h"
#include "ops/sf-group-norm.h"
#include "ops/sf-scale-shift.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Strips begin at even rows, so that upsampling and downsampling never halve one. */
#define LEAST_ROWS 2

#define OUTPUT_NAME "strip"

/* What the inputs of a strip's graph are called, by slot. */
static const char *const picture_names[SF_OP_MAX_INPUTS] = { "0", "1", "2", "3" };
static const char *const fold_names[SF_OP_MAX_INPUTS] = { "fold 0", "fold 1", "fold 2", "fold 3" };

/* A picture in host memory, as stored. Reference counted. */
typedef struct
{
  SfShape shape;
  SfFormat format;
  gsize row_bytes;
  guint8 *data;
} Picture;

/* What a tensor of the graph holds: a picture, still to be scaled and shifted where a group norm gave it. */
typedef struct
{
  Picture *picture;
  gboolean is_folded;
  float *fold; /* [2, stored channels] */
  SfActivation activation;
} Value;

typedef struct
{
  SfGraph *graph;
  const SfKernels *kernels;
  SfKernels node_kernels; /* for the operation that runs */
  SfProgramPlace place;   /* of strips, but for the kernels */
  guint64 strip_bytes;
  GCancellable *cancellable;
  guint n_values;
  Value *values; /* by the tensor's index */
} Strips;

/* Rows of the whole, from first to end. */
typedef struct
{
  guint first;
  guint end;
} Rows;

static void
picture_clear (gpointer data)
{
  Picture *self = data;

  g_free (self->data);
}

static void
picture_unref (Picture *self)
{
  g_rc_box_release_full (self, picture_clear);
}

static Picture *
picture_new (const SfTensor *tensor, GError **error)
{
  const gsize n_bytes = sf_shape_get_bytes (&tensor->shape, tensor->format);
  guint8 *data = g_try_malloc (n_bytes);
  Picture *self;

  if (data == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   _ ("the machine's memory has no room for the %.1f MiB of %s"),
                   (double) n_bytes / (1 << 20), tensor->name);
      return NULL;
    }

  self = g_rc_box_new0 (Picture);
  self->shape = tensor->shape;
  self->format = tensor->format;
  self->row_bytes = n_bytes / tensor->shape.height;
  self->data = data;

  return self;
}

static void
value_clear (Value *self)
{
  g_clear_pointer (&self->picture, picture_unref);
  g_clear_pointer (&self->fold, g_free);
}

static void
strips_clear (Strips *self)
{
  for (guint i = 0; i < self->n_values; i++)
    value_clear (&self->values[i]);
  g_free (self->values);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Strips, strips_clear)

/* Sums of each channel's values and squares. */
static void
sum_channels (const Picture *picture, double *sums, double *squares)
{
  const guint stored = sf_shape_get_stored_channels (&picture->shape);
  const gsize row_values = (gsize) picture->shape.width * stored;
  g_autofree float *row = g_new (float, row_values);

  for (guint y = 0; y < picture->shape.height; y++)
    {
      const guint8 *data = picture->data + y * picture->row_bytes;

      if (picture->format == SF_FORMAT_F16)
        sf_half_to_floats (row, (const guint16 *) data, row_values);
      else
        memcpy (row, data, picture->row_bytes);
      for (gsize at = 0; at < row_values; at += stored)
        for (guint c = 0; c < stored; c++)
          {
            const double value = row[at + c];

            sums[c] += value;
            squares[c] += value * value;
          }
    }
}

/* The factors and terms by which a group norm with these weights turns the picture into its result. */
static float *
make_fold (const Picture *picture, const SfGroupNormParams *params, const float *scale,
           const float *shift)
{
  const guint channels = picture->shape.channels;
  const guint stored = sf_shape_get_stored_channels (&picture->shape);
  const guint group_channels = channels / params->groups;
  const double n = (double) sf_shape_get_rows (&picture->shape) * group_channels;
  g_autofree double *sums = g_new0 (double, 2 * (gsize) stored);
  double *squares = sums + stored;
  float *fold = g_new0 (float, 2 * (gsize) stored);

  sum_channels (picture, sums, squares);
  for (guint first = 0; first < channels; first += group_channels)
    {
      double sum = 0, square = 0, mean, rate;

      for (guint c = first; c < first + group_channels; c++)
        {
          sum += sums[c];
          square += squares[c];
        }
      mean = sum / n;
      rate = 1 / sqrt (MAX (square / n - mean * mean, 0) + params->epsilon);
      for (guint c = first; c < first + group_channels; c++)
        {
          fold[c] = (float) (scale[c] * rate);
          fold[stored + c] = (float) (shift[c] - mean * scale[c] * rate);
        }
    }

  return fold;
}

static gboolean
run_group_norm (Strips *self, const SfNode *node, GError **error)
{
  const SfGroupNormParams *params = node->call.params;
  const SfTensor *x = node->inputs[SF_GROUP_NORM_X];
  const Value *in = &self->values[x->index];
  g_autofree float *scale = g_new (float, x->shape.channels);
  g_autofree float *shift = g_new (float, x->shape.channels);

  g_return_val_if_fail (!in->is_folded, FALSE);

  if (!sf_weights_read (self->place.weights, node->weights[0], &node->call.weight_shapes[0], scale,
                        error)
      || !sf_weights_read (self->place.weights, node->weights[1], &node->call.weight_shapes[1],
                           shift, error))
    return FALSE;

  self->values[node->output->index] = (Value){
    .picture = g_rc_box_acquire (in->picture),
    .is_folded = TRUE,
    .fold = make_fold (in->picture, params, scale, shift),
    .activation = params->silu ? SF_ACTIVATION_SILU : SF_ACTIVATION_NONE,
  };

  return TRUE;
}

/* The rows of each input that @rows of the output need. Returns the rows that the operation then makes, which may be more:
 * those at a cut are wrong. */
static Rows
find_window (const SfNode *node, Rows rows, Rows inputs[SF_OP_MAX_INPUTS])
{
  Rows made = rows;

  if (node->call.op == &sf_op_conv)
    {
      const SfConvWindow window = sf_conv_get_window (node->call.params,
                                                      node->inputs[SF_CONV_X]->shape.height,
                                                      rows.first, rows.end);

      made = (Rows){ window.out_first, window.out_end };
      inputs[SF_CONV_X] = (Rows){ window.in_first, window.in_end };
      inputs[SF_CONV_RESIDUAL] = made;
      inputs[SF_CONV_CHANNEL_BIAS] = (Rows){ 0, 1 };
    }
  else
    for (guint slot = 0; slot < SF_OP_MAX_INPUTS; slot++)
      inputs[slot] = rows;

  if (node->call.op == &sf_op_attention)
    inputs[SF_ATTENTION_K] = inputs[SF_ATTENTION_V] = (Rows){
      0,
      node->inputs[SF_ATTENTION_K]->shape.height,
    };

  return made;
}

static SfTensor *
add_fold (SfGraph *graph, const char *label, const char *name, const Value *value, SfTensor *x)
{
  const SfScaleShiftParams params = { .activation = value->activation };
  SfTensor *fold = sf_graph_add_input (graph, name, &(SfShape){ 1, 1, 2, x->shape.channels },
                                       SF_FORMAT_F32);

  return sf_graph_add (graph,
                       &(SfNodeParams){
                           .op = &sf_op_scale_shift,
                           .label = label,
                           .params = &params,
                           .inputs = { [SF_SCALE_SHIFT_X] = x, [SF_SCALE_SHIFT_FOLD] = fold },
                       });
}

/* The operation by itself on these rows of its inputs. */
static SfGraph *
build_strip (const Strips *self, const SfNode *node, const Rows inputs[SF_OP_MAX_INPUTS])
{
  SfGraph *graph = sf_graph_new (sf_graph_get_name (self->graph), self->kernels->format);
  SfNodeParams params = {
    .op = node->call.op,
    .label = node->call.label,
    .params = node->call.params,
  };

  for (guint slot = 0; slot < SF_OP_MAX_INPUTS; slot++)
    if (node->inputs[slot] != NULL)
      {
        const Value *value = &self->values[node->inputs[slot]->index];
        SfShape shape = value->picture->shape;

        shape.height = inputs[slot].end - inputs[slot].first;
        params.inputs[slot] = sf_graph_add_input (graph, picture_names[slot], &shape,
                                                  value->picture->format);
        if (value->is_folded)
          params.inputs[slot] = add_fold (graph, node->call.label, fold_names[slot], value,
                                          params.inputs[slot]);
      }
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    params.weights[i] = node->weights[i];
  sf_graph_add_output (graph, OUTPUT_NAME, sf_graph_add (graph, &params));

  return graph;
}

/* As many rows of the operation's output as a strip may have, and the kernels for them: Winograd's
 * transformed weights may be too large for any. @arena_bytes: what they take. */
static guint
choose_rows (Strips *self, const SfNode *node, guint64 *arena_bytes, GError **error)
{
  guint rows = node->output->shape.height;

  self->node_kernels = *self->kernels;

  for (;;)
    {
      Rows inputs[SF_OP_MAX_INPUTS];
      /* In the middle, where there are neighbours on both sides. */
      const guint first = (node->output->shape.height - rows) / 2 / LEAST_ROWS * LEAST_ROWS;
      g_autoptr (SfGraph) graph = NULL;
      g_autoptr (SfPlan) plan = NULL;

      find_window (node, (Rows){ first, first + rows }, inputs);
      graph = build_strip (self, node, inputs);
      if (!sf_graph_check (graph, error))
        return 0;
      plan = sf_plan_new (graph, &self->node_kernels);
      *arena_bytes = plan->arena_bytes;
      if (plan->arena_bytes <= self->strip_bytes)
        return rows;

      if (rows > LEAST_ROWS)
        rows = MAX (rows / 2 / LEAST_ROWS * LEAST_ROWS, LEAST_ROWS);
      else if (self->node_kernels.winograd == SF_WINOGRAD_NEVER)
        return rows;
      else
        {
          self->node_kernels.winograd = SF_WINOGRAD_NEVER;
          rows = node->output->shape.height;
        }
    }
}

/* A strip's program, and what its inputs hold. */
typedef struct
{
  SfProgram *program;
  Rows inputs[SF_OP_MAX_INPUTS];
} Strip;

static void
strip_clear (Strip *self)
{
  g_clear_pointer (&self->program, sf_program_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Strip, strip_clear)

static gboolean
fits (const Strip *strip, const Rows inputs[SF_OP_MAX_INPUTS])
{
  if (strip->program == NULL)
    return FALSE;
  for (guint slot = 0; slot < SF_OP_MAX_INPUTS; slot++)
    if (inputs[slot].end - inputs[slot].first
        != strip->inputs[slot].end - strip->inputs[slot].first)
      return FALSE;

  return TRUE;
}

/* Makes @strip hold these rows of the inputs. */
static gboolean
fill_strip (const Strips *self, const SfNode *node, const Rows inputs[SF_OP_MAX_INPUTS],
            Strip *strip, GError **error)
{
  const gboolean is_new = !fits (strip, inputs);

  if (is_new)
    {
      SfProgramPlace place = self->place;

      /* The old one first: device memory is what there is little of. */
      strip_clear (strip);
      place.kernels = &self->node_kernels;
      strip->program = sf_program_new (build_strip (self, node, inputs), &place, self->cancellable,
                                       error);
      if (strip->program == NULL)
        return FALSE;
    }

  for (guint slot = 0; slot < SF_OP_MAX_INPUTS; slot++)
    if (node->inputs[slot] != NULL)
      {
        const Value *value = &self->values[node->inputs[slot]->index];
        const Picture *picture = value->picture;
        const guint first = inputs[slot].first;

        if ((is_new || first != strip->inputs[slot].first)
            && !sf_program_set_stored (strip->program, picture_names[slot],
                                       picture->data + first * picture->row_bytes, error))
          return FALSE;
        if (is_new && value->is_folded
            && !sf_program_set_stored (strip->program, fold_names[slot], value->fold, error))
          return FALSE;
      }
  memcpy (strip->inputs, inputs, sizeof strip->inputs);

  return TRUE;
}

static gboolean
run_in_strips (Strips *self, const SfNode *node, GError **error)
{
  const guint height = node->output->shape.height;
  guint64 arena_bytes;
  const guint n_rows = choose_rows (self, node, &arena_bytes, error);
  Picture *picture = n_rows > 0 ? picture_new (node->output, error) : NULL;
  g_auto (Strip) strip = { NULL };

  if (picture == NULL)
    return FALSE;
  self->values[node->output->index].picture = picture;

  for (guint first = 0; first < height; first += n_rows)
    {
      const Rows rows = { first, MIN (first + n_rows, height) };
      Rows inputs[SF_OP_MAX_INPUTS];
      const Rows made = find_window (node, rows, inputs);
      g_autofree guint8 *result = g_malloc ((made.end - made.first) * picture->row_bytes);

      if (!fill_strip (self, node, inputs, &strip, error)
          || !sf_program_run (strip.program, self->cancellable, error)
          || !sf_program_get_stored (strip.program, OUTPUT_NAME, result, error))
        return FALSE;
      memcpy (picture->data + rows.first * picture->row_bytes,
              result + (rows.first - made.first) * picture->row_bytes,
              (rows.end - rows.first) * picture->row_bytes);
    }

  return TRUE;
}

/* Lets go of what no operation from the next on reads. */
static void
forget (Strips *self, const SfNode *node, guint index)
{
  for (guint slot = 0; slot < SF_OP_MAX_INPUTS; slot++)
    if (node->inputs[slot] != NULL && node->inputs[slot]->used_until <= index)
      value_clear (&self->values[node->inputs[slot]->index]);
}

/* @place: see sf_strips_run(). */
static Strips
strips_new (SfGraph *graph, const SfProgramPlace *place, guint64 strip_bytes)
{
  Strips self = {
    .graph = graph,
    .kernels = place->kernels,
    .place = *place,
    .strip_bytes = strip_bytes,
    .n_values = sf_graph_get_n_tensors (graph),
  };

  if (place->weight_bytes != SF_RESIDENCY_ALL)
    self.place.weight_bytes = 0;
  self.values = g_new0 (Value, self.n_values);

  return self;
}

SfArray *
sf_strips_run (SfGraph *graph, const SfProgramPlace *place, const char *input,
               const SfArray *values, const char *output, guint64 strip_bytes,
               GCancellable *cancellable, GError **error)
{
  const SfTensor *in = sf_graph_find (graph, input);
  const SfTensor *out = sf_graph_find (graph, output);
  g_auto (Strips) self = { NULL };
  Picture *picture;

  if (!sf_graph_check (graph, error))
    return NULL;
  g_return_val_if_fail (in != NULL && out != NULL && in->shape.batch == 1, NULL);

  self = strips_new (graph, place, strip_bytes);
  self.cancellable = cancellable;
  picture = g_rc_box_new0 (Picture);
  *picture = (Picture){
    .shape = in->shape,
    .format = in->format,
    .row_bytes = sf_shape_get_bytes (&in->shape, in->format) / in->shape.height,
    .data = sf_stored_from_nchw (&in->shape, in->format, values->data),
  };
  self.values[in->index].picture = picture;

  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      if (node->call.op == &sf_op_group_norm ? !run_group_norm (&self, node, error)
                                             : !run_in_strips (&self, node, error))
        return NULL;
      forget (&self, node, i);
    }

  picture = self.values[out->index].picture;
  g_return_val_if_fail (!self.values[out->index].is_folded, NULL);
  return sf_stored_to_nchw (&picture->shape, picture->format, picture->data);
}

/* A picture of which only the extents are known. */
static Picture *
picture_new_empty (const SfTensor *tensor)
{
  Picture *self = g_rc_box_new0 (Picture);

  self->shape = tensor->shape;
  self->format = tensor->format;

  return self;
}

static gboolean
measure_node (Strips *self, const SfNode *node, SfStripsCost *cost, GError **error)
{
  Value *value = &self->values[node->output->index];
  guint64 arena_bytes, weight_bytes = 0;

  value->picture = picture_new_empty (node->output);
  if (node->call.op == &sf_op_group_norm)
    {
      value->is_folded = TRUE;
      return TRUE;
    }

  if (choose_rows (self, node, &arena_bytes, error) == 0)
    return FALSE;

  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    if (node->weights[i] != NULL)
      weight_bytes += sf_buffer_align (
          sf_weight_get_bytes (self->kernels, &node->call.weight_shapes[i]));
  cost->arena_bytes = MAX (cost->arena_bytes, arena_bytes);
  cost->weight_bytes += weight_bytes;
  cost->slot_bytes = MAX (cost->slot_bytes, weight_bytes);

  return TRUE;
}

gboolean
sf_strips_measure (SfGraph *graph, const SfKernels *kernels, guint64 strip_bytes,
                   SfStripsCost *cost, GError **error)
{
  const SfProgramPlace place = { .kernels = kernels };
  g_auto (Strips) self = { NULL };

  *cost = (SfStripsCost){ 0 };
  if (!sf_graph_check (graph, error))
    return FALSE;

  self = strips_new (graph, &place, strip_bytes);
  for (guint i = 0; i < self.n_values; i++)
    {
      const SfTensor *tensor = sf_graph_get_tensor (graph, i);

      if (tensor->is_input)
        self.values[i].picture = picture_new_empty (tensor);
    }
  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    if (!measure_node (&self, sf_graph_get_node (graph, i), cost, error))
      return FALSE;

  return TRUE;
}
