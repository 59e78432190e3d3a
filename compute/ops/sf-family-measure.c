/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-family.h"

#include "base/sf-half.h"
#include "ops/sf-linear.h"

#include <math.h>
#include <string.h>

/* A linear layer of a UNet at 512×512. On a processor shared memory is so slow that fewer rows must do. */
#define FEATURES 640
#define ROWS 2048
#define ROWS_ON_CPU 32
#define RUNS 3

/* Results are stored as halves, or summed in another order. */
#define LARGEST_DIFFERENCE 0x1p-9

typedef struct
{
  SfKernels kernels;
  SfLinearParams params;
  SfOpCall call;
  SfBuffer *buffer; /* of all ranges */
} Job;

static void
job_clear (Job *self)
{
  g_clear_pointer (&self->buffer, sf_buffer_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* Values from -1 to 1 without a pattern that a wrong address would repeat. */
static float *
make_values (gsize n_values)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  float *values = g_new (float, n_values);

  for (gsize i = 0; i < n_values; i++)
    values[i] = g_rand_double_range (rand, -1, 1);
  return values;
}

static gboolean
place_x (Job *self, GError **error)
{
  gsize n_values = sf_shape_get_rows (&self->call.inputs[SF_LINEAR_X].shape) * FEATURES;
  g_autofree float *values = make_values (n_values);
  g_autofree guint16 *halves = g_new (guint16, n_values);
  const SfRange *range = &self->call.inputs[SF_LINEAR_X].range;
  gboolean is_half = self->kernels.format == SF_FORMAT_F16;

  sf_half_from_floats (halves, values, n_values);
  return sf_range_upload (range, is_half ? (gconstpointer) halves : values, range->n_bytes, error);
}

/* SfWeightRows.read */
static gboolean
read_rows (gpointer data, guint first, guint n_rows, float *values, GError **error)
{
  memcpy (values, (const float *) data + first * FEATURES, n_rows * FEATURES * sizeof *values);
  return TRUE;
}

static gboolean
place_weight (Job *self, GError **error)
{
  g_autofree float *values = make_values (FEATURES * FEATURES);
  const SfRange *range = &self->call.weights[0];
  SfWeightRows rows = { .read = read_rows, .data = values };
  g_autofree guint8 *packed = g_malloc (range->n_bytes);

  return sf_weight_pack (&self->kernels, &self->call.weight_shapes[0], &rows, packed, error)
         && sf_range_upload (range, packed, range->n_bytes, error);
}

static gboolean
job_prepare (Job *self, GError **error)
{
  SfOpCall *call = &self->call;
  gboolean is_cpu = sf_device_get_info (self->kernels.device)->kind == SF_DEVICE_CPU;
  guint64 x_bytes, weight_bytes;

  self->params = (SfLinearParams){ .out_features = FEATURES };
  *call = (SfOpCall){
    .op = &sf_op_linear,
    .label = "measurement of the kernels",
    .params = &self->params,
    .inputs[SF_LINEAR_X] = { .shape = { 1, 1, is_cpu ? ROWS_ON_CPU : ROWS, FEATURES },
                             .format = self->kernels.format },
    .output.format = self->kernels.format,
  };
  if (!sf_op_linear.shape (call, error))
    return FALSE;

  x_bytes = sf_buffer_align (sf_shape_get_bytes (&call->output.shape, call->output.format));
  weight_bytes = sf_weight_get_bytes (&self->kernels, &call->weight_shapes[0]);
  self->buffer = sf_buffer_new (self->kernels.device, 2 * x_bytes + weight_bytes, call->label,
                                error);
  if (self->buffer == NULL)
    return FALSE;
  call->inputs[SF_LINEAR_X].range = (SfRange){ self->buffer, 0, x_bytes };
  call->output.range = (SfRange){ self->buffer, x_bytes, x_bytes };
  call->weights[0] = (SfRange){ self->buffer, 2 * x_bytes, weight_bytes };
  return place_x (self, error) && place_weight (self, error);
}

static float *
download_result (const Job *self, gsize *n_values, GError **error)
{
  const SfTensorView *y = &self->call.output;
  gboolean is_half = y->format == SF_FORMAT_F16;
  g_autofree guint8 *stored = g_malloc (y->range.n_bytes);
  float *values;

  if (!sf_range_download (&y->range, stored, y->range.n_bytes, error))
    return NULL;
  *n_values = y->range.n_bytes / sf_format_get_bytes (y->format);
  if (!is_half)
    return (float *) g_steal_pointer (&stored);
  values = g_new (float, *n_values);
  sf_half_to_floats (values, (const guint16 *) stored, *n_values);
  return values;
}

/* Seconds of the quickest run but the first, which compiles; 0 when it fails. */
static double
job_time (Job *self, const SfCandidate *candidate, GError **error)
{
  g_autoptr (SfRecording)
      recording = sf_recording_new (self->kernels.device, self->call.label, error);
  double least = G_MAXDOUBLE;

  self->kernels.family = candidate->family;
  self->kernels.few_sums = candidate->few_sums;
  if (recording == NULL || !sf_op_linear.record (&self->kernels, &self->call, recording, error)
      || !sf_recording_run (recording, NULL, error))
    return 0;
  for (guint i = 0; i < RUNS; i++)
    {
      g_autoptr (GPtrArray) timings = NULL;
      double seconds;
      gint64 started = g_get_monotonic_time ();

      timings = sf_recording_run_timed (recording, NULL, error);
      if (timings == NULL)
        return 0;
      seconds = ((const SfDispatchTiming *) timings->pdata[0])->seconds;
      if (seconds <= 0)
        seconds = (g_get_monotonic_time () - started) * 1e-6;
      least = MIN (least, MAX (seconds, 1e-9));
    }
  return least;
}

static gboolean
is_equal (const float *values, const float *expected, gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (!(fabsf (values[i] - expected[i]) <= LARGEST_DIFFERENCE * MAX (1, fabsf (expected[i]))))
      return FALSE;
  return TRUE;
}

const SfCandidate *
sf_family_measure (const SfKernels *kernels, char **measured)
{
  g_auto (Job) job = { .kernels = *kernels };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree float *expected = NULL;
  const SfCandidate *quickest = NULL;
  double least = 0;

  if (!job_prepare (&job, &error))
    {
      g_debug ("Cannot measure the kernels: %s", error->message);
      return NULL;
    }
  for (const SfCandidate *candidate = sf_candidates; candidate->name != NULL; candidate++)
    {
      g_autoptr (GError) failure = NULL;
      g_autofree float *values = NULL;
      gsize n_values = 0;
      double seconds;

      if (!sf_kernels_can_run (kernels->device, kernels->format, candidate->family))
        continue;
      seconds = job_time (&job, candidate, &failure);
      if (seconds > 0)
        values = download_result (&job, &n_values, &failure);
      if (values == NULL)
        {
          g_warning ("The kernels “%s” do not run: %s", candidate->name, failure->message);
          continue;
        }
      if (expected == NULL)
        expected = g_memdup2 (values, n_values * sizeof *values);
      if (!is_equal (values, expected, n_values))
        {
          g_warning ("The kernels “%s” do not compute what others do: they are not used",
                     candidate->name);
          continue;
        }
      g_string_append_printf (text, "%s%s %.1f", text->len > 0 ? ", " : "", candidate->name,
                              sf_op_linear.flop (&job.call) / seconds * 1e-9);
      if (quickest == NULL || seconds < least)
        {
          quickest = candidate;
          least = seconds;
        }
    }
  if (quickest == NULL)
    return NULL;
  g_string_append (text, " GFLOP/s");
  *measured = g_string_free (g_steal_pointer (&text), FALSE);
  return quickest;
}
