/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-settings.h"

#define PLACES_KEY "model-folders"
#define USED_KEY "models-used"
#define MAX_USED 200

static void
places_changed_cb (GSettings *settings, const char *key, SfModelIndex *index)
{
  g_auto (GStrv) places = g_settings_get_strv (settings, PLACES_KEY);

  sf_model_index_set_places (index, (const char *const *) places);
}

static void
tell_last_used (GSettings *settings, GListModel *items, guint position, guint n_items)
{
  g_autoptr (GVariant) used = g_settings_get_value (settings, USED_KEY);

  for (guint i = position; i < position + n_items; i++)
    {
      g_autoptr (SfModelItem) item = g_list_model_get_item (items, i);
      gint64 seconds = 0;

      if (g_variant_lookup (used, sf_model_item_get_record (item)->path, "x", &seconds))
        sf_model_item_set_last_used (item, MAX (seconds, 0));
    }
}

static void
items_changed_cb (GListModel *items, guint position, guint n_removed, guint n_added,
                  GSettings *settings)
{
  tell_last_used (settings, items, position, n_added);
}

static void
used_changed_cb (GSettings *settings, const char *key, SfModelIndex *index)
{
  GListModel *items = sf_model_index_get_items (index);

  tell_last_used (settings, items, 0, g_list_model_get_n_items (items));
}

void
sf_model_settings_connect (GSettings *settings, SfModelIndex *index)
{
  g_signal_connect_object (settings, "changed::" PLACES_KEY, G_CALLBACK (places_changed_cb), index,
                           0);
  g_signal_connect_object (settings, "changed::" USED_KEY, G_CALLBACK (used_changed_cb), index, 0);
  g_signal_connect_object (sf_model_index_get_items (index), "items-changed",
                           G_CALLBACK (items_changed_cb), settings, 0);
  places_changed_cb (settings, NULL, index);
}

gboolean
sf_model_settings_add_place (GSettings *settings, const char *path)
{
  g_auto (GStrv) places = g_settings_get_strv (settings, PLACES_KEY);
  g_autoptr (GStrvBuilder) more = g_strv_builder_new ();

  if (g_strv_contains ((const char *const *) places, path))
    return FALSE;
  g_strv_builder_addv (more, (const char **) places);
  g_strv_builder_add (more, path);
  g_auto (GStrv) all = g_strv_builder_end (more);
  g_settings_set_strv (settings, PLACES_KEY, (const char *const *) all);
  return TRUE;
}

void
sf_model_settings_remove_place (GSettings *settings, const char *path)
{
  g_auto (GStrv) places = g_settings_get_strv (settings, PLACES_KEY);
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();

  for (guint i = 0; places[i] != NULL; i++)
    if (!g_str_equal (places[i], path))
      g_strv_builder_add (rest, places[i]);
  g_auto (GStrv) all = g_strv_builder_end (rest);
  g_settings_set_strv (settings, PLACES_KEY, (const char *const *) all);
}

/* The key that a kind is chosen by, or NULL. */
static const char *
get_key (SfModelKind kind)
{
  switch (kind)
    {
    case SF_MODEL_KIND_CHECKPOINT:
      return "model";
    case SF_MODEL_KIND_VAE:
      return "vae";
    case SF_MODEL_KIND_TAESD:
      return "tiny-decoder";
    case SF_MODEL_KIND_EMBEDDING:
      return "embeddings-folder";
    default:
      return NULL;
    }
}

static char *
get_value (SfModelItem *item)
{
  const SfModelRecord *record = sf_model_item_get_record (item);

  return record->kind == SF_MODEL_KIND_EMBEDDING ? g_path_get_dirname (record->path)
                                                 : g_strdup (sf_model_item_get_setting (item));
}

gboolean
sf_model_settings_can_choose (SfModelItem *item)
{
  return sf_model_item_is_usable (item) && get_key (sf_model_item_get_record (item)->kind) != NULL;
}

gboolean
sf_model_settings_is_chosen (GSettings *settings, SfModelItem *item)
{
  const char *key = get_key (sf_model_item_get_record (item)->kind);
  g_autofree char *value = get_value (item);
  g_autofree char *chosen = key != NULL ? g_settings_get_string (settings, key) : NULL;

  return g_strcmp0 (chosen, value) == 0;
}

