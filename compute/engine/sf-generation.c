/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-generation.h"

#include "engine/sf-model-path.h"
#include "engine/sf-pixels.h"
#include "engine/sf-request-infotext.h"
#include "samplers/sf-guidance.h"
#include "samplers/sf-prediction.h"
#include "samplers/sf-sampler.h"

#include <math.h>
#include <string.h>

#define USEC_PER_SEC ((double) G_USEC_PER_SEC)

/* A request under way. */
typedef struct
{
  SfSession *session;
  const SfRequest *request;
  SfEventFunc event;
  gpointer event_data;
  GCancellable *cancellable;

  SfModel *model;
  const SfModelConfig *config;
  SfSamplerPlan *plan;
  char *model_name;
  char *model_hash;
  guint width;
  guint height;
  guint halves; /* 2 with guidance, 1 without */

  SfArray *context;   /* [halves, positions, width], the unconditional half first */
  SfArray *input;     /* [halves, channels, h, w]: what the UNet is given */
  SfArray *predicted; /* [1, channels, h, w], guided */

  guint picture_index;
  gint64 step_started;
} Generation;

static void
generation_clear (Generation *self)
{
  g_clear_pointer (&self->plan, sf_sampler_plan_free);
  g_clear_pointer (&self->context, sf_array_unref);
  g_clear_pointer (&self->input, sf_array_unref);
  g_clear_pointer (&self->predicted, sf_array_unref);
  g_free (self->model_name);
  g_free (self->model_hash);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Generation, generation_clear)

static double
estimate_decode_seconds (const Generation *self)
{
  const SfTempo *tempo = &self->session->tempo;

  return tempo->decode_seconds > 0 ? tempo->decode_seconds
                                   : tempo->step_seconds * tempo->decode_cost;
}

static double
estimate_seconds_left (const Generation *self, guint steps_done, gboolean decoded)
{
  const SfTempo *tempo = &self->session->tempo;
  const guint n_steps = self->plan->schedule->n_steps;
  const guint every = self->request->preview_every;
  const guint pictures_after = self->request->count - 1 - self->picture_index;
  guint decodings = (decoded ? 0 : 1) + pictures_after;

  /* Before the networks are prepared, what was measured may be of another model or size. */
  if (self->input == NULL || tempo->step_seconds <= 0)
    return -1.0;

  /* The last step of a picture brings no preview. */
  if (self->request->preview == SF_PREVIEW_VAE)
    decodings += (n_steps - 1) / every * (1 + pictures_after)
                 - MIN (steps_done, n_steps - 1) / every;

  return tempo->step_seconds * ((double) n_steps * (1 + pictures_after) - steps_done)
         + estimate_decode_seconds (self) * decodings;
}

static void
emit (const Generation *self, SfEventKind kind, SfStage stage, guint steps_done, SfPicture *picture)
{
  const SfEvent event = {
    .kind = kind,
    .stage = stage,
    .picture_index = self->picture_index,
    .picture_count = self->request->count,
    .step = steps_done,
    .steps = self->plan->schedule->n_steps,
    .seconds_left = estimate_seconds_left (self, steps_done, kind == SF_EVENT_PICTURE),
    .picture = picture,
  };

  if (self->event != NULL)
    self->event (&event, self->event_data);
}

static gboolean
load (Generation *self, GError **error)
{
  SfSession *session = self->session;
  SfPictureSize size = { .halves = self->halves, .clip_skip = self->request->clip_skip };
  guint factor;

  if (!sf_session_open_painter (session, self->request->model, self->request->precision, error))
    return FALSE;

  self->model = session->model;
  self->config = sf_model_get_config (self->model);
  self->model_name = sf_model_path_get_name (session->model_path);
  if (!sf_session_choose_size (session, self->request->width, self->request->height, &self->width,
                               &self->height, error))
    return FALSE;

  self->model_hash = sf_model_hash_get (session->model_path, self->cancellable, error);
  if (self->model_hash == NULL)
    return FALSE;

  size.width = self->width;
  size.height = self->height;
  if (!sf_session_prepare (session, &size, self->cancellable, error))
    return FALSE;

  factor = self->config->vae.size_factor;
  self->input = sf_array (self->halves, self->config->unet.in_channels, self->height / factor,
                          self->width / factor);
  self->predicted = sf_array (1, self->config->unet.out_channels, self->height / factor,
                              self->width / factor);

  return TRUE;
}

static gboolean
encode_prompts (Generation *self, GError **error)
{
  const SfRequest *request = self->request;
  const char *prompts[] = {
    request->negative_prompt != NULL ? request->negative_prompt : "",
    request->prompt != NULL ? request->prompt : "",
  };

  self->context = sf_session_encode_prompts (self->session, prompts + 2 - self->halves,
                                             self->halves, self->request->clip_skip,
                                             self->cancellable, error);
  return self->context != NULL;
}

