/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-settings.h"

#include "library/sf-library.h"

#include <glib/gi18n.h>

#define SCHEMA_ID "io.github.sfumato.Sfumato"
#define WRITE_DELAY_MS 500

static gboolean
write_cb (gpointer user_data)
{
  GSettings *settings = user_data;

  g_object_set_data (G_OBJECT (settings), "sf-write-source", NULL);
  g_settings_apply (settings);
  return G_SOURCE_REMOVE;
}

static void
settings_changed_cb (GSettings *settings, const char *key, gpointer user_data)
{
  guint source = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (settings), "sf-write-source"));

  if (source != 0)
    g_source_remove (source);
  source = g_timeout_add_full (G_PRIORITY_LOW, WRITE_DELAY_MS, write_cb, g_object_ref (settings),
                               g_object_unref);
  g_object_set_data (G_OBJECT (settings), "sf-write-source", GUINT_TO_POINTER (source));
}

GSettings *
sf_settings_new (GError **error)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);
  if (schema == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("The settings schema %s is not installed"), SCHEMA_ID);
      return NULL;
    }

  GSettings *settings = g_settings_new_full (schema, NULL, NULL);
  g_settings_delay (settings);
  g_signal_connect (settings, "changed", G_CALLBACK (settings_changed_cb), NULL);
  return settings;
}

/* What has no key of its own is kept together; a later version's is as none. */
static SfRequest *
dup_other_settings (GSettings *settings)
{
  g_autofree char *json = g_settings_get_string (settings, "other-settings");
  SfRequest *request = sf_request_new_from_json (json, NULL);

  return request != NULL ? request : sf_request_new ();
}

static void
read_path (GSettings *settings, const char *key, char **member)
{
  g_autofree char *path = g_settings_get_string (settings, key);

  g_free (*member);
  *member = *path != '\0' ? g_steal_pointer (&path) : NULL;
}

static gboolean
has_tiny_decoder (const SfRequest *request)
{
  g_autofree char *beside = sf_engine_find_taesd (request->model);

  return request->taesd != NULL || beside != NULL;
}

/* What holds for every picture. */
static void
read_preferences (GSettings *settings, SfRequest *request)
{
  read_path (settings, "embeddings-folder", &request->embeddings);
  read_path (settings, "wildcards-folder", &request->wildcards);
  read_path (settings, "tiny-decoder", &request->taesd);
  request->metadata = g_settings_get_boolean (settings, "metadata");
  request->precision = g_settings_get_enum (settings, "precision");
  request->preview = g_settings_get_enum (settings, "preview");
  request->preview_every = g_settings_get_uint (settings, "preview-every");
  if (request->preview == SF_PREVIEW_TAESD && !has_tiny_decoder (request))
    request->preview = SF_PREVIEW_LINEAR;
}

SfRequest *
sf_settings_dup_request (GSettings *settings)
{
  SfRequest *request = dup_other_settings (settings);
  g_autofree char *model = g_settings_get_string (settings, "model");

  g_free (request->model);
  request->model = *model != '\0' ? g_steal_pointer (&model) : NULL;
  read_path (settings, "vae", &request->vae);
  g_free (request->prompt);
  request->prompt = g_settings_get_string (settings, "prompt");
  g_free (request->negative_prompt);
  request->negative_prompt = g_settings_get_string (settings, "negative-prompt");
  request->width = g_settings_get_uint (settings, "width");
  request->height = g_settings_get_uint (settings, "height");
  request->steps = g_settings_get_uint (settings, "steps");
  request->guidance = g_settings_get_double (settings, "guidance");
  g_free (request->sampler);
  request->sampler = g_settings_get_string (settings, "sampler");
  g_free (request->schedule);
  request->schedule = g_settings_get_string (settings, "schedule");
  request->seed = g_settings_get_uint64 (settings, "seed");
  request->rng = g_settings_get_enum (settings, "noise");
  request->count = g_settings_get_uint (settings, "count");
  request->clip_skip = g_settings_get_uint (settings, "clip-skip");
  request->step_cache = g_settings_get_uint (settings, "step-cache");
  request->variation_seed = g_settings_get_uint64 (settings, "variation-seed");
  request->variation_strength = g_settings_get_double (settings, "variation-strength");
  read_preferences (settings, request);
  return request;
}

