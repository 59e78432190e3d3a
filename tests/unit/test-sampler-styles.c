/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a plan takes from the style of a program. */

#include <gio/gio.h>
#include <math.h>

#include "samplers/sf-sampler.h"

static SfSamplerPlan *
make_plan (const char *sampler, const char *schedule, guint n_steps, SfStyle style,
           SfSwitch discard_penultimate, SfStartNoise start_noise)
{
  g_autoptr (GError) error = NULL;
  const SfSamplerPlanParams params = {
    .sampler = sf_sampler_from_name (sampler, NULL),
    .schedule = sf_schedule_kind_from_name (schedule, NULL),
    .model = sf_model_sigmas_stable_diffusion (),
    .n_steps = n_steps,
    .style = style,
    .eta = -1.0,
    .discard_penultimate = discard_penultimate,
    .start_noise = start_noise,
  };
  SfSamplerPlan *plan = sf_sampler_plan_new (&params, &error);

  g_assert_no_error (error);
  return plan;
}

static SfSamplerPlan *
make_usual_plan (const char *sampler, const char *schedule, guint n_steps, SfStyle style)
{
  return make_plan (sampler, schedule, n_steps, style, SF_SWITCH_AUTO, SF_START_NOISE_AUTO);
}

static void
test_discard (void)
{
  static const struct
  {
    const char *sampler;
    SfStyle style;
    SfSwitch discards;
    gboolean expected;
  } cases[] = {
    { "dpm2", SF_STYLE_PLAIN, SF_SWITCH_AUTO, FALSE },
    { "dpm2", SF_STYLE_A1111, SF_SWITCH_AUTO, TRUE },
    { "dpm2_a", SF_STYLE_COMFYUI, SF_SWITCH_AUTO, TRUE },
    { "dpm2", SF_STYLE_A1111, SF_SWITCH_OFF, FALSE },
    { "dpmpp_3m_sde", SF_STYLE_A1111, SF_SWITCH_AUTO, TRUE },
    { "dpmpp_3m_sde", SF_STYLE_COMFYUI, SF_SWITCH_AUTO, FALSE },
    { "unipc", SF_STYLE_COMFYUI, SF_SWITCH_AUTO, TRUE },
    { "euler", SF_STYLE_A1111, SF_SWITCH_AUTO, FALSE },
    { "euler", SF_STYLE_PLAIN, SF_SWITCH_ON, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SfSamplerPlan) plan = make_plan (cases[i].sampler, "karras", 5, cases[i].style,
                                                  cases[i].discards, SF_START_NOISE_AUTO);
      g_autoptr (SfSamplerPlan)
          whole = make_usual_plan ("euler", "karras", cases[i].expected ? 6 : 5, SF_STYLE_PLAIN);

      g_assert_cmpuint (plan->schedule->n_steps, ==, 5);
      g_assert_cmpmem (plan->schedule->sigmas, 5 * sizeof (double), whole->schedule->sigmas,
                       5 * sizeof (double));
      g_assert_cmpfloat (plan->schedule->sigmas[5], ==, 0.0);
    }
}

static void
test_start_noise (void)
{
  static const struct
  {
    const char *sampler;
    const char *schedule;
    SfStyle style;
    SfStartNoise start_noise;
    gboolean keeps_variance;
  } cases[] = {
    { "euler", "karras", SF_STYLE_PLAIN, SF_START_NOISE_AUTO, FALSE },
    { "euler", "karras", SF_STYLE_PLAIN, SF_START_NOISE_VARIANCE, TRUE },
    { "euler", "karras", SF_STYLE_A1111, SF_START_NOISE_AUTO, FALSE },
    { "ddim", "default", SF_STYLE_A1111, SF_START_NOISE_AUTO, TRUE },
    { "ddim", "default", SF_STYLE_PLAIN, SF_START_NOISE_SIGMA, FALSE },
    { "euler", "default", SF_STYLE_COMFYUI, SF_START_NOISE_AUTO, TRUE },
    { "euler", "ddim_uniform", SF_STYLE_COMFYUI, SF_START_NOISE_AUTO, FALSE },
    { "ddim", "ddim_uniform", SF_STYLE_COMFYUI, SF_START_NOISE_AUTO, FALSE },
    { "euler", "default", SF_STYLE_DIFFUSERS, SF_START_NOISE_AUTO, TRUE },
    { "euler", "trailing", SF_STYLE_DIFFUSERS, SF_START_NOISE_AUTO, FALSE },
    { "dpmpp_2m", "trailing", SF_STYLE_DIFFUSERS, SF_START_NOISE_AUTO, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SfSamplerPlan)
          plan = make_plan (cases[i].sampler, cases[i].schedule, 10, cases[i].style, SF_SWITCH_AUTO,
                            cases[i].start_noise);
      double sigma = plan->schedule->sigmas[0];

      g_assert_cmpfloat_with_epsilon (plan->noise_scale,
                                      cases[i].keeps_variance ? sqrt (1.0 + sigma * sigma) : sigma,
                                      1e-9);
    }
}

