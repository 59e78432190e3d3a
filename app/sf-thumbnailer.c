/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-thumbnailer.h"

#include "sf-pixbuf.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define N_THREADS 2

/* What is kept of a thumbnail. */
typedef struct
{
  char *key;
  GdkTexture *texture;
  gsize n_bytes;
  GList link; /* in `recent` */
} Kept;

struct _SfThumbnailer
{
  GObject parent_instance;

  GThreadPool *pool;
  guint64 n_asked;
  GHashTable *kept; /* of Kept, by key */
  GQueue recent;    /* of Kept, the latest first */
  gsize n_bytes;
  gsize limit_bytes;
};

G_DEFINE_FINAL_TYPE (SfThumbnailer, sf_thumbnailer, G_TYPE_OBJECT)

typedef struct
{
  char *path;
  char *key;
  gint64 modified;
  int size;
  guint64 number;
} Order;

/* The standard's folders and their sizes. */
static const struct
{
  const char *folder;
  int size;
} classes[] = { { "normal", 128 }, { "large", 256 }, { "x-large", 512 }, { "xx-large", 1024 } };

static guint
choose_class (int size)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (classes) - 1 && classes[i].size < size)
    i++;
  return i;
}

static char *
make_key (const char *path, gint64 modified, int size)
{
  return g_strdup_printf ("%u %" G_GINT64_FORMAT " %s", choose_class (size), modified, path);
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->key);
  g_object_unref (kept->texture);
  g_free (kept);
}

static void
order_free (Order *order)
{
  g_free (order->path);
  g_free (order->key);
  g_free (order);
}

/* A thumbnail that somebody has made of the file as it is now. */
static GdkPixbuf *
load_stored (const char *stored, const char *uri, gint64 modified)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (stored, NULL);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, modified / G_USEC_PER_SEC);

  if (pixbuf == NULL || g_strcmp0 (gdk_pixbuf_get_option (pixbuf, "tEXt::Thumb::MTime"), time) != 0
      || g_strcmp0 (gdk_pixbuf_get_option (pixbuf, "tEXt::Thumb::URI"), uri) != 0)
    return NULL;
  return g_steal_pointer (&pixbuf);
}

/* Best effort: without it, it is made again next time. */
static void
store (GdkPixbuf *pixbuf, const char *stored, const char *uri, gint64 modified)
{
  g_autofree char *folder = g_path_get_dirname (stored);
  g_autofree char *temporary = g_strconcat (stored, ".XXXXXX", NULL);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, modified / G_USEC_PER_SEC);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return;
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  close (fd);
  if (!gdk_pixbuf_save (pixbuf, temporary, "png", NULL, "tEXt::Thumb::URI", uri,
                        "tEXt::Thumb::MTime", time, "tEXt::Software", "Sfumato", NULL)
      || g_rename (temporary, stored) != 0)
    g_unlink (temporary);
}

static GdkPixbuf *
load (const Order *order, GError **error)
{
  guint class = choose_class (order->size);
  g_autofree char *uri = g_filename_to_uri (order->path, NULL, error);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  int width, height;

  if (uri == NULL)
    return NULL;

  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, uri, -1);
  g_autofree char *name = g_strconcat (hash, ".png", NULL);
  g_autofree char *stored = g_build_filename (g_get_user_cache_dir (), "thumbnails",
                                              classes[class].folder, name, NULL);

  pixbuf = load_stored (stored, uri, order->modified);
  if (pixbuf != NULL)
    return g_steal_pointer (&pixbuf);
  pixbuf = sf_pixbuf_load (order->path, classes[class].size, error);
  if (pixbuf != NULL && gdk_pixbuf_get_file_info (order->path, &width, &height) != NULL
      && MAX (width, height) > classes[class].size)
    store (pixbuf, stored, uri, order->modified);
  return g_steal_pointer (&pixbuf);
}

