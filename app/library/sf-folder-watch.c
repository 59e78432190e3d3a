/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-folder-watch.h"

#define DELAY_MS 300
#define MAX_FILES 64
#define MAX_FOLDERS 1000
#define MAX_DEPTH 32

struct _SfFolderWatch
{
  SfFolderWatchFunc func;
  gpointer user_data;
  GHashTable *monitors; /* of GFileMonitor, by folder */
  GHashTable *changed;  /* paths to tell of */
  guint source;
  GCancellable *cancellable; /* of looking for folders */
};

/* Of many files in a row it is quicker to look through their folders. */
static GHashTable *
take_changed (SfFolderWatch *self)
{
  g_autoptr (GHashTable) changed = g_steal_pointer (&self->changed);
  GHashTable *folders;
  GHashTableIter iter;
  gpointer path;

  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_size (changed) <= MAX_FILES)
    return g_steal_pointer (&changed);

  folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_hash_table_add (folders, g_hash_table_contains (self->monitors, path)
                                   ? g_strdup (path)
                                   : g_path_get_dirname (path));
  return folders;
}

static gboolean
tell_cb (gpointer user_data)
{
  SfFolderWatch *self = user_data;
  g_autoptr (GHashTable) changed = take_changed (self);
  GHashTableIter iter;
  gpointer path;

  self->source = 0;
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    self->func (self->user_data, path);
  return G_SOURCE_REMOVE;
}

/* Temporary files come and go; what they become has a name of its own. */
static void
note (SfFolderWatch *self, GFile *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;

  if (path == NULL || *name == '.')
    return;
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL)
      == G_FILE_TYPE_DIRECTORY)
    sf_folder_watch_add (self, path);
  g_hash_table_add (self->changed, g_steal_pointer (&path));
  if (self->source == 0)
    self->source = g_timeout_add (DELAY_MS, tell_cb, self);
}

static void
monitor_cb (SfFolderWatch *self, GFile *file, GFile *other, GFileMonitorEvent event,
            GFileMonitor *monitor)
{
  if (event == G_FILE_MONITOR_EVENT_CHANGED || event == G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED)
    return;
  note (self, file);
  note (self, other);
}

static void
list_below (const char *folder, guint depth, GPtrArray *folders, GCancellable *cancellable)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && folders->len < MAX_FOLDERS
         && !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (*name == '.' || !g_file_test (path, G_FILE_TEST_IS_DIR)
          || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      g_ptr_array_add (folders, g_strdup (path));
      if (depth < MAX_DEPTH)
        list_below (path, depth + 1, folders, cancellable);
    }
}

static void
list_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);

  list_below (task_data, 0, folders, cancellable);
  g_task_return_pointer (task, folders, (GDestroyNotify) g_ptr_array_unref);
}

static void
watch_one (SfFolderWatch *self, const char *folder)
{
  if (g_hash_table_contains (self->monitors, folder)
      || g_hash_table_size (self->monitors) >= MAX_FOLDERS)
    return;

  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  GFileMonitor *monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);

  if (monitor == NULL)
    {
      g_warning ("%s is not watched: %s", folder, error->message);
      return;
    }
  g_signal_connect_swapped (monitor, "changed", G_CALLBACK (monitor_cb), self);
  g_hash_table_insert (self->monitors, g_strdup (folder), monitor);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) folders = g_task_propagate_pointer (G_TASK (result), NULL);

  /* NULL when the watch is gone. */
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    watch_one (user_data, folders->pdata[i]);
}

SfFolderWatch *
sf_folder_watch_new (SfFolderWatchFunc func, gpointer user_data)
{
  SfFolderWatch *self = g_new0 (SfFolderWatch, 1);

  self->func = func;
  self->user_data = user_data;
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  return self;
}

void
sf_folder_watch_free (SfFolderWatch *self)
{
  GHashTableIter iter;
  gpointer monitor;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, NULL, &monitor))
    {
      g_signal_handlers_disconnect_by_data (monitor, self);
      g_file_monitor_cancel (monitor);
    }
  g_hash_table_unref (self->monitors);
  g_hash_table_unref (self->changed);
  g_free (self);
}

void
sf_folder_watch_add (SfFolderWatch *self, const char *folder)
{
  watch_one (self, folder);

  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, listed_cb, self);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, list_thread);
}
