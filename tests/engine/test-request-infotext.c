/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-infotext.h"

#include "engine/sf-foreign-names.h"
#include "engine/sf-request-field.h"
#include "samplers/sf-sampler.h"

#include <gio/gio.h>
#include <string.h>

#define HASH "0123456789abcdef0123456789abcdef"

static void
set (SfRequest *request, const char *field, const char *value)
{
  g_autoptr (GError) error = NULL;

  sf_request_field_set (sf_request_find_field (field), request, value, &error);
  g_assert_no_error (error);
}

static char *
get (const SfRequest *request, const char *field)
{
  return sf_request_field_get (sf_request_find_field (field), request);
}

static void
test_text (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autofree char *text = NULL;

  set (request, "prompt", "a red apple");
  set (request, "negative", "blurry");
  set (request, "schedule", "karras");
  set (request, "clip-skip", "2");
  set (request, "step-cache", "3");
  set (request, "cfg", "7.5");
  text = sf_request_make_infotext (request, &(SfInfotextFacts){ 512, 768, 42, "v1-5", HASH, NULL,
                                                                NULL, NULL });

  g_assert_true (g_str_has_prefix (
      text, "a red apple\nNegative prompt: blurry\n"
            "Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7.5, Seed: 42, "
            "Size: 512x768, Model hash: 0123456789, Model: v1-5, Clip skip: 2, "
            "Step cache: 3, RNG: CPU, Version: Sfumato "));
}

/* Everything that A1111 has a key for, in its words. */
static void
test_text_of_everything (void)
{
  static const char *const values[][2] = {
    { "eta", "0.5" },
    { "eta-noise-delta", "31337" },
    { "variation-seed", "7" },
    { "variation-strength", "0.25" },
    { "guidance-rescale", "0.7" },
    { "emphasis", "no-norm" },
    { "pad-prompts", "on" },
    { "zero-terminal-snr", "on" },
    { "start-noise", "variance" },
    { "discard-penultimate", "on" },
    { "prediction", "v" },
    { "timesteps", "integer" },
  };
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autofree char *text = NULL;

  sf_request_set_compatibility (request, SF_COMPATIBILITY_A1111);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    set (request, values[i][0], values[i][1]);
  text = sf_request_make_infotext (request, &(SfInfotextFacts){ 512, 768, 42, "v1-5", HASH,
                                                                "kl-f8.ckpt", HASH, "bad: 0011" });

  g_assert_true (g_str_has_prefix (
      text,
      "\nSteps: 20, Sampler: Euler a, Schedule type: Uniform, CFG scale: 7, Seed: 42, "
      "Size: 512x768, Model hash: 0123456789, Model: v1-5, VAE hash: 0123456789, VAE: kl-f8.ckpt, "
      "Variation seed: 7, Variation seed strength: 0.25, ENSD: 31337, RNG: NV, Eta: 0.5, "
      "CFG rescale: 0.7, Emphasis: No norm, Pad conds: True, Noise Schedule: Zero Terminal SNR, "
      "SGM noise multiplier: True, Discard penultimate sigma: True, Prediction: v_prediction, "
      "Timesteps: integer, TI hashes: \"bad: 0011\", Compatibility: A1111, Version: Sfumato "));
}

/* What a request looks like when its text was read. */
static SfRequest *
go_there_and_back (const SfRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *vae = sf_request_field_get (sf_request_find_field ("vae"), request);
  g_autofree char *text = sf_request_make_infotext (request,
                                                    &(SfInfotextFacts){
                                                        request->width, request->height,
                                                        request->seed, "starter", HASH,
                                                        *vae != '\0' ? vae : NULL, NULL, NULL });
  SfRequest *back = sf_request_new_from_infotext (text, &error);

  g_assert_no_error (error);
  g_assert_true (sf_request_validate (back, &error));
  g_assert_no_error (error);

  return back;
}

/* Settings that do not decide about the picture, or that stay on the machine. */
static gboolean
is_left_out (const SfRequestField *field)
{
  static const char *const names[] = {
    "precision", "preview",    "preview-every", "count",      "taesd",    "model",
    "vae",       "embeddings", "wildcards",     "vae-tiling", "metadata",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (field->name, names[i]))
      return TRUE;

  return FALSE;
}

static void
assert_same (const SfRequest *a, const SfRequest *b)
{
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *value_a = sf_request_field_get (&fields[i], a);
      g_autofree char *value_b = sf_request_field_get (&fields[i], b);

      if (!is_left_out (&fields[i]) && !g_str_equal (value_a, value_b))
        g_error ("%s was %s and is %s", fields[i].name, value_a, value_b);
    }
}