static void
work_cb (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  pixbuf = load (g_task_get_task_data (task), &error);
  if (pixbuf != NULL)
    g_task_return_pointer (task, sf_pixbuf_make_texture (pixbuf), g_object_unref);
  else
    g_task_return_error (task, error);
}

static int
compare_tasks (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Order *x = g_task_get_task_data (G_TASK (a));
  const Order *y = g_task_get_task_data (G_TASK (b));

  return x->number < y->number ? 1 : -1;
}

SfThumbnailer *
sf_thumbnailer_new (gsize limit_bytes)
{
  SfThumbnailer *self = g_object_new (SF_TYPE_THUMBNAILER, NULL);

  self->limit_bytes = limit_bytes;
  return self;
}

static void
forget (SfThumbnailer *self, Kept *kept)
{
  g_queue_unlink (&self->recent, &kept->link);
  self->n_bytes -= kept->n_bytes;
  g_hash_table_remove (self->kept, kept->key);
}

static void
keep (SfThumbnailer *self, const char *key, GdkTexture *texture)
{
  Kept *kept = g_hash_table_lookup (self->kept, key);

  if (kept != NULL)
    forget (self, kept);
  kept = g_new0 (Kept, 1);
  kept->key = g_strdup (key);
  kept->texture = g_object_ref (texture);
  kept->n_bytes = (gsize) gdk_texture_get_width (texture) * (gsize) gdk_texture_get_height (texture)
                  * 4;
  kept->link.data = kept;
  g_queue_push_head_link (&self->recent, &kept->link);
  g_hash_table_insert (self->kept, kept->key, kept);
  self->n_bytes += kept->n_bytes;
  while (self->n_bytes > self->limit_bytes)
    forget (self, g_queue_peek_tail (&self->recent));
}

GdkTexture *
sf_thumbnailer_peek (SfThumbnailer *self, const char *path, gint64 modified, int size)
{
  g_return_val_if_fail (SF_IS_THUMBNAILER (self), NULL);

  g_autofree char *key = make_key (path, modified, size);
  Kept *kept = g_hash_table_lookup (self->kept, key);

  if (kept == NULL)
    return NULL;
  g_queue_unlink (&self->recent, &kept->link);
  g_queue_push_head_link (&self->recent, &kept->link);
  return kept->texture;
}

void
sf_thumbnailer_load_async (SfThumbnailer *self, const char *path, gint64 modified, int size,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (SF_IS_THUMBNAILER (self));

  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Order *order = g_new (Order, 1);

  order->path = g_strdup (path);
  order->key = make_key (path, modified, size);
  order->modified = modified;
  order->size = size;
  order->number = ++self->n_asked;
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  g_thread_pool_push (self->pool, task, NULL);
}

GdkTexture *
sf_thumbnailer_load_finish (SfThumbnailer *self, GAsyncResult *result, GError **error)
{
  const Order *order = g_task_get_task_data (G_TASK (result));
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  if (texture != NULL)
    keep (self, order->key, texture);
  return texture;
}

gsize
sf_thumbnailer_get_bytes (SfThumbnailer *self)
{
  g_return_val_if_fail (SF_IS_THUMBNAILER (self), 0);

  return self->n_bytes;
}

static void
sf_thumbnailer_finalize (GObject *object)
{
  SfThumbnailer *self = SF_THUMBNAILER (object);

  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->kept);
  G_OBJECT_CLASS (sf_thumbnailer_parent_class)->finalize (object);
}

static void
sf_thumbnailer_class_init (SfThumbnailerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sf_thumbnailer_finalize;
}

static void
sf_thumbnailer_init (SfThumbnailer *self)
{
  self->pool = g_thread_pool_new (work_cb, NULL, N_THREADS, FALSE, NULL);
  g_thread_pool_set_sort_function (self->pool, compare_tasks, NULL);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, kept_free);
  g_queue_init (&self->recent);
}
