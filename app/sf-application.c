/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-application.h"

#include "sf-compat.h"
#include "sf-model-settings.h"
#include "sf-models-window.h"
#include "sf-preferences.h"
#include "sf-search-provider.h"
#include "sf-settings.h"
#include "sf-studio.h"
#include "sf-window.h"

#include <glib/gi18n.h>

#define FINISHED_NOTIFICATION "finished"

struct _SfApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  SfEngine *engine;
  SfLibrary *library;
  char *library_problem; /* why it is one that is not kept, or NULL */
  SfQueue *queue;
  SfStudio *studio;
  SfSearchProvider *search_provider; /* NULL without a session bus */
  SfModelIndex *models;
  SfDownloads *downloads;
  GtkWindow *models_window; /* NULL while it is closed */
  guint inhibition;         /* of suspending, while a picture is made */
};

G_DEFINE_FINAL_TYPE (SfApplication, sf_application, ADW_TYPE_APPLICATION)

SfApplication *
sf_application_new (void)
{
  return g_object_new (SF_TYPE_APPLICATION, "application-id", SF_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/sfumato/Sfumato", NULL);
}

/* The first of the prompts that lie beside the starter model. */
static char *
load_example (void)
{
  g_autofree char *model = sf_engine_find_model (NULL, NULL);
  g_autofree char *text = NULL;

  if (model == NULL)
    return NULL;

  g_autofree char *folder = g_path_get_dirname (model);
  g_autofree char *path = g_build_filename (folder, "prompts.txt", NULL);
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;

  text[strcspn (text, "\n")] = '\0';
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static void
device_changed_cb (SfApplication *self)
{
  g_autofree char *device = g_settings_get_string (self->settings, "device");

  sf_engine_set_device (self->engine, *device != '\0' ? device : NULL);
}

static void
memory_changed_cb (SfApplication *self)
{
  sf_engine_set_memory (self->engine,
                        (SfMemoryMode) g_settings_get_enum (self->settings, "memory"));
}

/* Without a library that can be kept, there is one for this session: pictures are files all the same. */
static void
open_library (SfApplication *self)
{
  g_autofree char *path = sf_library_dup_default_path ();
  g_autoptr (GError) error = NULL;
  gboolean was_damaged = FALSE;

  self->library = sf_library_new (path, &was_damaged, &error);
  if (self->library != NULL)
    self->queue = sf_queue_new (self->library, &error);
  if (was_damaged)
    self->library_problem = g_strdup (
        _ ("The library was damaged. It is being made anew from the picture files; favourites, "
           "tags and collections are lost."));
  if (self->queue != NULL)
    return;

  g_clear_object (&self->library);
  self->library_problem = g_strdup_printf (
      _ ("The library cannot be used: %s. Pictures are saved, but nothing else is kept."),
      error->message);
  g_clear_error (&error);

  g_autofree char *folder = g_dir_make_tmp ("sfumato-XXXXXX", &error);
  g_autofree char *stand_in = folder != NULL ? g_build_filename (folder, "library.db", NULL) : NULL;
  if (stand_in != NULL)
    self->library = sf_library_new (stand_in, NULL, &error);
  if (self->library != NULL)
    self->queue = sf_queue_new (self->library, &error);
  if (self->queue == NULL)
    g_error ("%s", error->message);
}

static void
pictures_folder_cb (SfApplication *self)
{
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);

  sf_library_add_folder (self->library, folder);
}

/* What arrived is to be listed, whatever the file system tells. */
static void
open_models (SfApplication *self)
{
  g_autofree char *folder = sf_model_index_dup_own_folder ();
  g_autofree char *data_folder = g_path_get_dirname (folder);
  g_autoptr (GPtrArray) entries = sf_recommended_list (data_folder);

  self->models = sf_model_index_new (folder);
  self->downloads = sf_downloads_new (folder, entries);
  g_signal_connect_object (self->downloads, "arrived", G_CALLBACK (sf_model_index_rescan),
                           self->models, G_CONNECT_SWAPPED);
}

static void
file_name_cb (SfApplication *self)
{
  g_autofree char *pattern = g_settings_get_string (self->settings, "file-name");

  sf_studio_set_file_name (self->studio, pattern);
}

static void
running_cb (SfApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);

  if (sf_studio_is_running (self->studio))
    self->inhibition = gtk_application_inhibit (application,
                                                gtk_application_get_active_window (application),
                                                GTK_APPLICATION_INHIBIT_SUSPEND,
                                                _ ("A picture is being made"));
  else if (self->inhibition != 0)
    {
      gtk_application_uninhibit (application, self->inhibition);
      self->inhibition = 0;
    }
}

