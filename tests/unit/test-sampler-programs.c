/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Samplers and noise against what other programs make of the same formula in a network's place
 * (tests/goldens/samplers/README.md). */

#include <gio/gio.h>

#include "load-golden.h"
#include "relative-error.h"
#include "samplers/sf-sampler.h"

/* Root mean square over deviation. diffusers keeps Heun's slopes in single precision down to the
 * last levels, where a last bit of x is divided by sigma 0.03: 1e-5; all else is below 2e-6. */
#define TOLERANCE 2e-5

#define SEED (G_GUINT64_CONSTANT (1) << 40 | 7)

typedef struct
{
  const char *golden;
  const char *sampler;
  const char *schedule;
  guint n_steps;
  SfStyle style;
  double eta;
  enum
  {
    RECORDED,
    SEED_CPU,
    SEED_PHILOX,
  } noise;
} Case;

static const Case cases[] = {
  { "eta-euler_ancestral", "euler_a", "karras", 6, SF_STYLE_PLAIN, 0.6, RECORDED },
  { "eta-dpm_2_ancestral", "dpm2_a", "karras", 6, SF_STYLE_PLAIN, 0.6, RECORDED },
  { "eta-dpmpp_2s_ancestral", "dpmpp_2s_a", "karras", 6, SF_STYLE_PLAIN, 0.6, RECORDED },
  { "eta-dpmpp_sde", "dpmpp_sde", "karras", 6, SF_STYLE_PLAIN, 0.6, RECORDED },
  { "eta-dpmpp_2m_sde", "dpmpp_2m_sde", "karras", 6, SF_STYLE_PLAIN, 0.6, RECORDED },
  { "eta-dpmpp_3m_sde", "dpmpp_3m_sde", "karras", 6, SF_STYLE_PLAIN, 0.6, RECORDED },
  { "sde-cpu-dpmpp_sde", "dpmpp_sde", "karras", 8, SF_STYLE_PLAIN, -1.0, SEED_CPU },
  { "sde-cpu-dpmpp_2m_sde", "dpmpp_2m_sde", "karras", 8, SF_STYLE_PLAIN, -1.0, SEED_CPU },
  { "sde-cpu-dpmpp_3m_sde", "dpmpp_3m_sde", "karras", 8, SF_STYLE_PLAIN, -1.0, SEED_CPU },
  { "sde-philox-dpmpp_sde", "dpmpp_sde", "karras", 8, SF_STYLE_PLAIN, -1.0, SEED_PHILOX },
  { "sde-philox-dpmpp_2m_sde", "dpmpp_2m_sde", "karras", 8, SF_STYLE_PLAIN, -1.0, SEED_PHILOX },
  { "sde-philox-dpmpp_3m_sde", "dpmpp_3m_sde", "karras", 8, SF_STYLE_PLAIN, -1.0, SEED_PHILOX },
  { "unipc-karras", "unipc", "karras", 10, SF_STYLE_PLAIN, -1.0, RECORDED },
#define SPACINGS(name)                                                                           \
  { "diffusers-" name "-linspace", name, "linspace", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED },   \
      { "diffusers-" name "-leading", name, "leading", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED }, \
  {                                                                                              \
    "diffusers-" name "-trailing", name, "trailing", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED      \
  }
  SPACINGS ("euler"),
  SPACINGS ("euler_a"),
  SPACINGS ("heun"),
  SPACINGS ("dpm2"),
  SPACINGS ("lms"),
  SPACINGS ("ddim"),
  { "diffusers-plms-leading", "plms", "leading", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED },
  { "diffusers-plms-trailing", "plms", "trailing", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED },
  SPACINGS ("dpmpp_2m"),
  SPACINGS ("dpmpp_2m_sde"),
  SPACINGS ("unipc"),
  { "diffusers-euler-karras", "euler", "karras", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED },
  { "diffusers-dpmpp_2m-karras", "dpmpp_2m", "karras", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED },
  { "diffusers-unipc-karras", "unipc", "karras", 10, SF_STYLE_DIFFUSERS, -1.0, RECORDED },
  { "diffusers-ddim-eta", "ddim", "leading", 8, SF_STYLE_DIFFUSERS, 0.7, RECORDED },
  { "diffusers-lcm", "lcm", "default", 8, SF_STYLE_DIFFUSERS, -1.0, RECORDED },
};

static gboolean
denoise (const SfArray *x, double sigma, double t, SfArray *denoised, gpointer user_data,
         GError **error)
{
  double scale = 1.0 / sqrt (1.0 + sigma * sigma);

  for (gsize i = 0; i < x->n_values; i++)
    denoised->data[i] = (float) tanh (scale * x->data[i] + t / 1000.0);

  return TRUE;
}

static SfNoise *
make_noise (const Case *test)
{
  g_autoptr (SfArray) sequence = load_golden ("t2i-noise", "noise_seq");

  if (test->noise == RECORDED)
    return sf_noise_new_recorded (sequence, NULL);

  return sf_noise_new (test->noise == SEED_CPU ? SF_NOISE_CPU : SF_NOISE_PHILOX, SEED);
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  const SfTimesteps timesteps = test->style == SF_STYLE_DIFFUSERS ? SF_TIMESTEPS_INTEGER
                                                                  : SF_TIMESTEPS_CONTINUOUS;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfSamplerPlan) plan = sf_sampler_plan_new (
      &(SfSamplerPlanParams){ .sampler = sf_sampler_from_name (test->sampler, NULL),
                              .schedule = sf_schedule_kind_from_name (test->schedule, NULL),
                              .model = sf_model_sigmas_stable_diffusion (),
                              .n_steps = test->n_steps,
                              .timesteps = timesteps,
                              .style = test->style,
                              .eta = test->eta },
      &error);
  g_autoptr (SfArray) x = load_golden ("t2i-noise", "noise");
  g_autoptr (SfArray) golden = load_golden ("samplers", test->golden);
  g_autoptr (SfNoise) noise = make_noise (test);
  double difference;

  g_assert_no_error (error);
  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] *= plan->noise_scale;

  g_assert_true (
      sf_sampler_run (&(SfSamplerRun){ .plan = plan, .noise = noise, .denoise = denoise }, x,
                      &error));
  g_assert_no_error (error);

  difference = relative_error (x, 1.0, golden->data);
  g_test_message ("differs by %.1e", difference);
  g_assert_cmpfloat (difference, <=, TOLERANCE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sampler-programs/", cases[i].golden, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }

  return g_test_run ();
}
