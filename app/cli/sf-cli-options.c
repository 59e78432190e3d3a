/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-options.h"

#define NOT_GIVEN (-1)

static const SfNamed preview_none = { "none", "None" };
static const SfNamed preview_linear = { "linear", "Linear" };
static const SfNamed preview_vae = { "vae", "VAE" };
static const SfNamed *const previews[] = {
  [SF_PREVIEW_NONE] = &preview_none,
  [SF_PREVIEW_LINEAR] = &preview_linear,
  [SF_PREVIEW_VAE] = &preview_vae,
  NULL,
};

void
sf_cli_options_clear (SfCliOptions *self)
{
  char **const strings[] = {
    &self->prompt,      &self->negative,  &self->sampler,        &self->schedule,
    &self->seed,        &self->rng,       &self->output,         &self->preview,
    &self->preview_dir, &self->noise,     &self->noise_sequence, &self->save_latent,
    &self->save_image,  &self->timesteps,
  };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_clear_pointer (strings[i], g_free);
}

gboolean
sf_cli_options_parse (SfCliOptions *self, SfCli *cli, char **argv, SfCliStatus *status)
{
  const GOptionEntry entries[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_FILENAME, &self->prompt, "What to paint", "TEXT" },
    { "negative", 0, 0, G_OPTION_ARG_FILENAME, &self->negative, "What to keep out", "TEXT" },
    { "width", 'W', 0, G_OPTION_ARG_INT, &self->width, "Pixels; the model's own size", "N" },
    { "height", 'H', 0, G_OPTION_ARG_INT, &self->height, "Pixels; the model's own size", "N" },
    { "steps", 'n', 0, G_OPTION_ARG_INT, &self->steps, "Sampler steps (20)", "N" },
    { "cfg", 0, 0, G_OPTION_ARG_DOUBLE, &self->guidance, "Guidance scale (7)", "X" },
    { "sampler", 0, 0, G_OPTION_ARG_FILENAME, &self->sampler, "Sampler (euler_a)", "NAME" },
    { "schedule", 0, 0, G_OPTION_ARG_FILENAME, &self->schedule, "Schedule (default)", "NAME" },
    { "seed", 's', 0, G_OPTION_ARG_FILENAME, &self->seed, "Seed of the first picture (random)",
      "N" },
    { "rng", 0, 0, G_OPTION_ARG_FILENAME, &self->rng, "Generator of the noise (cpu)",
      "cpu|philox" },
    { "count", 'c', 0, G_OPTION_ARG_INT, &self->count, "Pictures (1)", "N" },
    { "clip-skip", 0, 0, G_OPTION_ARG_INT, &self->clip_skip,
      "Layers of the text encoder counted from its end (1)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
      "File, or folder to number pictures in (.)", "FILE.png|DIR" },
    { "preview", 0, 0, G_OPTION_ARG_FILENAME, &self->preview,
      "How previews are made (none; with --preview-dir linear)", "none|linear|vae" },
    { "preview-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->preview_dir, "Folder for previews",
      "DIR" },
    { "preview-every", 0, 0, G_OPTION_ARG_INT, &self->preview_every, "Steps between previews (1)",
      "N" },
    { "noise", 0, 0, G_OPTION_ARG_FILENAME, &self->noise,
      "Unit noise to start from in place of the generator's", "FILE.npy" },
    { "noise-sequence", 0, 0, G_OPTION_ARG_FILENAME, &self->noise_sequence,
      "What the sampler gets each time it asks for noise", "FILE.npy" },
    { "save-latent", 0, 0, G_OPTION_ARG_FILENAME, &self->save_latent, "Latents before the VAE",
      "FILE.npy" },
    { "save-image", 0, 0, G_OPTION_ARG_FILENAME, &self->save_image,
      "Pictures after the VAE, unclamped", "FILE.npy" },
    { "timesteps", 0, 0, G_OPTION_ARG_FILENAME, &self->timesteps,
      "Whether timesteps keep their fraction (continuous)", "continuous|integer" },
    { "dump-plan", 0, 0, G_OPTION_ARG_NONE, &self->dump_plan,
      "Print the memory plans of the networks and paint nothing", NULL },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "generate",
    .summary = "Paints pictures from a prompt and prints the files.",
    .entries = entries,
    .runs_model = TRUE,
  };

  *self = (SfCliOptions){
    .width = NOT_GIVEN,
    .height = NOT_GIVEN,
    .steps = 20,
    .guidance = 7.0,
    .count = 1,
    .clip_skip = 1,
    .preview_every = 1,
  };

  return sf_cli_parse (cli, &usage, argv, status);
}

/* 0 stands for the model's own size in a request; on the command line it is a size like any other. */
static gboolean
take_size (const char *option, int value, guint *size, GError **error)
{
  if (value == NOT_GIVEN)
    return TRUE;
  if (value == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s 0 makes no picture", option);
      return FALSE;
    }

  return sf_cli_unsigned (option, value, size, error);
}

static gboolean
take_numbers (const SfCliOptions *self, SfRequest *request, GError **error)
{
  request->seed = g_random_int ();
  if (self->seed != NULL && !sf_cli_parse_u64 ("--seed", self->seed, &request->seed, error))
    return FALSE;

  request->guidance = self->guidance;
  return take_size ("--width", self->width, &request->width, error)
         && take_size ("--height", self->height, &request->height, error)
         && sf_cli_unsigned ("--steps", self->steps, &request->steps, error)
         && sf_cli_unsigned ("--count", self->count, &request->count, error)
         && sf_cli_unsigned ("--clip-skip", self->clip_skip, &request->clip_skip, error)
         && sf_cli_unsigned ("--preview-every", self->preview_every, &request->preview_every,
                             error);
}

static gboolean
take_choices (const SfCliOptions *self, SfRequest *request, GError **error)
{
  SfNoiseKind kind = SF_NOISE_CPU;
  int preview;

  if ((self->rng != NULL && !sf_noise_kind_from_name (self->rng, &kind, error))
      || (self->timesteps != NULL
          && !sf_timesteps_from_name (self->timesteps, &request->timesteps, error))
      || !sf_cli_choose (previews, "preview", self->preview,
                         self->preview_dir != NULL ? SF_PREVIEW_LINEAR : SF_PREVIEW_NONE, &preview,
                         error))
    return FALSE;

  request->rng = kind == SF_NOISE_PHILOX ? SF_RNG_PHILOX : SF_RNG_CPU;
  request->preview = (SfPreview) preview;
  return TRUE;
}

static gboolean
take_array (const char *path, SfArray **array, GError **error)
{
  if (path != NULL)
    *array = sf_npy_load (path, error);

  return path == NULL || *array != NULL;
}

static void
take_string (char **field, const char *value)
{
  if (value == NULL)
    return;

  g_free (*field);
  *field = g_strdup (value);
}

SfRequest *
sf_cli_options_make_request (const SfCliOptions *self, const SfCli *cli, GError **error)
{
  g_autoptr (SfRequest) request = sf_request_new ();

  take_string (&request->model, cli->model);
  take_string (&request->prompt, self->prompt);
  take_string (&request->negative_prompt, self->negative);
  take_string (&request->sampler, self->sampler);
  take_string (&request->schedule, self->schedule);
  request->precision = cli->precision;

  if (!take_numbers (self, request, error) || !take_choices (self, request, error)
      || !take_array (self->noise, &request->noise, error)
      || !take_array (self->noise_sequence, &request->noise_sequence, error)
      || !sf_request_validate (request, error))
    return NULL;

  return g_steal_pointer (&request);
}
