/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-style-row.h"

#include "sf-style-dialog.h"
#include "sf-style-name.h"

#include <glib/gi18n.h>

struct _SfStyleRow
{
  AdwActionRow parent_instance;

  GtkWidget *clear_button;

  GSettings *settings;
  SfPromptStyles *styles;
};

G_DEFINE_FINAL_TYPE (SfStyleRow, sf_style_row, ADW_TYPE_ACTION_ROW)

static void
show (SfStyleRow *self)
{
  g_auto (GStrv) names = g_settings_get_strv (self->settings, "styles");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    if (sf_prompt_styles_find (self->styles, names[i]) != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              sf_style_name_translate (names[i]));
  gtk_widget_set_visible (self->clear_button, text->len > 0);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               text->len > 0 ? text->str : C_ ("style", "None"));
}

static void
clear_cb (SfStyleRow *self)
{
  g_settings_reset (self->settings, "styles");
}

void
sf_style_row_open (SfStyleRow *self)
{
  g_return_if_fail (SF_IS_STYLE_ROW (self));

  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gtk_window_present (
      GTK_WINDOW (sf_style_dialog_new (GTK_WINDOW (root), self->settings, self->styles)));
}

void
sf_style_row_connect (SfStyleRow *self, GSettings *settings, SfPromptStyles *styles)
{
  g_return_if_fail (SF_IS_STYLE_ROW (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->styles = g_object_ref (styles);
  g_signal_connect_object (settings, "changed::styles", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (styles, "items-changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}

static void
sf_style_row_dispose (GObject *object)
{
  SfStyleRow *self = SF_STYLE_ROW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->styles);
  G_OBJECT_CLASS (sf_style_row_parent_class)->dispose (object);
}

static void
sf_style_row_class_init (SfStyleRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_style_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-style-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfStyleRow, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, sf_style_row_open);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
sf_style_row_init (SfStyleRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
