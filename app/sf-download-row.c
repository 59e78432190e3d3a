/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-download-row.h"

#include "sf-compat.h"
#include "sf-forecast.h"

#include <glib/gi18n.h>

struct _SfDownloadRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *name_label;
  GtkLabel *family_label;
  GtkLabel *facts_label;
  GtkLabel *note_label;
  GtkProgressBar *progress_bar;
  GtkLabel *status_label;
  GtkButton *discard_button;
  GtkButton *button;
  GtkWidget *done_image;
  GtkMenuButton *menu_button;

  SfDownload *download;
  SfDownloads *downloads;
  SfModelIndex *index;
};

G_DEFINE_FINAL_TYPE (SfDownloadRow, sf_download_row, GTK_TYPE_LIST_BOX_ROW)

static char *
describe_progress (SfDownload *download)
{
  const double seconds = sf_download_get_seconds_left (download);
  g_autofree char *done = g_format_size (sf_download_get_n_done (download));
  g_autofree char *total = g_format_size (sf_download_get_n_total (download));
  g_autofree char *duration = seconds >= 0 ? sf_forecast_describe (seconds) : NULL;

  if (sf_download_get_n_total (download) == 0)
    return g_strdup (done);
  if (duration == NULL)
    /* Translators: two sizes, "300 MB of 4.3 GB" */
    return g_strdup_printf (_ ("%s of %s"), done, total);
  /* Translators: two sizes and a duration, "300 MB of 4.3 GB, about 3 min left" */
  return g_strdup_printf (_ ("%s of %s, %s left"), done, total, duration);
}

static char *
describe_state (SfDownload *download)
{
  g_autofree char *progress = describe_progress (download);

  switch (sf_download_get_state (download))
    {
    case SF_DOWNLOAD_WAITING:
      return g_strdup (_ ("Waits for other downloads"));
    case SF_DOWNLOAD_FETCHING:
      return g_steal_pointer (&progress);
    case SF_DOWNLOAD_CHECKING:
      return g_strdup (_ ("The checksum is being compared…"));
    case SF_DOWNLOAD_STOPPED:
      if (sf_download_get_failure (download) != NULL)
        return g_strdup_printf ("%s (%s)", sf_download_get_failure (download), progress);
      /* Translators: %s is "300 MB of 4.3 GB" */
      return g_strdup_printf (_ ("Stopped at %s"), progress);
    default:
      return g_strdup (sf_download_get_failure (download));
    }
}

/* The same file by another way, or NULL. */
static const char *
find_elsewhere (SfDownloadRow *self)
{
  const char *sha256 = sf_download_get_entry (self->download)->sha256;
  SfModelItem *item = sha256 != NULL ? sf_model_index_find_hash (self->index, sha256) : NULL;

  return item != NULL ? sf_model_item_get_record (item)->path : NULL;
}

static void
update_progress (SfDownloadRow *self)
{
  const guint64 n_total = sf_download_get_n_total (self->download);
  const SfDownloadState state = sf_download_get_state (self->download);
  g_autofree char *status = describe_state (self->download);

  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar),
                          sf_download_is_active (self->download) || state == SF_DOWNLOAD_STOPPED);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 n_total > 0 ? MIN ((double) sf_download_get_n_done (self->download)
                                                        / (double) n_total,
                                                    1)
                                             : 0);
  gtk_label_set_label (self->status_label, status != NULL ? status : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status_label), status != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, status != NULL ? status : "",
                                  -1);
}

static void
update (SfDownloadRow *self)
{
  const SfDownloadState state = sf_download_get_state (self->download);
  const gboolean active = sf_download_is_active (self->download);
  const char *elsewhere = find_elsewhere (self);
  const gboolean is_there = state == SF_DOWNLOAD_DONE || elsewhere != NULL;

  update_progress (self);
  gtk_button_set_label (self->button, active                         ? _ ("Stop")
                                      : state == SF_DOWNLOAD_STOPPED ? _ ("Resume")
                                                                     : _ ("Download"));
  gtk_widget_set_visible (GTK_WIDGET (self->button), !is_there || active);
  gtk_widget_set_visible (GTK_WIDGET (self->discard_button), state == SF_DOWNLOAD_STOPPED);
  gtk_widget_set_visible (self->done_image, is_there && !active);
  gtk_widget_set_tooltip_text (self->done_image, elsewhere != NULL
                                                     ? elsewhere
                                                     : sf_download_get_path (self->download));
}

static void
pressed_cb (SfDownloadRow *self)
{
  if (sf_download_is_active (self->download))
    sf_downloads_stop (self->downloads, self->download);
  else
    sf_downloads_start (self->downloads, self->download);
}

static void
discard_cb (SfDownloadRow *self)
{
  sf_downloads_discard (self->downloads, self->download);
}

static void
copy_address_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfDownloadRow *self = SF_DOWNLOAD_ROW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          sf_download_get_entry (self->download)->address);
}

static void
open_page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfDownloadRow *self = SF_DOWNLOAD_ROW (widget);

  sf_compat_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)),
                      sf_download_get_entry (self->download)->page);
}

static void
show_entry (SfDownloadRow *self, const SfRecommended *entry)
{
  const char *refusal = sf_recommended_get_refusal (entry);
  g_autofree char *size = entry->n_bytes > 0 ? g_format_size (entry->n_bytes) : NULL;
  g_autofree char *more = g_strdup_printf (_ ("More about %s"), entry->name);
  const char *const facts[] = { entry->author, entry->licence, size };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (facts[i] != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", facts[i]);
  gtk_label_set_label (self->name_label, entry->name);
  gtk_label_set_label (self->family_label, entry->family != NULL ? entry->family : "");
  gtk_widget_set_visible (GTK_WIDGET (self->family_label), entry->family != NULL);
  gtk_label_set_label (self->facts_label, text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label), entry->address);
  if (refusal == NULL && entry->sha256 == NULL)
    refusal = _ ("There is no checksum of this file: it cannot be verified");
  gtk_label_set_label (self->note_label, refusal != NULL ? refusal : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note_label), refusal != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "download.open-page", entry->page != NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, entry->name,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, entry->name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  more, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, entry->name, -1);
}

GtkWidget *
sf_download_row_new (SfDownload *download, SfDownloads *downloads, SfModelIndex *index)
{
  SfDownloadRow *self = g_object_new (SF_TYPE_DOWNLOAD_ROW, NULL);

  self->download = g_object_ref (download);
  self->downloads = g_object_ref (downloads);
  self->index = g_object_ref (index);
  show_entry (self, sf_download_get_entry (download));
  g_signal_connect_object (download, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (index, "notify::scanning", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
sf_download_row_dispose (GObject *object)
{
  SfDownloadRow *self = SF_DOWNLOAD_ROW (object);

  g_clear_object (&self->download);
  g_clear_object (&self->downloads);
  g_clear_object (&self->index);
  G_OBJECT_CLASS (sf_download_row_parent_class)->dispose (object);
}

static void
sf_download_row_class_init (SfDownloadRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_download_row_dispose;

  gtk_widget_class_install_action (widget_class, "download.copy-address", NULL,
                                   copy_address_action);
  gtk_widget_class_install_action (widget_class, "download.open-page", NULL, open_page_action);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-download-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, family_label);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, facts_label);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, note_label);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, status_label);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, discard_button);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, button);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, done_image);
  gtk_widget_class_bind_template_child (widget_class, SfDownloadRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, discard_cb);
}

static void
sf_download_row_init (SfDownloadRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
