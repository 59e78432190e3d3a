/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-style-dialog.h"

#include "sf-file-chooser.h"
#include "sf-style-editor.h"
#include "sf-style-name.h"
#include "sf-toast.h"

#include <glib/gi18n.h>
#include <string.h>

struct _SfStyleDialog
{
  AdwWindow parent_instance;

  GtkSearchEntry *search;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkListBox *list;

  GSettings *settings;
  SfPromptStyles *styles;
  GtkFilterListModel *found;
  GtkFilter *filter;
  SfPromptStyle *edited;  /* what the editor is about, NULL for a new one */
  SfPromptStyle *removed; /* what can be taken back */
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (SfStyleDialog, sf_style_dialog, ADW_TYPE_WINDOW)

static void
say (SfStyleDialog *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, sf_toast_new (text, NULL));
}

/* Whether it worked. */
static gboolean
check (SfStyleDialog *self, gboolean done, const GError *error)
{
  if (!done)
    say (self, error->message);
  return done;
}

static gboolean
has_name (char **names, const char *name)
{
  return g_strv_contains ((const char *const *) names, name);
}

/* Puts @name at the end of the chosen ones, or takes it out, and with it those that are gone. */
static void
choose (SfStyleDialog *self, const char *name, gboolean chosen)
{
  g_auto (GStrv) names = g_settings_get_strv (self->settings, "styles");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; names[i] != NULL; i++)
    if (!g_str_equal (names[i], name) && sf_prompt_styles_find (self->styles, names[i]) != NULL)
      g_strv_builder_add (builder, names[i]);
  if (chosen)
    g_strv_builder_add (builder, name);

  g_auto (GStrv) changed = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "styles", (const char *const *) changed);
}

static void
check_toggled_cb (GtkCheckButton *button, SfStyleDialog *self)
{
  SfPromptStyle *style = g_object_get_data (G_OBJECT (button), "sf-style");

  choose (self, sf_prompt_style_get_name (style), gtk_check_button_get_active (button));
}

static void
edited_cb (SfStyleDialog *self, SfPromptStyle *style)
{
  g_auto (GStrv) names = g_settings_get_strv (self->settings, "styles");
  g_autoptr (GError) error = NULL;
  const char *name = sf_prompt_style_get_name (style);
  const char *old = self->edited != NULL ? sf_prompt_style_get_name (self->edited) : name;
  gboolean chosen = has_name (names, old);

  if (check (self, sf_prompt_styles_put (self->styles, style, self->edited, &error), error)
      && chosen && !g_str_equal (old, name))
    choose (self, name, TRUE);
}

static void
edit (SfStyleDialog *self, SfPromptStyle *style, const char *prompt, const char *negative)
{
  SfStyleEditor *editor = sf_style_editor_new (GTK_WINDOW (self), style, prompt, negative);

  g_set_object (&self->edited, style);
  g_signal_connect_object (editor, "done", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (editor));
}

static void
edit_clicked_cb (GtkButton *button, SfStyleDialog *self)
{
  SfPromptStyle *style = g_object_get_data (G_OBJECT (button), "sf-style");

  edit (self, style, sf_prompt_style_get_prompt (style),
        sf_prompt_style_get_negative_prompt (style));
}

/* Takes the draft's prompts for a beginning. */
static void
add_cb (SfStyleDialog *self)
{
  g_autofree char *prompt = g_settings_get_string (self->settings, "prompt");
  g_autofree char *negative = g_settings_get_string (self->settings, "negative-prompt");

  edit (self, NULL, prompt, negative);
}

static void
undo_cb (SfStyleDialog *self)
{
  g_autoptr (GError) error = NULL;

  if (self->removed != NULL
      && check (self, sf_prompt_styles_put (self->styles, self->removed, NULL, &error), error))
    g_clear_object (&self->removed);
}

