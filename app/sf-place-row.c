/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-place-row.h"

#include "sf-compat.h"
#include "sf-shown-path.h"

#include <glib/gi18n.h>

struct _SfPlaceRow
{
  AdwActionRow parent_instance;

  GtkButton *open_button;
  GtkButton *remove_button;

  char *path;
};

enum
{
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfPlaceRow, sf_place_row, ADW_TYPE_ACTION_ROW)

static void
open_cb (SfPlaceRow *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  if (g_file_test (self->path, G_FILE_TEST_IS_DIR))
    sf_compat_show_folder (window, self->path);
  else
    sf_compat_show_in_folder (window, self->path);
}

static void
remove_cb (SfPlaceRow *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

/* A portal's path tells people nothing but its last part. */
static char *
describe (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_has_prefix (path, "/run/") && strstr (path, "/doc/") != NULL)
    return g_strdup (_ ("Chosen folder"));
  return sf_shown_path (folder);
}

GtkWidget *
sf_place_row_new (const char *path, gboolean is_own)
{
  SfPlaceRow *self = g_object_new (SF_TYPE_PLACE_ROW, NULL);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *where = is_own ? g_strdup (_ ("For downloads and whatever you put there"))
                                  : describe (path);
  g_autofree char *open = NULL;
  g_autofree char *remove = NULL;
  const char *title = is_own ? _ ("Sfumato’s own folder") : name;
  const gboolean is_there = g_file_test (path, G_FILE_TEST_EXISTS);

  self->path = g_strdup (path);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               is_there || is_own ? where : _ ("Not there at the moment"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), path);
  gtk_widget_set_visible (GTK_WIDGET (self->remove_button), !is_own);
  gtk_widget_set_sensitive (GTK_WIDGET (self->open_button), is_there);

  /* Translators: %s is a folder */
  open = g_strdup_printf (_ ("Open %s"), title);
  /* Translators: %s is a folder, which is not looked into any more */
  remove = g_strdup_printf (_ ("Do not watch %s"), title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->open_button), open);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->remove_button), remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  open, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
  return GTK_WIDGET (self);
}

const char *
sf_place_row_get_path (SfPlaceRow *self)
{
  return self->path;
}

static void
sf_place_row_finalize (GObject *object)
{
  g_free (SF_PLACE_ROW (object)->path);
  G_OBJECT_CLASS (sf_place_row_parent_class)->finalize (object);
}

static void
sf_place_row_class_init (SfPlaceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sf_place_row_finalize;

  signals[REMOVED] = g_signal_new ("removed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-place-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfPlaceRow, open_button);
  gtk_widget_class_bind_template_child (widget_class, SfPlaceRow, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
sf_place_row_init (SfPlaceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
