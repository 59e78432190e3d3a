/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-queue-button.h"

#include "sf-forecast.h"
#include "sf-queue-row.h"
#include "sf-ring.h"

#include <glib/gi18n.h>

struct _SfQueueButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkStack *icon_stack;
  SfRing *ring;
  GtkLabel *time_label;
  GtkStack *stack;
  GtkListBox *list;
  GtkToggleButton *pause_button;
  GtkWidget *clear_button;

  SfStudio *studio;
};

G_DEFINE_FINAL_TYPE (SfQueueButton, sf_queue_button, ADW_TYPE_BIN)

static void
update_progress (SfQueueButton *self)
{
  SfQueue *queue = sf_studio_get_queue (self->studio);
  gboolean running = sf_studio_is_running (self->studio);
  double seconds = sf_studio_get_seconds_left (self->studio);
  g_autofree char *duration = seconds > 0 ? sf_forecast_describe (seconds) : NULL;
  g_autofree char *left = NULL;

  if (duration != NULL)
    /* Translators: %s is a duration, such as "about 3 s" */
    left = g_strdup_printf (_ ("%s left"), duration);
  sf_ring_set (self->ring, running ? sf_studio_get_job_fraction (self->studio) : -1,
               sf_queue_count_left (queue));
  gtk_label_set_label (self->time_label, left != NULL ? left : "");
  gtk_widget_set_visible (GTK_WIDGET (self->time_label), left != NULL);
}

static void
update (SfQueueButton *self)
{
  SfQueue *queue = sf_studio_get_queue (self->studio);
  guint n_left = sf_queue_count_left (queue);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (queue));
  gboolean paused = sf_queue_is_paused (queue);
  g_autofree char *name = NULL;

  /* Translators: the name of a button, for screen readers and as a tooltip */
  name = n_left > 0 ? g_strdup_printf (ngettext ("Queue, %u job", "Queue, %u jobs", n_left), n_left)
                    : g_strdup (_ ("Queue"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_stack_set_visible_child_name (self->icon_stack, n_left > 0 ? "ring" : "icon");
  gtk_stack_set_visible_child_name (self->stack, n_items > 0 ? "jobs" : "empty");
  gtk_widget_set_sensitive (self->clear_button,
                            n_items > (sf_studio_is_running (self->studio) ? 1 : 0));
  gtk_toggle_button_set_active (self->pause_button, paused);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_button),
                               paused ? _ ("Go on") : _ ("Pause after this picture"));
  update_progress (self);
}

/* A row that had the focus may be gone, and the keys must still reach the popover. */
static void
keep_focus (SfQueueButton *self)
{
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (self->button));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (gtk_widget_get_mapped (popover)
      && (focus == NULL || !gtk_widget_is_ancestor (focus, popover)))
    gtk_widget_grab_focus (GTK_WIDGET (self->pause_button));
}

static void
items_changed_cb (SfQueueButton *self)
{
  update (self);
  keep_focus (self);
}

static gboolean
focus_row_cb (gpointer user_data)
{
  gtk_widget_grab_focus (user_data);
  return G_SOURCE_REMOVE;
}

static void
row_moved_cb (SfQueueButton *self, guint position)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) position);

  if (row != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT, focus_row_cb, g_object_ref (row), g_object_unref);
}

static GtkWidget *
create_row (gpointer job, gpointer user_data)
{
  SfQueueButton *self = user_data;
  SfQueueRow *row = sf_queue_row_new (self->studio, job);

  g_signal_connect_object (row, "moved", G_CALLBACK (row_moved_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (row);
}

static void
pause_toggled_cb (SfQueueButton *self)
{
  sf_queue_set_paused (sf_studio_get_queue (self->studio),
                       gtk_toggle_button_get_active (self->pause_button));
}

static void
clear_cb (SfQueueButton *self)
{
  sf_queue_clear (sf_studio_get_queue (self->studio));
}

void
sf_queue_button_connect (SfQueueButton *self, SfStudio *studio)
{
  g_return_if_fail (SF_IS_QUEUE_BUTTON (self));
  g_return_if_fail (self->studio == NULL);

  SfQueue *queue = sf_studio_get_queue (studio);

  self->studio = g_object_ref (studio);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (queue), create_row, self, NULL);
  g_signal_connect_object (queue, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (studio, "notify::running", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "progressed", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
sf_queue_button_open (SfQueueButton *self)
{
  g_return_if_fail (SF_IS_QUEUE_BUTTON (self));

  gtk_menu_button_popup (self->button);
}

static void
sf_queue_button_dispose (GObject *object)
{
  SfQueueButton *self = SF_QUEUE_BUTTON (object);

  if (self->studio != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->studio);
  G_OBJECT_CLASS (sf_queue_button_parent_class)->dispose (object);
}

static void
sf_queue_button_class_init (SfQueueButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_RING);

  G_OBJECT_CLASS (klass)->dispose = sf_queue_button_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-queue-button.ui");
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, button);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, icon_stack);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, ring);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, time_label);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, stack);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, list);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, pause_button);
  gtk_widget_class_bind_template_child (widget_class, SfQueueButton, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, pause_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
sf_queue_button_init (SfQueueButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
