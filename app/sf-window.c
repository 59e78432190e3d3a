/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-window.h"

#include "sf-compat.h"
#include "sf-comparison-dialog.h"
#include "sf-devices.h"
#include "sf-error-banner.h"
#include "sf-file-chooser.h"
#include "sf-gallery.h"
#include "sf-model-settings.h"
#include "sf-picture-view.h"
#include "sf-pixbuf.h"
#include "sf-queue-button.h"
#include "sf-report.h"
#include "sf-settings-panel.h"
#include "sf-settings.h"
#include "sf-toast.h"
#include "sf-undo.h"

#include <glib/gi18n.h>

struct _SfWindow
{
  AdwApplicationWindow parent_instance;

  SfErrorBanner *banner;
  SfQueueButton *queue_button;
  GtkWidget *panel_button;
  AdwViewStack *views;
  SfGallery *gallery;
  AdwToastOverlay *toasts;
  AdwFlap *flap;
  SfSettingsPanel *panel;
  SfPictureView *picture_view;

  GSettings *settings;
  SfStudio *studio;
  SfModelIndex *models;
  SfUndo *undo;
  AdwToast *toast; /* the last one */
  GtkFileChooserNative *chooser;
  gboolean has_device;
};

G_DEFINE_FINAL_TYPE (SfWindow, sf_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_actions (SfWindow *self)
{
  gboolean running = sf_studio_is_running (self->studio);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.generate", self->has_device);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.enqueue", self->has_device);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.generate-forever", self->has_device);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.compare", self->has_device);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.stop", running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.stop-and-keep", running);
}

static void
show_failure (SfWindow *self, const char *sentence, const GError *error)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", sentence, error->message);
  g_autofree char *report = sf_report_new (self->settings, self->studio, sentence, error);

  sf_error_banner_show (self->banner, text, report);
}

static void
notice (SfWindow *self, const char *text)
{
  sf_toast_replace (self->toasts, &self->toast, sf_toast_new (text, NULL));
}

static gboolean
is_view (SfWindow *self, const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), name) == 0;
}

static void
view_changed_cb (SfWindow *self)
{
  gtk_widget_set_visible (self->panel_button, is_view (self, "create"));
}

static void
trashed_cb (SfWindow *self, const char *text)
{
  AdwToast *toast = sf_toast_new (text, _ ("Undo"));

  adw_toast_set_action_name (toast, "win.undo-trash");
  sf_toast_replace (self->toasts, &self->toast, toast);
}

/* @missing_model: the name of one that is not there, or NULL. */
static void
reused_cb (SfWindow *self, const char *missing_model)
{
  g_autofree char *text = NULL;

  adw_view_stack_set_visible_child_name (self->views, "create");
  if (missing_model != NULL)
    /* Translators: %s is the name of a model */
    text = g_strdup_printf (_ ("Settings taken over, but the model %s is not here"), missing_model);
  notice (self, text != NULL ? text : _ ("Settings taken over"));
}

static void
trash_painting_cb (SfWindow *self, SfPainting *painting)
{
  SfLibrary *library = sf_queue_get_library (sf_studio_get_queue (self->studio));
  g_autoptr (SfEntry) entry = sf_library_find_path (library, sf_painting_get_path (painting));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (entry == NULL)
    return;
  g_array_append_val (ids, sf_entry_get_record (entry)->id);
  sf_studio_remove_painting (self->studio, painting);
  sf_gallery_trash (self->gallery, ids);
}

static void
read_settings_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *infotext = sf_picture_load_infotext (task_data, &error);

  if (infotext != NULL)
    g_task_return_pointer (task, infotext, g_free);
  else
    g_task_return_error (task, error);
}

static void
settings_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfWindow *self = SF_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *infotext = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (SfRequest) request = infotext != NULL ? sf_request_new_from_infotext (infotext, &error)
                                                   : NULL;
  g_autofree char *missing = NULL;

  if (self->settings == NULL) /* closed meanwhile */
    return;
  if (request == NULL)
    {
      show_failure (self, _ ("The picture does not tell its settings"), error);
      return;
    }
  missing = sf_model_settings_reuse (self->settings, self->models, request, infotext, SF_REUSE_ALL);
  reused_cb (self, missing);
}

/* A picture that is dropped tells its settings. */
static gboolean
drop_cb (SfWindow *self, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  char *path = files != NULL ? g_file_get_path (files->data) : NULL;

  if (path == NULL)
    return FALSE;
  g_autoptr (GTask) task = g_task_new (self, NULL, settings_read_cb, NULL);
  g_task_set_task_data (task, path, g_free);
  g_task_run_in_thread (task, read_settings_thread);
  return TRUE;
}

