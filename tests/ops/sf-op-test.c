/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-op-test.h"

#include "base/sf-half.h"
#include "ops/sf-conv.h"

#include <math.h>
#include <string.h>

static GPtrArray *opened_devices;

static const char *const family_names[] = { "direct", "shared", "cooperative" };

/* The largest errors by family and format (f32, f16): sums alone, without the rounding of what is stored. */
static double largest_errors[G_N_ELEMENTS (family_names)][2];

static GPtrArray *
get_devices (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = NULL;

  if (opened_devices != NULL)
    return opened_devices;

  infos = sf_device_list (&error);
  g_assert_no_error (error);
  opened_devices = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_device_unref);
  for (guint i = 0; i < infos->len; i++)
    {
      const SfDeviceInfo *info = g_ptr_array_index (infos, i);
      g_autofree char *selector = g_strdup_printf ("%u", info->index);
      SfDevice *device = sf_device_open (selector, &error);

      g_assert_no_error (error);
      g_ptr_array_add (opened_devices, device);
    }
  g_assert_cmpuint (opened_devices->len, >, 0);
  return opened_devices;
}

void
sf_op_test_finish (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (family_names); i++)
    if (largest_errors[i][0] > 0 || largest_errors[i][1] > 0)
      g_print ("# %s: largest error %.1e in f32, %.1e in f16\n", family_names[i],
               largest_errors[i][0], largest_errors[i][1]);
  g_clear_pointer (&opened_devices, g_ptr_array_unref);
}

float *
sf_op_test_random (gsize n_values, float scale)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (n_values);
  float *values = g_new (float, n_values);

  for (gsize i = 0; i < n_values; i++)
    values[i] = sf_half_to_float (sf_half_from_float (g_rand_double_range (rand, -scale, scale)));
  return values;
}

/* A buffer of its own, full of NaN, so that what is read before it is written shows. */
static SfRange
new_range (SfDevice *device, const char *name, guint64 n_bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *nan = g_malloc (n_bytes);
  SfRange range = { NULL, 0, n_bytes };

  range.buffer = sf_buffer_new (device, n_bytes, name, &error);
  g_assert_no_error (error);
  memset (nan, 0xff, n_bytes);
  sf_range_upload (&range, nan, n_bytes, &error);
  g_assert_no_error (error);
  return range;
}

static void
upload (const SfRange *range, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  sf_range_upload (range, data, range->n_bytes, &error);
  g_assert_no_error (error);
}

static void
upload_activation (const SfTensorView *view, const float *values)
{
  gsize rows = sf_shape_get_rows (&view->shape);
  guint stored = sf_shape_get_stored_channels (&view->shape);
  g_autofree float *padded = g_new0 (float, rows *stored);
  g_autofree guint16 *halves = g_new (guint16, rows * stored);

  for (gsize row = 0; row < rows; row++)
    memcpy (padded + row * stored, values + row * view->shape.channels,
            view->shape.channels * sizeof (float));
  sf_half_from_floats (halves, padded, rows * stored);
  upload (&view->range, view->format == SF_FORMAT_F16 ? (gconstpointer) halves : padded);
}

/* As stored, with the padding. */
static float *
download_activation (const SfTensorView *view)
{
  g_autoptr (GError) error = NULL;
  gsize n_values = sf_shape_get_rows (&view->shape) * sf_shape_get_stored_channels (&view->shape);
  g_autofree guint16 *halves = g_new (guint16, n_values);
  float *values = g_new (float, n_values);
  gboolean is_half = view->format == SF_FORMAT_F16;

  sf_range_download (&view->range, is_half ? (gpointer) halves : values, view->range.n_bytes,
                     &error);
  g_assert_no_error (error);
  if (is_half)
    sf_half_to_floats (values, halves, n_values);
  return values;
}

static void
prepare_call (const SfOpTest *test, SfFormat format, SfOpCall *call)
{
  *call = (SfOpCall){
    .op = test->op,
    .label = test->label,
    .params = test->params,
    .output.format = format,
  };
  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    {
      call->inputs[i].shape = test->shapes[i];
      call->inputs[i].format = i == 0 && test->ids_input   ? SF_FORMAT_U32
                               : i == 1 && test->f32_input ? SF_FORMAT_F32
                                                           : format;
    }
}

static void
place_inputs (const SfOpTest *test, SfDevice *device, SfOpCall *call)
{
  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    {
      SfTensorView *view = &call->inputs[i];

      if (!SF_TENSOR_IS_SET (*view))
        continue;
      view->range = new_range (device, "a test's input",
                               sf_shape_get_bytes (&view->shape, view->format));
      if (view->format == SF_FORMAT_U32)
        upload (&view->range, test->inputs[i]);
      else
        upload_activation (view, test->inputs[i]);
    }
}