static void
remove_clicked_cb (GtkButton *button, SfStyleDialog *self)
{
  SfPromptStyle *style = g_object_get_data (G_OBJECT (button), "sf-style");
  g_autoptr (GError) error = NULL;

  g_set_object (&self->removed, style);
  if (!check (self, sf_prompt_styles_remove (self->styles, style, &error), error))
    return;

  g_autofree char *text = g_strdup_printf (_ ("“%s” removed"),
                                           sf_prompt_style_get_name (self->removed));
  AdwToast *toast = sf_toast_new (text, _ ("Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
add_button (SfStyleDialog *self, AdwActionRow *row, SfPromptStyle *style, const char *icon,
            const char *label, GCallback callback)
{
  g_autofree char *name = g_strdup_printf ("%s: %s", label, sf_prompt_style_get_name (style));
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "sf-style", g_object_ref (style), g_object_unref);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  adw_action_row_add_suffix (row, button);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  SfStyleDialog *self = user_data;
  SfPromptStyle *style = item;
  const char *name = sf_prompt_style_get_name (style);
  const char *title = sf_style_name_translate (name);
  g_auto (GStrv) chosen = g_settings_get_strv (self->settings, "styles");
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *button = gtk_check_button_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, sf_prompt_style_get_prompt (style));
  adw_action_row_set_subtitle_lines (row, 1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), sf_prompt_style_get_prompt (style));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), has_name (chosen, name));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "sf-style", g_object_ref (style), g_object_unref);
  g_signal_connect_object (button, "toggled", G_CALLBACK (check_toggled_cb), self, 0);
  adw_action_row_add_prefix (row, button);
  adw_action_row_set_activatable_widget (row, button);

  if (sf_prompt_styles_is_own (self->styles, style))
    {
      add_button (self, row, style, "document-edit-symbolic", _ ("Change"),
                  G_CALLBACK (edit_clicked_cb));
      add_button (self, row, style, "user-trash-symbolic", _ ("Remove"),
                  G_CALLBACK (remove_clicked_cb));
    }
  return GTK_WIDGET (row);
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *key = g_utf8_casefold (text, -1);

  return strstr (key, folded) != NULL;
}

static gboolean
is_found (gpointer item, gpointer user_data)
{
  SfStyleDialog *self = user_data;
  g_autofree char *folded = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)),
                                             -1);

  return contains (sf_style_name_translate (sf_prompt_style_get_name (item)), folded)
         || contains (sf_prompt_style_get_prompt (item), folded);
}

static void
search_changed_cb (SfStyleDialog *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->found)) > 0
                                        ? "list"
                                        : "nothing");
}

static void
import_chosen_cb (SfStyleDialog *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);
  g_autoptr (GError) error = NULL;
  int n_styles;

  if (path == NULL)
    return;
  n_styles = sf_prompt_styles_import (self->styles, path, &error);
  if (!check (self, n_styles >= 0, error))
    return;

  g_autofree char *text = g_strdup_printf (ngettext ("%d style imported", "%d styles imported",
                                                     (gulong) n_styles),
                                           n_styles);
  say (self, text);
}

static void
export_chosen_cb (SfStyleDialog *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);
  g_autoptr (GError) error = NULL;

  if (path != NULL && check (self, sf_prompt_styles_export (self->styles, path, &error), error))
    say (self, _ ("Styles exported"));
}

static void
choose_file (SfStyleDialog *self, const char *title, GtkFileChooserAction action,
             GCallback callback)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);
  gtk_file_filter_set_name (filter, _ ("Styles"));
  gtk_file_filter_add_suffix (filter, "csv");
  gtk_file_filter_add_suffix (filter, "json");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "styles.csv");
  sf_file_chooser_show (self->chooser, callback, self);
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose_file (SF_STYLE_DIALOG (widget), _ ("Import Styles"), GTK_FILE_CHOOSER_ACTION_OPEN,
               G_CALLBACK (import_chosen_cb));
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose_file (SF_STYLE_DIALOG (widget), _ ("Export Your Styles"), GTK_FILE_CHOOSER_ACTION_SAVE,
               G_CALLBACK (export_chosen_cb));
}

SfStyleDialog *
sf_style_dialog_new (GtkWindow *parent, GSettings *settings, SfPromptStyles *styles)
{
  SfStyleDialog *self = g_object_new (SF_TYPE_STYLE_DIALOG, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  self->styles = g_object_ref (styles);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_found, self, NULL));
  self->found = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (styles)),
                                           g_object_ref (self->filter));
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->found), create_row, self, NULL);
  return self;
}

static void
sf_style_dialog_dispose (GObject *object)
{
  SfStyleDialog *self = SF_STYLE_DIALOG (object);

  if (self->found != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->found);
  g_clear_object (&self->filter);
  g_clear_object (&self->settings);
  g_clear_object (&self->styles);
  g_clear_object (&self->edited);
  g_clear_object (&self->removed);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (sf_style_dialog_parent_class)->dispose (object);
}

static void
sf_style_dialog_class_init (SfStyleDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_style_dialog_dispose;

  gtk_widget_class_install_action (widget_class, "styles.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "styles.export", NULL, export_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-style-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SfStyleDialog, search);
  gtk_widget_class_bind_template_child (widget_class, SfStyleDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, SfStyleDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SfStyleDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
sf_style_dialog_init (SfStyleDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
