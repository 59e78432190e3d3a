/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-generation.h"

#include "engine/sf-denoiser.h"
#include "engine/sf-model-path.h"
#include "engine/sf-pixels.h"
#include "engine/sf-request-infotext.h"
#include "engine/sf-starting-noise.h"
#include "samplers/sf-sampler.h"

#include <glib/gi18n-lib.h>
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
  char *vae_name; /* of another VAE than the model's, or NULL */
  char *vae_hash;
  char *embedding_hashes;
  guint width;
  guint height;
  gboolean is_prepared; /* what the session measured is of this request's networks */

  /* Of the picture under way. */
  guint picture_index;
  SfDenoiser *denoiser;
  gint64 step_started;
  double cycle_seconds;  /* of the steps since the one that ran all blocks of the UNet */
  SfArray *early_latent; /* where it was finished early, */
  guint early_steps;     /* and after how many steps */
} Generation;

static void
generation_clear (Generation *self)
{
  g_clear_pointer (&self->plan, sf_sampler_plan_free);
  g_free (self->model_name);
  g_free (self->model_hash);
  g_free (self->vae_name);
  g_free (self->vae_hash);
  g_free (self->embedding_hashes);
  g_clear_pointer (&self->early_latent, sf_array_unref);
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

  if (!self->is_prepared || tempo->step_seconds <= 0)
    return -1.0;

  /* The last step of a picture brings no preview. */
  if (self->request->preview == SF_PREVIEW_VAE)
    decodings += (n_steps - 1) / every * (1 + pictures_after)
                 - MIN (steps_done, n_steps - 1) / every;

  return tempo->step_seconds * ((double) n_steps * (1 + pictures_after) - steps_done)
         + estimate_decode_seconds (self) * decodings;
}

/* Sends an event with what all have in common filled in. */
static void
send (const Generation *self, SfEvent event)
{
  event.picture_index = self->picture_index;
  event.picture_count = self->request->count;
  event.steps = self->plan->schedule->n_steps;
  event.seconds_left = estimate_seconds_left (self, event.step, event.kind == SF_EVENT_PICTURE);
  if (self->event != NULL)
    self->event (&event, self->event_data);
}

static void
emit (const Generation *self, SfEventKind kind, SfStage stage, guint steps_done, SfPicture *picture)
{
  send (self, (SfEvent){ .kind = kind, .stage = stage, .step = steps_done, .picture = picture });
}

static void
notify (const Generation *self, SfStage stage, const char *notice)
{
  send (self, (SfEvent){ .kind = SF_EVENT_NOTICE, .stage = stage, .notice = notice });
}

/* The mode that memory is used in was not the one asked for. */
static void
notify_memory (const Generation *self, SfStage stage)
{
  g_autofree char *notice = g_strdup_printf (
      _ ("device memory ran out, so it goes on in the memory mode “%s”, which is slower"),
      sf_memory_mode_list ()[self->session->memory]->name);

  notify (self, stage, notice);
}

/* Whether to try again what failed, with less memory; takes the failure if so, and hands it on otherwise. */
static gboolean
try_again (const Generation *self, SfStage stage, GError **failure, GError **error)
{
  if (!sf_session_step_down (self->session, *failure))
    {
      g_propagate_error (error, g_steal_pointer (failure));
      return FALSE;
    }
  notify_memory (self, stage);
  g_clear_error (failure);
  return TRUE;
}

static gboolean
check_preview (const Generation *self, GError **error)
{
  if (self->request->preview != SF_PREVIEW_TAESD
      || sf_model_config_has (self->config, SF_PART_TAESD_DECODER))
    return TRUE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      _ ("previews by a tiny decoder were asked for, and %s has none; one in a file of its own "
         "can be given"),
      self->model_name);
  return FALSE;
}

