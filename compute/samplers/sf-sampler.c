/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"
#include "samplers/sf-schedule-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

const SfNamed *const *
sf_sampler_list (void)
{
  static const SfNamed *const list[] = {
    &sf_sampler_euler.named,        &sf_sampler_euler_a.named,
    &sf_sampler_heun.named,         &sf_sampler_dpm2.named,
    &sf_sampler_dpm2_a.named,       &sf_sampler_lms.named,
    &sf_sampler_dpmpp_2s_a.named,   &sf_sampler_dpmpp_2m.named,
    &sf_sampler_dpmpp_sde.named,    &sf_sampler_dpmpp_2m_sde.named,
    &sf_sampler_dpmpp_3m_sde.named, &sf_sampler_ddim.named,
    &sf_sampler_plms.named,         &sf_sampler_unipc.named,
    &sf_sampler_lcm.named,          NULL,
  };

  return list;
}

const SfSampler *
sf_sampler_from_name (const char *name, GError **error)
{
  return (const SfSampler *) sf_named_find (sf_sampler_list (), _ ("sampler"), name, error);
}

gboolean
sf_sampler_has_own_schedule (const SfSampler *self, SfStyle style)
{
  return (self->methods->own_styles & SF_STYLE_BIT (style)) != 0;
}

gboolean
sf_sampler_draws_noise (const SfSampler *self)
{
  return self->methods->eta > 0.0;
}

SfSchedule *
sf_sampler_schedule (const SfSamplerPlanParams *params, GError **error)
{
  return sf_schedule_new (&(SfScheduleParams){ .kind = params->schedule,
                                               .model = params->model,
                                               .n_steps = params->n_steps,
                                               .timesteps = params->timesteps,
                                               .style = params->style,
                                               .spacing = params->sampler->methods->spacing },
                          error);
}

static gboolean
discards_penultimate (const SfSamplerPlanParams *params)
{
  const SfSamplerMethods *methods = params->sampler->methods;

  if (params->discard_penultimate != SF_SWITCH_AUTO)
    return params->discard_penultimate == SF_SWITCH_ON;

  return (methods->discard_styles & SF_STYLE_BIT (params->style)) != 0;
}

static SfSchedule *
make_schedule (const SfSamplerPlanParams *params, GError **error)
{
  const SfSamplerMethods *methods = params->sampler->methods;
  const gboolean discards = discards_penultimate (params);
  SfSamplerPlanParams wanted = *params;
  SfSchedule *schedule;

  if (!sf_schedule_check_steps (params->n_steps, error))
    return NULL;

  wanted.n_steps += discards && params->n_steps < SF_MAX_STEPS ? 1 : 0;
  schedule = methods->schedule != NULL ? methods->schedule (&wanted, error)
                                       : sf_sampler_schedule (&wanted, error);
  if (schedule != NULL && discards && schedule->n_steps > 1)
    {
      schedule->n_steps--;
      schedule->sigmas[schedule->n_steps] = schedule->sigmas[schedule->n_steps + 1];
    }

  return schedule;
}

/* ComfyUI: samplers.py max_denoise. */
static gboolean
starts_on_greatest (const SfSamplerPlan *self)
{
  return self->schedule->sigmas[0] >= sf_model_sigmas_max (self->params.model) * (1.0 - 1e-5);
}

static gboolean
starts_in_variance_form (const SfSamplerPlan *self)
{
  const SfSamplerPlanParams *params = &self->params;
  const SfScheduleKind *kind;

  if (params->start_noise != SF_START_NOISE_AUTO)
    return params->start_noise == SF_START_NOISE_VARIANCE;

  if (params->style == SF_STYLE_COMFYUI)
    return starts_on_greatest (self);

  if ((params->sampler->methods->unit_styles & SF_STYLE_BIT (params->style)) != 0)
    return TRUE;

  kind = sf_schedule_kind_in_style (params->schedule, params->style);
  return params->style == SF_STYLE_DIFFUSERS && g_str_equal (kind->named.name, "leading");
}

static void
count_requests (SfSamplerPlan *self)
{
  const SfSamplerMethods *methods = self->params.sampler->methods;

  for (guint i = 0; i < self->schedule->n_steps; i++)
    {
      gboolean is_last = self->schedule->sigmas[i + 1] <= 0.0;

      self->n_model_calls += is_last ? 1 : methods->n_calls;
      self->n_noises += is_last || self->params.eta <= 0.0 ? 0 : methods->n_noises;
    }

  if (methods->count != NULL)
    methods->count (self);
}

