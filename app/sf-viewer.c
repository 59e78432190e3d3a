/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-viewer.h"

#include "sf-canvas.h"
#include "sf-entry-bar.h"
#include "sf-pixbuf.h"

#include <glib/gi18n.h>

struct _SfViewer
{
  AdwBin parent_instance;

  SfCanvas *canvas;
  GtkLabel *title;
  GtkLabel *subtitle;
  SfEntryBar *bar;

  SfEntry *entry;
  GCancellable *cancellable; /* of loading */
};

enum
{
  STEP,
  CLOSED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfViewer, sf_viewer, ADW_TYPE_BIN)

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfViewer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPainting) painting = sf_pixbuf_load_painting_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  sf_canvas_set_painting (self->canvas, painting);
  if (error != NULL)
    g_signal_emit (self, signals[FAILED], 0, _ ("The picture cannot be shown"), error);
}

static void
update_favourite (SfViewer *self)
{
  sf_entry_bar_set_favourite (self->bar, sf_entry_get_record (self->entry)->favourite);
}

void
sf_viewer_show (SfViewer *self, SfEntry *entry)
{
  g_return_if_fail (SF_IS_VIEWER (self));

  if (self->entry == entry)
    return;
  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  g_set_object (&self->entry, entry);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (entry == NULL)
    {
      sf_canvas_set_painting (self->canvas, NULL);
      return;
    }

  const SfPictureRecord *record = sf_entry_get_record (entry);
  g_autofree char *name = g_path_get_basename (record->path);
  g_autofree char *subtitle = g_strdup_printf ("%u × %u · %s", record->width, record->height, name);
  const char *title = *record->prompt != '\0' ? record->prompt : _ ("Picture without a prompt");

  gtk_label_set_label (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  gtk_label_set_label (self->subtitle, subtitle);
  g_signal_connect_object (entry, "notify::favourite", G_CALLBACK (update_favourite), self,
                           G_CONNECT_SWAPPED);
  update_favourite (self);
  self->cancellable = g_cancellable_new ();
  sf_pixbuf_load_painting_async (record->path, record->infotext, self->cancellable, loaded_cb,
                                 g_object_ref (self));
}

SfEntry *
sf_viewer_get_entry (SfViewer *self)
{
  return self->entry;
}

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int n = g_variant_get_int32 (parameter);

  g_signal_emit (widget, signals[STEP], 0, mirrored ? -n : n);
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static gboolean
sf_viewer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SF_VIEWER (widget)->canvas));
}

static void
sf_viewer_dispose (GObject *object)
{
  SfViewer *self = SF_VIEWER (object);

  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  g_clear_object (&self->entry);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (sf_viewer_parent_class)->dispose (object);
}

static void
sf_viewer_class_init (SfViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_OBJECT_CLASS_TYPE (klass);

  g_type_ensure (SF_TYPE_CANVAS);
  g_type_ensure (SF_TYPE_ENTRY_BAR);

  G_OBJECT_CLASS (klass)->dispose = sf_viewer_dispose;
  widget_class->grab_focus = sf_viewer_grab_focus;

  signals[STEP] = g_signal_new ("step", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_INT);
  signals[CLOSED] = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);

  gtk_widget_class_install_action (widget_class, "viewer.step", "i", step_action);
  gtk_widget_class_install_action (widget_class, "viewer.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, 0, "viewer.step", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, 0, "viewer.step", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "viewer.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "viewer.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, SfViewer, canvas);
  gtk_widget_class_bind_template_child (widget_class, SfViewer, title);
  gtk_widget_class_bind_template_child (widget_class, SfViewer, subtitle);
  gtk_widget_class_bind_template_child (widget_class, SfViewer, bar);
}

static void
sf_viewer_init (SfViewer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