typedef struct
{
  const SfWeightShape *shape;
  const float *values;
} TestWeight;

/* SfWeightRows.read */
static gboolean
read_rows (gpointer data, guint first, guint n_rows, float *values, GError **error)
{
  const TestWeight *weight = data;
  gsize row_values = (gsize) MAX (weight->shape->columns, 1) * MAX (weight->shape->taps, 1);

  memcpy (values, weight->values + first * row_values, n_rows * row_values * sizeof *values);
  return TRUE;
}

static void
place_weights (const SfOpTest *test, const SfKernels *kernels, SfOpCall *call)
{
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    {
      const SfWeightShape *shape = &call->weight_shapes[i];
      TestWeight weight = { shape, test->weights[i] };
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *packed = NULL;
      gsize n_bytes;

      g_assert_true ((shape->rows != 0) == (test->weights[i] != NULL));
      if (shape->rows == 0)
        continue;
      n_bytes = sf_weight_get_bytes (kernels, shape);
      packed = g_malloc (n_bytes);
      sf_weight_pack (kernels, shape, &(SfWeightRows){ .read = read_rows, .data = &weight }, packed,
                      &error);
      g_assert_no_error (error);
      call->weights[i] = new_range (kernels->device, "a test's weight", n_bytes);
      upload (&call->weights[i], packed);
    }
}

static void
place_output (const SfOpTest *test, const SfKernels *kernels, SfOpCall *call)
{
  guint64 scratch_bytes = test->op->scratch_bytes != NULL ? test->op->scratch_bytes (kernels, call)
                                                          : 0;

  if (scratch_bytes > 0)
    call->scratch = new_range (kernels->device, "a test's scratch", scratch_bytes);
  if (test->in_place)
    {
      call->output.range = call->inputs[0].range;
      sf_buffer_ref (call->output.range.buffer);
    }
  else
    call->output.range = new_range (kernels->device, "a test's output",
                                    sf_shape_get_bytes (&call->output.shape, call->output.format));
}

static void
free_ranges (SfOpCall *call)
{
  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    g_clear_pointer (&call->inputs[i].range.buffer, sf_buffer_unref);
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    g_clear_pointer (&call->weights[i].buffer, sf_buffer_unref);
  g_clear_pointer (&call->output.range.buffer, sf_buffer_unref);
  g_clear_pointer (&call->scratch.buffer, sf_buffer_unref);
}

/* The output as stored. */
static float *
run (const SfOpTest *test, const SfKernels *kernels, SfOpCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfRecording) recording = NULL;
  float *stored;

  prepare_call (test, kernels->format, call);
  test->op->shape (call, &error);
  g_assert_no_error (error);
  place_inputs (test, kernels->device, call);
  place_weights (test, kernels, call);
  place_output (test, kernels, call);

  recording = sf_recording_new (kernels->device, test->label, &error);
  g_assert_no_error (error);
  test->op->record (kernels, call, recording, &error);
  g_assert_no_error (error);
  sf_recording_run (recording, NULL, &error);
  g_assert_no_error (error);
  stored = download_activation (&call->output);
  free_ranges (call);
  return stored;
}

static void
compare (const SfOpTest *test, const SfKernels *kernels, const SfShape *shape, const float *stored,
         const float *expected, const SfTolerance *tolerance)
{
  guint stored_channels = sf_shape_get_stored_channels (shape);
  gsize rows = sf_shape_get_rows (shape);
  double rounding = kernels->format == SF_FORMAT_F16 ? 0x1p-11 : 0;
  double *largest = &largest_errors[kernels->family][kernels->format == SF_FORMAT_F16];

  for (gsize row = 0; row < rows; row++)
    for (guint i = 0; i < stored_channels; i++)
      {
        double wanted = i < shape->channels ? expected[row * shape->channels + i] : 0;
        double allowed = i < shape->channels
                             ? tolerance->absolute
                                   + (tolerance->relative + rounding) * fabs (wanted)
                             : 0;
        double got = stored[row * stored_channels + i];

        *largest = MAX (*largest, fabs (got - wanted) - rounding * fabs (wanted));
        if (!(fabs (got - wanted) <= allowed))
          g_error ("%s on %s (%s, %s%s%s%s): %g instead of %g in row %" G_GSIZE_FORMAT
                   ", channel %u of %u",
                   test->label, sf_device_get_info (kernels->device)->name,
                   kernels->format == SF_FORMAT_F16 ? "f16" : "f32", family_names[kernels->family],
                   kernels->texel ? ", texel" : "", kernels->broadcast ? ", broadcast" : "",
                   kernels->winograd != SF_WINOGRAD_NEVER ? ", Winograd" : "", got, wanted, row, i,
                   shape->channels);
      }
}