/* What the picture's text says of the files that it was made with. */
static gboolean
identify_files (Generation *self, GError **error)
{
  const SfSessionFile *files = self->session->files;

  self->model_name = sf_model_path_get_name (files[0].path);
  self->model_hash = sf_model_hash_get (files[0].path, self->cancellable, error);
  if (self->model_hash == NULL || files[1].path == NULL)
    return self->model_hash != NULL;

  self->vae_name = g_path_get_basename (files[1].path);
  self->vae_hash = sf_model_hash_get (files[1].path, self->cancellable, error);
  return self->vae_hash != NULL;
}

static gboolean
load (Generation *self, GError **error)
{
  SfSession *session = self->session;
  const SfRequest *request = self->request;

  if (!sf_session_open_painter (session,
                                &(SfModelSource){ .model = request->model,
                                                  .vae = request->vae,
                                                  .text_encoder = request->text_encoder,
                                                  .taesd = request->taesd,
                                                  .precision = request->precision },
                                error))
    return FALSE;

  self->model = session->model;
  self->config = sf_model_get_config (self->model);

  return identify_files (self, error) && check_preview (self, error)
         && sf_session_choose_size (session, request->width, request->height, &self->width,
                                    &self->height, error);
}

/* Samplers that ask the model twice in a step make schedules of prompts count twice as far
 * (A1111: sd_samplers_kdiffusion.py, second_order). */
static guint
count_prompt_steps (const SfSamplerPlan *plan)
{
  const guint n_steps = plan->schedule->n_steps;

  return n_steps * ((plan->n_model_calls + n_steps / 2) / n_steps);
}

static gboolean
prepare (Generation *self, const SfConditioning *conditioning, GError **error)
{
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (SfPassSize));
  const SfPictureSize size = sf_session_get_picture_size (self->request, self->width, self->height);
  const SfMemoryMode memory = self->session->memory;
  guint n_passes;
  const SfConditioningPass *passes = sf_conditioning_get_passes (conditioning, 0, &n_passes);

  for (guint i = 0; i < n_passes; i++)
    {
      const SfPassSize pass = { passes[i].n_entries, passes[i].n_tokens };

      g_array_append_val (sizes, pass);
    }

  if (!sf_session_prepare (self->session, &size, (const SfPassSize *) sizes->data, sizes->len,
                           self->cancellable, error))
    return FALSE;
  if (self->session->memory != memory)
    notify_memory (self, SF_STAGE_LOADING);

  return TRUE;
}

static gboolean
encode (Generation *self, SfConditioning *conditioning, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  while (!sf_conditioning_encode (conditioning, self->session, self->request, self->cancellable,
                                  &local_error))
    if (!try_again (self, SF_STAGE_ENCODING, &local_error, error))
      return FALSE;

  return TRUE;
}

/* Reads and encodes the prompts of a picture. The networks are made ready in between, when it is known how long
 * the prompts are. */
static SfConditioning *
make_conditioning (Generation *self, guint64 seed, GError **error)
{
  g_autoptr (SfConditioning)
      conditioning = sf_conditioning_new (self->session, self->request,
                                          count_prompt_steps (self->plan), seed, error);

  if (conditioning == NULL || !prepare (self, conditioning, error))
    return NULL;
  self->is_prepared = TRUE;

  if (self->picture_index == 0)
    {
      const char *const *notices = sf_conditioning_get_notices (conditioning);

      for (; *notices != NULL; notices++)
        notify (self, SF_STAGE_ENCODING, *notices);
      emit (self, SF_EVENT_STAGE, SF_STAGE_ENCODING, 0, NULL);
    }

  return encode (self, conditioning, error) ? g_steal_pointer (&conditioning) : NULL;
}

/* SfDenoiseFunc */
static gboolean
denoise (const SfArray *x, double sigma, double t, SfArray *denoised, gpointer user_data,
         GError **error)
{
  const Generation *self = user_data;
  g_autoptr (GError) local_error = NULL;

  while (!sf_denoiser_run (self->denoiser, x, sigma, t, denoised, &local_error))
    if (!try_again (self, SF_STAGE_SAMPLING, &local_error, error))
      return FALSE;

  return TRUE;
}

