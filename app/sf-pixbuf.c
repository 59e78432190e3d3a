/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-pixbuf.h"

#include <glib/gi18n.h>

#define MAX_PIXELS (256 * 1024 * 1024)

GdkPixbuf *
sf_pixbuf_load (const char *path, int size, GError **error)
{
  int width, height;
  GdkPixbuf *pixbuf;

  if (gdk_pixbuf_get_file_info (path, &width, &height) == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s is no picture that can be read"), path);
      return NULL;
    }
  if ((gint64) width * height > MAX_PIXELS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s is too large"), path);
      return NULL;
    }
  if (size > 0 && (width > size || height > size))
    pixbuf = gdk_pixbuf_new_from_file_at_scale (path, size, size, TRUE, error);
  else
    pixbuf = gdk_pixbuf_new_from_file (path, error);
  return pixbuf;
}

GdkTexture *
sf_pixbuf_make_texture (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8
                                                                   : GDK_MEMORY_R8G8B8,
                                 bytes, (gsize) gdk_pixbuf_get_rowstride (pixbuf));
}

/* Without padding and transparency. */
static GBytes *
take_rgb (GdkPixbuf *pixbuf)
{
  guint width = (guint) gdk_pixbuf_get_width (pixbuf);
  guint height = (guint) gdk_pixbuf_get_height (pixbuf);
  guint channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  guint row_bytes = (guint) gdk_pixbuf_get_rowstride (pixbuf);
  const guint8 *from = gdk_pixbuf_read_pixels (pixbuf);
  gsize n_bytes = (gsize) width * height * 3;
  guint8 *rgb = g_malloc (n_bytes);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      memcpy (rgb + ((gsize) y * width + x) * 3, from + (gsize) y * row_bytes + x * channels, 3);
  return g_bytes_new_take (rgb, n_bytes);
}

typedef struct
{
  char *path;
  char *infotext;
} Order;

static void
order_free (Order *order)
{
  g_free (order->path);
  g_free (order->infotext);
  g_free (order);
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Order *order = task_data;
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = sf_pixbuf_load (order->path, 0, &error);

  if (pixbuf == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (order->infotext == NULL)
    order->infotext = sf_picture_load_infotext (order->path, NULL);
  if (order->infotext == NULL)
    order->infotext = g_strdup ("");

  g_autoptr (GBytes) rgb = take_rgb (pixbuf);
  SfPicture *picture = sf_picture_new ((guint) gdk_pixbuf_get_width (pixbuf),
                                       (guint) gdk_pixbuf_get_height (pixbuf), rgb);
  picture->infotext = g_strdup (order->infotext);
  g_task_return_pointer (task, picture, (GDestroyNotify) sf_picture_unref);
}

void
sf_pixbuf_load_painting_async (const char *path, const char *infotext, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  Order *order = g_new (Order, 1);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  order->path = g_strdup (path);
  order->infotext = g_strdup (infotext);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  g_task_run_in_thread (task, load_thread);
}

SfPainting *
sf_pixbuf_load_painting_finish (GAsyncResult *result, GError **error)
{
  const Order *order = g_task_get_task_data (G_TASK (result));
  g_autoptr (SfPicture) picture = g_task_propagate_pointer (G_TASK (result), error);
  g_autoptr (SfRequest) request = NULL;
  SfPainting *painting;

  if (picture == NULL)
    return NULL;
  if (*order->infotext != '\0')
    request = sf_request_new_from_infotext (order->infotext, NULL);
  if (request == NULL)
    request = sf_request_new ();
  picture->seed = request->seed;
  request->width = picture->width;
  request->height = picture->height;
  painting = sf_painting_new (request);
  sf_painting_complete (painting, picture, order->path);
  return painting;
}
