/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-speeds.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define GROUP "slowness"
#define NOTES "notes"

/* What a pipeline can be off the first guess at most. */
#define LARGEST_SLOWNESS 1e6

/* "matrix_f16_texel-0-1-0" */
static char *
make_key (const SfPipeline *pipeline)
{
  GString *key = g_string_new (pipeline->shader->name);

  for (guint i = 0; i < pipeline->shader->n_constants; i++)
    g_string_append_printf (key, "-%u", pipeline->constants[i]);
  return g_string_free (key, FALSE);
}

static char *
make_path (SfDevice *device)
{
  g_autofree char *folder = g_path_get_dirname (device->pipeline_cache_path);
  g_autofree char *pipelines = g_path_get_basename (device->pipeline_cache_path);
  const char *id = strchr (pipelines, '-');
  g_autofree char *name = g_strconcat ("speeds", id, NULL);

  return g_build_filename (folder, name, NULL);
}

void
sf_speeds_open (SfDevice *device)
{
  g_autofree char *path = make_path (device);

  device->speeds = g_key_file_new ();
  g_key_file_load_from_file (device->speeds, path, G_KEY_FILE_NONE, NULL);
}

void
sf_speeds_close (SfDevice *device)
{
  g_clear_pointer (&device->speeds, g_key_file_unref);
}

double
sf_speeds_find (SfDevice *device, const SfPipeline *pipeline)
{
  g_autofree char *key = make_key (pipeline);
  double slowness = g_key_file_get_double (device->speeds, GROUP, key, NULL);

  return isfinite (slowness) && slowness > 0 && slowness < LARGEST_SLOWNESS ? slowness : 0;
}

char *
sf_device_dup_note (SfDevice *device, const char *key)
{
  g_return_val_if_fail (device != NULL && key != NULL, NULL);

  return g_key_file_get_string (device->speeds, NOTES, key, NULL);
}

void
sf_device_set_note (SfDevice *device, const char *key, const char *note)
{
  g_return_if_fail (device != NULL && key != NULL && note != NULL);

  g_key_file_set_string (device->speeds, NOTES, key, note);
}

void
sf_device_save_speeds (SfDevice *device)
{
  g_return_if_fail (device != NULL);

  g_autofree char *path = make_path (device);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  SfPipeline *pipeline;

  g_hash_table_iter_init (&iter, device->pipelines);
  while (g_hash_table_iter_next (&iter, (gpointer *) &pipeline, NULL))
    if (pipeline->slowness > 0)
      {
        g_autofree char *key = make_key (pipeline);
        g_key_file_set_double (device->speeds, GROUP, key, pipeline->slowness);
      }

  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_debug ("Cannot make the folder %s: %s", folder, g_strerror (errno));
  else if (!g_key_file_save_to_file (device->speeds, path, &error))
    g_debug ("Cannot keep the speeds of the device: %s", error->message);
}
