/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-downloads.h"

#include <glib/gstdio.h>

#define MAX_AT_ONCE 3
#define WANTED_FILE ".downloads/wanted"

struct _SfDownloads
{
  GObject parent_instance;

  char *folder;
  GListStore *items;
  GPtrArray *wanted; /* of SfDownload, in the order of asking */
};

enum
{
  ARRIVED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfDownloads, sf_downloads, G_TYPE_OBJECT)

/* One name a line. */
static void
write_wanted (SfDownloads *self)
{
  g_autofree char *path = g_build_filename (self->folder, WANTED_FILE, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < self->wanted->len; i++)
    g_string_append_printf (names, "%s\n", sf_download_get_entry (self->wanted->pdata[i])->file);
  if (names->len == 0)
    g_unlink (path);
  else if (g_mkdir_with_parents (folder, 0777) != 0
           || !g_file_set_contents (path, names->str, (gssize) names->len, &error))
    g_warning ("Downloads will not go on by themselves after a restart: %s",
               error != NULL ? error->message : folder);
}

static void
start_next (SfDownloads *self)
{
  guint n_running = 0;

  for (guint i = 0; i < self->wanted->len; i++)
    n_running += sf_download_get_state (self->wanted->pdata[i]) != SF_DOWNLOAD_WAITING;
  for (guint i = 0; i < self->wanted->len && n_running < MAX_AT_ONCE; i++)
    if (sf_download_get_state (self->wanted->pdata[i]) == SF_DOWNLOAD_WAITING)
      {
        n_running++;
        sf_download_run (self->wanted->pdata[i]);
      }
}

static void
changed_cb (SfDownloads *self, SfDownload *download)
{
  g_autoptr (SfDownload) kept = g_object_ref (download);

  if (sf_download_is_active (download) || !g_ptr_array_remove (self->wanted, download))
    return;
  write_wanted (self);
  start_next (self);
  if (sf_download_get_state (download) == SF_DOWNLOAD_DONE)
    g_signal_emit (self, signals[ARRIVED], 0, download);
  else if (sf_download_get_failure (download) != NULL)
    g_signal_emit (self, signals[FAILED], 0, download);
}

SfDownloads *
sf_downloads_new (const char *folder, GPtrArray *entries)
{
  SfDownloads *self = g_object_new (SF_TYPE_DOWNLOADS, NULL);

  self->folder = g_strdup (folder);
  g_ptr_array_set_free_func (entries, NULL);
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (SfDownload) download = sf_download_new (entries->pdata[i], folder);

      g_signal_connect_object (download, "changed", G_CALLBACK (changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_list_store_append (self->items, download);
    }
  return self;
}

GListModel *
sf_downloads_get_items (SfDownloads *self)
{
  return G_LIST_MODEL (self->items);
}

void
sf_downloads_start (SfDownloads *self, SfDownload *download)
{
  g_return_if_fail (SF_IS_DOWNLOADS (self) && SF_IS_DOWNLOAD (download));

  if (g_ptr_array_find (self->wanted, download, NULL)
      || sf_download_get_state (download) == SF_DOWNLOAD_DONE)
    return;
  g_ptr_array_add (self->wanted, g_object_ref (download));
  sf_download_wait (download);
  write_wanted (self);
  start_next (self);
}

void
sf_downloads_stop (SfDownloads *self, SfDownload *download)
{
  g_return_if_fail (SF_IS_DOWNLOADS (self) && SF_IS_DOWNLOAD (download));

  sf_download_stop (download);
}

void
sf_downloads_discard (SfDownloads *self, SfDownload *download)
{
  g_return_if_fail (SF_IS_DOWNLOADS (self) && SF_IS_DOWNLOAD (download));

  sf_download_discard (download);
}

void
sf_downloads_resume (SfDownloads *self)
{
  g_autofree char *path = g_build_filename (self->folder, WANTED_FILE, NULL);
  g_autofree char *text = NULL;

  g_return_if_fail (SF_IS_DOWNLOADS (self));

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  g_auto (GStrv) names = g_strsplit (text, "\n", -1);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (SfDownload) download = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (g_strv_contains ((const char *const *) names, sf_download_get_entry (download)->file))
        sf_downloads_start (self, download);
    }
}

void
sf_downloads_look (SfDownloads *self)
{
  g_return_if_fail (SF_IS_DOWNLOADS (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (SfDownload) download = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      sf_download_look (download);
    }
}

guint
sf_downloads_count_active (SfDownloads *self)
{
  return self->wanted->len;
}

static void
sf_downloads_dispose (GObject *object)
{
  SfDownloads *self = SF_DOWNLOADS (object);

  g_ptr_array_set_size (self->wanted, 0);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (sf_downloads_parent_class)->dispose (object);
}

static void
sf_downloads_finalize (GObject *object)
{
  SfDownloads *self = SF_DOWNLOADS (object);

  g_ptr_array_unref (self->wanted);
  g_free (self->folder);
  G_OBJECT_CLASS (sf_downloads_parent_class)->finalize (object);
}

static void
sf_downloads_class_init (SfDownloadsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sf_downloads_dispose;
  object_class->finalize = sf_downloads_finalize;

  signals[ARRIVED] = g_signal_new ("arrived", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, SF_TYPE_DOWNLOAD);
  signals[FAILED] = g_signal_new ("failed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, SF_TYPE_DOWNLOAD);
}

static void
sf_downloads_init (SfDownloads *self)
{
  self->items = g_list_store_new (SF_TYPE_DOWNLOAD);
  self->wanted = g_ptr_array_new_with_free_func (g_object_unref);
}
