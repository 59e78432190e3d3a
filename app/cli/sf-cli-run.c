/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli.h"

#include <stdio.h>

/* One network: from arrays in files to an array in a file. */
typedef struct
{
  char **prompts;
  int clip_skip;
  char *latent;
  char *timestep;
  char *context;
  char *image;
  char *vae_tiling; /* NULL: automatic */
  char *output;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->prompts);
  g_free (self->latent);
  g_free (self->timestep);
  g_free (self->context);
  g_free (self->image);
  g_free (self->vae_tiling);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef SfArray *(*RunFunc) (const SfCli *cli, const Options *options, SfEngine *engine,
                             GError **error);

/* "500" or, one for each batch entry, "500,20.5" */
static double *
parse_timesteps (const char *text, guint *n_timesteps, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autofree double *timesteps = NULL;

  *n_timesteps = g_strv_length (parts);
  timesteps = g_new (double, *n_timesteps);
  for (guint i = 0; i < *n_timesteps; i++)
    {
      char *end;

      timesteps[i] = g_ascii_strtod (parts[i], &end);
      if (end == parts[i] || *end != '\0'
          || !(timesteps[i] >= 0 && timesteps[i] < SF_TRAIN_TIMESTEPS))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "the timestep “%s” is not a number from 0 to %d", parts[i],
                       SF_TRAIN_TIMESTEPS - 1);
          return NULL;
        }
    }

  return g_steal_pointer (&timesteps);
}

static SfArray *
run_text (const SfCli *cli, const Options *options, SfEngine *engine, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) prompts = NULL;
  guint clip_skip;

  g_strv_builder_addv (builder, (const char **) options->prompts);
  if (cli->rest != NULL)
    g_strv_builder_addv (builder, (const char **) cli->rest);
  prompts = g_strv_builder_end (builder);

  if (!sf_cli_unsigned ("--clip-skip", options->clip_skip, &clip_skip, error))
    return NULL;

  return sf_engine_run_text (engine, cli->model, cli->precision, (const char *const *) prompts,
                             clip_skip, sf_cli_get_cancellable (), error);
}

static SfArray *
run_unet (const SfCli *cli, const Options *options, SfEngine *engine, GError **error)
{
  guint n_timesteps;
  g_autofree double *timesteps = parse_timesteps (options->timestep, &n_timesteps, error);
  g_autoptr (SfArray) latent = NULL;
  g_autoptr (SfArray) context = NULL;

  if (timesteps == NULL || (latent = sf_npy_load (options->latent, error)) == NULL
      || (context = sf_npy_load (options->context, error)) == NULL)
    return NULL;

  return sf_engine_run_unet (engine, cli->model, cli->precision, latent, timesteps, n_timesteps,
                             context, sf_cli_get_cancellable (), error);
}

static gboolean
parse_tiling (const Options *options, SfSwitch *tiling, GError **error)
{
  *tiling = SF_SWITCH_AUTO;
  return options->vae_tiling == NULL || sf_switch_from_name (options->vae_tiling, tiling, error);
}

static SfArray *
run_vae_decode (const SfCli *cli, const Options *options, SfEngine *engine, GError **error)
{
  g_autoptr (SfArray) latent = sf_npy_load (options->latent, error);
  SfSwitch tiling;

  if (latent == NULL || !parse_tiling (options, &tiling, error))
    return NULL;

  return sf_engine_run_vae_decode (engine, cli->model, cli->precision, latent, tiling,
                                   sf_cli_get_cancellable (), error);
}

static SfArray *
run_vae_encode (const SfCli *cli, const Options *options, SfEngine *engine, GError **error)
{
  g_autoptr (SfArray) image = sf_npy_load (options->image, error);
  SfSwitch tiling;

  if (image == NULL || !parse_tiling (options, &tiling, error))
    return NULL;

  return sf_engine_run_vae_encode (engine, cli->model, cli->precision, image, tiling,
                                   sf_cli_get_cancellable (), error);
}

static SfArray *
run_taesd_decode (const SfCli *cli, const Options *options, SfEngine *engine, GError **error)
{
  g_autoptr (SfArray) latent = sf_npy_load (options->latent, error);

  return latent != NULL ? sf_engine_run_taesd_decode (engine, cli->model, cli->precision, latent,
                                                      sf_cli_get_cancellable (), error)
                        : NULL;
}

static SfArray *
run_taesd_encode (const SfCli *cli, const Options *options, SfEngine *engine, GError **error)
{
  g_autoptr (SfArray) image = sf_npy_load (options->image, error);

  return image != NULL ? sf_engine_run_taesd_encode (engine, cli->model, cli->precision, image,
                                                     sf_cli_get_cancellable (), error)
                       : NULL;
}

static void
print_result (const SfCli *cli, const char *path, const SfArray *array)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!cli->json)
    {
      printf ("%s\n", path);
      return;
    }

  json_builder_begin_object (builder);
  sf_cli_json_string (builder, "file", path);
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < array->n_dims; i++)
    json_builder_add_int_value (builder, (gint64) array->dims[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

/* Parses the options of a network, runs it and writes what comes out. */
static SfCliStatus
run_network (const SfCliUsage *usage, Options *options, RunFunc run, char *const *const needed[],
             const char *needs, char **argv)
{
  g_auto (SfCli) cli = { 0 };
  g_autoptr (SfEngine) engine = NULL;
  g_autoptr (SfArray) result = NULL;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, usage, argv, &status))
    return status;
  for (guint i = 0; needed[i] != NULL; i++)
    if (*needed[i] == NULL)
      return sf_cli_wrong_usage ("%s needs %s", usage->name, needs);

  engine = sf_cli_new_engine (&cli);
  result = run (&cli, options, engine, &error);
  if (result == NULL || !sf_npy_save (result, options->output, &error))
    return sf_cli_fail (error);

  print_result (&cli, options->output, result);
  return SF_CLI_DONE;
}

