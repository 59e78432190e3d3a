/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk-fixture.h"

#include "sf-shader-scale.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_open_fails (const char *selector, int code, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  SfDevice *device = sf_device_open (selector, &error);
  g_assert_null (device);
  g_assert_error (error, SF_VK_ERROR, code);
  g_test_message ("%s", error->message);
  if (strstr (error->message, sentence) == NULL)
    g_error ("“%s” lacks “%s”", error->message, sentence);
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos = sf_device_list (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (infos->len, >, 0);

  for (guint i = 0; i < infos->len; i++)
    {
      const SfDeviceInfo *info = infos->pdata[i];
      g_test_message ("%u: %s; %s; Vulkan %u.%u, subgroups of %u, %" G_GUINT64_FORMAT " MiB",
                      info->index, info->name, info->driver,
                      VK_API_VERSION_MAJOR (info->api_version),
                      VK_API_VERSION_MINOR (info->api_version), info->subgroup_size,
                      info->memory_bytes >> 20);
      g_assert_cmpuint (info->subgroup_size, >, 0);
      g_assert_cmpuint (info->max_workgroup_invocations, >=, 128);
      g_assert_cmpuint (info->memory_bytes, >, 1 << 20);
      if (i > 0)
        g_assert_cmpint (((SfDeviceInfo *) infos->pdata[i - 1])->kind, <=, info->kind);
    }
}

static void
test_select (void)
{
  SfDevice *device = vk_open ();
  g_autofree char *name = g_strdup (sf_device_get_info (device)->name);
  g_autofree char *index = g_strdup_printf ("%u", sf_device_get_info (device)->index);
  vk_close (device);
  g_autofree char *part = g_ascii_strup (name, 5);
  const char *selectors[] = { index, name, part };

  for (guint i = 0; i < G_N_ELEMENTS (selectors); i++)
    {
      g_autoptr (GError) error = NULL;
      device = sf_device_open (selectors[i], &error);
      g_assert_no_error (error);
      g_assert_cmpstr (sf_device_get_info (device)->name, ==, name);
      vk_close (device);
    }
  assert_open_fails ("no such thing", SF_VK_ERROR_NO_DEVICE, name);
  assert_open_fails ("9999999999", SF_VK_ERROR_NO_DEVICE, "“9999999999”");
  g_setenv ("SFUMATO_DEVICE", "none of these", TRUE);
  assert_open_fails (NULL, SF_VK_ERROR_NO_DEVICE, "“none of these”");
  g_unsetenv ("SFUMATO_DEVICE");
}

static void
test_no_device (void)
{
  const char *const names[] = { "VK_DRIVER_FILES", "VK_ICD_FILENAMES" };
  g_autofree char *before[G_N_ELEMENTS (names)] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      before[i] = g_strdup (g_getenv (names[i]));
      g_setenv (names[i], "/nonexistent/driver.json", TRUE);
    }
  assert_open_fails (NULL, SF_VK_ERROR_NO_DEVICE, "mesa-vulkan-drivers");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_unsetenv (names[i]);
      if (before[i] != NULL)
        g_setenv (names[i], before[i], TRUE);
      g_free (g_steal_pointer (&before[i]));
    }
}

static void
test_no_validation_layer (void)
{
  g_autofree char *validation = g_strdup (g_getenv ("SFUMATO_VALIDATION"));

  g_setenv ("SFUMATO_VALIDATION", "1", TRUE);
  g_setenv ("VK_LAYER_PATH", "/nonexistent", TRUE);
  assert_open_fails (NULL, SF_VK_ERROR_UNSUITABLE, "vulkan-validationlayers");
  g_unsetenv ("VK_LAYER_PATH");
  g_unsetenv ("SFUMATO_VALIDATION");
  if (validation != NULL)
    g_setenv ("SFUMATO_VALIDATION", validation, TRUE);
}

static void
test_disable (void)
{
  g_setenv ("SFUMATO_DISABLE", "texel_operands, subgroup_broadcast,half_storage,half_arithmetic",
            TRUE);
  SfDevice *device = vk_open ();
  g_assert_false (sf_device_get_info (device)->texel_operands);
  g_assert_false (sf_device_get_info (device)->subgroup_broadcast);
  g_assert_false (sf_device_get_info (device)->half_storage);
  g_assert_false (sf_device_get_info (device)->half_arithmetic);
  vk_close (device);

  g_setenv ("SFUMATO_DISABLE", "texel_operands,warp_drive", TRUE);
  assert_open_fails (NULL, SF_VK_ERROR_FAILED, "“warp_drive”");
  g_unsetenv ("SFUMATO_DISABLE");
}

/* Three pieces of the staging buffer and a rest, to an odd place. */
static void
check_transfers (void)
{
  const gsize n_bytes = (48 << 20) + 12345;
  SfDevice *device = vk_open ();
  SfRange whole = vk_new_range (device, n_bytes + 777);
  SfRange range = { whole.buffer, 77, n_bytes };
  g_autofree guint8 *data = g_malloc (n_bytes);
  g_autofree guint8 *back = g_malloc0 (n_bytes);
  for (gsize i = 0; i < n_bytes; i++)
    data[i] = i * 2654435761u >> 24;

  vk_upload (&range, data);
  vk_download (&range, back);
  g_assert_cmpmem (back, n_bytes, data, n_bytes);

  SfRange part = { whole.buffer, 77 + (20 << 20), 1000 };
  vk_download (&part, back);
  g_assert_cmpmem (back, 1000, data + (20 << 20), 1000);
  vk_free_range (&whole);
  vk_close (device);
}

