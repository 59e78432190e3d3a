/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-compatibility-row.h"

#include "sf-settings.h"

#include <glib/gi18n.h>

struct _SfCompatibilityRow
{
  AdwComboRow parent_instance;

  GSettings *settings;
  gboolean updating; /* the row follows the settings, not the user */
};

G_DEFINE_FINAL_TYPE (SfCompatibilityRow, sf_compatibility_row, ADW_TYPE_COMBO_ROW)

static void
show (SfCompatibilityRow *self)
{
  g_autoptr (SfRequest) request = sf_settings_dup_request (self->settings);

  self->updating = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), sf_request_get_compatibility (request));
  self->updating = FALSE;
}

static void
selected_cb (SfCompatibilityRow *self)
{
  g_autoptr (SfRequest) request = NULL;

  if (self->updating || self->settings == NULL)
    return;

  request = sf_settings_dup_request (self->settings);
  sf_request_set_compatibility (request, adw_combo_row_get_selected (ADW_COMBO_ROW (self)));
  sf_settings_store_compatibility (self->settings, request);
  show (self);
}

void
sf_compatibility_row_connect (SfCompatibilityRow *self, GSettings *settings)
{
  g_return_if_fail (SF_IS_COMPATIBILITY_ROW (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::other-settings", G_CALLBACK (show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::noise", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}

static void
sf_compatibility_row_dispose (GObject *object)
{
  SfCompatibilityRow *self = SF_COMPATIBILITY_ROW (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sf_compatibility_row_parent_class)->dispose (object);
}

static void
sf_compatibility_row_class_init (SfCompatibilityRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sf_compatibility_row_dispose;
}

static void
sf_compatibility_row_init (SfCompatibilityRow *self)
{
  /* In the order of SfCompatibility. */
  const char *const titles[] = {
    /* Translators: same pictures as no other program in particular */
    C_ ("compatibility", "None"),   "A1111", "ComfyUI", "diffusers",
    C_ ("compatibility", "Custom"), NULL,
  };
  g_autoptr (GtkStringList) list = gtk_string_list_new (titles);

  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (list));
  g_signal_connect (self, "notify::selected", G_CALLBACK (selected_cb), NULL);
}
