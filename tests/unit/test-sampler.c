/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "load-golden.h"
#include "reference-runs.h"
#include "relative-error.h"
#include "samplers/sf-sampler.h"

static SfSamplerPlan *
make_styled_plan (const char *sampler, const char *schedule, guint n_steps, SfTimesteps timesteps,
                  SfStyle style)
{
  g_autoptr (GError) error = NULL;
  SfSamplerPlan *plan =
      sf_sampler_plan_new (&(SfSamplerPlanParams){ .sampler = sf_sampler_from_name (sampler, NULL),
                                                   .schedule = sf_schedule_kind_from_name (schedule,
                                                                                           NULL),
                                                   .model = sf_model_sigmas_stable_diffusion (),
                                                   .n_steps = n_steps,
                                                   .timesteps = timesteps,
                                                   .style = style,
                                                   .eta = -1.0 },
                           &error);

  g_assert_no_error (error);

  return plan;
}

static SfSamplerPlan *
make_plan (const char *sampler, const char *schedule, guint n_steps, SfTimesteps timesteps)
{
  return make_styled_plan (sampler, schedule, n_steps, timesteps, SF_STYLE_PLAIN);
}

/* Replays: the recorded answers of a real network go in, the recorded states must
 * come out. */

typedef struct
{
  SfArray *x; /* [calls, 1, 4, 8, 8] */
  SfArray *denoised;
  SfArray *t;
  gboolean has_unit_states;
  guint n_calls;
  double worst; /* greatest error of a state */
} Replay;

static gboolean
replay_denoise (const SfArray *x, double sigma, double t, SfArray *denoised, gpointer user_data,
                GError **error)
{
  Replay *replay = user_data;
  guint call = replay->n_calls++;
  double scale = replay->has_unit_states ? 1.0 / sqrt (1.0 + sigma * sigma) : 1.0;

  g_assert_cmpuint (call, <, replay->t->n_values);
  g_assert_cmpfloat_with_epsilon (t, replay->t->data[call], 1e-3);
  replay->worst = MAX (replay->worst,
                       relative_error (x, scale, replay->x->data + call * x->n_values));
  memcpy (denoised->data, replay->denoised->data + call * x->n_values,
          x->n_values * sizeof *x->data);

  return TRUE;
}

static void
check_sigmas (const char *folder, const SfSchedule *schedule)
{
  g_autoptr (SfArray) sigmas = load_golden (folder, "sigmas");

  g_assert_cmpuint (sigmas->n_values, ==, schedule->n_steps + 1);
  for (guint i = 0; i <= schedule->n_steps; i++)
    g_assert_cmpfloat_with_epsilon (schedule->sigmas[i], sigmas->data[i],
                                    1e-6 * schedule->sigmas[i] + 1e-9);
}