SfSamplerPlan *
sf_sampler_plan_new (const SfSamplerPlanParams *params, GError **error)
{
  const SfSamplerMethods *methods;
  SfSamplerPlanParams wanted;
  SfSchedule *schedule;
  SfSamplerPlan *self;
  double sigma;

  g_return_val_if_fail (params->sampler != NULL && params->schedule != NULL, NULL);
  g_return_val_if_fail (params->model != NULL, NULL);

  if (isnan (params->eta) || params->eta > 1.0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("plan a run with an eta of %g: it must not be above 1"), params->eta);
      return NULL;
    }

  methods = params->sampler->methods;
  wanted = *params;
  if (params->style == SF_STYLE_DIFFUSERS && methods->spacing == SF_SPACING_FRACTIONAL)
    wanted.timesteps = SF_TIMESTEPS_CONTINUOUS;
  schedule = make_schedule (&wanted, error);
  if (schedule == NULL)
    return NULL;

  self = g_new0 (SfSamplerPlan, 1);
  self->params = wanted;
  self->schedule = schedule;
  if (params->eta < 0.0 || methods->n_noises == 0 || methods->has_fixed_eta)
    self->params.eta = methods->eta;
  count_requests (self);

  sigma = schedule->sigmas[0];
  self->noise_scale = starts_in_variance_form (self) ? sf_sampler_unit_scale (sigma) : sigma;

  return self;
}

void
sf_sampler_plan_free (SfSamplerPlan *self)
{
  if (self == NULL)
    return;

  sf_schedule_free (self->schedule);
  g_free (self);
}

static void
follow_path (const SfSamplerRun *run)
{
  const SfSchedule *schedule = run->plan->schedule;
  const guint n_steps = schedule->n_steps;
  const gboolean ends_on_zero = schedule->sigmas[n_steps] <= 0.0;

  sf_noise_set_path (run->noise, schedule->sigmas[ends_on_zero ? n_steps - 1 : n_steps],
                     schedule->sigmas[0]);
}

gboolean
sf_sampler_run (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSamplerPlan *plan = run->plan;
  const SfSamplerMethods *methods;

  g_return_val_if_fail (plan != NULL && run->denoise != NULL && x != NULL, FALSE);
  g_return_val_if_fail (plan->n_noises == 0 || run->noise != NULL, FALSE);

  if (plan->n_noises > 0 && !sf_noise_check (run->noise, x, plan->n_noises, error))
    return FALSE;

  methods = plan->params.sampler->methods;
  if (plan->n_noises > 0 && (methods->brownian_styles & SF_STYLE_BIT (plan->params.style)) != 0)
    follow_path (run);

  return methods->run (run, x, error);
}

gboolean
sf_sampler_denoise (const SfSamplerRun *run, const SfArray *x, double sigma, SfArray *denoised,
                    GError **error)
{
  const SfSamplerPlan *plan = run->plan;
  double t = sf_schedule_timestep (plan->schedule, sigma);

  return run->denoise (x, sigma, t, denoised, run->user_data, error);
}

gboolean
sf_sampler_add_noise (const SfSamplerRun *run, SfArray *x, double sigma, double sigma_next,
                      double scale, SfArray *scratch, GError **error)
{
  if (scale <= 0.0)
    return TRUE;

  if (!sf_noise_normal_between (run->noise, sigma, sigma_next, scratch, error))
    return FALSE;

  sf_sampler_combine (x, 1.0, scratch, scale);
  return TRUE;
}

gboolean
sf_sampler_report (const SfSamplerRun *run, guint index, const SfArray *x, const SfArray *denoised,
                   GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  const SfSamplerStep step = {
    .index = index,
    .n_steps = schedule->n_steps,
    .sigma = schedule->sigmas[index],
    .sigma_next = schedule->sigmas[index + 1],
    .x = x,
    .denoised = denoised,
  };

  return run->step == NULL || run->step (&step, run->user_data, error);
}

void
sf_sampler_ancestral_step (double from, double to, double eta, double *down, double *up)
{
  *up = MIN (to, eta * to * sqrt (MAX (1.0 - to * to / (from * from), 0.0)));
  *down = sqrt (to * to - *up * *up);
}

void
sf_sampler_copy (SfArray *to, const SfArray *from)
{
  memcpy (to->data, from->data, to->n_values * sizeof *to->data);
}

void
sf_sampler_scale (SfArray *x, double scale)
{
  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (scale * x->data[i]);
}

void
sf_sampler_combine (SfArray *x, double x_scale, const SfArray *y, double y_scale)
{
  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (x_scale * x->data[i] + y_scale * y->data[i]);
}

double
sf_sampler_unit_scale (double sigma)
{
  return sqrt (1.0 + sigma * sigma);
}
