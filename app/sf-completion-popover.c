/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-completion-popover.h"

#include "sf-compat.h"

#include <glib/gi18n.h>

struct _SfCompletionPopover
{
  GtkPopover parent_instance;

  GtkListBox *list;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfCompletionPopover, sf_completion_popover, GTK_TYPE_POPOVER)

SfCompletionPopover *
sf_completion_popover_new (void)
{
  return g_object_new (SF_TYPE_COMPLETION_POPOVER, NULL);
}

static const char *
name_kind (SfCompletionKind kind)
{
  switch (kind)
    {
    case SF_COMPLETION_EMBEDDING:
      return C_ ("completion", "Embedding");
    case SF_COMPLETION_WILDCARD:
      return C_ ("completion", "Wildcard");
    case SF_COMPLETION_TAG:
    default:
      return C_ ("completion", "Used before");
    }
}

static GtkWidget *
create_row (const SfCompletionMatch *match)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *text = gtk_label_new (match->text);
  GtkWidget *kind = gtk_label_new (name_kind (match->kind));

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 28);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (kind, "caption");
  gtk_widget_add_css_class (kind, "dim-label");
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), kind);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, match->text,
                                  -1);
  g_object_set_data_full (G_OBJECT (row), "sf-text", g_strdup (match->text), g_free);
  return row;
}

void
sf_completion_popover_set_matches (SfCompletionPopover *self, GArray *matches)
{
  GtkListBoxRow *row;

  g_return_if_fail (SF_IS_COMPLETION_POPOVER (self));

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < matches->len; i++)
    gtk_list_box_append (self->list, create_row (&g_array_index (matches, SfCompletionMatch, i)));
}

void
sf_completion_popover_move (SfCompletionPopover *self, int by)
{
  g_return_if_fail (SF_IS_COMPLETION_POPOVER (self));

  int selected = sf_completion_popover_get_selected (self);
  int n_rows = 0;
  while (gtk_list_box_get_row_at_index (self->list, n_rows) != NULL)
    n_rows++;
  if (n_rows == 0)
    return;

  selected = selected < 0 && by < 0 ? n_rows - 1 : (selected + by + n_rows) % n_rows;
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, selected);
  gtk_list_box_select_row (self->list, row);
  sf_compat_announce (GTK_WIDGET (self), g_object_get_data (G_OBJECT (row), "sf-text"));
}

int
sf_completion_popover_get_selected (SfCompletionPopover *self)
{
  g_return_val_if_fail (SF_IS_COMPLETION_POPOVER (self), -1);

  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  return row != NULL ? gtk_list_box_row_get_index (row) : -1;
}

static void
row_activated_cb (SfCompletionPopover *self, GtkListBoxRow *row)
{
  gtk_list_box_select_row (self->list, row);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
sf_completion_popover_class_init (SfCompletionPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHOSEN] = g_signal_new ("chosen", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/sfumato/Sfumato/sf-completion-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, SfCompletionPopover, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
sf_completion_popover_init (SfCompletionPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