static SfCliStatus
run_text_command (char **argv)
{
  g_auto (Options) options = { .clip_skip = 1 };
  const GOptionEntry entries[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.prompts, "Text; more may follow",
      "TEXT" },
    { "clip-skip", 0, 0, G_OPTION_ARG_INT, &options.clip_skip,
      "Layers of the text encoder counted from its end (1)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "[texts, 77, width]", "FILE.npy" },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "run text",
    .arguments = "[TEXT…]",
    .summary = "Encodes prompts.",
    .entries = entries,
    .runs_model = TRUE,
  };
  char *const *const needed[] = { (char *const *) &options.prompts, &options.output, NULL };

  return run_network (&usage, &options, run_text, needed, "--prompt and --output", argv);
}

static SfCliStatus
run_unet_command (char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "latent", 0, 0, G_OPTION_ARG_FILENAME, &options.latent, "[batch, 4, h, w]", "FILE.npy" },
    { "timestep", 0, 0, G_OPTION_ARG_FILENAME, &options.timestep,
      "Timestep, or one for each batch entry", "T[,T…]" },
    { "context", 0, 0, G_OPTION_ARG_FILENAME, &options.context, "[batch, tokens, width]",
      "FILE.npy" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "[batch, 4, h, w]", "FILE.npy" },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "run unet",
    .summary = "Predicts the noise in latents.",
    .entries = entries,
    .runs_model = TRUE,
  };
  char *const *const needed[] = { &options.latent, &options.timestep, &options.context,
                                  &options.output, NULL };

  return run_network (&usage, &options, run_unet, needed,
                      "--latent, --timestep, --context and --output", argv);
}

/* An option of the VAE alone; where it is not for it, the end of the options. */
#define TILING_ENTRY(is_vae)                                                                     \
  {                                                                                              \
    (is_vae) ? "vae-tiling" : NULL, 0, 0, G_OPTION_ARG_STRING, &options.vae_tiling,              \
        "Work in strips; auto: where the device has no room for the whole (auto)", "auto|on|off" \
  }

/* From latents to pictures, by either autoencoder. */
static SfCliStatus
run_decoder (const char *name, const char *summary, const char *range, RunFunc run, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "latent", 0, 0, G_OPTION_ARG_FILENAME, &options.latent, "[batch, 4, h, w], scaled",
      "FILE.npy" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, range, "FILE.npy" },
    TILING_ENTRY (run == run_vae_decode),
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = name,
    .summary = summary,
    .entries = entries,
    .runs_model = TRUE,
  };
  char *const *const needed[] = { &options.latent, &options.output, NULL };

  return run_network (&usage, &options, run, needed, "--latent and --output", argv);
}

/* From pictures to latents. */
static SfCliStatus
run_encoder (const char *name, const char *summary, const char *range, const char *result,
             RunFunc run, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "image", 0, 0, G_OPTION_ARG_FILENAME, &options.image, range, "FILE.npy" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, result, "FILE.npy" },
    TILING_ENTRY (run == run_vae_encode),
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = name,
    .summary = summary,
    .entries = entries,
    .runs_model = TRUE,
  };
  char *const *const needed[] = { &options.image, &options.output, NULL };

  return run_network (&usage, &options, run, needed, "--image and --output", argv);
}

static SfCliStatus
run_vae_decode_command (char **argv)
{
  return run_decoder ("run vae-decode", "Turns latents into pictures.",
                      "[batch, 3, 8h, 8w], -1 to 1", run_vae_decode, argv);
}

static SfCliStatus
run_vae_encode_command (char **argv)
{
  return run_encoder ("run vae-encode",
                      "Turns pictures into the moments of their latents: mean and log variance.",
                      "[batch, 3, H, W], -1 to 1", "[batch, 8, H/8, W/8]", run_vae_encode, argv);
}

static SfCliStatus
run_taesd_decode_command (char **argv)
{
  return run_decoder ("run taesd-decode", "Turns latents into pictures with the tiny autoencoder.",
                      "[batch, 3, 8h, 8w], 0 to 1", run_taesd_decode, argv);
}

static SfCliStatus
run_taesd_encode_command (char **argv)
{
  return run_encoder ("run taesd-encode", "Turns pictures into latents with the tiny autoencoder.",
                      "[batch, 3, H, W], 0 to 1", "[batch, 4, H/8, W/8], scaled", run_taesd_encode,
                      argv);
}

#define NETWORKS "text, unet, vae-decode, vae-encode, taesd-decode, taesd-encode"

SfCliStatus
sf_cli_run (char **argv)
{
  const struct
  {
    const char *name;
    SfCliStatus (*run) (char **argv);
  } networks[] = {
    { "text", run_text_command },
    { "unet", run_unet_command },
    { "vae-decode", run_vae_decode_command },
    { "vae-encode", run_vae_encode_command },
    { "taesd-decode", run_taesd_decode_command },
    { "taesd-encode", run_taesd_encode_command },
  };

  if (argv[1] == NULL)
    return sf_cli_wrong_usage ("run needs a network: " NETWORKS);

  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    if (g_str_equal (argv[1], networks[i].name))
      return networks[i].run (argv + 1);

  return sf_cli_wrong_usage ("unknown network “%s”; known are " NETWORKS, argv[1]);
}