static void
test_transfers (void)
{
  check_transfers ();
  g_setenv ("SFUMATO_DISABLE", "host_memory", TRUE);
  check_transfers ();
  g_unsetenv ("SFUMATO_DISABLE");
}

static void
test_bytes (void)
{
  SfDevice *device = vk_open ();
  SfRange a = vk_new_range (device, 1000);
  SfRange b = vk_new_range (device, 5);

  g_assert_cmpuint (sf_device_get_bytes (device), ==, 1005);
  vk_free_range (&a);
  g_assert_cmpuint (sf_device_get_bytes (device), ==, 5);
  g_assert_cmpuint (sf_device_get_peak_bytes (device), ==, 1005);
  sf_device_reset_peak_bytes (device);
  g_assert_cmpuint (sf_device_get_peak_bytes (device), ==, 5);
  vk_free_range (&b);
  vk_close (device);
}

static void
test_out_of_memory (void)
{
  SfDevice *device = vk_open ();
  const guint64 sizes[] = { G_GUINT64_CONSTANT (1) << 50, G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (sf_buffer_new (device, sizes[i], "the whole world", &error));
      g_assert_error (error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "for the whole world: out of device memory"));
    }
  vk_close (device);
}

static void
test_sentences (void)
{
  const struct
  {
    VkResult result;
    int code;
    const char *sentence;
  } rows[] = {
    { VK_ERROR_DEVICE_LOST, SF_VK_ERROR_DEVICE_LOST, "run 7: the device stopped responding" },
    { VK_ERROR_OUT_OF_DEVICE_MEMORY, SF_VK_ERROR_OUT_OF_MEMORY, "run 7: out of device memory" },
    { VK_ERROR_OUT_OF_HOST_MEMORY, SF_VK_ERROR_OUT_OF_MEMORY, "run 7: out of memory" },
    { VK_ERROR_UNKNOWN, SF_VK_ERROR_FAILED, "run 7: Vulkan error -13" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (sf_vk_check (rows[i].result, &error, "run %d", 7));
      g_assert_error (error, SF_VK_ERROR, rows[i].code);
      g_assert_true (g_str_has_prefix (error->message, rows[i].sentence));
    }
  g_assert_true (sf_vk_check (VK_SUCCESS, NULL, "run"));
}

/* Opens the device, builds a shader and closes it; what the cache on disk holds then. */
static GBytes *
cache_after_use (const char *folder, char **path)
{
  SfDevice *device = vk_open ();
  g_autoptr (GError) error = NULL;
  guint32 constants[] = { 1 };
  sf_pipeline_get (device, &sf_shader_scale, constants, 1, &error);
  g_assert_no_error (error);
  vk_close (device);

  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  const char *name = g_dir_read_name (dir);
  g_assert_true (g_str_has_prefix (name, "pipelines-"));
  *path = g_build_filename (folder, name, NULL);
  g_assert_null (g_dir_read_name (dir));

  char *text;
  gsize length;
  g_file_get_contents (*path, &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

static void
test_pipeline_cache (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "sfumato", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GBytes) first = cache_after_use (folder, &path);
  gsize length = g_bytes_get_size (first);
  g_assert_cmpuint (length, >, 64);

  g_clear_pointer (&path, g_free);
  g_autoptr (GBytes) again = cache_after_use (folder, &path);
  g_assert_cmpuint (g_bytes_get_size (again), >, 64);

  g_autofree char *damaged = g_memdup2 (g_bytes_get_data (again, NULL), g_bytes_get_size (again));
  damaged[g_bytes_get_size (again) - 1] ^= 1;
  const struct
  {
    const char *data;
    gssize length;
  } garbage[] = { { damaged, g_bytes_get_size (again) }, { "garbage", 7 }, { "", 0 } };
  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autoptr (GError) error = NULL;
      g_file_set_contents (path, garbage[i].data, garbage[i].length, &error);
      g_assert_no_error (error);
      g_clear_pointer (&path, g_free);
      g_autoptr (GBytes) mended = cache_after_use (folder, &path);
      g_autofree char *digest =
          g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                       (const guchar *) g_bytes_get_data (mended, NULL) + 64,
                                       g_bytes_get_size (mended) - 64);
      g_assert_cmpmem (digest, 64, g_bytes_get_data (mended, NULL), 64);
    }
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_autofree char *cache = g_dir_make_tmp ("sfumato-test-XXXXXX", NULL);
  g_assert_nonnull (cache);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);

  g_test_add_func ("/vk/device/list", test_list);
  g_test_add_func ("/vk/device/select", test_select);
  g_test_add_func ("/vk/device/no-device", test_no_device);
  g_test_add_func ("/vk/device/no-validation-layer", test_no_validation_layer);
  g_test_add_func ("/vk/device/disable", test_disable);
  g_test_add_func ("/vk/device/transfers", test_transfers);
  g_test_add_func ("/vk/device/bytes", test_bytes);
  g_test_add_func ("/vk/device/out-of-memory", test_out_of_memory);
  g_test_add_func ("/vk/device/sentences", test_sentences);
  g_test_add_func ("/vk/device/pipeline-cache", test_pipeline_cache);
  int status = g_test_run ();
  g_rmdir (cache);
  return status;
}
