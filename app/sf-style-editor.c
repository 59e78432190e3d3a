/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-style-editor.h"

#include <glib/gi18n.h>

struct _SfStyleEditor
{
  AdwMessageDialog parent_instance;

  GtkEditable *name;
  GtkEditable *prompt;
  GtkEditable *negative;
};

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfStyleEditor, sf_style_editor, ADW_TYPE_MESSAGE_DIALOG)

static SfPromptStyle *
make_style (SfStyleEditor *self)
{
  return sf_prompt_style_new (gtk_editable_get_text (self->name),
                              gtk_editable_get_text (self->prompt),
                              gtk_editable_get_text (self->negative));
}

static void
changed_cb (SfStyleEditor *self)
{
  g_autoptr (SfPromptStyle) style = make_style (self);

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "save", style != NULL);
}

static void
response_cb (SfStyleEditor *self, const char *response)
{
  g_autoptr (SfPromptStyle) style = make_style (self);

  if (g_str_equal (response, "save") && style != NULL)
    g_signal_emit (self, signals[DONE], 0, style);
}

SfStyleEditor *
sf_style_editor_new (GtkWindow *parent, SfPromptStyle *style, const char *prompt,
                     const char *negative_prompt)
{
  SfStyleEditor *self = g_object_new (SF_TYPE_STYLE_EDITOR, "transient-for", parent, NULL);

  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self),
                                  style != NULL ? _ ("Change Style") : _ ("New Style"));
  gtk_editable_set_text (self->name, style != NULL ? sf_prompt_style_get_name (style) : "");
  gtk_editable_set_text (self->prompt, prompt);
  gtk_editable_set_text (self->negative, negative_prompt);
  changed_cb (self);
  return self;
}

static void
sf_style_editor_class_init (SfStyleEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[DONE] = g_signal_new ("done", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, SF_TYPE_PROMPT_STYLE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-style-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, SfStyleEditor, name);
  gtk_widget_class_bind_template_child (widget_class, SfStyleEditor, prompt);
  gtk_widget_class_bind_template_child (widget_class, SfStyleEditor, negative);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
}

static void
sf_style_editor_init (SfStyleEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
