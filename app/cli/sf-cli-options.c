/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-options.h"

/* Settings that have a letter, too. */
static const struct
{
  const char *setting;
  char letter;
} letters[] = {
  { "prompt", 'p' }, { "width", 'W' }, { "height", 'H' },
  { "steps", 'n' },  { "seed", 's' },  { "count", 'c' },
};

void
sf_cli_options_clear (SfCliOptions *self)
{
  char **const strings[] = {
    &self->compatibility,  &self->output,      &self->preview_dir, &self->noise,
    &self->noise_sequence, &self->save_latent, &self->save_image,
  };
  guint n_fields;

  sf_request_list_fields (&n_fields);
  for (guint i = 0; self->settings != NULL && i < n_fields; i++)
    g_free (self->settings[i]);
  g_clear_pointer (&self->settings, g_free);
  g_clear_pointer (&self->texts, g_string_chunk_free);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_clear_pointer (strings[i], g_free);
}

/* Every command has these. */
static gboolean
is_common (const SfRequestField *field)
{
  return g_str_equal (field->name, "model") || g_str_equal (field->name, "precision");
}

static char
find_letter (const SfRequestField *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (g_str_equal (letters[i].setting, field->name))
      return letters[i].letter;

  return '\0';
}

/* What stands for the value in --help: "N", "on|off". */
static char *
describe_value (const SfRequestField *field)
{
  GString *names;

  switch (field->kind)
    {
    case SF_FIELD_TEXT:
      return g_strdup ("TEXT");
    case SF_FIELD_PATH:
      return g_strdup ("PATH");
    case SF_FIELD_CHOICE:
      return g_strdup ("NAME");
    case SF_FIELD_SWITCH:
      return g_strdup ("on|off");
    case SF_FIELD_UNSIGNED:
    case SF_FIELD_SEED:
      return g_strdup ("N");
    case SF_FIELD_NUMBER:
      return g_strdup ("X");
    case SF_FIELD_ENUM:
      names = g_string_new (NULL);
      for (const SfNamed *const *choice = field->list_choices (); *choice != NULL; choice++)
        g_string_append_printf (names, "%s%s", names->len > 0 ? "|" : "", (*choice)->name);
      return g_string_free (names, FALSE);
    }

  g_return_val_if_reached (NULL);
}

/* Sizes and seeds are another's choice by default, and their help says whose. */
static char *
describe_default (const SfRequestField *field, const SfRequest *defaults)
{
  g_autofree char *value = sf_request_field_get (field, defaults);

  return *value == '\0' || g_str_equal (value, "0")
             ? g_strdup (field->help)
             : g_strdup_printf ("%s (%s)", field->help, value);
}

static GOptionEntry
make_entry (SfCliOptions *self, const SfRequestField *field, const SfRequest *defaults,
            char **value)
{
  g_autofree char *help = describe_default (field, defaults);
  g_autofree char *argument = describe_value (field);

  return (GOptionEntry){
    .long_name = field->name,
    .short_name = find_letter (field),
    .arg = G_OPTION_ARG_FILENAME,
    .arg_data = value,
    .description = g_string_chunk_insert (self->texts, help),
    .arg_description = g_string_chunk_insert (self->texts, argument),
  };
}

gboolean
sf_cli_options_parse (SfCliOptions *self, SfCli *cli, const char *name, const char *summary,
                      char **argv, SfCliStatus *status)
{
  const GOptionEntry others[] = {
    { "compatibility", 0, 0, G_OPTION_ARG_FILENAME, &self->compatibility,
      "Paint as that program does, but for the settings given (plain)",
      "plain|a1111|comfyui|diffusers" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
      "File, or folder to number pictures in (.)", "FILE.png|DIR" },
    { "preview-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->preview_dir,
      "Folder for previews, which are linear then unless --preview says otherwise", "DIR" },
    { "noise", 0, 0, G_OPTION_ARG_FILENAME, &self->noise,
      "Unit noise to start from in place of the generator's", "FILE.npy" },
    { "noise-sequence", 0, 0, G_OPTION_ARG_FILENAME, &self->noise_sequence,
      "What the sampler gets each time it asks for noise", "FILE.npy" },
    { "save-latent", 0, 0, G_OPTION_ARG_FILENAME, &self->save_latent, "Latents before the VAE",
      "FILE.npy" },
    { "save-image", 0, 0, G_OPTION_ARG_FILENAME, &self->save_image,
      "Pictures after the VAE, unclamped", "FILE.npy" },
    { "dump-plan", 0, 0, G_OPTION_ARG_NONE, &self->dump_plan,
      "Print the memory plans of the networks and paint nothing", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (SfRequest) defaults = sf_request_new ();
  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  *self = (SfCliOptions){
    .settings = g_new0 (char *, n_fields),
    .texts = g_string_chunk_new (1024),
  };
  for (guint i = 0; i < n_fields; i++)
    if (!is_common (&fields[i]))
      {
        const GOptionEntry entry = make_entry (self, &fields[i], defaults, &self->settings[i]);

        g_array_append_val (entries, entry);
      }
  g_array_append_vals (entries, others, G_N_ELEMENTS (others) - 1);

  return sf_cli_parse (cli,
                       &(SfCliUsage){ .name = name,
                                      .summary = summary,
                                      .entries = (const GOptionEntry *) entries->data,
                                      .runs_model = TRUE },
                       argv, status);
}

gboolean
sf_cli_options_has (const SfCliOptions *self, const char *setting)
{
  guint n_fields;

  return self->settings[sf_request_find_field (setting) - sf_request_list_fields (&n_fields)]
         != NULL;
}

/* 0 stands for the model's own size in a request; on the command line it is a size like any other. */
static gboolean
check_size (const SfCliOptions *self, const char *setting, guint size, GError **error)
{
  if (size != 0 || !sf_cli_options_has (self, setting))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s 0 makes no picture", setting);
  return FALSE;
}

static gboolean
take_settings (const SfCliOptions *self, SfRequest *request, GError **error)
{
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  for (guint i = 0; i < n_fields; i++)
    if (self->settings[i] != NULL
        && !sf_request_field_set (&fields[i], request, self->settings[i], error))
      return FALSE;

  return check_size (self, "width", request->width, error)
         && check_size (self, "height", request->height, error);
}

static gboolean
take_array (const char *path, SfArray **array, GError **error)
{
  if (path != NULL)
    *array = sf_npy_load (path, error);

  return path == NULL || *array != NULL;
}

SfRequest *
sf_cli_options_make_request (const SfCliOptions *self, const SfCli *cli, GError **error)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  int compatibility;

  if (!sf_cli_choose (sf_compatibility_list (), "compatibility", self->compatibility,
                      SF_COMPATIBILITY_PLAIN, &compatibility, error))
    return NULL;

  sf_request_set_compatibility (request, (SfCompatibility) compatibility);
  request->seed = g_random_int ();
  request->preview = self->preview_dir != NULL ? SF_PREVIEW_LINEAR : SF_PREVIEW_NONE;
  request->model = g_strdup (cli->model);
  request->precision = cli->precision;

  if (!take_settings (self, request, error) || !take_array (self->noise, &request->noise, error)
      || !take_array (self->noise_sequence, &request->noise_sequence, error)
      || !sf_request_validate (request, error))
    return NULL;

  return g_steal_pointer (&request);
}