/* SfDenoiseFunc */
static gboolean
denoise (const SfArray *x, double sigma, double t, SfArray *denoised, gpointer user_data,
         GError **error)
{
  Generation *self = user_data;
  const double timesteps[] = { t, t };
  g_autoptr (SfArray) output = NULL;

  sf_prediction_fill_input (x, sigma, self->input);
  output = sf_model_run_unet (self->model, self->input, timesteps, self->context, self->cancellable,
                              error);
  if (output == NULL)
    return FALSE;

  if (self->halves == 2)
    sf_guidance_combine (output, self->request->guidance, self->predicted);
  sf_prediction_to_denoised (self->config->family.predicts_v ? SF_PREDICTION_V
                                                             : SF_PREDICTION_EPSILON,
                             x, sigma, self->halves == 2 ? self->predicted : output, denoised);
  return TRUE;
}

/* Later measurements count more: the speed of a device changes with its heat and its other work. */
static void
measure (double *seconds, gint64 started)
{
  const double measured = (double) (g_get_monotonic_time () - started) / USEC_PER_SEC;

  *seconds = *seconds > 0 ? 0.5 * (*seconds + measured) : measured;
}

static SfArray *
decode (Generation *self, const SfArray *latent, GError **error)
{
  const gint64 started = g_get_monotonic_time ();
  SfArray *image = sf_model_decode (self->model, latent, SF_TILING_AUTO, NULL, self->cancellable,
                                    error);

  if (image != NULL)
    measure (&self->session->tempo.decode_seconds, started);
  return image;
}

static SfPicture *
make_preview (Generation *self, const SfArray *denoised, GError **error)
{
  g_autoptr (GBytes) pixels = NULL;
  guint divisor = 1;

  if (self->request->preview == SF_PREVIEW_VAE)
    {
      g_autoptr (SfArray) image = decode (self, denoised, error);

      if (image == NULL)
        return NULL;
      pixels = sf_pixels_from_image (image);
    }
  else
    {
      divisor = self->config->vae.size_factor;
      pixels = sf_pixels_from_latent (denoised, self->config->latent_rgb);
    }

  return sf_picture_new (self->width / divisor, self->height / divisor, pixels);
}

/* SfStepFunc */
static gboolean
step_done (const SfSamplerStep *step, gpointer user_data, GError **error)
{
  Generation *self = user_data;
  const guint done = step->index + 1;

  /* The very first step also compiles shaders on some drivers. */
  if (step->index > 0 || self->session->tempo.step_seconds > 0)
    measure (&self->session->tempo.step_seconds, self->step_started);
  emit (self, SF_EVENT_STEP, SF_STAGE_SAMPLING, done, NULL);

  if (self->request->preview != SF_PREVIEW_NONE && done % self->request->preview_every == 0
      && done < step->n_steps)
    {
      g_autoptr (SfPicture) preview = make_preview (self, step->denoised, error);

      if (preview == NULL)
        return FALSE;
      emit (self, SF_EVENT_PREVIEW, SF_STAGE_SAMPLING, done, preview);
    }

  self->step_started = g_get_monotonic_time ();
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* Fills @x with the picture's unit noise and returns the source of what comes later. */
static SfNoise *
make_noise (const Generation *self, guint64 seed, SfArray *x, GError **error)
{
  const SfRequest *request = self->request;
  g_autoptr (SfNoise) source = sf_noise_new (request->rng, seed);

  /* Drawn even where it is given, so that what the generator makes later is the same. */
  if (!sf_noise_normal (source, x, error))
    return NULL;

  if (request->noise != NULL)
    {
      const SfArray *noise = request->noise;
      const guint extra = noise->n_dims == 4 && noise->dims[0] == 1 ? 1 : 0;

      if (noise->n_dims - extra != 3
          || memcmp (noise->dims + extra, x->dims + 1, 3 * sizeof (gsize)) != 0)
        {
          g_autofree char *shape = sf_array_describe_shape (noise);
          g_autofree char *wanted = sf_array_describe_shape (x);

          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "the given noise is %s, and the latent is %s", shape, wanted);
          return NULL;
        }
      memcpy (x->data, noise->data, x->n_values * sizeof (float));
    }

  if (request->noise_sequence != NULL)
    return sf_noise_new_recorded (request->noise_sequence, error);

  return g_steal_pointer (&source);
}