static double
get_seconds_since (gint64 started)
{
  return (double) (g_get_monotonic_time () - started) / USEC_PER_SEC;
}

/* Later measurements count more: the speed of a device changes with its heat and its other work. */
static void
measure (double *seconds, double measured)
{
  *seconds = *seconds > 0 ? 0.5 * (*seconds + measured) : measured;
}

static SfArray *
decode (Generation *self, const SfArray *latent, GError **error)
{
  const gint64 started = g_get_monotonic_time ();
  const SfTiling tiling = sf_session_choose_tiling (self->request->vae_tiling);
  g_autoptr (GError) local_error = NULL;
  SfVaeReport report = { 0 };
  SfArray *image;

  while (
      (image = sf_model_decode (self->model, latent, sf_session_get_tiling (self->session, tiling),
                                &report, self->cancellable, &local_error))
      == NULL)
    if (!try_again (self, SF_STAGE_DECODING, &local_error, error))
      return NULL;

  measure (&self->session->tempo.decode_seconds, get_seconds_since (started));
  if (report.widened)
    notify (self, SF_STAGE_DECODING,
            _ ("the VAE gave values that f16 cannot hold, so it runs in f32 from now on"));
  return image;
}

static GBytes *
make_preview_pixels (Generation *self, const SfArray *denoised, GError **error)
{
  g_autoptr (SfArray) image = NULL;

  switch (self->request->preview)
    {
    case SF_PREVIEW_VAE:
      image = decode (self, denoised, error);
      return image != NULL ? sf_pixels_from_image (image) : NULL;
    case SF_PREVIEW_TAESD:
      image = sf_model_decode_tiny (self->model, denoised, self->cancellable, error);
      return image != NULL ? sf_pixels_from_unit_image (image) : NULL;
    case SF_PREVIEW_LINEAR:
    case SF_PREVIEW_NONE:
      break;
    }

  return sf_pixels_from_latent (denoised, self->config->latent_rgb);
}

static SfPicture *
make_preview (Generation *self, const SfArray *denoised, GError **error)
{
  const guint divisor = self->request->preview == SF_PREVIEW_LINEAR ? self->config->vae.size_factor
                                                                    : 1;
  g_autoptr (GBytes) pixels = make_preview_pixels (self, denoised, error);

  return pixels != NULL ? sf_picture_new (self->width / divisor, self->height / divisor, pixels)
                        : NULL;
}

/* The steps between two that run all blocks of the UNet count together. */
static void
measure_step (Generation *self, guint index)
{
  const guint cycle = self->request->step_cache;
  double *step_seconds = &self->session->tempo.step_seconds;

  self->cycle_seconds = (index % cycle == 0 ? 0.0 : self->cycle_seconds)
                        + get_seconds_since (self->step_started);
  /* The very first one also compiles shaders on some drivers. */
  if ((index + 1) % cycle == 0 && (index >= cycle || *step_seconds > 0))
    measure (step_seconds, self->cycle_seconds / cycle);
}

/* SfStepFunc */
static gboolean
step_done (const SfSamplerStep *step, gpointer user_data, GError **error)
{
  Generation *self = user_data;
  const guint done = step->index + 1;

  measure_step (self, step->index);
  emit (self, SF_EVENT_STEP, SF_STAGE_SAMPLING, done, NULL);

  if (self->request->preview != SF_PREVIEW_NONE && done % self->request->preview_every == 0
      && done < step->n_steps)
    {
      g_autoptr (SfPicture) preview = make_preview (self, step->denoised, error);

      if (preview == NULL)
        return FALSE;
      emit (self, SF_EVENT_PREVIEW, SF_STAGE_SAMPLING, done, preview);
    }

  if (done < step->n_steps
      && g_atomic_int_compare_and_exchange (&self->session->finish_early, TRUE, FALSE))
    {
      self->early_latent = sf_array_copy (step->denoised);
      self->early_steps = done;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("the picture is finished early"));
      return FALSE;
    }

  self->step_started = g_get_monotonic_time ();
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
check_finite (const Generation *self, const SfArray *values, const char *network, GError **error)
{
  for (gsize i = 0; i < values->n_values; i++)
    if (!isfinite (values->data[i]))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                     self->request->precision == SF_PRECISION_F16
                         ? _ ("the %s gave values that are no numbers; precision f32 has room for "
                              "greater ones")
                         : _ ("the %s gave values that are no numbers"),
                     network);
        return FALSE;
      }

  return TRUE;
}