/* Shows that a job is there, or lets it begin. */
static void
follow_job (SfWindow *self, gboolean now)
{
  SfQueue *queue = sf_studio_get_queue (self->studio);

  sf_settings_panel_remember_prompts (self->panel);
  if (now)
    {
      sf_queue_set_paused (queue, FALSE);
      adw_view_stack_set_visible_child_name (self->views, "create");
      sf_picture_view_show_newest (self->picture_view);
      if (adw_flap_get_folded (self->flap))
        adw_flap_set_reveal_flap (self->flap, FALSE);
    }
  else
    notice (self, sf_queue_is_paused (queue) ? _ ("Added to the queue, which is paused")
                                             : _ ("Added to the queue"));
}

/* What the draft asks for, once or without an end; first of all where it is to be made now. */
static void
add_job (SfWindow *self, gboolean endless, gboolean now)
{
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);
  g_autoptr (SfRequest) request = sf_settings_panel_make_request (self->panel);

  sf_error_banner_hide (self->banner);
  now = now && !sf_studio_is_running (self->studio);
  sf_queue_add (sf_studio_get_queue (self->studio), request, folder, endless, now);
  sf_model_settings_mark_used (self->settings, request);
  follow_job (self, now);
}

static void
comparison_asked_cb (SfWindow *self, SfComparison *comparison)
{
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);
  gboolean now = !sf_studio_is_running (self->studio);

  sf_error_banner_hide (self->banner);
  sf_queue_add_comparison (sf_studio_get_queue (self->studio), comparison, folder, now);
  follow_job (self, now);
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);
  g_autoptr (SfRequest) base = sf_settings_panel_make_request (self->panel);
  SfComparisonDialog *dialog = sf_comparison_dialog_new (GTK_WINDOW (self), self->settings,
                                                         self->studio, base);

  g_signal_connect_object (dialog, "asked", G_CALLBACK (comparison_asked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
generate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  add_job (SF_WINDOW (widget), FALSE, TRUE);
}

static void
enqueue_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  add_job (SF_WINDOW (widget), FALSE, FALSE);
}

static void
generate_forever_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  add_job (SF_WINDOW (widget), TRUE, TRUE);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_studio_stop (SF_WINDOW (widget)->studio);
}

static void
stop_and_keep_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_studio_stop_and_keep (SF_WINDOW (widget)->studio);
}

static void
choose_model_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_settings_panel_choose_model (SF_WINDOW (widget)->panel);
}

static void
toggle_panel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  if (is_view (self, "gallery"))
    sf_gallery_toggle_panel (self->gallery);
  else
    adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static void
show_view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->views, g_variant_get_string (parameter, NULL));
  gtk_widget_grab_focus (is_view (self, "gallery") ? GTK_WIDGET (self->gallery)
                                                   : GTK_WIDGET (self->panel));
}

static void
show_queue_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_queue_button_open (SF_WINDOW (widget)->queue_button);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->views, "gallery");
  sf_gallery_search (self->gallery);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPainting) painting = sf_pixbuf_load_painting_finish (result, &error);

  if (self->settings == NULL) /* closed meanwhile */
    return;
  if (painting == NULL)
    {
      show_failure (self, _ ("The picture cannot be opened"), error);
      return;
    }

  g_autofree char *name = g_path_get_basename (sf_painting_get_path (painting));
  g_autofree char *text = NULL;

  adw_view_stack_set_visible_child_name (self->views, "create");
  if (!sf_picture_view_open (self->picture_view, painting))
    {
      /* Translators: %s is the name of a file */
      text = g_strdup_printf (_ ("%s does not tell its settings"), name);
      notice (self, text);
      return;
    }
  /* Translators: %s is the name of a file; a button beside it says “Use Settings” */
  text = g_strdup_printf (_ ("%s tells how it was made"), name);
  AdwToast *toast = sf_toast_new (text, _ ("Use Settings"));
  adw_toast_set_action_name (toast, "win.reuse-shown");
  sf_toast_replace (self->toasts, &self->toast, toast);
}

static void
reuse_shown_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (SF_WINDOW (widget)->picture_view), "picture.reuse", NULL);
}

void
sf_window_open (SfWindow *self, const char *path)
{
  g_return_if_fail (SF_IS_WINDOW (self));

  SfLibrary *library = sf_queue_get_library (sf_studio_get_queue (self->studio));
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (SfEntry) entry = sf_library_find_path (library, path);

  sf_error_banner_hide (self->banner);
  if (entry != NULL)
    sf_window_show_entry (self, entry);
  else if (sf_picture_record_fits (name))
    sf_pixbuf_load_painting_async (path, NULL, NULL, opened_cb, g_object_ref (self));
  else
    {
      adw_view_stack_set_visible_child_name (self->views, "create");
      g_settings_set_string (self->settings, "model", path);
    }
}

