/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-compat.h"

void
sf_compat_append_pixelated (GtkSnapshot *snapshot, GdkTexture *texture,
                            const graphene_rect_t *bounds)
{
#if GTK_CHECK_VERSION(4, 10, 0)
  gtk_snapshot_append_scaled_texture (snapshot, texture, GSK_SCALING_FILTER_NEAREST, bounds);
#else
  int width = gdk_texture_get_width (texture);
  int height = gdk_texture_get_height (texture);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, bounds);

  gdk_texture_download (texture, cairo_image_surface_get_data (surface),
                        cairo_image_surface_get_stride (surface));
  cairo_surface_mark_dirty (surface);
  cairo_translate (cr, bounds->origin.x, bounds->origin.y);
  cairo_scale (cr, bounds->size.width / width, bounds->size.height / height);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
#endif
}

void
sf_compat_announce (GtkWidget *widget, const char *message)
{
#if GTK_CHECK_VERSION(4, 14, 0)
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), message,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
#endif
}

#if GTK_CHECK_VERSION(4, 10, 0)

void
sf_compat_show_folder (GtkWindow *parent, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_launch (launcher, parent, NULL, NULL, NULL);
}

void
sf_compat_show_in_folder (GtkWindow *parent, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, parent, NULL, NULL, NULL);
}

void
sf_compat_show_uri (GtkWindow *parent, const char *uri)
{
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

  gtk_uri_launcher_launch (launcher, parent, NULL, NULL, NULL);
}

#else

void
sf_compat_show_uri (GtkWindow *parent, const char *uri)
{
  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

void
sf_compat_show_folder (GtkWindow *parent, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

typedef struct
{
  GtkWindow *parent;
  char *path;
} ShowFolder;

static void
items_shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShowFolder *show = user_data;
  g_autoptr (GVariant)
      reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (show->path);

      sf_compat_show_folder (show->parent, folder);
    }
  g_object_unref (show->parent);
  g_free (show->path);
  g_free (show);
}

void
sf_compat_show_in_folder (GtkWindow *parent, const char *path)
{
  GDBusConnection *bus = g_application_get_dbus_connection (g_application_get_default ());
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    return;

  ShowFolder *show = g_new (ShowFolder, 1);
  show->parent = g_object_ref (parent);
  show->path = g_strdup (path);
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, items_shown_cb, show);
}

#endif
