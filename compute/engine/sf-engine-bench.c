/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-parts.h"

#include "engine/sf-engine-private.h"
#include "engine/sf-peak.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_REPEAT 1000

typedef struct
{
  const char *model;
  SfPrecision precision;
  guint width;
  guint height;
  const char *part;
  guint repeat;
  gboolean per_operation;
} BenchJob;

typedef struct
{
  const char *name;
  SfPart part;
  guint batch;
} Part;

/* As one picture needs them: both prompts, one guided step, one decoding. */
static const Part parts[] = {
  { "text", SF_PART_TEXT, 2 },
  { "unet", SF_PART_UNET, 2 },
  { "vae", SF_PART_VAE_DECODER, 1 },
};

static void
operation_timing_free (gpointer data)
{
  SfOperationTiming *timing = data;

  g_free (timing->label);
  g_free (timing->shader);
  g_free (timing);
}

static void
bench_part_free (gpointer data)
{
  SfBenchPart *part = data;

  g_free (part->part);
  g_free (part->kernels);
  g_clear_pointer (&part->operations, g_ptr_array_unref);
  g_free (part);
}

static gboolean
check_part_name (const char *name, gboolean all, GError **error)
{
  if (all && g_str_equal (name, "all"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].name, name))
      return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("unknown part “%s”; known are text, unet, vae%s"), name, all ? ", all" : "");
  return FALSE;
}

/* Opens the model and gives the size of @part in it for a picture of the job's size. */
static gboolean
open_part (SfSession *session, const BenchJob *job, const Part *part, SfPartSize *size,
           GError **error)
{
  const SfModelConfig *config;
  guint width, height;

  if (!sf_session_open_painter (session,
                                &(SfModelSource){ .model = job->model,
                                                  .precision = job->precision },
                                error))
    return FALSE;

  config = sf_model_get_config (session->model);
  if (!sf_session_choose_size (session, job->width, job->height, &width, &height, error))
    return FALSE;

  *size = (SfPartSize){
    .part = part->part,
    .batch = part->batch,
    .tokens = part->part == SF_PART_VAE_DECODER ? 0 : config->clip.positions,
    .clip_skip = part->part == SF_PART_TEXT ? 1 : 0,
  };
  if (part->part != SF_PART_TEXT)
    {
      size->width = width / config->vae.size_factor;
      size->height = height / config->vae.size_factor;
    }

  return TRUE;
}

/* The network alone, ready to run. */
static SfProgram *
get_program (SfSession *session, const SfPartSize *size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (SfPartSize));

  g_array_append_vals (parts, size, 1);
  return sf_session_use_memory (session, parts, SF_TILING_OFF, error)
             ? sf_model_get_program (session->model, size, cancellable, error)
             : NULL;
}

static int
compare_seconds (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
find_median (double *seconds, guint n)
{
  qsort (seconds, n, sizeof *seconds, compare_seconds);
  return n % 2 == 1 ? seconds[n / 2] : 0.5 * (seconds[n / 2 - 1] + seconds[n / 2]);
}

static gpointer
copy_timing (gconstpointer item, gpointer user_data)
{
  const SfDispatchTiming *dispatch = item;
  const gboolean is_cpu_device = user_data != NULL;
  SfOperationTiming *timing = g_new0 (SfOperationTiming, 1);

  *timing = (SfOperationTiming){
    .label = g_strdup (dispatch->label),
    .shader = g_strdup (dispatch->shader),
    .flop = dispatch->flop,
    .bytes = dispatch->bytes,
    .seconds = dispatch->seconds,
    .free_seconds = is_cpu_device ? dispatch->cpu_seconds / g_get_num_processors () : 0,
  };

  return timing;
}

static GPtrArray *
time_operations (SfProgram *program, gboolean is_cpu_device, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GPtrArray) dispatches = sf_program_run_timed (program, cancellable, error);
  GPtrArray *operations;

  if (dispatches == NULL)
    return NULL;

  operations = g_ptr_array_copy (dispatches, copy_timing, GINT_TO_POINTER (is_cpu_device));
  g_ptr_array_set_free_func (operations, operation_timing_free);

  return operations;
}

