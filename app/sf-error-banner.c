/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-error-banner.h"

#include "sf-compat.h"

struct _SfErrorBanner
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkLabel *label;

  char *details;
};

G_DEFINE_FINAL_TYPE (SfErrorBanner, sf_error_banner, ADW_TYPE_BIN)

void
sf_error_banner_show (SfErrorBanner *self, const char *sentence, const char *details)
{
  g_return_if_fail (SF_IS_ERROR_BANNER (self));

  g_free (self->details);
  self->details = g_strdup (details);
  gtk_label_set_label (self->label, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  sf_compat_announce (GTK_WIDGET (self), sentence);
}

void
sf_error_banner_hide (SfErrorBanner *self)
{
  g_return_if_fail (SF_IS_ERROR_BANNER (self));

  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

static void
copy_details_cb (SfErrorBanner *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->details);
}

static void
sf_error_banner_finalize (GObject *object)
{
  g_free (SF_ERROR_BANNER (object)->details);
  G_OBJECT_CLASS (sf_error_banner_parent_class)->finalize (object);
}

static void
sf_error_banner_class_init (SfErrorBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sf_error_banner_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-error-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, SfErrorBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, SfErrorBanner, label);
  gtk_widget_class_bind_template_callback (widget_class, copy_details_cb);
  gtk_widget_class_bind_template_callback (widget_class, sf_error_banner_hide);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
sf_error_banner_init (SfErrorBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