static gboolean
check_finite (const Generation *self, const SfArray *values, const char *network, GError **error)
{
  for (gsize i = 0; i < values->n_values; i++)
    if (!isfinite (values->data[i]))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                     "the %s gave values that are no numbers%s", network,
                     self->request->precision == SF_PRECISION_F16
                         ? "; precision f32 has room for greater ones"
                         : "");
        return FALSE;
      }

  return TRUE;
}

static SfPicture *
make_picture (Generation *self, GError **error)
{
  const guint64 seed = self->request->seed + self->picture_index;
  const gint64 started = g_get_monotonic_time ();
  const gsize *dims = self->predicted->dims;
  g_autoptr (SfArray) x = sf_array (1, dims[1], dims[2], dims[3]);
  g_autoptr (SfNoise) noise = make_noise (self, seed, x, error);
  g_autoptr (SfArray) image = NULL;
  g_autoptr (GBytes) pixels = NULL;
  SfPicture *picture;

  if (noise == NULL)
    return NULL;

  emit (self, SF_EVENT_STAGE, SF_STAGE_SAMPLING, 0, NULL);
  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (x->data[i] * self->plan->noise_scale);
  self->step_started = g_get_monotonic_time ();
  if (!sf_sampler_run (&(SfSamplerRun){ self->plan, noise, denoise, step_done, self }, x, error)
      || !check_finite (self, x, "UNet", error))
    return NULL;

  emit (self, SF_EVENT_STAGE, SF_STAGE_DECODING, self->plan->schedule->n_steps, NULL);
  image = decode (self, x, error);
  if (image == NULL || !check_finite (self, image, "VAE", error))
    return NULL;

  pixels = sf_pixels_from_image (image);
  picture = sf_picture_new (self->width, self->height, pixels);
  picture->seed = seed;
  picture->infotext = sf_request_make_infotext (self->request,
                                                &(SfInfotextFacts){ self->width, self->height, seed,
                                                                    self->model_name,
                                                                    self->model_hash });
  picture->is_private = !self->request->metadata;
  picture->latent = g_steal_pointer (&x);
  picture->image = g_steal_pointer (&image);
  picture->seconds = (double) (g_get_monotonic_time () - started) / USEC_PER_SEC;

  return picture;
}

/* The spacings of diffusers are meant for its samplers, unless another program's were asked for. */
static SfStyle
choose_style (const SfRequest *request, const SfScheduleKind *schedule)
{
  return request->style == SF_STYLE_PLAIN && sf_schedule_kind_is_spacing (schedule)
             ? SF_STYLE_DIFFUSERS
             : request->style;
}

static SfSamplerPlan *
plan_sampler (const SfRequest *request, GError **error)
{
  const SfScheduleKind *schedule = sf_schedule_kind_from_name (request->schedule, NULL);

  return sf_sampler_plan_new (
      &(SfSamplerPlanParams){ .sampler = sf_sampler_from_name (request->sampler, NULL),
                              .schedule = schedule,
                              .model = request->zero_terminal_snr == SF_SWITCH_ON
                                           ? sf_model_sigmas_zero_terminal_snr ()
                                           : sf_model_sigmas_stable_diffusion (),
                              .n_steps = request->steps,
                              .timesteps = request->timesteps,
                              .style = choose_style (request, schedule),
                              .eta = request->eta,
                              .discard_penultimate = request->discard_penultimate,
                              .start_noise = request->start_noise },
      error);
}

GPtrArray *
sf_generation_run (SfSession *session, const SfRequest *request, SfEventFunc event,
                   gpointer event_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray)
      pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_picture_unref);
  g_auto (Generation) self = {
    .session = session,
    .request = request,
    .event = event,
    .event_data = event_data,
    .cancellable = cancellable,
    .halves = request->guidance == 1.0 ? 1 : 2,
  };

  if (!sf_request_validate (request, error))
    return NULL;

  self.plan = plan_sampler (request, error);
  if (self.plan == NULL)
    return NULL;

  emit (&self, SF_EVENT_STAGE, SF_STAGE_LOADING, 0, NULL);
  if (!load (&self, error))
    return NULL;

  emit (&self, SF_EVENT_STAGE, SF_STAGE_ENCODING, 0, NULL);
  if (!encode_prompts (&self, error))
    return NULL;

  for (; self.picture_index < request->count; self.picture_index++)
    {
      SfPicture *picture = make_picture (&self, error);

      if (picture == NULL)
        return NULL;
      g_ptr_array_add (pictures, picture);
      sf_session_note_memory (session);
      emit (&self, SF_EVENT_PICTURE, SF_STAGE_DECODING, self.plan->schedule->n_steps, picture);
    }

  return g_steal_pointer (&pictures);
}
