/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-picture-view.h"

#include "sf-before-button.h"
#include "sf-canvas.h"
#include "sf-compat.h"
#include "sf-details.h"
#include "sf-file-chooser.h"
#include "sf-filmstrip.h"
#include "sf-settings.h"
#include "sf-wallpaper.h"

#include <glib/gi18n.h>

struct _SfPictureView
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwStatusPage *device_page;
  GtkLabel *device_hint;
  GtkLabel *example_label;
  GtkWidget *example_button;
  SfCanvas *canvas;
  SfBeforeButton *before_button;
  GtkProgressBar *progress_bar;
  GtkStack *bar_stack;
  GtkWidget *spinner; /* before the first step shows progress */
  GtkLabel *progress_label;
  GtkLabel *title;
  GtkLabel *subtitle;
  SfDetails *details;
  GtkButton *favourite_button;
  SfFilmstrip *filmstrip;

  GSettings *settings;
  SfStudio *studio;
  char *example;
  gboolean has_device;
  GtkFileChooserNative *chooser;
  SfPainting *saving; /* what the chooser is about */
};

enum
{
  NOTICE,
  FAILED,
  RETRY_DEVICE,
  TRASH,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Near enough to be the same picture still. */
#define VARIATION_STRENGTH 0.25
#define N_VARIATIONS 4

G_DEFINE_FINAL_TYPE (SfPictureView, sf_picture_view, ADW_TYPE_BIN)

static const char *
choose_page (SfPictureView *self)
{
  if (sf_filmstrip_get_selected (self->filmstrip) != NULL)
    return "picture";
  return self->has_device ? "empty" : "device";
}

static void
update_captions (SfPictureView *self, SfPainting *painting)
{
  const SfRequest *request = sf_painting_get_request (painting);
  const SfPicture *picture = sf_painting_get_picture (painting);
  g_autofree char *subtitle = NULL;

  if (sf_painting_get_path (painting) == NULL)
    subtitle = g_strdup (_ ("Not saved"));
  else if (picture->seconds == 0) /* made elsewhere */
    subtitle = g_strdup_printf ("%u × %u", request->width, request->height);
  else
    /* Translators: size of the picture in pixels, and how many seconds it took */
    subtitle = g_strdup_printf (_ ("%u × %u · %.1f s"), picture->width, picture->height,
                                picture->seconds);
  gtk_label_set_label (self->title, request->prompt);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), request->prompt);
  gtk_label_set_label (self->subtitle, subtitle);
}

static void
update_progress (SfPictureView *self)
{
  const SfProgress *progress = sf_studio_get_progress (self->studio);
  g_autofree char *text = sf_progress_describe (progress);

  gtk_label_set_label (self->progress_label, text);
  gtk_widget_set_visible (self->spinner,
                          progress->stage != SF_STAGE_DECODING && progress->step == 0);
  gtk_progress_bar_set_fraction (self->progress_bar, sf_progress_get_fraction (progress));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

/* What the library knows of the selected picture; NULL before that is saved. */
static SfEntry *
dup_entry (SfPictureView *self)
{
  SfPainting *painting = sf_filmstrip_get_selected (self->filmstrip);
  const char *path = painting != NULL ? sf_painting_get_path (painting) : NULL;

  if (path == NULL)
    return NULL;
  return sf_library_find_path (sf_queue_get_library (sf_studio_get_queue (self->studio)), path);
}

static void
update_favourite (SfPictureView *self)
{
  g_autoptr (SfEntry) entry = dup_entry (self);
  gboolean favourite = entry != NULL && sf_entry_get_record (entry)->favourite;
  const char *name = favourite ? _ ("Remove from favourites") : _ ("Add to favourites");

  gtk_button_set_icon_name (self->favourite_button,
                            favourite ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->favourite_button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->favourite_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "picture.favourite", entry != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "picture.trash", entry != NULL);
}

/* A picture of another program may not tell how it was made. */
static gboolean
has_settings (SfPainting *painting)
{
  const SfPicture *picture = sf_painting_get_picture (painting);

  return picture->infotext == NULL || *picture->infotext != '\0';
}

static void
update (SfPictureView *self)
{
  SfPainting *painting = sf_filmstrip_get_selected (self->filmstrip);
  gboolean running = painting != NULL && sf_painting_is_running (painting);
  gboolean made = painting != NULL && !running;
  gboolean saved = made && sf_painting_get_path (painting) != NULL;
  GtkWidget *widget = GTK_WIDGET (self);

  sf_canvas_set_painting (self->canvas, painting);
  gtk_stack_set_visible_child_name (self->stack, choose_page (self));
  gtk_stack_set_visible_child_name (self->bar_stack, running ? "running" : "made");
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), running);
  if (made)
    {
      update_captions (self, painting);
      const SfPicture *picture = sf_painting_get_picture (painting);

      sf_details_show (self->details, sf_painting_get_request (painting), picture->infotext,
                       picture->seconds, sf_painting_get_path (painting));
    }

  gtk_widget_action_set_enabled (widget, "picture.save-copy", made);
  gtk_widget_action_set_enabled (widget, "picture.copy", made);
  gtk_widget_action_set_enabled (widget, "picture.reuse", made && has_settings (painting));
  gtk_widget_action_set_enabled (widget, "picture.vary",
                                 made && has_settings (painting) && self->has_device);
  gtk_widget_action_set_enabled (widget, "picture.show-in-folder", saved);
  gtk_widget_action_set_enabled (widget, "picture.set-wallpaper", saved);
  update_favourite (self);
}