void
sf_window_show_entry (SfWindow *self, SfEntry *entry)
{
  g_return_if_fail (SF_IS_WINDOW (self));

  adw_view_stack_set_visible_child_name (self->views, "gallery");
  sf_gallery_show (self->gallery, entry);
}

void
sf_window_show_found (SfWindow *self, const char *text)
{
  g_return_if_fail (SF_IS_WINDOW (self));

  adw_view_stack_set_visible_child_name (self->views, "gallery");
  sf_gallery_show_found (self->gallery, text);
}

void
sf_window_generate (SfWindow *self, const char *prompt)
{
  g_return_if_fail (SF_IS_WINDOW (self));

  if (*prompt != '\0')
    g_settings_set_string (self->settings, "prompt", prompt);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.generate", NULL);
}

static void
file_chosen_cb (SfWindow *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path != NULL)
    sf_window_open (self, path);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Open a Picture or a Model"), GTK_WINDOW (widget),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  sf_file_chooser_show (self->chooser, G_CALLBACK (file_chosen_cb), self);
}

static void
undo_trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_gallery_undo (SF_WINDOW (widget)->gallery);
}

/* What was done last where one looks. */
static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  if (is_view (self, "gallery"))
    sf_gallery_undo (self->gallery);
  else
    sf_undo_undo (self->undo);
}

static void
redo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  if (!is_view (self, "gallery"))
    sf_undo_redo (self->undo);
}

static void
folder_chosen_cb (SfWindow *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path == NULL)
    return;
  sf_library_add_folder (sf_queue_get_library (sf_studio_get_queue (self->studio)), path);
  notice (self, _ ("The folder is being looked through"));
}

static void
add_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfWindow *self = SF_WINDOW (widget);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Add a Folder"), GTK_WINDOW (widget),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);
  sf_file_chooser_show (self->chooser, G_CALLBACK (folder_chosen_cb), self);
}

static void
toggle_fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_fullscreen (GTK_WINDOW (widget));
}

static void
studio_failed_cb (SfWindow *self, GError *error)
{
  show_failure (self, _ ("The picture could not be made"), error);
}

static void
studio_unsaved_cb (SfWindow *self, SfPainting *painting, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    show_failure (
        self,
        _ ("The disk is full. The picture is kept in this window; make some room and it is saved"),
        error);
  else
    show_failure (self, _ ("The picture could not be saved yet and is kept in this window"), error);
}

static void
studio_saved_late_cb (SfWindow *self, SfPainting *painting)
{
  sf_error_banner_hide (self->banner);
  notice (self, _ ("The picture is saved"));
}

static void
library_trouble_cb (SfWindow *self, GError *error)
{
  show_failure (self, _ ("A change could not be kept"), error);
}

void
sf_window_show_problem (SfWindow *self, const char *sentence)
{
  g_return_if_fail (SF_IS_WINDOW (self));

  sf_error_banner_show (self->banner, sentence, sentence);
}

static void
studio_finished_cb (SfWindow *self, guint n_made)
{
  sf_compat_announce (GTK_WIDGET (self),
                      ngettext ("The picture is done", "The pictures are done", n_made));
}

static void
model_failed_cb (SfWindow *self, GError *error)
{
  show_failure (self, _ ("The model cannot be used"), error);
}

static void
devices_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfWindow *self = SF_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = sf_devices_list_finish (result, &error);

  if (self->settings == NULL) /* closed meanwhile */
    return;

  const SfSurroundings surroundings = sf_surroundings_look ();
  g_autoptr (SfDeviceAdvice) advice = sf_device_advice_new (devices, &surroundings);

  self->has_device = advice->can_paint;
  sf_studio_set_open (self->studio, self->has_device);
  sf_picture_view_set_device_advice (self->picture_view, advice,
                                     error != NULL ? error->message : NULL);
  update_actions (self);
}

static void
look_for_device (SfWindow *self)
{
  sf_devices_list_async (self, devices_listed_cb, NULL);
}

/* A Vulkan loader takes its time, and the window should not wait for it. */
static void
first_frame_cb (SfWindow *self, GdkFrameClock *clock)
{
  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, self);
  look_for_device (self);
}

static void
sf_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sf_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint",
                           G_CALLBACK (first_frame_cb), widget, G_CONNECT_SWAPPED);
}

static void
bind_settings (SfWindow *self)
{
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "panel-visible", self->flap, "reveal-flap", G_SETTINGS_BIND_GET);
}

static gboolean
sf_window_close_request (GtkWindow *window)
{
  SfWindow *self = SF_WINDOW (window);

  if (!adw_flap_get_folded (self->flap))
    g_settings_set_boolean (self->settings, "panel-visible", adw_flap_get_reveal_flap (self->flap));
  sf_studio_set_open (self->studio, FALSE);
  return GTK_WINDOW_CLASS (sf_window_parent_class)->close_request (window);
}