/* Whether all that the shaders read is small enough for the device's texel buffers. */
static gboolean
fits_texels (const SfOpTest *test, const SfKernels *kernels)
{
  g_autoptr (GError) error = NULL;
  guint64 most = sf_device_get_info (kernels->device)->max_texel_elements * 16;
  SfOpCall call;

  prepare_call (test, kernels->format, &call);
  test->op->shape (&call, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    if (sf_shape_get_bytes (&call.inputs[i].shape, kernels->format) > most)
      return FALSE;
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    if (sf_weight_get_bytes (kernels, &call.weight_shapes[i]) > most)
      return FALSE;
  return TRUE;
}

static void
check_variant (const SfOpTest *test, const SfKernels *kernels, const float *expected,
               const SfTolerance *tolerance)
{
  SfOpCall call;
  g_autofree float *stored = run (test, kernels, &call);

  compare (test, kernels, &call.output.shape, stored, expected, tolerance);
}

/* Where the operation can be computed so. */
static void
check_winograd (const SfOpTest *test, SfKernels *kernels, const float *expected,
                const SfTolerance *tolerance)
{
  if (test->op != &sf_op_conv || kernels->format != SF_FORMAT_F16)
    return;

  kernels->winograd = SF_WINOGRAD_WHERE_POSSIBLE;
  check_variant (test, kernels, expected, tolerance);
}

static void
check_chosen (const SfOpTest *test, SfDevice *device, const float *expected,
              const SfTolerance *tolerance)
{
  SfKernels f32 = sf_kernels_choose (device, SF_FORMAT_F32);
  SfKernels f16 = sf_kernels_choose (device, SF_FORMAT_F16);

  check_variant (test, &f32, expected, tolerance);
  f16.winograd = SF_WINOGRAD_NEVER;
  check_variant (test, &f16, expected, tolerance);
  check_winograd (test, &f16, expected, tolerance);
}

/* The kernels for graphics processors. */
static void
check_family (const SfOpTest *test, SfDevice *device, SfFamily family, const float *expected,
              const SfTolerance *tolerance)
{
  for (guint variant = 0; variant < (test->all_tiles ? 8 : 2); variant++)
    {
      SfKernels kernels = {
        .device = device,
        .format = variant & 1 ? SF_FORMAT_F16 : SF_FORMAT_F32,
        .family = family,
        .tile = variant / 2,
        .few_sums = variant / 2 == SF_TILE_64,
      };

      if (sf_kernels_can_run (device, kernels.format, family))
        check_variant (test, &kernels, expected, tolerance);
    }
}

static void
check_all (const SfOpTest *test, SfDevice *device, const float *expected,
           const SfTolerance *tolerance)
{
  const SfDeviceInfo *info = sf_device_get_info (device);
  gboolean can_broadcast = info->subgroup_broadcast && info->subgroup_size == 8;

  for (guint variant = 0; variant < (can_broadcast ? 8 : 4); variant++)
    {
      SfKernels kernels = {
        .device = device,
        .format = variant & 1 ? SF_FORMAT_F16 : SF_FORMAT_F32,
        .texel = (variant & 2) != 0,
        .broadcast = (variant & 4) != 0,
      };

      if (kernels.texel && !fits_texels (test, &kernels))
        continue;
      check_variant (test, &kernels, expected, tolerance);
      check_winograd (test, &kernels, expected, tolerance);
    }
}

void
sf_op_test_check (const SfOpTest *test, const float *expected, const SfTolerance *tolerance)
{
  GPtrArray *devices = get_devices ();

  for (guint i = 0; i < devices->len; i++)
    {
      SfDevice *device = g_ptr_array_index (devices, i);

      if (test->chosen_only)
        check_chosen (test, device, expected, tolerance);
      else
        check_all (test, device, expected, tolerance);
      check_family (test, device, SF_FAMILY_SHARED, expected, tolerance);
      check_family (test, device, SF_FAMILY_COOPERATIVE, expected, tolerance);
      g_assert_cmpuint (sf_device_get_validation_messages (device), ==, 0);
    }
}

void
sf_op_test_refuses (const SfOpTest *test, const char *message)
{
  g_autoptr (GError) error = NULL;
  SfOpCall call;

  prepare_call (test, SF_FORMAT_F32, &call);
  g_assert_false (test->op->shape (&call, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, message));
}
