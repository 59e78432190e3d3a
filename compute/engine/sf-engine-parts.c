/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-parts.h"

#include <glib/gi18n-lib.h>

#include "engine/sf-engine-private.h"

#define MAX_BATCH 64

/* What the jobs of this file are given; each uses some of it. */
typedef struct
{
  SfModelSource source;
  const char *const *prompts;
  guint clip_skip;
  const SfArray *values; /* latent or image */
  const double *timesteps;
  guint n_timesteps;
  const SfArray *context;
  SfSwitch tiling;
} PartJob;

static gpointer
run_text_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const PartJob *job = data;
  const guint n_prompts = g_strv_length ((char **) job->prompts);

  if (n_prompts == 0 || n_prompts > MAX_BATCH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%u prompts were given, and 1 to %u can be encoded at a time"), n_prompts,
                   MAX_BATCH);
      return NULL;
    }
  if (!sf_session_open_model (session, &job->source, error))
    return NULL;

  return sf_session_encode_prompts (session, job->prompts, n_prompts, job->clip_skip, cancellable,
                                    error);
}

static gpointer
run_unet_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const PartJob *job = data;
  const gsize batch = job->values->n_dims > 0 ? job->values->dims[0] : 0;
  g_autofree double *timesteps = NULL;

  if (job->n_timesteps != 1 && job->n_timesteps != batch)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%u timesteps were given for a batch of %zu"), job->n_timesteps, batch);
      return NULL;
    }
  if (!sf_session_open_model (session, &job->source, error))
    return NULL;

  timesteps = g_new (double, batch);
  for (gsize i = 0; i < batch; i++)
    timesteps[i] = job->timesteps[job->n_timesteps == 1 ? 0 : i];

  return sf_model_run_unet (session->model, job->values, timesteps, job->context, cancellable,
                            error);
}

static gpointer
run_decode_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const PartJob *job = data;

  return sf_session_open_model (session, &job->source, error)
             ? sf_model_decode (session->model, job->values, sf_session_choose_tiling (job->tiling),
                                NULL, cancellable, error)
             : NULL;
}

static gpointer
run_encode_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const PartJob *job = data;

  return sf_session_open_model (session, &job->source, error)
             ? sf_model_encode (session->model, job->values, sf_session_choose_tiling (job->tiling),
                                NULL, cancellable, error)
             : NULL;
}

static gpointer
run_taesd_decode_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const PartJob *job = data;

  return sf_session_open_model (session, &job->source, error)
             ? sf_model_decode_tiny (session->model, job->values, cancellable, error)
             : NULL;
}

static gpointer
run_taesd_encode_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const PartJob *job = data;

  return sf_session_open_model (session, &job->source, error)
             ? sf_model_encode_tiny (session->model, job->values, cancellable, error)
             : NULL;
}

SfArray *
sf_engine_run_text (SfEngine *self, const char *model, SfPrecision precision,
                    const char *const *prompts, guint clip_skip, GCancellable *cancellable,
                    GError **error)
{
  PartJob job = {
    .source = { .model = model, .precision = precision },
    .prompts = prompts,
    .clip_skip = clip_skip,
  };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (prompts != NULL, NULL);

  return sf_engine_run_job (self, run_text_job, &job, cancellable, error);
}

SfArray *
sf_engine_run_unet (SfEngine *self, const char *model, SfPrecision precision, const SfArray *latent,
                    const double *timesteps, guint n_timesteps, const SfArray *context,
                    GCancellable *cancellable, GError **error)
{
  PartJob job = {
    .source = { .model = model, .precision = precision },
    .values = latent,
    .timesteps = timesteps,
    .n_timesteps = n_timesteps,
    .context = context,
  };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (latent != NULL && timesteps != NULL && context != NULL, NULL);

  return sf_engine_run_job (self, run_unet_job, &job, cancellable, error);
}

SfArray *
sf_engine_run_vae_decode (SfEngine *self, const char *model, SfPrecision precision,
                          const SfArray *latent, SfSwitch tiling, GCancellable *cancellable,
                          GError **error)
{
  PartJob job = { .source = { .model = model, .precision = precision },
                  .values = latent,
                  .tiling = tiling };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (latent != NULL, NULL);

  return sf_engine_run_job (self, run_decode_job, &job, cancellable, error);
}

SfArray *
sf_engine_run_vae_encode (SfEngine *self, const char *model, SfPrecision precision,
                          const SfArray *image, SfSwitch tiling, GCancellable *cancellable,
                          GError **error)
{
  PartJob job = { .source = { .model = model, .precision = precision },
                  .values = image,
                  .tiling = tiling };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (image != NULL, NULL);

  return sf_engine_run_job (self, run_encode_job, &job, cancellable, error);
}

SfArray *
sf_engine_run_taesd_decode (SfEngine *self, const char *model, SfPrecision precision,
                            const SfArray *latent, GCancellable *cancellable, GError **error)
{
  PartJob job = { .source = { .model = model, .precision = precision }, .values = latent };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (latent != NULL, NULL);

  return sf_engine_run_job (self, run_taesd_decode_job, &job, cancellable, error);
}

SfArray *
sf_engine_run_taesd_encode (SfEngine *self, const char *model, SfPrecision precision,
                            const SfArray *image, GCancellable *cancellable, GError **error)
{
  PartJob job = { .source = { .model = model, .precision = precision }, .values = image };

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (image != NULL, NULL);

  return sf_engine_run_job (self, run_taesd_encode_job, &job, cancellable, error);
}