static void
connect_panel (SfWindow *self)
{
  g_autofree char *path = sf_prompt_styles_dup_default_path ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPromptStyles) styles = sf_prompt_styles_new (path, &error);

  sf_settings_panel_connect (self->panel, self->settings, self->studio, styles);
  if (error != NULL)
    show_failure (self, _ ("Your styles cannot be read and were put aside"), error);
}

SfWindow *
sf_window_new (GtkApplication *application, GSettings *settings, SfStudio *studio,
               const char *example)
{
  SfWindow *self = g_object_new (SF_TYPE_WINDOW, "application", application, NULL);

  self->settings = g_object_ref (settings);
  self->studio = g_object_ref (studio);
  if (g_str_has_suffix (SF_APPLICATION_ID, ".Devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
  bind_settings (self);
  self->undo = sf_undo_new (settings);
  connect_panel (self);
  sf_picture_view_connect (self->picture_view, settings, studio, example);
  sf_queue_button_connect (self->queue_button, studio);
  sf_gallery_connect (self->gallery, settings, sf_queue_get_library (sf_studio_get_queue (studio)));

  g_signal_connect_object (studio, "notify::running", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "failed", G_CALLBACK (studio_failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "noticed", G_CALLBACK (notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "unsaved", G_CALLBACK (studio_unsaved_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "saved-late", G_CALLBACK (studio_saved_late_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sf_queue_get_library (sf_studio_get_queue (studio)), "trouble",
                           G_CALLBACK (library_trouble_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "finished", G_CALLBACK (studio_finished_cb), self,
                           G_CONNECT_SWAPPED);
  update_actions (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->panel));
  return self;
}

void
sf_window_set_models (SfWindow *self, SfModelIndex *models)
{
  g_return_if_fail (SF_IS_WINDOW (self));
  g_return_if_fail (self->models == NULL);

  self->models = g_object_ref (models);
  sf_settings_panel_set_models (self->panel, models);
  sf_gallery_set_models (self->gallery, models);
}

static void
sf_window_dispose (GObject *object)
{
  SfWindow *self = SF_WINDOW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->studio);
  g_clear_object (&self->undo);
  g_clear_object (&self->models);
  g_clear_object (&self->toast);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (sf_window_parent_class)->dispose (object);
}

static void
sf_window_class_init (SfWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_ERROR_BANNER);
  g_type_ensure (SF_TYPE_GALLERY);
  g_type_ensure (SF_TYPE_PICTURE_VIEW);
  g_type_ensure (SF_TYPE_QUEUE_BUTTON);
  g_type_ensure (SF_TYPE_SETTINGS_PANEL);

  G_OBJECT_CLASS (klass)->dispose = sf_window_dispose;
  widget_class->realize = sf_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = sf_window_close_request;

  gtk_widget_class_install_action (widget_class, "win.generate", NULL, generate_action);
  gtk_widget_class_install_action (widget_class, "win.enqueue", NULL, enqueue_action);
  gtk_widget_class_install_action (widget_class, "win.generate-forever", NULL,
                                   generate_forever_action);
  gtk_widget_class_install_action (widget_class, "win.compare", NULL, compare_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo_action);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "win.stop-and-keep", NULL, stop_and_keep_action);
  gtk_widget_class_install_action (widget_class, "win.choose-model", NULL, choose_model_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-panel", NULL, toggle_panel_action);
  gtk_widget_class_install_action (widget_class, "win.show-view", "s", show_view_action);
  gtk_widget_class_install_action (widget_class, "win.show-queue", NULL, show_queue_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.reuse-shown", NULL, reuse_shown_action);
  gtk_widget_class_install_action (widget_class, "win.undo-trash", NULL, undo_trash_action);
  gtk_widget_class_install_action (widget_class, "win.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-fullscreen", NULL,
                                   toggle_fullscreen_action);
  /* Not accelerators, so that texts, popovers and dialogs see the keys first. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.stop", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, GDK_SHIFT_MASK,
                                       "win.stop-and-keep", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.redo", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SfWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, queue_button);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, panel_button);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, views);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, gallery);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, panel);
  gtk_widget_class_bind_template_child (widget_class, SfWindow, picture_view);
  gtk_widget_class_bind_template_callback (widget_class, model_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, notice);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, trashed_cb);
  gtk_widget_class_bind_template_callback (widget_class, reused_cb);
  gtk_widget_class_bind_template_callback (widget_class, trash_painting_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_failure);
  gtk_widget_class_bind_template_callback (widget_class, look_for_device);
}

static void
sf_window_init (SfWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->has_device = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->flap), GTK_EVENT_CONTROLLER (target));
}