static void
test_replay (gconstpointer data)
{
  const ReferenceRun *test = data;
  g_autofree char *folder = g_strconcat ("t2i-", test->golden, NULL);
  g_autoptr (SfSamplerPlan) plan = make_styled_plan (test->sampler, test->schedule, test->steps,
                                                     test->timesteps, test->style);
  g_autoptr (SfArray) x = load_golden ("t2i-noise", "noise");
  g_autoptr (SfArray) sequence = load_golden ("t2i-noise", "noise_seq");
  g_autoptr (SfArray) recorded_x = load_golden (folder, "x");
  g_autoptr (SfArray) denoised = load_golden (folder, "denoised");
  g_autoptr (SfArray) t = load_golden (folder, "t");
  g_autoptr (SfArray) latent = load_golden (folder, "latent");
  g_autoptr (SfNoise) noise = sf_noise_new_recorded (sequence, NULL);
  g_autoptr (GError) error = NULL;
  Replay replay = { recorded_x, denoised, t, test->has_unit_states };
  const SfSamplerRun run = {
    .plan = plan, .noise = noise, .denoise = replay_denoise, .user_data = &replay
  };
  double final_error;

  if (test->style == SF_STYLE_PLAIN && !test->has_unit_states)
    check_sigmas (folder, plan->schedule);
  g_assert_cmpuint (plan->n_model_calls, ==, t->n_values);

  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] *= plan->noise_scale;

  g_assert_true (sf_sampler_run (&run, x, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (replay.n_calls, ==, t->n_values);

  final_error = relative_error (x, 1.0, latent->data);
  g_test_message ("states differ by %.1e, the latent by %.1e", replay.worst, final_error);
  g_assert_cmpfloat (replay.worst, <=, 1e-5);
  g_assert_cmpfloat (final_error, <=, 1e-5);
}

/* A model that can be solved on paper: latents are normal with deviation 1, so
 * denoised = x / (1 + sigma^2), and what leads from sigma a to b is
 * x sqrt ((1 + b^2) / (1 + a^2)). */

typedef struct
{
  guint n_calls;
  guint n_steps;
  guint fail_at_call; /* from 1; 0 never */
  guint fail_at_step;
  float first_value; /* of x after the last step that did not end on sigma 0 */
  double level;      /* sqrt (1 + sigma^2) there */
  SfArray *last_x;   /* after the last step; NULL: not kept */
} NormalModel;

static gboolean
cancel (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped by the test");
  return FALSE;
}

static gboolean
normal_denoise (const SfArray *x, double sigma, double t, SfArray *denoised, gpointer user_data,
                GError **error)
{
  NormalModel *model = user_data;

  if (++model->n_calls == model->fail_at_call)
    return cancel (error);

  for (gsize i = 0; i < x->n_values; i++)
    denoised->data[i] = x->data[i] / (1.0 + sigma * sigma);

  return TRUE;
}

static gboolean
normal_step (const SfSamplerStep *step, gpointer user_data, GError **error)
{
  NormalModel *model = user_data;

  g_assert_cmpuint (step->index, ==, model->n_steps);
  g_assert_cmpuint (step->index, <, step->n_steps);
  g_assert_cmpfloat (step->sigma, >, step->sigma_next);
  g_assert_cmpuint (step->denoised->n_values, ==, step->x->n_values);

  if (step->sigma_next > 0.0)
    {
      model->first_value = step->x->data[0];
      model->level = sqrt (1.0 + step->sigma_next * step->sigma_next);
    }
  if (model->last_x != NULL)
    memcpy (model->last_x->data, step->x->data, step->x->n_values * sizeof *step->x->data);

  if (++model->n_steps == model->fail_at_step)
    return cancel (error);

  return TRUE;
}

/* The relative error of a run of @n_steps at its last level above 0, without noise. */
static double
error_of_run (const char *sampler, guint n_steps)
{
  g_autoptr (SfSamplerPlan) plan = sf_sampler_plan_new (
      &(SfSamplerPlanParams){ .sampler = sf_sampler_from_name (sampler, NULL),
                              .schedule = sf_schedule_kind_from_name ("exponential", NULL),
                              .model = sf_model_sigmas_stable_diffusion (),
                              .n_steps = n_steps,
                              .eta = 0.0 },
      NULL);
  double sigma = plan->schedule->sigmas[0];
  g_autoptr (SfArray) x = sf_array (1);
  NormalModel model = { 0 };
  const SfSamplerRun run = {
    .plan = plan, .denoise = normal_denoise, .step = normal_step, .user_data = &model
  };

  x->data[0] = sqrt (1.0 + sigma * sigma);
  g_assert_true (sf_sampler_run (&run, x, NULL));
  g_assert_cmpuint (model.n_steps, ==, plan->schedule->n_steps);
  g_assert_cmpuint (model.n_calls, ==, plan->n_model_calls);

  return fabs (model.first_value / model.level - 1.0);
}

/* Halving the step divides the error by 2^order; multistep methods of a higher order keep the error
 * of their first steps. */
static void
test_order_of_convergence (void)
{
  static const struct
  {
    const char *sampler;
    double order;
    guint n_steps;
  } cases[] = {
    { "euler", 1, 50 },        { "euler_a", 1, 50 },      { "ddim", 1, 50 },
    { "heun", 2, 40 },         { "dpm2", 2, 40 },         { "dpm2_a", 2, 40 },
    { "dpmpp_2s_a", 2, 40 },   { "dpmpp_2m", 2, 40 },     { "dpmpp_sde", 2, 40 },
    { "dpmpp_2m_sde", 2, 40 }, { "dpmpp_3m_sde", 2, 40 }, { "lms", 3, 40 },
    { "plms", 3, 40 },         { "unipc", 3, 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double order = log2 (error_of_run (cases[i].sampler, cases[i].n_steps)
                           / error_of_run (cases[i].sampler, 2 * cases[i].n_steps));

      g_test_message ("%s: order %.2f", cases[i].sampler, order);
      g_assert_cmpfloat (order, >=, cases[i].order - 0.3);
    }
}

/* The last level of ddim is timestep 0, and the latent its state of variance 1. */
static void
test_ddim_keeps_unit_noise (void)
{
  g_autoptr (SfSamplerPlan) plan = make_plan ("ddim", "karras", 1000, SF_TIMESTEPS_INTEGER);
  g_autoptr (SfArray) x = sf_array (4, 3);
  NormalModel model = { 0 };
  const SfSamplerRun run = { .plan = plan, .denoise = normal_denoise, .user_data = &model };

  for (guint i = 0; i < 12; i++)
    x->data[i] = plan->noise_scale * (i - 5.5);

  g_assert_true (sf_sampler_run (&run, x, NULL));
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat_with_epsilon (x->data[i] / (i - 5.5), 1.0, 5e-3);
}

static void
check_variance (const char *sampler)
{
  const gsize n_values = 1 << 12;
  g_autoptr (SfSamplerPlan) plan = make_plan (sampler, "karras", 60, SF_TIMESTEPS_CONTINUOUS);
  g_autoptr (SfNoise) noise = sf_noise_new (SF_NOISE_PHILOX, 3);
  g_autoptr (SfArray) x = sf_array (n_values);
  NormalModel model = { 0 };
  const SfSamplerRun run = {
    .plan = plan, .noise = noise, .denoise = normal_denoise, .user_data = &model
  };
  double squares = 0.0;

  g_assert_true (sf_noise_normal (noise, x, NULL));
  for (gsize i = 0; i < n_values; i++)
    x->data[i] *= plan->noise_scale;

  g_assert_true (sf_sampler_run (&run, x, NULL));
  for (gsize i = 0; i < n_values; i++)
    squares += (double) x->data[i] * x->data[i];

  /* Five deviations, sqrt (2 / n), and the error of 60 steps. */
  g_assert_cmpfloat_with_epsilon (squares / n_values, 1.0, 0.11 + 0.06);
}

static void
test_noise_keeps_the_variance (void)
{
  for (const SfNamed *const *named = sf_sampler_list (); *named != NULL; named++)
    if (sf_sampler_draws_noise (sf_sampler_from_name ((*named)->name, NULL))
        && !g_str_equal ((*named)->name, "lcm"))
      check_variance ((*named)->name);
}

/* The state stays where the last whole step left it. */
static void
check_cancel (const char *sampler, SfStyle style, guint fail_at_call, guint fail_at_step)
{
  g_autoptr (SfSamplerPlan)
      plan = make_styled_plan (sampler, "default", 10, SF_TIMESTEPS_CONTINUOUS, style);
  g_autoptr (SfNoise) noise = sf_noise_new (SF_NOISE_CPU, 1);
  g_autoptr (SfArray) x = sf_array (1, 4, 2, 2);
  g_autoptr (SfArray) last_x = sf_array (1, 4, 2, 2);
  g_autoptr (GError) error = NULL;
  NormalModel model = { .fail_at_call = fail_at_call,
                        .fail_at_step = fail_at_step,
                        .last_x = last_x };
  const SfSamplerRun run = { .plan = plan,
                             .noise = noise,
                             .denoise = normal_denoise,
                             .step = normal_step,
                             .user_data = &model };

  g_assert_true (sf_noise_normal (noise, x, NULL));
  memcpy (last_x->data, x->data, x->n_values * sizeof *x->data);
  g_assert_false (sf_sampler_run (&run, x, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (fail_at_call > 0)
    g_assert_cmpuint (model.n_calls, ==, fail_at_call);
  else
    g_assert_cmpuint (model.n_steps, ==, fail_at_step);
  g_assert_cmpmem (x->data, x->n_values * sizeof *x->data, last_x->data,
                   x->n_values * sizeof *x->data);
}

static void
test_callbacks_cancel (void)
{
  for (const SfNamed *const *named = sf_sampler_list (); *named != NULL; named++)
    for (SfStyle style = SF_STYLE_PLAIN; style <= SF_STYLE_DIFFUSERS; style++)
      for (guint n = 1; n <= 4; n++)
        {
          check_cancel ((*named)->name, style, n, 0);
          check_cancel ((*named)->name, style, 0, n);
        }
}

static void
test_plans (void)
{
  g_autoptr (SfSamplerPlan) euler = make_plan ("euler", "karras", 12, SF_TIMESTEPS_INTEGER);
  g_autoptr (SfSamplerPlan) euler_a = make_plan ("euler_a", "karras", 12, SF_TIMESTEPS_INTEGER);
  g_autoptr (SfSamplerPlan) ddim = make_plan ("ddim", "karras", 30, SF_TIMESTEPS_INTEGER);
  g_autoptr (SfSamplerPlan) shortest = make_plan ("ddim", "karras", 1, SF_TIMESTEPS_CONTINUOUS);
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();

  g_assert_cmpuint (euler->schedule->n_steps, ==, 12);
  g_assert_cmpuint (euler->n_model_calls, ==, 12);
  g_assert_cmpuint (euler->n_noises, ==, 0);
  g_assert_cmpfloat (euler->noise_scale, ==, euler->schedule->sigmas[0]);
  g_assert_cmpuint (euler_a->n_noises, ==, 11);

  /* 1000 / 30 is 33: timesteps 1, 34, ... 991. */
  g_assert_cmpuint (ddim->schedule->n_steps, ==, 31);
  g_assert_cmpuint (ddim->n_model_calls, ==, 31);
  for (guint i = 0; i < 31; i++)
    g_assert_cmpfloat (ddim->schedule->t[i], ==, 991.0 - 33.0 * i);
  g_assert_cmpfloat (ddim->schedule->sigmas[31], ==, model->sigmas[0]);
  g_assert_cmpfloat_with_epsilon (ddim->noise_scale, 1.0 / sqrt (model->alphas_cumprod[991]), 1e-6);

  g_assert_cmpuint (shortest->schedule->n_steps, ==, 1);
  g_assert_cmpfloat (shortest->schedule->t[0], ==, 1.0);
}

static void
test_refusals (void)
{
  static const guint bad_counts[] = { 0, 1001 };
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();
  const SfScheduleKind *schedule = sf_schedule_kind_from_name ("default", NULL);
  g_autoptr (GError) error = NULL;

  for (const SfNamed *const *named = sf_sampler_list (); *named != NULL; named++)
    for (guint i = 0; i < G_N_ELEMENTS (bad_counts); i++)
      {
        const SfSampler *sampler = sf_sampler_from_name ((*named)->name, NULL);

        g_assert_true (&sampler->named == *named);
        g_assert_null (sf_sampler_plan_new (&(SfSamplerPlanParams){ .sampler = sampler,
                                                                    .schedule = schedule,
                                                                    .model = model,
                                                                    .n_steps = bad_counts[i] },
                                            &error));
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
        g_clear_error (&error);
      }

  g_assert_null (sf_sampler_from_name ("euler_b", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_str_has_prefix (error->message,
                                   "unknown sampler “euler_b”; known are euler, euler_a, heun"));
}

/* A recording that is too short is refused before the model is asked. */
static void
test_short_recording (void)
{
  g_autoptr (SfSamplerPlan) plan = make_plan ("euler_a", "default", 12, SF_TIMESTEPS_CONTINUOUS);
  g_autoptr (SfArray) sequence = load_golden ("t2i-noise", "noise_seq");
  g_autoptr (SfNoise) noise = sf_noise_new_recorded (sequence, NULL);
  g_autoptr (SfArray) x = load_golden ("t2i-noise", "noise");
  g_autoptr (GError) error = NULL;
  NormalModel model = { 0 };
  const SfSamplerRun run = {
    .plan = plan, .noise = noise, .denoise = normal_denoise, .user_data = &model
  };

  g_assert_false (sf_sampler_run (&run, x, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (model.n_calls, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (reference_runs); i++)
    {
      g_autofree char *path = g_strconcat ("/sampler/replay/", reference_runs[i].golden, NULL);

      g_test_add_data_func (path, &reference_runs[i], test_replay);
    }

  g_test_add_func ("/sampler/order-of-convergence", test_order_of_convergence);
  g_test_add_func ("/sampler/ddim-keeps-unit-noise", test_ddim_keeps_unit_noise);
  g_test_add_func ("/sampler/noise-keeps-the-variance", test_noise_keeps_the_variance);
  g_test_add_func ("/sampler/callbacks-cancel", test_callbacks_cancel);
  g_test_add_func ("/sampler/plans", test_plans);
  g_test_add_func ("/sampler/refusals", test_refusals);
  g_test_add_func ("/sampler/short-recording", test_short_recording);

  return g_test_run ();
}