/* Values to try, NULL-terminated. */
static char **
list_values (const SfRequestField *field)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();

  switch (field->kind)
    {
    case SF_FIELD_TEXT:
      g_strv_builder_add_many (values, "", "a cat, \"sitting\": (on: a mat)\nsecond line, steps: 3",
                               "灯台 🗼", NULL);
      break;
    case SF_FIELD_PATH:
      break;
    case SF_FIELD_SWITCH:
      g_strv_builder_add_many (values, "on", "off", NULL);
      break;
    case SF_FIELD_SEED:
      g_strv_builder_add_many (values, "0", "1", "4294967296", "9223372036854775807", NULL);
      break;
    case SF_FIELD_CHOICE:
    case SF_FIELD_ENUM:
      for (const SfNamed *const *choice = field->list_choices (); *choice != NULL; choice++)
        g_strv_builder_add (values, (*choice)->name);
      break;
    case SF_FIELD_UNSIGNED:
    case SF_FIELD_NUMBER:
      for (guint i = 0; i <= 4; i++)
        {
          const double value = field->least + i * (field->most - field->least) / 4;
          g_autofree char *text = field->kind == SF_FIELD_UNSIGNED
                                      ? g_strdup_printf ("%u", (guint) value)
                                      : g_strdup_printf ("%.4f", value);

          g_strv_builder_add (values, text);
        }
      break;
    }

  return g_strv_builder_end (values);
}

/* Every field with every value, in every compatibility. */
static void
test_there_and_back (void)
{
  guint n_fields, n_cases = 0;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  for (guint c = 0; c < SF_COMPATIBILITY_CUSTOM; c++)
    for (guint i = 0; i < n_fields; i++)
      {
        g_auto (GStrv) values = is_left_out (&fields[i]) ? NULL : list_values (&fields[i]);

        for (guint k = 0; values != NULL && values[k] != NULL; k++, n_cases++)
          {
            g_autoptr (SfRequest) request = sf_request_new ();
            g_autoptr (SfRequest) back = NULL;

            sf_request_set_compatibility (request, (SfCompatibility) c);
            request->width = 192;
            request->height = 128;
            set (request, fields[i].name, values[k]);
            if (request->width == 0 || request->height == 0)
              continue;
            back = go_there_and_back (request);
            assert_same (request, back);
            g_assert_null (back->model);
            g_assert_null (back->vae);
          }
      }
  g_test_message ("%u cases", n_cases);
  g_assert_cmpuint (n_cases, >, 400);
}

static void
test_joint_batch (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autoptr (SfRequest) back = NULL;
  g_autoptr (SfRequest) separate = NULL;

  request->width = request->height = 64;
  request->count = 4;
  set (request, "batch-noise", "joint");
  set (request, "vae", "kl-f8");
  back = go_there_and_back (request);
  g_assert_cmpuint (back->count, ==, 4);
  g_assert_cmpstr (back->vae, ==, "kl-f8");

  /* A picture whose noise is its own can be made alone. */
  set (request, "batch-noise", "separate");
  separate = go_there_and_back (request);
  g_assert_cmpuint (separate->count, ==, 1);
}

#define ENOUGH ", CFG scale: 7, Seed: 5"

