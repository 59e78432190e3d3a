/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-entry-bar.h"

#include <glib/gi18n.h>

struct _SfEntryBar
{
  AdwBin parent_instance;

  GtkButton *favourite_button;
};

G_DEFINE_FINAL_TYPE (SfEntryBar, sf_entry_bar, ADW_TYPE_BIN)

void
sf_entry_bar_set_favourite (SfEntryBar *self, gboolean favourite)
{
  g_return_if_fail (SF_IS_ENTRY_BAR (self));

  const char *name = favourite ? _ ("Remove from favourites") : _ ("Add to favourites");

  gtk_button_set_icon_name (self->favourite_button,
                            favourite ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->favourite_button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->favourite_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
sf_entry_bar_class_init (SfEntryBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-entry-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SfEntryBar, favourite_button);
}

static void
sf_entry_bar_init (SfEntryBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