/* SfSamplerRun, but for a run that was ended early: what the model made of the last state is the latent then. */
static gboolean
run_sampler (Generation *self, SfNoise *noise, SfArray *x, GError **error)
{
  GError *local_error = NULL;

  g_atomic_int_set (&self->session->finish_early, FALSE);
  g_clear_pointer (&self->early_latent, sf_array_unref);
  if (sf_sampler_run (&(SfSamplerRun){ self->plan, noise, denoise, step_done, self }, x,
                      &local_error))
    return TRUE;

  if (self->early_latent == NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  g_error_free (local_error);
  memcpy (x->data, self->early_latent->data, x->n_values * sizeof *x->data);
  return TRUE;
}

/* Makes the latent of a picture, in @x, from its noise. */
static gboolean
sample (Generation *self, const SfConditioning *conditioning, SfArray *x, GError **error)
{
  g_autoptr (SfNoise) noise = sf_starting_noise_make (self->request, self->picture_index, x, error);
  g_auto (SfDenoiser) denoiser = { 0 };
  gboolean sampled;

  if (noise == NULL)
    return FALSE;

  sf_denoiser_init (&denoiser, self->model, conditioning, self->request, (guint) x->dims[2],
                    (guint) x->dims[3], self->cancellable);
  self->denoiser = &denoiser;
  emit (self, SF_EVENT_STAGE, SF_STAGE_SAMPLING, 0, NULL);
  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (x->data[i] * self->plan->noise_scale);
  self->step_started = g_get_monotonic_time ();
  sampled = run_sampler (self, noise, x, error) && check_finite (self, x, "UNet", error);
  self->denoiser = NULL;

  return sampled;
}

/* The settings as text, with prompts and seeds as they were painted. */
static char *
describe (const Generation *self, const SfConditioning *conditioning, const SfPictureSeeds *seeds)
{
  const char *negative = sf_conditioning_get_negative_prompt (conditioning);
  g_autoptr (SfRequest) request = sf_request_copy (self->request);

  g_free (request->prompt);
  request->prompt = g_strdup (sf_conditioning_get_prompt (conditioning));
  if (negative != NULL)
    {
      g_free (request->negative_prompt);
      request->negative_prompt = g_strdup (negative);
    }
  request->variation_seed = seeds->variation_seed;

  return sf_request_make_infotext (request, &(SfInfotextFacts){
                                                .width = self->width,
                                                .height = self->height,
                                                .seed = seeds->seed,
                                                .model_name = self->model_name,
                                                .model_hash = self->model_hash,
                                                .vae_name = self->vae_name,
                                                .vae_hash = self->vae_hash,
                                                .embedding_hashes = *self->embedding_hashes != '\0'
                                                                        ? self->embedding_hashes
                                                                        : NULL });
}

static void
add_early_end (const Generation *self, SfPicture *picture)
{
  g_autofree char *infotext = picture->infotext;

  picture->infotext = g_strdup_printf ("%s, Stopped after: %u", infotext, self->early_steps);
}

static SfPicture *
make_picture (Generation *self, GError **error)
{
  const SfPictureSeeds seeds = sf_starting_noise_get_seeds (self->request, self->picture_index);
  const gint64 started = g_get_monotonic_time ();
  const guint factor = self->config->vae.size_factor;
  g_autoptr (SfConditioning)
      conditioning = make_conditioning (self, self->request->seed + self->picture_index, error);
  g_autoptr (SfArray) x = NULL;
  g_autoptr (SfArray) image = NULL;
  g_autoptr (GBytes) pixels = NULL;
  SfPicture *picture;

  if (conditioning == NULL)
    return NULL;

  g_free (self->embedding_hashes);
  self->embedding_hashes = sf_conditioning_hash_embeddings (conditioning, self->cancellable, error);
  if (self->embedding_hashes == NULL)
    return NULL;

  x = sf_array (1, self->config->unet.out_channels, self->height / factor, self->width / factor);
  if (!sample (self, conditioning, x, error))
    return NULL;

  emit (self, SF_EVENT_STAGE, SF_STAGE_DECODING, self->plan->schedule->n_steps, NULL);
  image = decode (self, x, error);
  if (image == NULL || !check_finite (self, image, "VAE", error))
    return NULL;

  pixels = sf_pixels_from_image (image);
  picture = sf_picture_new (self->width, self->height, pixels);
  picture->seed = seeds.seed;
  picture->infotext = describe (self, conditioning, &seeds);
  if (self->early_latent != NULL)
    add_early_end (self, picture);
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
plan_sampler (const SfRequest *request, gboolean zero_terminal_snr, GError **error)
{
  const SfScheduleKind *schedule = sf_schedule_kind_from_name (request->schedule, NULL);

  return sf_sampler_plan_new (
      &(SfSamplerPlanParams){ .sampler = sf_sampler_from_name (request->sampler, NULL),
                              .schedule = schedule,
                              .model = zero_terminal_snr ? sf_model_sigmas_zero_terminal_snr ()
                                                         : sf_model_sigmas_stable_diffusion (),
                              .n_steps = request->steps,
                              .timesteps = request->timesteps,
                              .style = choose_style (request, schedule),
                              .eta = request->eta,
                              .discard_penultimate = request->discard_penultimate,
                              .start_noise = request->start_noise },
      error);
}

SfSamplerPlan *
sf_generation_plan (const SfRequest *request, const SfModelConfig *config, GError **error)
{
  return plan_sampler (request,
                       request->zero_terminal_snr == SF_SWITCH_ON
                           || (request->zero_terminal_snr == SF_SWITCH_AUTO
                               && config->family.zero_terminal_snr),
                       error);
}

/* Once the model is known, its own noise levels count. */
static gboolean
plan_for_model (Generation *self, GError **error)
{
  g_clear_pointer (&self->plan, sf_sampler_plan_free);
  self->plan = sf_generation_plan (self->request, self->config, error);
  return self->plan != NULL;
}

/* Where no mode takes little enough, says what would. */
static void
explain_memory (const Generation *self, GError **error)
{
  const guint multiple = self->config->size_multiple;
  const guint width = MAX (self->width * 3 / 4 / multiple, 1) * multiple;
  const guint height = MAX (self->height * 3 / 4 / multiple, 1) * multiple;

  if (error == NULL || !g_error_matches (*error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY))
    return;

  if (width < self->width || height < self->height)
    g_prefix_error (error, _ ("not enough memory for %u×%u, try %u×%u: "), self->width,
                    self->height, width, height);
  else
    g_prefix_error (error, _ ("not enough memory for %u×%u, close other programs: "), self->width,
                    self->height);
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
  };

  if (!sf_request_validate (request, error))
    return NULL;

  self.plan = plan_sampler (request, request->zero_terminal_snr == SF_SWITCH_ON, error);
  if (self.plan == NULL)
    return NULL;

  emit (&self, SF_EVENT_STAGE, SF_STAGE_LOADING, 0, NULL);
  if (!load (&self, error) || !plan_for_model (&self, error))
    return NULL;

  for (; self.picture_index < request->count; self.picture_index++)
    {
      SfPicture *picture = make_picture (&self, error);

      if (picture == NULL)
        {
          explain_memory (&self, error);
          return NULL;
        }
      g_ptr_array_add (pictures, picture);
      sf_session_note_memory (session);
      emit (&self, SF_EVENT_PICTURE, SF_STAGE_DECODING, self.plan->schedule->n_steps, picture);
    }

  return g_steal_pointer (&pictures);
}