/* A text, a field and what it is then. */
static const struct
{
  const char *text;
  const char *field;
  const char *value;
} cases[] = {
  /* A1111 before 1.9 */
  { "castle\nSteps: 30, Sampler: DPM++ 2M Karras" ENOUGH, "sampler", "dpmpp_2m" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M Karras" ENOUGH, "schedule", "karras" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M Karras" ENOUGH, "prompt", "castle" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M" ENOUGH, "schedule", "default" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M Exponential" ENOUGH, "schedule", "exponential" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M SGMUniform" ENOUGH, "schedule", "sgm_uniform" },
  { "castle\nSteps: 30, Sampler: Euler a" ENOUGH ", Size: 640x512, Model: dream", "width", "640" },
  { "castle\nSteps: 30, Sampler: Euler a" ENOUGH ", Size: 640x512, Model: dream", "model",
    "dream" },
  { "castle\nSteps: 30, Sampler: Euler a" ENOUGH, "rng", "philox" },
  { "castle\nSteps: 30, Sampler: Euler a" ENOUGH, "style", "a1111" },
  { "castle\nSteps: 30, Sampler: Euler a" ENOUGH ", Eta: 0.67, ENSD: 31337", "eta", "0.67" },
  { "castle\nSteps: 30, Sampler: Euler a" ENOUGH ", ENSD: 31337", "eta-noise-delta", "31337" },
  { "castle\nSteps: 30, Sampler: DDIM" ENOUGH ", Eta DDIM: 0.3", "eta", "0.3" },
  /* A1111 since then */
  { "castle\nSteps: 30, Sampler: DPM++ 2M, Schedule type: Automatic" ENOUGH, "schedule", "karras" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Automatic" ENOUGH, "schedule", "default" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Align Your Steps" ENOUGH, "schedule",
    "ays" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: KL Optimal" ENOUGH, "schedule",
    "kl_optimal" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Beta" ENOUGH, "schedule", "beta" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Normal" ENOUGH, "schedule", "default" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Polyexponential" ENOUGH, "schedule",
    "exponential" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", RNG: CPU, Version: v1.10.1", "rng", "cpu" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", RNG: NV, Version: v1.10.1", "rng", "philox" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", Version: v1.10.1", "timesteps", "continuous" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", Emphasis: No norm", "emphasis", "no-norm" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", Emphasis: Ignore", "emphasis", "ignore" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", Pad conds: True", "pad-prompts", "on" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", Noise Schedule: Zero Terminal SNR",
    "zero-terminal-snr", "on" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", Discard penultimate sigma: True",
    "discard-penultimate", "on" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", SGM noise multiplier: True", "start-noise",
    "variance" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH
    ", Variation seed: 9, Variation seed strength: 0.1, Seed resize from: 8x8",
    "variation-strength", "0.1" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", VAE hash: 735e4c3a44, VAE: mse-840000.ckpt",
    "vae", "mse-840000" },
  { "castle\nSteps: 30, Sampler: Euler" ENOUGH ", VAE: Automatic", "vae", "" },
  { "castle\nNegative prompt: ugly,\nbad\nSteps: 30, Sampler: Euler" ENOUGH
    ", TI hashes: \"a: 12, b: 34\", Lora hashes: \"c: 5\", Hires upscale: 2",
    "negative", "ugly,\nbad" },
  /* Forge */
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Simple" ENOUGH
    ", Version: f2.0.1v1.10.1-previous-635-gf5330788",
    "timesteps", "integer" },
  { "castle\nSteps: 30, Sampler: Euler, Schedule type: Simple" ENOUGH
    ", Version: f0.0.17v1.8.0rc-latest-276-g29be1da7",
    "rng", "philox" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M SGM Uniform" ENOUGH ", Version: forge", "schedule",
    "sgm_uniform" },
  /* SD.Next */
  { "castle\nSteps: 10, Size: 256x256, Sampler: Euler a, Scheduler: Karras, Seed: 666, "
    "CFG scale: 15.5, CFG rescale: 0.7, App: SD.Next, Parser: a1111, Model: sd15",
    "cfg", "15.5" },
  { "castle\nSteps: 10, Size: 256x256, Sampler: Euler a, Scheduler: Karras, Seed: 666, "
    "CFG scale: 15.5, CFG rescale: 0.7, App: SD.Next, Parser: a1111, Model: sd15",
    "guidance-rescale", "0.7" },
  { "castle\nSteps: 10, Size: 256x256, Sampler: Euler a, Scheduler: Karras, Seed: 666, "
    "CFG scale: 15.5, App: SD.Next",
    "schedule", "karras" },
  /* stable-diffusion.cpp */
  { "castle\nSteps: 20, CFG scale: 7.000000, Guidance: 3.500000, Eta: 0.000000, Seed: 42, "
    "Size: 512x512, Model: v1-5.safetensors, RNG: cuda, Sampler: euler_a karras, "
    "Version: stable-diffusion.cpp",
    "schedule", "karras" },
  { "castle\nSteps: 20, CFG scale: 7.000000, Eta: 0.000000, Seed: 42, Sampler: euler_a karras, "
    "Version: stable-diffusion.cpp",
    "eta", "-1" },
  { "castle\nSteps: 20, CFG scale: 7.000000, Seed: 42, Sampler: dpm++2m discrete, "
    "Model: dir/v1-5.safetensors, Version: stable-diffusion.cpp",
    "sampler", "dpmpp_2m" },
  { "castle\nSteps: 20, CFG scale: 7.000000, Seed: 42, Sampler: dpm++2m, "
    "Model: dir/v1-5.safetensors, Version: stable-diffusion.cpp",
    "model", "v1-5" },
  { "castle\nSteps: 20, CFG scale: 7.000000, Seed: 42, RNG: cpu, Version: stable-diffusion.cpp",
    "rng", "cpu" },
  /* ComfyUI, by way of what we read from its graph or of nodes that write as A1111 does */
  { "castle\nSteps: 20, Sampler: euler_ancestral, Schedule type: normal" ENOUGH
    ", RNG: CPU, Compatibility: ComfyUI, Version: ComfyUI",
    "sampler", "euler_a" },
  { "castle\nSteps: 20, Sampler: euler, Schedule type: ddim_uniform" ENOUGH
    ", Compatibility: ComfyUI",
    "schedule", "ddim_uniform" },
  { "castle\nSteps: 20, Sampler: dpmpp_2m_karras" ENOUGH ", Version: ComfyUI", "schedule",
    "karras" },
  { "castle\nSteps: 20, Sampler: dpmpp_2m_karras" ENOUGH ", Version: ComfyUI", "timesteps",
    "integer" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Version: ComfyUI", "grammar", "comfyui" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Version: ComfyUI", "emphasis", "comfyui" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Version: ComfyUI", "batch-noise", "joint" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Version: ComfyUI", "rng", "cpu" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Batch size: 4, Version: ComfyUI", "count", "4" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Batch size: 4, Batch pos: 1", "count", "1" },
  { "castle\nSteps: 20, Sampler: euler, CFG scale: 8, Seed: 18446744073709551615, "
    "Compatibility: ComfyUI",
    "seed", "4294967295" },
  { "castle\nSteps: 20, Sampler: euler" ENOUGH ", Prediction: v_prediction, Version: ComfyUI",
    "prediction", "v" },
  /* Fooocus in A1111's form */
  { "castle\nSteps: 30, Sampler: DPM++ 2M Karras" ENOUGH
    ", Scheduler: karras, VAE: Default (model), Version: Fooocus v2.5.5",
    "style", "comfyui" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M Karras" ENOUGH
    ", Scheduler: karras, VAE: Default (model), Version: Fooocus v2.5.5",
    "vae", "" },
  { "castle\nSteps: 30, Sampler: DPM++ 2M" ENOUGH ", Scheduler: karras, Version: Fooocus v2.5.5",
    "schedule", "karras" },
  /* InvokeAI */
  { "castle\nSteps: 30, Sampler: euler" ENOUGH ", RNG: GPU, Compatibility: diffusers", "rng",
    "philox" },
  { "castle\nSteps: 30, Sampler: euler" ENOUGH ", Compatibility: diffusers", "grammar", "plain" },
  /* Easy Diffusion */
  { "castle\nSteps: 25, Sampler: euler_a" ENOUGH ", Clip skip: 2, Version: Easy Diffusion",
    "clip-skip", "2" },
  /* Values that are none keep what they were. */
  { "castle\nSteps: 9000, Sampler: Magic, Schedule type: Spell, CFG scale: much, Seed: -1", "steps",
    "20" },
  { "castle\nSteps: 9000, Sampler: Magic, Schedule type: Spell, CFG scale: much, Seed: -1",
    "sampler", "euler_a" },
  { "castle\nSteps: 9000, Sampler: Magic, Schedule type: Spell, CFG scale: much, Seed: -1",
    "schedule", "default" },
  { "castle\nSteps: 9000, Sampler: Magic, Schedule type: Spell, CFG scale: much, Seed: -1", "cfg",
    "7" },
  { "castle\nSteps: 9000, Sampler: Magic, Schedule type: Spell, CFG scale: much, Seed: -1", "seed",
    "0" },
  { "castle\nSteps: 1, Sampler: Euler, CFG scale: inf, Size: 100x100", "width", "0" },
  { "castle\nSteps: 1, Sampler: Euler, CFG scale: inf, Size: 100x100", "cfg", "7" },
  { "castle\nSteps: 1, Sampler: Euler, CFG scale: nan, Clip skip: 99", "clip-skip", "1" },
  { "castle\nSteps: 1, Sampler: Karras, CFG scale: 7", "sampler", "euler_a" },
  { "castle\nSteps: 1, Sampler: Euler, CFG scale: 7, Compatibility: custom", "style", "a1111" },
  { "castle\nSteps: 1, Sampler: Euler, Seed: 18446744073709551615", "seed", "0" },
  { "castle\nSteps: 1, Sampler: Euler, Seed: 99999999999999999999", "seed", "0" },
  /* Ours before there was a compatibility */
  { "castle\nSteps: 1, Sampler: Euler, Timesteps: integer, RNG: CPU, Version: Sfumato 0.1.0",
    "timesteps", "integer" },
  { "castle\nSteps: 1, Sampler: Euler, Timesteps: integer, RNG: CPU, Version: Sfumato 0.1.0",
    "style", "plain" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfRequest) request = sf_request_new_from_infotext (cases[i].text, &error);
      g_autoptr (SfRequest) expected = sf_request_new ();
      g_autofree char *value = NULL;
      g_autofree char *expected_value = NULL;

      g_assert_no_error (error);
      g_assert_true (sf_request_validate (request, &error));
      set (expected, cases[i].field, cases[i].value);
      value = get (request, cases[i].field);
      expected_value = get (expected, cases[i].field);
      if (!g_str_equal (value, expected_value))
        g_error ("%s is “%s” in “%s”", cases[i].field, value, cases[i].text);
    }
}

