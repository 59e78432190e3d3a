/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-queue-row.h"

#include <glib/gi18n.h>

struct _SfQueueRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *title;
  GtkLabel *subtitle;
  GtkProgressBar *progress_bar;
  GtkWidget *retry_button;
  GtkWidget *up_button;
  GtkWidget *down_button;

  SfStudio *studio;
  SfJob *job;
};

enum
{
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfQueueRow, sf_queue_row, GTK_TYPE_LIST_BOX_ROW)

static char *
describe_count (SfJob *job)
{
  guint64 n_made = sf_job_get_n_made (job);
  guint count = sf_job_get_n_pictures (job);

  if (sf_job_is_endless (job))
    return g_strdup_printf (ngettext ("Until stopped · %u made", "Until stopped · %u made",
                                      (gulong) n_made),
                            (guint) n_made);
  if (n_made > 0)
    return g_strdup_printf (_ ("%u of %u pictures made"), (guint) n_made, count);
  return g_strdup_printf (ngettext ("%u picture", "%u pictures", count), count);
}

static void
update (SfQueueRow *self)
{
  const SfRequest *request = sf_job_get_request (self->job);
  SfJobState state = sf_job_get_state (self->job);
  gboolean empty = request->prompt == NULL || *request->prompt == '\0';
  const char *title = empty ? _ ("No prompt") : request->prompt;
  g_autofree char *count = describe_count (self->job);
  g_autofree char *subtitle = NULL;

  if (state == SF_JOB_FAILED)
    subtitle = g_strdup (sf_job_get_failure (self->job));
  else
    /* Translators: size in pixels, sampler steps, and how many pictures */
    subtitle = g_strdup_printf (ngettext ("%u × %u · %u step · %s", "%u × %u · %u steps · %s",
                                          request->steps),
                                request->width, request->height, request->steps, count);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->subtitle, subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subtitle), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  if (state == SF_JOB_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->subtitle), "error");

  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), state == SF_JOB_RUNNING);
  gtk_widget_set_visible (self->retry_button, state == SF_JOB_FAILED);
  gtk_widget_set_visible (self->up_button, state != SF_JOB_RUNNING);
  gtk_widget_set_visible (self->down_button, state != SF_JOB_RUNNING);
}

static void
progressed_cb (SfQueueRow *self)
{
  if (sf_job_get_state (self->job) == SF_JOB_RUNNING)
    gtk_progress_bar_set_fraction (self->progress_bar, sf_studio_get_job_fraction (self->studio));
}

SfQueueRow *
sf_queue_row_new (SfStudio *studio, SfJob *job)
{
  SfQueueRow *self = g_object_new (SF_TYPE_QUEUE_ROW, NULL);

  self->studio = g_object_ref (studio);
  self->job = g_object_ref (job);
  g_signal_connect_object (job, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "progressed", G_CALLBACK (progressed_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);
  progressed_cb (self);
  return self;
}

static void
move_to (SfQueueRow *self, SfJob *job, guint position)
{
  g_autoptr (SfQueueRow) alive = g_object_ref (self); /* the list makes its rows anew */

  sf_queue_move (sf_studio_get_queue (self->studio), job, position);
  g_signal_emit (self, signals[MOVED], 0, position);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfQueueRow *self = SF_QUEUE_ROW (widget);
  int by = g_variant_get_int32 (parameter);
  guint position;

  if (sf_queue_find (sf_studio_get_queue (self->studio), self->job, &position)
      && (by > 0 || position > 0))
    move_to (self, self->job, (guint) ((int) position + by));
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfQueueRow *self = SF_QUEUE_ROW (widget);

  if (sf_job_get_state (self->job) == SF_JOB_RUNNING)
    sf_studio_stop (self->studio);
  else
    sf_queue_remove (sf_studio_get_queue (self->studio), self->job);
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfQueueRow *self = SF_QUEUE_ROW (widget);

  sf_queue_retry (sf_studio_get_queue (self->studio), self->job);
}

static GdkContentProvider *
drag_prepare_cb (SfQueueRow *self)
{
  if (sf_job_get_state (self->job) == SF_JOB_RUNNING)
    return NULL;
  return gdk_content_provider_new_typed (SF_TYPE_JOB, self->job);
}

static void
drag_begin_cb (SfQueueRow *self, GdkDrag *drag, GtkDragSource *source)
{
  g_autoptr (GdkPaintable) icon = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, icon, 12, 12);
}

static gboolean
drop_cb (SfQueueRow *self, const GValue *value)
{
  SfJob *job = g_value_get_object (value);
  guint position;

  if (job == self->job || !sf_queue_find (sf_studio_get_queue (self->studio), self->job, &position))
    return FALSE;
  move_to (self, job, position);
  return TRUE;
}

static void
sf_queue_row_dispose (GObject *object)
{
  SfQueueRow *self = SF_QUEUE_ROW (object);

  g_clear_object (&self->studio);
  g_clear_object (&self->job);
  G_OBJECT_CLASS (sf_queue_row_parent_class)->dispose (object);
}

static void
sf_queue_row_class_init (SfQueueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_queue_row_dispose;

  signals[MOVED] = g_signal_new ("moved", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_install_action (widget_class, "job.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "job.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "job.retry", NULL, retry_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "job.move", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "job.move", "i",
                                       1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "job.remove", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-queue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfQueueRow, title);
  gtk_widget_class_bind_template_child (widget_class, SfQueueRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, SfQueueRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, SfQueueRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, SfQueueRow, up_button);
  gtk_widget_class_bind_template_child (widget_class, SfQueueRow, down_button);
  gtk_widget_class_bind_template_callback (widget_class, drag_prepare_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_begin_cb);
}

static void
sf_queue_row_init (SfQueueRow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (SF_TYPE_JOB, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
