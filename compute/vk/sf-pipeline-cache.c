/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-device-private.h"

#include <errno.h>
#include <string.h>

/* The file is a SHA-256 of the data as text, then the data as the driver gives it: drivers check
 * the header that Vulkan asks for and trust the rest. */
#define DIGEST_CHARS 64

static char *
digest_of (gconstpointer data, gsize n_bytes)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, n_bytes);
}

static char *
find_path (const VkPhysicalDeviceProperties *properties)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_string_printf (name, "pipelines-%04x-%04x-", properties->vendorID, properties->deviceID);
  for (guint i = 0; i < VK_UUID_SIZE; i++)
    g_string_append_printf (name, "%02x", properties->pipelineCacheUUID[i]);
  return g_build_filename (g_get_user_cache_dir (), "sfumato", name->str, NULL);
}

static gboolean
fits (const VkPhysicalDeviceProperties *properties, const char *data, gsize n_bytes)
{
  VkPipelineCacheHeaderVersionOne header;

  if (n_bytes < sizeof header)
    return FALSE;
  memcpy (&header, data, sizeof header);
  return header.headerSize == sizeof header
         && header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE
         && header.vendorID == properties->vendorID && header.deviceID == properties->deviceID
         && memcmp (header.pipelineCacheUUID, properties->pipelineCacheUUID, VK_UUID_SIZE) == 0;
}

void
sf_pipeline_cache_open (SfDevice *device)
{
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
  };
  device->instance->vk.GetPhysicalDeviceProperties2 (device->physical, &properties);
  device->pipeline_cache_path = find_path (&properties.properties);

  VkPipelineCacheCreateInfo info = { .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO };
  g_autofree char *text = NULL;
  gsize n_chars = 0;
  if (g_file_get_contents (device->pipeline_cache_path, &text, &n_chars, NULL)
      && n_chars > DIGEST_CHARS)
    {
      const char *data = text + DIGEST_CHARS;
      gsize n_bytes = n_chars - DIGEST_CHARS;
      g_autofree char *digest = digest_of (data, n_bytes);
      if (memcmp (digest, text, DIGEST_CHARS) == 0 && fits (&properties.properties, data, n_bytes))
        {
          info.initialDataSize = n_bytes;
          info.pInitialData = data;
          device->pipeline_cache_digest = g_steal_pointer (&digest);
        }
    }
  if (device->vk.CreatePipelineCache (device->handle, &info, NULL, &device->pipeline_cache)
      != VK_SUCCESS)
    device->pipeline_cache = VK_NULL_HANDLE;
}

void
sf_device_save_pipeline_cache (SfDevice *device)
{
  g_return_if_fail (device != NULL);

  gsize n_bytes = 0;
  if (device->pipeline_cache == VK_NULL_HANDLE
      || device->vk.GetPipelineCacheData (device->handle, device->pipeline_cache, &n_bytes, NULL)
             != VK_SUCCESS)
    return;
  g_autofree char *data = g_malloc (n_bytes);
  if (device->vk.GetPipelineCacheData (device->handle, device->pipeline_cache, &n_bytes, data)
      != VK_SUCCESS)
    return;
  g_autofree char *digest = digest_of (data, n_bytes);
  if (g_strcmp0 (digest, device->pipeline_cache_digest) == 0)
    return;

  g_autoptr (GString) text = g_string_sized_new (DIGEST_CHARS + n_bytes);
  g_string_append (text, digest);
  g_string_append_len (text, data, n_bytes);
  g_autofree char *folder = g_path_get_dirname (device->pipeline_cache_path);
  g_autoptr (GError) error = NULL;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_debug ("Cannot make the folder %s: %s", folder, g_strerror (errno));
  else if (!g_file_set_contents (device->pipeline_cache_path, text->str, text->len, &error))
    g_debug ("Cannot keep the compiled shaders: %s", error->message);
  else
    {
      g_free (device->pipeline_cache_digest);
      device->pipeline_cache_digest = g_steal_pointer (&digest);
    }
}

void
sf_pipeline_cache_close (SfDevice *device)
{
  sf_device_save_pipeline_cache (device);
  device->vk.DestroyPipelineCache (device->handle, device->pipeline_cache, NULL);
  g_free (device->pipeline_cache_path);
  g_free (device->pipeline_cache_digest);
}