static void
painting_changed_cb (SfPictureView *self, GParamSpec *pspec, SfPainting *painting)
{
  if (painting == sf_filmstrip_get_selected (self->filmstrip))
    update (self);
}

static void
selected_cb (SfPictureView *self)
{
  SfPainting *painting = sf_filmstrip_get_selected (self->filmstrip);

  if (painting != NULL && sf_painting_is_running (painting))
    {
      g_signal_handlers_disconnect_by_func (painting, painting_changed_cb, self);
      g_signal_connect_object (painting, "notify::running", G_CALLBACK (painting_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
save_copy_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  SfPicture *picture = sf_painting_get_picture (source);
  GError *error = NULL;

  if (sf_picture_save (picture, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
copy_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfPictureView) self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_signal_emit (self, signals[NOTICE], 0, _ ("Copy saved"));
  else
    g_signal_emit (self, signals[FAILED], 0, _ ("The copy could not be saved"), error);
}

static void
copy_chosen_cb (SfPictureView *self, int response)
{
  char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self->saving, NULL, copy_saved_cb, g_object_ref (self));

      g_task_set_task_data (task, path, g_free);
      g_task_run_in_thread (task, save_copy_thread);
    }
  g_clear_object (&self->saving);
}

static void
save_copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);
  const char *path;
  g_autofree char *file_name = NULL;

  g_set_object (&self->saving, sf_filmstrip_get_selected (self->filmstrip));
  path = sf_painting_get_path (self->saving);
  file_name = path != NULL ? g_path_get_basename (path)
                           : g_strdup_printf ("%" G_GUINT64_FORMAT ".png",
                                              sf_painting_get_request (self->saving)->seed);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Save a Copy"),
                                               GTK_WINDOW (gtk_widget_get_root (widget)),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file_name);
  sf_file_chooser_show (self->chooser, G_CALLBACK (copy_chosen_cb), self);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);
  g_autoptr (GdkTexture)
      texture = sf_painting_dup_exact_texture (sf_filmstrip_get_selected (self->filmstrip));

  gdk_clipboard_set_texture (gtk_widget_get_clipboard (widget), texture);
  g_signal_emit (self, signals[NOTICE], 0, _ ("Picture copied"));
}

static void
show_in_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);

  sf_compat_show_in_folder (GTK_WINDOW (gtk_widget_get_root (widget)),
                            sf_painting_get_path (sf_filmstrip_get_selected (self->filmstrip)));
}

static void
wallpaper_asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sf_wallpaper_ask_finish (result, &error))
    g_signal_emit (source, signals[FAILED], 0, _ ("The picture cannot become the wallpaper"),
                   error);
}

static void
set_wallpaper_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);

  sf_wallpaper_ask_async (self, sf_painting_get_path (sf_filmstrip_get_selected (self->filmstrip)),
                          wallpaper_asked_cb, NULL);
}

static void
favourite_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);
  g_autoptr (SfEntry) entry = dup_entry (self);

  if (entry == NULL)
    return;
  sf_library_set_favourite (sf_queue_get_library (sf_studio_get_queue (self->studio)), entry,
                            !sf_entry_get_record (entry)->favourite);
}

static void
trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);

  g_signal_emit (self, signals[TRASH], 0, sf_filmstrip_get_selected (self->filmstrip));
}

static void
reuse_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);
  SfPainting *painting = sf_filmstrip_get_selected (self->filmstrip);

  sf_settings_reuse (self->settings, sf_painting_get_request (painting), SF_REUSE_ALL);
  g_signal_emit (self, signals[NOTICE], 0, _ ("Settings taken over, seed locked"));
}

/* Behind what runs, before what waits. */
static void
vary_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);
  SfPainting *painting = sf_filmstrip_get_selected (self->filmstrip);
  g_autoptr (SfRequest) request = sf_request_copy (sf_painting_get_request (painting));
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);

  request->variation_seed = g_random_int ();
  request->variation_strength = VARIATION_STRENGTH;
  request->count = N_VARIATIONS;
  sf_queue_add (sf_studio_get_queue (self->studio), request, folder, FALSE, TRUE);
  g_signal_emit (self, signals[NOTICE], 0, _ ("Variations added to the queue"));
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int n = g_variant_get_int32 (parameter);

  sf_filmstrip_move_selection (self->filmstrip, mirrored ? -n : n);
}

static void
use_example_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfPictureView *self = SF_PICTURE_VIEW (widget);

  g_settings_set_string (self->settings, "prompt", self->example);
  gtk_widget_activate_action (widget, "win.generate", NULL);
}

static void
retry_device_cb (SfPictureView *self)
{
  g_signal_emit (self, signals[RETRY_DEVICE], 0);
}