static void
test_a1111_timesteps (void)
{
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();
  g_autoptr (SfSamplerPlan) ddim = make_usual_plan ("ddim", "karras", 10, SF_STYLE_A1111);
  g_autoptr (SfSamplerPlan) plms = make_usual_plan ("plms", "karras", 10, SF_STYLE_A1111);
  g_autoptr (SfSamplerPlan) unipc = make_usual_plan ("unipc", "karras", 10, SF_STYLE_A1111);

  g_assert_cmpuint (ddim->schedule->n_steps, ==, 9);
  g_assert_cmpfloat (ddim->schedule->t[8], ==, 101.0);
  g_assert_cmpfloat (ddim->schedule->sigmas[9], ==, model->sigmas[1]);
  g_assert_cmpuint (plms->n_model_calls, ==, 10);

  g_assert_cmpuint (unipc->schedule->n_steps, ==, 10);
  for (guint i = 0; i < 10; i++)
    {
      double log_sigma = log (unipc->schedule->sigmas[i]);

      g_assert_cmpfloat_with_epsilon (unipc->schedule->t[i], 999.0 - 99.9 * i, 1e-9);
      g_assert_cmpfloat_with_epsilon (log_sigma,
                                      log (sf_model_sigmas_at (model, unipc->schedule->t[i])),
                                      1e-4);
    }
  g_assert_cmpfloat (unipc->schedule->sigmas[10], ==, model->sigmas[0]);
}

static void
test_a1111_schedules (void)
{
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();
  g_autoptr (SfSamplerPlan) beta = make_usual_plan ("euler", "beta", 4, SF_STYLE_A1111);
  g_autoptr (SfSamplerPlan) optimal = make_usual_plan ("euler", "kl_optimal", 4, SF_STYLE_A1111);
  g_autoptr (SfSamplerPlan) ays = make_usual_plan ("euler", "ays", 10, SF_STYLE_COMFYUI);

  /* The distribution is symmetric: its quantiles at 1/3 and 2/3 add up to 1. */
  g_assert_cmpfloat (beta->schedule->sigmas[0], ==, sf_model_sigmas_max (model));
  g_assert_cmpfloat_with_epsilon (beta->schedule->sigmas[1] + beta->schedule->sigmas[2],
                                  sf_model_sigmas_max (model) + sf_model_sigmas_min (model), 1e-9);
  g_assert_cmpfloat (beta->schedule->sigmas[3], ==, sf_model_sigmas_min (model));

  g_assert_cmpfloat (optimal->schedule->sigmas[4], ==, sf_model_sigmas_min (model));
  g_assert_cmpfloat_with_epsilon (2.0 * atan (optimal->schedule->sigmas[2]),
                                  atan (optimal->schedule->sigmas[0])
                                      + atan (optimal->schedule->sigmas[4]),
                                  1e-9);

  g_assert_cmpfloat_with_epsilon (ays->schedule->sigmas[9], 0.1515232662, 1e-9);
  g_assert_cmpfloat (ays->schedule->sigmas[10], ==, 0.0);
}

/* sched/tables.json has diffusers' timesteps of LCM. */
static void
test_lcm_timesteps (void)
{
  static const double eight[] = { 999, 879, 759, 639, 499, 379, 259, 139 };
  static const double four[] = { 999, 759, 499, 259 };
  g_autoptr (SfSamplerPlan) long_plan = make_usual_plan ("lcm", "karras", 8, SF_STYLE_DIFFUSERS);
  g_autoptr (SfSamplerPlan) short_plan = make_usual_plan ("lcm", "karras", 4, SF_STYLE_DIFFUSERS);
  g_autoptr (SfSamplerPlan) a1111 = make_usual_plan ("lcm", "sgm_uniform", 4, SF_STYLE_A1111);
  g_autoptr (SfSamplerPlan) own = make_usual_plan ("lcm", "default", 4, SF_STYLE_A1111);
  g_autoptr (GError) error = NULL;
  SfSamplerPlanParams params = long_plan->params;

  g_assert_cmpmem (long_plan->schedule->t, sizeof eight, eight, sizeof eight);
  g_assert_cmpmem (short_plan->schedule->t, sizeof four, four, sizeof four);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (fmod (a1111->schedule->t[i], 20.0), ==, 19.0);
  g_assert_cmpfloat (own->schedule->t[0], ==, 999.0);
  g_assert_cmpfloat (own->schedule->t[3], ==, 19.0);

  params.n_steps = 51;
  g_assert_null (sf_sampler_plan_new (&params, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_zero_terminal_snr (void)
{
  const SfModelSigmas *plain = sf_model_sigmas_stable_diffusion ();
  const SfModelSigmas *model = sf_model_sigmas_zero_terminal_snr ();

  g_assert_cmpfloat_with_epsilon (sf_model_sigmas_max (model), 4518.8, 0.05);
  g_assert_cmpfloat_with_epsilon (model->alphas_cumprod[0], plain->alphas_cumprod[0], 1e-7);
  for (guint t = 1; t < SF_TRAIN_TIMESTEPS; t++)
    g_assert_cmpfloat (model->sigmas[t], >, model->sigmas[t - 1]);
}

static void
test_eta (void)
{
  static const double bad[] = { 1.5, NAN };
  g_autoptr (SfSamplerPlan) plan = make_usual_plan ("euler_a", "karras", 5, SF_STYLE_PLAIN);
  SfSamplerPlanParams params = plan->params;
  g_autoptr (SfSamplerPlan) still = NULL;

  g_assert_cmpfloat (params.eta, ==, 1.0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      params.eta = bad[i];
      g_assert_null (sf_sampler_plan_new (&params, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }

  params.eta = 0.0;
  still = sf_sampler_plan_new (&params, NULL);
  g_assert_cmpuint (still->n_noises, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sampler-styles/discard", test_discard);
  g_test_add_func ("/sampler-styles/start-noise", test_start_noise);
  g_test_add_func ("/sampler-styles/a1111-timesteps", test_a1111_timesteps);
  g_test_add_func ("/sampler-styles/a1111-schedules", test_a1111_schedules);
  g_test_add_func ("/sampler-styles/lcm-timesteps", test_lcm_timesteps);
  g_test_add_func ("/sampler-styles/zero-terminal-snr", test_zero_terminal_snr);
  g_test_add_func ("/sampler-styles/eta", test_eta);

  return g_test_run ();
}
