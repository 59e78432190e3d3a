/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-wallpaper.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#define SKIPPED 77
#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

static const char portal_xml[] =
    "<node><interface name='org.freedesktop.portal.Wallpaper'>"
    "<method name='SetWallpaperFile'>"
    "<arg name='parent_window' type='s' direction='in'/><arg name='fd' type='h' direction='in'/>"
    "<arg name='options' type='a{sv}' direction='in'/><arg name='handle' type='o' direction='out'/>"
    "</method></interface></node>";

/* A bus with a portal on it that remembers what it was handed. */
typedef struct
{
  GTestDBus *bus;
  GApplication *application;
  GDBusConnection *portal;
  guint object;
  char received[16];
  gboolean previewed;
} Fixture;

static void
portal_called_cb (GDBusConnection *connection, const char *sender, const char *path,
                  const char *interface, const char *method, GVariant *arguments,
                  GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;
  GUnixFDList *files = g_dbus_message_get_unix_fd_list (
      g_dbus_method_invocation_get_message (invocation));
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 2);
  gint32 index;

  g_variant_get_child (arguments, 1, "h", &index);
  int file = g_unix_fd_list_get (files, index, NULL);
  g_assert_cmpint (read (file, fixture->received, sizeof fixture->received - 1), >, 0);
  close (file);
  g_variant_lookup (options, "show-preview", "b", &fixture->previewed);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/request"));
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  static const GDBusInterfaceVTable calls = { portal_called_cb, NULL, NULL, { 0 } };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  g_autoptr (GError) error = NULL;

  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->portal =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (fixture->bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->object = g_dbus_connection_register_object (fixture->portal, PORTAL_PATH,
                                                       node->interfaces[0], &calls, fixture, NULL,
                                                       &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (fixture->portal, PORTAL_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL,
                                NULL, NULL, NULL);

  fixture->application = g_application_new ("org.example.Wallpaper", G_APPLICATION_DEFAULT_FLAGS);
  g_assert_true (g_application_register (fixture->application, NULL, &error));
  g_application_set_default (fixture->application);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_application_set_default (NULL);
  g_object_unref (fixture->application);
  g_object_unref (fixture->portal);
  g_test_dbus_stop (fixture->bus);
  g_object_unref (fixture->bus);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
ask (Fixture *fixture, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  sf_wallpaper_ask_async (fixture->application, path, asked_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return sf_wallpaper_ask_finish (result, error);
}

static void
test_ask (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "sfumato-wallpaper.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "a picture", -1, NULL));
  g_assert_true (ask (fixture, path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->received, ==, "a picture");
  g_assert_true (fixture->previewed);
  unlink (path);
}

static void
test_missing_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (fixture, "/nowhere/picture.png", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nowhere/picture.png"));
}

static void
test_no_portal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_dbus_connection_unregister_object (fixture->portal, fixture->object));
  g_assert_false (ask (fixture, "/dev/null", &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
  g_assert_null (strstr (error->message, "GDBus.Error"));
}

int
main (int argc, char **argv)
{
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");

  if (daemon == NULL)
    return SKIPPED;
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add (name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)
  ADD ("/wallpaper/ask", test_ask);
  ADD ("/wallpaper/missing-file", test_missing_file);
  ADD ("/wallpaper/no-portal", test_no_portal);
#undef ADD
  return g_test_run ();
}
