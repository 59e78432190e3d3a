/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-entry-panel.h"

#include "sf-details.h"

#define MAX_LABELS 100

struct _SfEntryPanel
{
  AdwBin parent_instance;

  GtkStack *stack;
  SfDetails *details;
  GtkEntry *tags_entry;
  GtkEntry *collections_entry;

  SfLibrary *library;
  SfEntry *entry;
};

G_DEFINE_FINAL_TYPE (SfEntryPanel, sf_entry_panel, ADW_TYPE_BIN)

static void
show_labels (SfEntryPanel *self, GtkEntry *field, SfLabelKind kind)
{
  g_auto (GStrv) names = sf_library_list_labels (self->library, self->entry, kind);
  g_autofree char *text = g_strjoinv (", ", names);

  gtk_editable_set_text (GTK_EDITABLE (field), text);
}

/* The labels in the field, in place of those that the picture has. */
static void
store_labels (SfEntryPanel *self, GtkEntry *field, SfLabelKind kind)
{
  if (self->entry == NULL)
    return;

  g_auto (GStrv) old = sf_library_list_labels (self->library, self->entry, kind);
  g_auto (GStrv)
      wanted = g_strsplit (gtk_editable_get_text (GTK_EDITABLE (field)), ",", MAX_LABELS);

  for (guint i = 0; wanted[i] != NULL; i++)
    if (*g_strstrip (wanted[i]) != '\0' && !g_strv_contains ((const char *const *) old, wanted[i]))
      sf_library_set_label (self->library, self->entry, kind, wanted[i], TRUE);
  for (guint i = 0; old[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) wanted, old[i]))
      sf_library_set_label (self->library, self->entry, kind, old[i], FALSE);
}

static void
tags_done_cb (SfEntryPanel *self)
{
  store_labels (self, self->tags_entry, SF_LABEL_TAG);
}

static void
collections_done_cb (SfEntryPanel *self)
{
  store_labels (self, self->collections_entry, SF_LABEL_COLLECTION);
}

void
sf_entry_panel_show (SfEntryPanel *self, SfEntry *entry)
{
  g_return_if_fail (SF_IS_ENTRY_PANEL (self));

  gtk_stack_set_visible_child_name (self->stack, entry != NULL ? "details" : "none");
  if (!g_set_object (&self->entry, entry) || entry == NULL)
    return;

  const SfPictureRecord *record = sf_entry_get_record (entry);
  g_autoptr (SfRequest) request = NULL;

  if (*record->infotext != '\0')
    request = sf_request_new_from_infotext (record->infotext, NULL);
  if (request == NULL)
    request = sf_request_new ();
  if (record->width > 0)
    {
      request->width = record->width;
      request->height = record->height;
    }
  sf_details_show (self->details, request, record->infotext, 0, record->path);
  show_labels (self, self->tags_entry, SF_LABEL_TAG);
  show_labels (self, self->collections_entry, SF_LABEL_COLLECTION);
}

void
sf_entry_panel_connect (SfEntryPanel *self, SfLibrary *library)
{
  g_return_if_fail (SF_IS_ENTRY_PANEL (self));
  g_return_if_fail (self->library == NULL);

  self->library = g_object_ref (library);
}

static void
sf_entry_panel_dispose (GObject *object)
{
  SfEntryPanel *self = SF_ENTRY_PANEL (object);

  g_clear_object (&self->entry);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (sf_entry_panel_parent_class)->dispose (object);
}

static void
sf_entry_panel_class_init (SfEntryPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_DETAILS);

  G_OBJECT_CLASS (klass)->dispose = sf_entry_panel_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-entry-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, SfEntryPanel, stack);
  gtk_widget_class_bind_template_child (widget_class, SfEntryPanel, details);
  gtk_widget_class_bind_template_child (widget_class, SfEntryPanel, tags_entry);
  gtk_widget_class_bind_template_child (widget_class, SfEntryPanel, collections_entry);
  gtk_widget_class_bind_template_callback (widget_class, tags_done_cb);
  gtk_widget_class_bind_template_callback (widget_class, collections_done_cb);
}

static void
sf_entry_panel_init (SfEntryPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
