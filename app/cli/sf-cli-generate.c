/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli-pictures.h"
#include "sf-cli-progress.h"
#include "sf-cli.h"

#include <stdio.h>

#define PROMPT_TOKENS (SF_TOKENIZER_CONTEXT - 2)
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

/* The options as they were given. */
typedef struct
{
  char *prompt;
  char *negative;
  int width;
  int height;
  int steps;
  double guidance;
  char *sampler;
  char *schedule;
  char *seed;
  char *rng;
  int count;
  int clip_skip;
  char *output;
  char *preview;
  char *preview_dir;
  int preview_every;
  char *noise;
  char *noise_sequence;
  char *save_latent;
  char *save_image;
  char *timesteps;
  gboolean dump_plan;
} Options;

static void
options_clear (Options *self)
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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (SfCli *cli, Options *options, char **argv, SfCliStatus *status)
{
  const GOptionEntry entries[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_FILENAME, &options->prompt, "What to paint", "TEXT" },
    { "negative", 0, 0, G_OPTION_ARG_FILENAME, &options->negative, "What to keep out", "TEXT" },
    { "width", 'W', 0, G_OPTION_ARG_INT, &options->width, "Pixels; the model's own size", "N" },
    { "height", 'H', 0, G_OPTION_ARG_INT, &options->height, "Pixels; the model's own size", "N" },
    { "steps", 'n', 0, G_OPTION_ARG_INT, &options->steps, "Sampler steps (20)", "N" },
    { "cfg", 0, 0, G_OPTION_ARG_DOUBLE, &options->guidance, "Guidance scale (7)", "X" },
    { "sampler", 0, 0, G_OPTION_ARG_FILENAME, &options->sampler, "Sampler (euler_a)", "NAME" },
    { "schedule", 0, 0, G_OPTION_ARG_FILENAME, &options->schedule, "Schedule (default)", "NAME" },
    { "seed", 's', 0, G_OPTION_ARG_FILENAME, &options->seed, "Seed of the first picture (random)",
      "N" },
    { "rng", 0, 0, G_OPTION_ARG_FILENAME, &options->rng, "Generator of the noise (cpu)",
      "cpu|philox" },
    { "count", 'c', 0, G_OPTION_ARG_INT, &options->count, "Pictures (1)", "N" },
    { "clip-skip", 0, 0, G_OPTION_ARG_INT, &options->clip_skip,
      "Layers of the text encoder counted from its end (1)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
      "File, or folder to number pictures in (.)", "FILE.png|DIR" },
    { "preview", 0, 0, G_OPTION_ARG_FILENAME, &options->preview,
      "How previews are made (none; with --preview-dir linear)", "none|linear|vae" },
    { "preview-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->preview_dir, "Folder for previews",
      "DIR" },
    { "preview-every", 0, 0, G_OPTION_ARG_INT, &options->preview_every,
      "Steps between previews (1)", "N" },
    { "noise", 0, 0, G_OPTION_ARG_FILENAME, &options->noise,
      "Unit noise to start from in place of the generator's", "FILE.npy" },
    { "noise-sequence", 0, 0, G_OPTION_ARG_FILENAME, &options->noise_sequence,
      "What the sampler gets each time it asks for noise", "FILE.npy" },
    { "save-latent", 0, 0, G_OPTION_ARG_FILENAME, &options->save_latent, "Latents before the VAE",
      "FILE.npy" },
    { "save-image", 0, 0, G_OPTION_ARG_FILENAME, &options->save_image,
      "Pictures after the VAE, unclamped", "FILE.npy" },
    { "timesteps", 0, 0, G_OPTION_ARG_FILENAME, &options->timesteps,
      "Whether timesteps keep their fraction (continuous)", "continuous|integer" },
    { "dump-plan", 0, 0, G_OPTION_ARG_NONE, &options->dump_plan,
      "Print the memory plans of the networks and paint nothing", NULL },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "generate",
    .summary = "Paints pictures from a prompt and prints the files.",
    .entries = entries,
    .runs_model = TRUE,
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
take_numbers (const Options *options, SfRequest *request, GError **error)
{
  request->seed = g_random_int ();
  if (options->seed != NULL && !sf_cli_parse_u64 ("--seed", options->seed, &request->seed, error))
    return FALSE;

  request->guidance = options->guidance;
  return take_size ("--width", options->width, &request->width, error)
         && take_size ("--height", options->height, &request->height, error)
         && sf_cli_unsigned ("--steps", options->steps, &request->steps, error)
         && sf_cli_unsigned ("--count", options->count, &request->count, error)
         && sf_cli_unsigned ("--clip-skip", options->clip_skip, &request->clip_skip, error)
         && sf_cli_unsigned ("--preview-every", options->preview_every, &request->preview_every,
                             error);
}

static gboolean
take_choices (const Options *options, SfRequest *request, GError **error)
{
  SfNoiseKind kind = SF_NOISE_CPU;
  int preview;

  if ((options->rng != NULL && !sf_noise_kind_from_name (options->rng, &kind, error))
      || (options->timesteps != NULL
          && !sf_timesteps_from_name (options->timesteps, &request->timesteps, error))
      || !sf_cli_choose (previews, "preview", options->preview,
                         options->preview_dir != NULL ? SF_PREVIEW_LINEAR : SF_PREVIEW_NONE,
                         &preview, error))
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

static SfRequest *
make_request (const SfCli *cli, const Options *options, GError **error)
{
  g_autoptr (SfRequest) request = sf_request_new ();

  take_string (&request->model, cli->model);
  take_string (&request->prompt, options->prompt);
  take_string (&request->negative_prompt, options->negative);
  take_string (&request->sampler, options->sampler);
  take_string (&request->schedule, options->schedule);
  request->precision = cli->precision;

  if (!take_numbers (options, request, error) || !take_choices (options, request, error)
      || !take_array (options->noise, &request->noise, error)
      || !take_array (options->noise_sequence, &request->noise_sequence, error)
      || !sf_request_validate (request, error))
    return NULL;

  return g_steal_pointer (&request);
}

/* What happens while a request is carried out. */
typedef struct
{
  SfCliProgress progress;
  SfCliPictures pictures;
  const char *preview_dir;
  GError *error; /* the first that saving gave; the request is cancelled then */
} Painting;

static void
painting_clear (Painting *self)
{
  sf_cli_pictures_clear (&self->pictures);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Painting, painting_clear)

static gboolean
save_preview (const char *folder, const SfEvent *event, GError **error)
{
  g_autofree char *name = g_strdup_printf ("preview-%02u-%03u.png", event->picture_index + 1,
                                           event->step);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return sf_picture_save (event->picture, path, error);
}

/* SfEventFunc */
static void
event_arrived (const SfEvent *event, gpointer user_data)
{
  Painting *self = user_data;
  gboolean saved = TRUE;

  sf_cli_progress_show (&self->progress, event);
  if (self->error != NULL)
    return;

  if (event->kind == SF_EVENT_PICTURE)
    saved = sf_cli_pictures_save (&self->pictures, event->picture, &self->error);
  else if (event->kind == SF_EVENT_PREVIEW && self->preview_dir != NULL)
    saved = save_preview (self->preview_dir, event, &self->error);
  if (!saved)
    g_cancellable_cancel (sf_cli_get_cancellable ());
}

static void
print_result (const SfCli *cli, SfEngine *engine, const SfCliPictures *files, GPtrArray *pictures)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *device = sf_engine_dup_device_name (engine);

  if (!cli->json)
    {
      for (guint i = 0; i < files->saved->len; i++)
        printf ("%s\n", (const char *) files->saved->pdata[i]);
      return;
    }

  json_builder_begin_object (builder);
  sf_cli_json_string (builder, "device", device);
  sf_cli_json_int (builder, "peak_device_bytes", (gint64) sf_engine_get_peak_device_bytes (engine));
  json_builder_set_member_name (builder, "pictures");
  json_builder_begin_array (builder);
  for (guint i = 0; i < pictures->len; i++)
    {
      const SfPicture *picture = pictures->pdata[i];

      json_builder_begin_object (builder);
      sf_cli_json_string (builder, "file", files->saved->pdata[i]);
      sf_cli_json_int (builder, "seed", (gint64) picture->seed);
      sf_cli_json_int (builder, "width", picture->width);
      sf_cli_json_int (builder, "height", picture->height);
      sf_cli_json_double (builder, "seconds", picture->seconds);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

static gboolean
dump_plans (const SfCli *cli, SfEngine *engine, const SfRequest *request, GError **error)
{
  const char *const parts[] = { "text", "unet", "vae" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *plan = sf_engine_dump_plan (engine, request->model, cli->precision,
                                                   request->width, request->height, parts[i],
                                                   error);

      if (plan == NULL)
        return FALSE;
      printf ("%s\n%s\n", parts[i], plan);
    }

  return TRUE;
}

/* Says what of a prompt the model will not see. */
static gboolean
warn_of_long_prompt (const SfCli *cli, const char *what, const char *prompt, GError **error)
{
  g_autoptr (SfTokenizer) tokenizer = sf_tokenizer_new (error);
  gsize n_tokens;

  if (tokenizer == NULL)
    return FALSE;

  n_tokens = sf_tokenizer_count (tokenizer, prompt);
  if (n_tokens > PROMPT_TOKENS && !cli->quiet)
    fprintf (stderr,
             "sfumato-cli: the %s has %" G_GSIZE_FORMAT
             " tokens, and those after the first %d are ignored\n",
             what, n_tokens, PROMPT_TOKENS);

  return TRUE;
}

static gboolean
paint (const SfCli *cli, const Options *options, SfEngine *engine, const SfRequest *request,
       GError **error)
{
  g_auto (Painting) self = { .preview_dir = options->preview_dir };
  g_autoptr (GPtrArray) pictures = NULL;

  if (!warn_of_long_prompt (cli, "prompt", request->prompt, error)
      || !warn_of_long_prompt (cli, "negative prompt", request->negative_prompt, error)
      || !sf_cli_pictures_init (&self.pictures, options->output != NULL ? options->output : ".",
                                error)
      || (self.preview_dir != NULL && !sf_cli_make_folder (self.preview_dir, error)))
    return FALSE;

  sf_cli_progress_init (&self.progress, cli->quiet);
  pictures = sf_engine_generate (engine, request, event_arrived, &self, sf_cli_get_cancellable (),
                                 error);
  sf_cli_progress_end (&self.progress);

  if (self.error != NULL)
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&self.error));
      return FALSE;
    }
  if (pictures == NULL
      || (options->save_latent != NULL
          && !sf_cli_save_arrays (pictures, G_STRUCT_OFFSET (SfPicture, latent),
                                  options->save_latent, error))
      || (options->save_image != NULL
          && !sf_cli_save_arrays (pictures, G_STRUCT_OFFSET (SfPicture, image), options->save_image,
                                  error)))
    return FALSE;

  print_result (cli, engine, &self.pictures, pictures);
  return TRUE;
}

SfCliStatus
sf_cli_generate (char **argv)
{
  g_auto (SfCli) cli = { 0 };
  g_auto (Options) options = {
    .width = NOT_GIVEN,
    .height = NOT_GIVEN,
    .steps = 20,
    .guidance = 7.0,
    .count = 1,
    .clip_skip = 1,
    .preview_every = 1,
  };
  g_autoptr (SfRequest) request = NULL;
  g_autoptr (SfEngine) engine = NULL;
  GError *error = NULL;
  SfCliStatus status;
  gboolean done;

  if (!parse_options (&cli, &options, argv, &status))
    return status;
  if (options.prompt == NULL && !options.dump_plan)
    return sf_cli_wrong_usage ("generate needs --prompt");

  request = make_request (&cli, &options, &error);
  if (request == NULL)
    return sf_cli_fail (error);

  engine = sf_engine_new (cli.device);
  done = options.dump_plan ? dump_plans (&cli, engine, request, &error)
                           : paint (&cli, &options, engine, request, &error);
  return done ? SF_CLI_DONE : sf_cli_fail (error);
}