static gboolean
is_cpu (const SfSession *session)
{
  return sf_device_get_info (session->device)->kind == SF_DEVICE_CPU;
}

static SfBenchPart *
measure_part (SfSession *session, const BenchJob *job, const Part *part, GCancellable *cancellable,
              GError **error)
{
  g_autofree double *seconds = g_new (double, job->repeat);
  g_autofree double *cpu_seconds = g_new (double, job->repeat);
  const guint n_processors = g_get_num_processors ();
  g_autoptr (GPtrArray) operations = NULL;
  SfProgram *program;
  SfBenchPart *result;
  SfPartSize size;

  if (!open_part (session, job, part, &size, error))
    return NULL;

  sf_session_note_memory (session);
  sf_model_free_memory (session->model);
  sf_device_reset_peak_bytes (session->device);
  program = get_program (session, &size, cancellable, error);
  /* The first run compiles; it is not measured. */
  if (program == NULL || !sf_program_run (program, cancellable, error))
    return NULL;

  for (guint i = 0; i < job->repeat; i++)
    {
      const gint64 started = g_get_monotonic_time ();
      const double cpu_started = sf_peak_get_cpu_seconds ();

      if (!sf_program_run (program, cancellable, error))
        return NULL;
      cpu_seconds[i] = sf_peak_get_cpu_seconds () - cpu_started;
      seconds[i] = (double) (g_get_monotonic_time () - started) / (double) G_USEC_PER_SEC;
    }

  if (job->per_operation)
    {
      operations = time_operations (program, is_cpu (session), cancellable, error);
      if (operations == NULL)
        return NULL;
    }

  result = g_new0 (SfBenchPart, 1);
  *result = (SfBenchPart){
    .part = g_strdup (part->name),
    .kernels = sf_model_describe_kernels (session->model),
    .seconds = find_median (seconds, job->repeat),
    .free_seconds = is_cpu (session) ? find_median (cpu_seconds, job->repeat) / n_processors : 0,
    .flop = sf_program_get_flop (program),
    .bytes = sf_program_get_bytes (program),
    .peak_device_bytes = sf_device_get_peak_bytes (session->device),
    .operations = g_steal_pointer (&operations),
  };

  return result;
}

static gpointer
run_bench_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const BenchJob *job = data;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func (bench_part_free);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (job->part, "all") || g_str_equal (job->part, parts[i].name))
      {
        SfBenchPart *result = measure_part (session, job, &parts[i], cancellable, error);

        if (result == NULL)
          return NULL;
        g_ptr_array_add (results, result);
      }

  return g_steal_pointer (&results);
}

double
sf_engine_measure_peak (void)
{
  return sf_peak_measure ();
}

GPtrArray *
sf_engine_bench (SfEngine *self, const char *model, SfPrecision precision, guint width,
                 guint height, const char *part, guint repeat, gboolean per_operation,
                 GCancellable *cancellable, GError **error)
{
  BenchJob job = { model, precision, width, height, part, repeat, per_operation };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (part != NULL, NULL);

  if (!check_part_name (part, TRUE, error))
    return NULL;
  if (repeat < 1 || repeat > MAX_REPEAT)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("the number of repetitions %u is not from 1 to %d"), repeat, MAX_REPEAT);
      return NULL;
    }

  return sf_engine_run_job (self, run_bench_job, &job, cancellable, error);
}

static gpointer
run_plan_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const BenchJob *job = data;
  SfPartSize size;
  SfProgram *program;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (job->part, parts[i].name))
      {
        if (!open_part (session, job, &parts[i], &size, error))
          return NULL;
        program = get_program (session, &size, cancellable, error);
        return program != NULL ? sf_program_describe_plan (program) : NULL;
      }

  g_return_val_if_reached (NULL);
}

char *
sf_engine_dump_plan (SfEngine *self, const char *model, SfPrecision precision, guint width,
                     guint height, const char *part, GError **error)
{
  BenchJob job = {
    .model = model,
    .precision = precision,
    .width = width,
    .height = height,
    .part = part,
  };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (part != NULL, NULL);

  return check_part_name (part, FALSE, error)
             ? sf_engine_run_job (self, run_plan_job, &job, NULL, error)
             : NULL;
}