static void
notify_in_background (SfApplication *self, const char *title, const char *body)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL || gtk_window_is_active (window)
      || !g_settings_get_boolean (self->settings, "notify"))
    return;

  g_autoptr (GNotification) notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_application_send_notification (G_APPLICATION (self), FINISHED_NOTIFICATION, notification);
}

static void
finished_cb (SfApplication *self, guint n_made)
{
  g_autofree char *title = g_strdup_printf (ngettext ("%u picture is done", "%u pictures are done",
                                                      n_made),
                                            n_made);
  g_autofree char *prompt = g_settings_get_string (self->settings, "prompt");

  notify_in_background (self, title, prompt);
}

static void
failed_cb (SfApplication *self, GError *error)
{
  notify_in_background (self, _ ("The picture could not be made"), error->message);
}

static void
sf_application_startup (GApplication *application)
{
  SfApplication *self = SF_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  G_APPLICATION_CLASS (sf_application_parent_class)->startup (application);

  self->settings = sf_settings_new (&error);
  if (self->settings == NULL)
    g_error ("%s", error->message);

  self->engine = sf_engine_new (NULL);
  open_library (self);
  if (self->search_provider != NULL)
    sf_search_provider_set_library (self->search_provider, self->library);
  self->studio = sf_studio_new (self->engine, self->queue);
  open_models (self);
  device_changed_cb (self);
  file_name_cb (self);
  g_signal_connect_object (self->settings, "changed::file-name", G_CALLBACK (file_name_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::device", G_CALLBACK (device_changed_cb), self,
                           G_CONNECT_SWAPPED);
  memory_changed_cb (self);
  g_signal_connect_object (self->settings, "changed::memory", G_CALLBACK (memory_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::pictures-folder",
                           G_CALLBACK (pictures_folder_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->studio, "notify::running", G_CALLBACK (running_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->studio, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->studio, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_set_default_icon_name (SF_APPLICATION_ID);
}

/* Other windows are dialogs. */
static GtkWindow *
find_window (SfApplication *self)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (SF_IS_WINDOW (link->data))
      return link->data;
  return NULL;
}

static void
sf_application_activate (GApplication *application)
{
  SfApplication *self = SF_APPLICATION (application);
  GtkWindow *window = find_window (self);

  if (window == NULL)
    {
      g_application_set_inactivity_timeout (application, 0);

      g_autofree char *example = load_example ();
      g_autoptr (GVariant) prompt = g_settings_get_user_value (self->settings, "prompt");

      if (prompt == NULL && example != NULL)
        g_settings_set_string (self->settings, "prompt", example);
      window = GTK_WINDOW (
          sf_window_new (GTK_APPLICATION (self), self->settings, self->studio, example));
      sf_window_set_models (SF_WINDOW (window), self->models);
      if (self->library_problem != NULL)
        sf_window_show_problem (SF_WINDOW (window), self->library_problem);
      g_clear_pointer (&self->library_problem, g_free);
      sf_library_watch (self->library);
      pictures_folder_cb (self);
      sf_model_settings_connect (self->settings, self->models);
      sf_model_index_set_hashing (self->models, TRUE);
      sf_downloads_resume (self->downloads);
    }
  gtk_window_present (window);
}

static void
sf_application_shutdown (GApplication *application)
{
  SfApplication *self = SF_APPLICATION (application);

  if (self->settings != NULL)
    {
      /* The engine's thread must not outlive the program, and what was made is to be safe. */
      sf_studio_set_open (self->studio, FALSE);
      while (sf_studio_is_running (self->studio))
        g_main_context_iteration (NULL, TRUE);
      sf_library_flush (self->library);
      g_settings_apply (self->settings);
      g_settings_sync ();
    }
  G_APPLICATION_CLASS (sf_application_parent_class)->shutdown (application);
}

/* Actions of the desktop entry arrive where there may be no window yet. */
static GtkWindow *
present_window (SfApplication *self)
{
  g_application_activate (G_APPLICATION (self));
  return find_window (self);
}

static void
result_activated_cb (SfApplication *self, SfEntry *entry)
{
  sf_window_show_entry (SF_WINDOW (present_window (self)), entry);
}

static void
search_launched_cb (SfApplication *self, const char *text)
{
  sf_window_show_found (SF_WINDOW (present_window (self)), text);
}

static void
sf_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  SfWindow *window = SF_WINDOW (present_window (SF_APPLICATION (application)));

  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_file_get_path (files[i]);
      g_autofree char *name = g_file_get_parse_name (files[i]);
      g_autofree char *problem = NULL;

      if (path != NULL)
        {
          sf_window_open (window, path);
          continue;
        }
      /* Translators: %s is an address that is not one of a file on this computer */
      problem = g_strdup_printf (_ ("Only files of this computer can be opened, not %s."), name);
      sf_window_show_problem (window, problem);
    }
}

static gboolean
sf_application_dbus_register (GApplication *application, GDBusConnection *connection,
                              const char *object_path, GError **error)
{
  SfApplication *self = SF_APPLICATION (application);
  g_autofree char *path = g_strconcat (object_path, "/SearchProvider", NULL);

  if (!G_APPLICATION_CLASS (sf_application_parent_class)
           ->dbus_register (application, connection, object_path, error))
    return FALSE;
  self->search_provider = sf_search_provider_new (application, connection, path, error);
  if (self->search_provider == NULL)
    return FALSE;
  g_signal_connect_swapped (self->search_provider, "activated", G_CALLBACK (result_activated_cb),
                            self);
  g_signal_connect_swapped (self->search_provider, "launched", G_CALLBACK (search_launched_cb),
                            self);
  return TRUE;
}

static void
sf_application_dbus_unregister (GApplication *application, GDBusConnection *connection,
                                const char *object_path)
{
  g_clear_object (&SF_APPLICATION (application)->search_provider);
  G_APPLICATION_CLASS (sf_application_parent_class)
      ->dbus_unregister (application, connection, object_path);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window != NULL)
    gtk_window_close (window);
  g_application_quit (user_data);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  SfApplication *self = user_data;

  gtk_window_present (GTK_WINDOW (sf_preferences_new (present_window (self), self->settings)));
}

static void
models_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  SfApplication *self = user_data;

  if (self->models_window == NULL)
    {
      self->models_window = GTK_WINDOW (sf_models_window_new (present_window (self), self->settings,
                                                              self->models, self->downloads));
      g_object_add_weak_pointer (G_OBJECT (self->models_window), (gpointer *) &self->models_window);
    }
  gtk_window_present (self->models_window);
}

