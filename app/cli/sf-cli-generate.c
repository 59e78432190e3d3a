/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli-options.h"
#include "sf-cli-pictures.h"
#include "sf-cli-progress.h"

#include <stdio.h>

/* What happens while a request is carried out. */
typedef struct
{
  SfCliProgress progress;
  SfCliPictures pictures;
  const char *preview_dir;
  gboolean json;
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

/* At once, so that it is known even if the next picture is interrupted. */
static void
print_last (const SfCliPictures *files)
{
  printf ("%s\n", (const char *) files->saved->pdata[files->saved->len - 1]);
  fflush (stdout);
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
    {
      saved = sf_cli_pictures_save (&self->pictures, event->picture, &self->error);
      if (saved && !self->json)
        print_last (&self->pictures);
    }
  else if (event->kind == SF_EVENT_PREVIEW && self->preview_dir != NULL)
    saved = save_preview (self->preview_dir, event, &self->error);
  if (!saved)
    g_cancellable_cancel (sf_cli_get_cancellable ());
}

static void
print_json (SfEngine *engine, const SfCliPictures *files, GPtrArray *pictures)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *device = sf_engine_dup_device_name (engine);

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

static gboolean
paint (const SfCli *cli, const SfCliOptions *options, SfEngine *engine, const SfRequest *request,
       GError **error)
{
  g_auto (Painting) self = { .preview_dir = options->preview_dir, .json = cli->json };
  g_autoptr (GPtrArray) pictures = NULL;

  if (!sf_cli_pictures_init (&self.pictures, options->output != NULL ? options->output : ".", error)
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

  if (cli->json)
    print_json (engine, &self.pictures, pictures);
  return TRUE;
}

SfCliStatus
sf_cli_generate (char **argv)
{
  g_auto (SfCli) cli = { 0 };
  g_auto (SfCliOptions) options = { 0 };
  g_autoptr (SfRequest) request = NULL;
  g_autoptr (SfEngine) engine = NULL;
  GError *error = NULL;
  SfCliStatus status;
  gboolean done;

  if (!sf_cli_options_parse (&options, &cli, "generate",
                             "Paints pictures from a prompt and prints the files.", argv, &status))
    return status;
  if (!sf_cli_options_has (&options, "prompt") && !options.dump_plan)
    return sf_cli_wrong_usage ("generate needs --prompt");

  request = sf_cli_options_make_request (&options, &cli, &error);
  if (request == NULL)
    return sf_cli_fail (error);

  engine = sf_cli_new_engine (&cli);
  done = options.dump_plan ? dump_plans (&cli, engine, request, &error)
                           : paint (&cli, &options, engine, request, &error);
  return done ? SF_CLI_DONE : sf_cli_fail (error);
}