void
sf_picture_view_connect (SfPictureView *self, GSettings *settings, SfStudio *studio,
                         const char *example)
{
  g_return_if_fail (SF_IS_PICTURE_VIEW (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->studio = g_object_ref (studio);
  self->example = g_strdup (example);

  /* Translators: a button that makes a picture; %s is a prompt */
  g_autofree char *label = g_strdup_printf (_ ("Paint “%s”"), example != NULL ? example : "");
  gtk_label_set_label (self->example_label, label);
  gtk_widget_set_visible (self->example_button, example != NULL);

  sf_filmstrip_set_paintings (self->filmstrip, sf_studio_get_paintings (studio));
  sf_before_button_set_paintings (self->before_button, sf_studio_get_paintings (studio));
  g_signal_connect_object (studio, "progressed", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sf_queue_get_library (sf_studio_get_queue (studio)), "changed",
                           G_CALLBACK (update_favourite), self, G_CONNECT_SWAPPED);
  update (self);
}

void
sf_picture_view_set_device_advice (SfPictureView *self, const SfDeviceAdvice *advice,
                                   const char *reason)
{
  g_return_if_fail (SF_IS_PICTURE_VIEW (self));
  g_return_if_fail (advice != NULL);

  self->has_device = advice->can_paint;
  if (advice->can_paint)
    {
      g_autofree char *hint = NULL;

      if (advice->title != NULL)
        hint = g_strdup_printf ("<b>%s</b>\n%s", advice->title, advice->text);
      gtk_label_set_markup (self->device_hint, hint != NULL ? hint : "");
      gtk_widget_set_visible (GTK_WIDGET (self->device_hint), hint != NULL);
    }
  else
    {
      g_autoptr (GString) description = g_string_new (advice->text);

      if (reason != NULL)
        {
          g_autofree char *escaped = g_markup_escape_text (reason, -1);

          g_string_append_printf (description, "\n\n<small>%s</small>", escaped);
        }
      adw_status_page_set_title (self->device_page, advice->title);
      adw_status_page_set_description (self->device_page, description->str);
    }
  gtk_stack_set_visible_child_name (self->stack, choose_page (self));
}

gboolean
sf_picture_view_open (SfPictureView *self, SfPainting *painting)
{
  g_return_val_if_fail (SF_IS_PICTURE_VIEW (self), FALSE);

  sf_studio_add_painting (self->studio, painting);
  sf_filmstrip_select (self->filmstrip, painting);
  return has_settings (painting);
}

void
sf_picture_view_show_newest (SfPictureView *self)
{
  g_return_if_fail (SF_IS_PICTURE_VIEW (self));

  sf_filmstrip_select_newest (self->filmstrip);
}

static void
sf_picture_view_dispose (GObject *object)
{
  SfPictureView *self = SF_PICTURE_VIEW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->studio);
  g_clear_object (&self->chooser);
  g_clear_object (&self->saving);
  g_clear_pointer (&self->example, g_free);
  G_OBJECT_CLASS (sf_picture_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-picture-view.ui");
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, stack);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, device_page);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, device_hint);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, example_label);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, example_button);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, canvas);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, before_button);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, bar_stack);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, spinner);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, progress_label);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, title);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, subtitle);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, details);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, favourite_button);
  gtk_widget_class_bind_template_child (widget_class, SfPictureView, filmstrip);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_device_cb);
}

static void
sf_picture_view_class_init (SfPictureViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_OBJECT_CLASS_TYPE (klass);

  g_type_ensure (SF_TYPE_BEFORE_BUTTON);
  g_type_ensure (SF_TYPE_CANVAS);
  g_type_ensure (SF_TYPE_DETAILS);
  g_type_ensure (SF_TYPE_FILMSTRIP);

  G_OBJECT_CLASS (klass)->dispose = sf_picture_view_dispose;

  signals[NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
  signals[RETRY_DEVICE] = g_signal_new ("retry-device", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
  signals[TRASH] = g_signal_new ("trash", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, SF_TYPE_PAINTING);

  gtk_widget_class_install_action (widget_class, "picture.save-copy", NULL, save_copy_action);
  gtk_widget_class_install_action (widget_class, "picture.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "picture.show-in-folder", NULL,
                                   show_in_folder_action);
  gtk_widget_class_install_action (widget_class, "picture.set-wallpaper", NULL,
                                   set_wallpaper_action);
  gtk_widget_class_install_action (widget_class, "picture.favourite", NULL, favourite_action);
  gtk_widget_class_install_action (widget_class, "picture.trash", NULL, trash_action);
  gtk_widget_class_install_action (widget_class, "picture.reuse", NULL, reuse_action);
  gtk_widget_class_install_action (widget_class, "picture.vary", NULL, vary_action);
  gtk_widget_class_install_action (widget_class, "picture.move", "i", move_action);
  gtk_widget_class_install_action (widget_class, "picture.use-example", NULL, use_example_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK,
                                       "picture.favourite", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "picture.trash", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, 0, "picture.move", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, 0, "picture.move", "i", 1);
  bind_template (widget_class);
}

static void
sf_picture_view_init (SfPictureView *self)
{
  self->has_device = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}