static void
show_pictures_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  SfApplication *self = user_data;
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);

  g_mkdir_with_parents (folder, 0777);
  sf_compat_show_folder (present_window (self), folder);
}

static void
show_gallery_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.show-view", "s",
                              "gallery");
}

/* The parameter is a prompt, "" for that of the draft. */
static void
generate_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  sf_window_generate (SF_WINDOW (present_window (user_data)),
                      g_variant_get_string (parameter, NULL));
}

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.open", NULL);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  adw_show_about_window (window, "application-name", "Sfumato", "application-icon",
                         SF_APPLICATION_ID, "version", SF_VERSION, "developer-name",
                         _ ("The Sfumato developers"), "license-type", GTK_LICENSE_GPL_3_0,
                         "website", "https://github.com/sfumato/sfumato", "issue-url",
                         "https://github.com/sfumato/sfumato/issues", "translator-credits",
                         /* Translators: your name and address, one translator a line */
                         _ ("translator-credits"), "comments",
                         _ ("Paints pictures from a sentence, on this computer."), NULL);
}

static void
sf_application_dispose (GObject *object)
{
  SfApplication *self = SF_APPLICATION (object);

  g_clear_weak_pointer (&self->models_window);
  g_clear_object (&self->downloads);
  g_clear_object (&self->models);
  g_clear_object (&self->studio);
  g_clear_object (&self->queue);
  g_clear_object (&self->library);
  g_clear_pointer (&self->library_problem, g_free);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sf_application_parent_class)->dispose (object);
}

static void
sf_application_class_init (SfApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_application_dispose;
  application_class->startup = sf_application_startup;
  application_class->activate = sf_application_activate;
  application_class->open = sf_application_open;
  application_class->shutdown = sf_application_shutdown;
  application_class->dbus_register = sf_application_dbus_register;
  application_class->dbus_unregister = sf_application_dbus_unregister;
}

static void
sf_application_init (SfApplication *self)
{
  static const GActionEntry actions[] = {
    { "quit", quit_action },
    { "models", models_action },
    { "preferences", preferences_action },
    { "show-pictures", show_pictures_action },
    { "show-gallery", show_gallery_action },
    { "generate", generate_action, "s" },
    { "open", open_action },
    { "about", about_action },
  };
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.models", { "<Control><Shift>m" } },
    { "app.preferences", { "<Control>comma" } },
    { "window.close", { "<Control>w" } },
    { "win.open", { "<Control>o" } },
    { "win.generate", { "<Control>Return", "<Control>KP_Enter" } },
    { "win.enqueue", { "<Control><Shift>Return", "<Control><Shift>KP_Enter" } },
    { "win.show-view::create", { "<Control>1" } },
    { "win.show-view::gallery", { "<Control>2" } },
    { "win.compare", { "<Control><Alt>Return" } },
    { "win.show-queue", { "<Alt>q" } },
    { "win.search", { "<Control>f" } },
    { "win.toggle-panel", { "F9" } },
    { "win.toggle-fullscreen", { "F11" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
}
