/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-vae-row.h"

#include <glib/gi18n.h>

#define KEY "vae"

struct _SfVaeRow
{
  AdwComboRow parent_instance;

  GSettings *settings;
  SfModelIndex *index;
  GPtrArray *paths;  /* of char *, as the titles; the first is "" */
  gboolean updating; /* the row follows the settings, not the user */
};

G_DEFINE_FINAL_TYPE (SfVaeRow, sf_vae_row, ADW_TYPE_COMBO_ROW)

static void
add (SfVaeRow *self, GtkStringList *titles, const char *path, const char *title)
{
  g_ptr_array_add (self->paths, g_strdup (path));
  gtk_string_list_append (titles, title);
}

/* What is chosen is listed, wherever it lies. */
static void
show (SfVaeRow *self)
{
  GListModel *items = sf_model_index_get_items (self->index);
  g_autofree char *chosen = g_settings_get_string (self->settings, KEY);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint position = 0;

  g_ptr_array_set_size (self->paths, 0);
  add (self, titles, "", C_ ("vae", "From the model"));
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (SfModelItem) item = g_list_model_get_item (items, i);
      const SfModelRecord *record = sf_model_item_get_record (item);

      if (record->kind == SF_MODEL_KIND_VAE && sf_model_item_is_usable (item))
        add (self, titles, record->path, record->name);
    }
  if (!g_ptr_array_find_with_equal_func (self->paths, chosen, g_str_equal, &position))
    {
      g_autofree char *name = g_path_get_basename (chosen);

      position = self->paths->len;
      add (self, titles, chosen, name);
    }
  self->updating = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (titles));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), position);
  self->updating = FALSE;
}

static void
selected_cb (SfVaeRow *self)
{
  const guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (!self->updating && self->settings != NULL && position < self->paths->len)
    g_settings_set_string (self->settings, KEY, self->paths->pdata[position]);
}

void
sf_vae_row_connect (SfVaeRow *self, GSettings *settings, SfModelIndex *index)
{
  g_return_if_fail (SF_IS_VAE_ROW (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->index = g_object_ref (index);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sf_model_index_get_items (index), "items-changed", G_CALLBACK (show),
                           self, G_CONNECT_SWAPPED);
  show (self);
}

static void
sf_vae_row_dispose (GObject *object)
{
  SfVaeRow *self = SF_VAE_ROW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->index);
  G_OBJECT_CLASS (sf_vae_row_parent_class)->dispose (object);
}

static void
sf_vae_row_finalize (GObject *object)
{
  g_ptr_array_unref (SF_VAE_ROW (object)->paths);
  G_OBJECT_CLASS (sf_vae_row_parent_class)->finalize (object);
}

static void
sf_vae_row_class_init (SfVaeRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sf_vae_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = sf_vae_row_finalize;
}

static void
sf_vae_row_init (SfVaeRow *self)
{
  self->paths = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
}