static void
test_no_settings (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sf_request_new_from_infotext ("only words", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* What ComfyUI, InvokeAI, SD.Next, stable-diffusion.cpp and others say, and who it is. */
static const char *const foreign_names[][2] = {
  { "euler_ancestral", "euler_a" },
  { "EULER A", "euler_a" },
  { "dpm_2", "dpm2" },
  { "kdpm_2", "dpm2" },
  { "dpm_2_ancestral", "dpm2_a" },
  { "dpm_2_ancestral_karras", "dpm2_a" },
  { "kdpm_2_a", "dpm2_a" },
  { "LMSD", "lms" },
  { "dpmpp_2s_ancestral", "dpmpp_2s_a" },
  { "dpm++2s_a", "dpmpp_2s_a" },
  { "dpm++2m karras", "dpmpp_2m" },
  { "dpmpp_sde_gpu", "dpmpp_sde" },
  { "DPM++ SDE Karras", "dpmpp_sde" },
  { "dpmpp_2m_sde_gpu", "dpmpp_2m_sde" },
  { "DPM++ 2M SDE Exponential", "dpmpp_2m_sde" },
  { "dpmpp_3m_sde_gpu_exponential", "dpmpp_3m_sde" },
  { "pndm", "plms" },
  { "uni_pc", "unipc" },
  { "LCM SGM Uniform", "lcm" },
  { "Heun AYS", "heun" },
  /* Others than ours */
  { "uni_pc_bh2", NULL },
  { "DPM++ 2M SDE Heun", NULL },
  { "DPM fast", NULL },
  { "dpm++2mv2", NULL },
  { "Restart", NULL },
};

/* Every sampler by its name, its title, and both with every schedule behind them. */
static void
test_names (void)
{
  const SfNamed *const *samplers = sf_sampler_list ();
  const SfNamed *const *schedules = sf_schedule_list ();
  const char *schedule;

  for (guint i = 0; samplers[i] != NULL; i++)
    {
      g_assert_cmpstr (sf_foreign_sampler_find (samplers[i]->name, &schedule), ==,
                       samplers[i]->name);
      g_assert_null (schedule);
      g_assert_cmpstr (sf_foreign_sampler_find (samplers[i]->title, &schedule), ==,
                       samplers[i]->name);
      g_assert_null (schedule);
      for (guint k = 0; schedules[k] != NULL; k++)
        {
          g_autofree char *names = g_strconcat (samplers[i]->name, "_", schedules[k]->name, NULL);
          g_autofree char *titles = g_strconcat (samplers[i]->title, " ", schedules[k]->title,
                                                 NULL);

          g_assert_cmpstr (sf_foreign_sampler_find (names, &schedule), ==, samplers[i]->name);
          g_assert_cmpstr (schedule, ==, schedules[k]->name);
          g_assert_cmpstr (sf_foreign_sampler_find (titles, &schedule), ==, samplers[i]->name);
          g_assert_cmpstr (schedule, ==, schedules[k]->name);
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (foreign_names); i++)
    g_assert_cmpstr (sf_foreign_sampler_find (foreign_names[i][0], &schedule), ==,
                     foreign_names[i][1]);
  g_assert_null (sf_foreign_sampler_find ("", &schedule));
  g_assert_null (sf_foreign_sampler_find ("_karras", &schedule));
  g_assert_null (sf_foreign_schedule_find ("Automatic"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request-infotext/text", test_text);
  g_test_add_func ("/request-infotext/text-of-everything", test_text_of_everything);
  g_test_add_func ("/request-infotext/there-and-back", test_there_and_back);
  g_test_add_func ("/request-infotext/joint-batch", test_joint_batch);
  g_test_add_func ("/request-infotext/cases", test_cases);
  g_test_add_func ("/request-infotext/no-settings", test_no_settings);
  g_test_add_func ("/request-infotext/names", test_names);

  return g_test_run ();
}