void
sf_model_settings_choose (GSettings *settings, SfModelItem *item)
{
  const SfModelKind kind = sf_model_item_get_record (item)->kind;
  g_autofree char *value = get_value (item);

  g_return_if_fail (sf_model_settings_can_choose (item));

  if (kind != SF_MODEL_KIND_CHECKPOINT && sf_model_settings_is_chosen (settings, item))
    {
      g_settings_reset (settings, get_key (kind));
      if (kind == SF_MODEL_KIND_TAESD)
        g_settings_reset (settings, "preview");
      return;
    }
  g_settings_set_string (settings, get_key (kind), value);
  if (kind == SF_MODEL_KIND_TAESD)
    g_settings_set_enum (settings, "preview", SF_PREVIEW_TAESD);
}

typedef struct
{
  char *path;
  gint64 seconds;
} Use;

static void
use_clear (gpointer data)
{
  g_free (((Use *) data)->path);
}

static int
compare_uses (gconstpointer a, gconstpointer b)
{
  const gint64 difference = ((const Use *) b)->seconds - ((const Use *) a)->seconds;

  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

/* Of the models that were ever used, the latest are kept. */
void
sf_model_settings_mark_used (GSettings *settings, const SfRequest *request)
{
  g_autofree char *starter = request->model == NULL ? sf_engine_find_model (NULL, NULL) : NULL;
  const char *const now[] = { request->model != NULL ? request->model : starter, request->vae,
                              request->taesd };
  g_autoptr (GVariant) used = g_settings_get_value (settings, USED_KEY);
  g_autoptr (GArray) uses = g_array_new (FALSE, FALSE, sizeof (Use));
  GVariantBuilder builder;
  GVariantIter iter;
  Use use;

  g_array_set_clear_func (uses, use_clear);
  for (guint i = 0; i < G_N_ELEMENTS (now); i++)
    if (now[i] != NULL)
      {
        use = (Use){ g_strdup (now[i]), g_get_real_time () / G_USEC_PER_SEC };
        g_array_append_val (uses, use);
      }
  g_variant_iter_init (&iter, used);
  while (g_variant_iter_next (&iter, "{sx}", &use.path, &use.seconds))
    {
      gboolean is_new = TRUE;

      for (guint i = 0; i < uses->len && is_new; i++)
        is_new = !g_str_equal (g_array_index (uses, Use, i).path, use.path);
      if (is_new)
        g_array_append_val (uses, use);
      else
        g_free (use.path);
    }
  g_array_sort (uses, compare_uses);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));
  for (guint i = 0; i < MIN (uses->len, MAX_USED); i++)
    g_variant_builder_add (&builder, "{sx}", g_array_index (uses, Use, i).path,
                           g_array_index (uses, Use, i).seconds);
  g_settings_set_value (settings, USED_KEY, g_variant_builder_end (&builder));
}

/* TRUE where there is nothing left to find. */
static gboolean
resolve (SfModelIndex *index, SfModelKind kind, char **name, const char *hash)
{
  SfModelItem *item = NULL;

  if ((*name == NULL && hash == NULL) || (*name != NULL && g_path_is_absolute (*name)))
    return TRUE;
  item = sf_model_index_resolve (index, kind, *name, hash);
  if (item == NULL)
    return *name == NULL;
  g_free (*name);
  *name = sf_model_item_get_record (item)->is_starter
              ? NULL
              : g_strdup (sf_model_item_get_record (item)->path);
  return TRUE;
}

char *
sf_model_settings_reuse (GSettings *settings, SfModelIndex *index, const SfRequest *request,
                         const char *infotext, SfReuse which)
{
  g_autoptr (SfRequest) resolved = sf_request_copy (request);
  g_autofree char *hash = sf_request_dup_model_hash (infotext);
  gboolean is_here = TRUE;

  if (!resolve (index, SF_MODEL_KIND_VAE, &resolved->vae, NULL))
    g_clear_pointer (&resolved->vae, g_free);
  is_here = resolve (index, SF_MODEL_KIND_CHECKPOINT, &resolved->model, hash);
  sf_settings_reuse (settings, resolved, which);
  return is_here || which == SF_REUSE_PROMPTS ? NULL : g_strdup (resolved->model);
}