void
sf_settings_store_request (GSettings *settings, const SfRequest *request)
{
  g_settings_set_string (settings, "model", request->model != NULL ? request->model : "");
  g_settings_set_string (settings, "vae", request->vae != NULL ? request->vae : "");
  g_settings_set_string (settings, "prompt", request->prompt);
  g_settings_set_string (settings, "negative-prompt",
                         request->negative_prompt != NULL ? request->negative_prompt : "");
  g_settings_set_uint (settings, "width", request->width);
  g_settings_set_uint (settings, "height", request->height);
  g_settings_set_uint (settings, "steps", request->steps);
  g_settings_set_double (settings, "guidance", request->guidance);
  g_settings_set_string (settings, "sampler", request->sampler);
  g_settings_set_string (settings, "schedule", request->schedule);
  g_settings_set_uint64 (settings, "seed", request->seed);
  g_settings_set_boolean (settings, "seed-locked", TRUE);
  g_settings_set_uint (settings, "count", request->count);
  g_settings_set_uint (settings, "clip-skip", request->clip_skip);
  g_settings_set_uint (settings, "step-cache", request->step_cache);
  g_settings_set_uint64 (settings, "variation-seed", request->variation_seed);
  g_settings_set_double (settings, "variation-strength", request->variation_strength);
  g_settings_reset (settings, "styles"); /* they are in the prompts */
  sf_settings_store_compatibility (settings, request);
}

static guint
fit_size (guint size)
{
  return CLAMP ((size + 32) / 64 * 64, 64, 2048);
}

/* A bare name, as files have it, is that of the chosen model or means nothing here. */
static char *
find_model (GSettings *settings, const char *name)
{
  g_autofree char *chosen = g_settings_get_string (settings, "model");

  if (name == NULL || g_path_is_absolute (name))
    return g_strdup (name);
  return *chosen != '\0' ? g_steal_pointer (&chosen) : NULL;
}

void
sf_settings_reuse (GSettings *settings, const SfRequest *request, SfReuse which)
{
  g_autoptr (SfRequest) fitting = sf_request_copy (request);
  gboolean locked = g_settings_get_boolean (settings, "seed-locked");

  if (which == SF_REUSE_PROMPTS)
    {
      g_settings_set_string (settings, "prompt", request->prompt);
      g_settings_set_string (settings, "negative-prompt", request->negative_prompt);
      g_settings_reset (settings, "styles");
      return;
    }

  g_free (fitting->model);
  fitting->model = find_model (settings, request->model);
  fitting->count = g_settings_get_uint (settings, "count");
  fitting->width = fit_size (request->width);
  fitting->height = fit_size (request->height);
  fitting->steps = MIN (request->steps, 100);
  fitting->guidance = CLAMP (request->guidance, 1, 20);
  if (which == SF_REUSE_ALL_BUT_SEED)
    fitting->seed = g_settings_get_uint64 (settings, "seed");
  sf_settings_store_request (settings, fitting);
  if (which == SF_REUSE_ALL_BUT_SEED)
    g_settings_set_boolean (settings, "seed-locked", locked);
}

void
sf_settings_store_compatibility (GSettings *settings, const SfRequest *request)
{
  const char *const own_keys[] = {
    "model",     "prompt",         "negative",           "width",     "height",        "steps",
    "cfg",       "sampler",        "schedule",           "seed",      "rng",           "count",
    "clip-skip", "variation-seed", "variation-strength", "preview",   "preview-every", "embeddings",
    "wildcards", "taesd",          "metadata",           "precision", "vae",           "step-cache",
  };
  g_autoptr (SfRequest) others = sf_request_copy (request);
  g_autoptr (SfRequest) defaults = sf_request_new ();
  g_autofree char *json = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (own_keys); i++)
    {
      const SfRequestField *field = sf_request_find_field (own_keys[i]);
      g_autofree char *usual = sf_request_field_get (field, defaults);

      sf_request_field_set (field, others, usual, NULL);
    }
  json = sf_request_to_json (others);
  g_settings_set_string (settings, "other-settings", json);
  g_settings_set_enum (settings, "noise", request->rng);
}

char *
sf_settings_dup_pictures_folder (GSettings *settings)
{
  g_autofree char *chosen = g_settings_get_string (settings, "pictures-folder");

  return *chosen != '\0' ? g_steal_pointer (&chosen) : sf_library_dup_default_folder ();
}

guint64
sf_settings_roll_seed (GSettings *settings)
{
  guint64 seed = g_random_int ();

  g_settings_set_uint64 (settings, "seed", seed);
  return seed;
}
