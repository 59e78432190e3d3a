/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-vulkan.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>

GQuark
sf_vk_error_quark (void)
{
  return g_quark_from_static_string ("sf-vk-error");
}

#define LOADER_NAME "libvulkan.so.1"

static gboolean
find_globals (SfVkGlobal *table, void *library, GError **error)
{
  table->GetInstanceProcAddr = (PFN_vkGetInstanceProcAddr) dlsym (library, "vkGetInstanceProcAddr");
  if (table->GetInstanceProcAddr == NULL)
    {
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_NO_LOADER, _ ("start Vulkan: %s has no %s"),
                   LOADER_NAME, "vkGetInstanceProcAddr");
      return FALSE;
    }
#define FIND(name)                                                                            \
  table->name = (PFN_vk##name) table->GetInstanceProcAddr (NULL, "vk" #name);                 \
  if (table->name == NULL)                                                                    \
    {                                                                                         \
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_NO_LOADER,                                 \
                   _ ("start Vulkan: %s is too old: it has no %s"), LOADER_NAME, "vk" #name); \
      return FALSE;                                                                           \
    }
  SF_VK_GLOBAL_FUNCTIONS (FIND)
#undef FIND
  return TRUE;
}

const SfVkGlobal *
sf_vk_load (GError **error)
{
  static GMutex mutex;
  static SfVkGlobal table;
  static gboolean loaded;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (!loaded)
    {
      void *library = dlopen (LOADER_NAME, RTLD_NOW | RTLD_LOCAL);
      if (library == NULL)
        {
          g_set_error (
              error, SF_VK_ERROR, SF_VK_ERROR_NO_LOADER,
              _ ("start Vulkan: this system has no Vulkan loader (%s); install the packages "
                 "libvulkan1 and mesa-vulkan-drivers"),
              LOADER_NAME);
          return NULL;
        }
      loaded = find_globals (&table, library, error);
      if (!loaded)
        dlclose (library);
    }
  return loaded ? &table : NULL;
}

#define FIND(name)                                                        \
  table->name = (PFN_vk##name) get_address (handle, "vk" #name);          \
  if (table->name == NULL)                                                \
    {                                                                     \
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE,            \
                   _ ("start Vulkan: the driver has no %s"), "vk" #name); \
      return FALSE;                                                       \
    }

gboolean
sf_vk_load_instance (SfVkInstance *table, const SfVkGlobal *global, VkInstance handle,
                     GError **error)
{
  PFN_vkGetInstanceProcAddr get_address = global->GetInstanceProcAddr;
  SF_VK_INSTANCE_FUNCTIONS (FIND)
  return TRUE;
}

gboolean
sf_vk_load_device (SfVkDevice *table, const SfVkInstance *instance, VkDevice handle, GError **error)
{
  PFN_vkGetDeviceProcAddr get_address = instance->GetDeviceProcAddr;
  SF_VK_DEVICE_FUNCTIONS (FIND)
  return TRUE;
}

static const char *
describe_result (VkResult result)
{
  switch (result)
    {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return _ ("out of memory");
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_OUT_OF_POOL_MEMORY:
    case VK_ERROR_FRAGMENTED_POOL:
      return _ ("out of device memory");
    case VK_ERROR_DEVICE_LOST:
      return _ (
          "the device stopped responding (device lost); start again, and if it comes back look for a newer driver");
    case VK_ERROR_INITIALIZATION_FAILED:
      return _ ("the driver could not start");
    case VK_ERROR_MEMORY_MAP_FAILED:
      return _ ("the driver could not map the memory");
    case VK_ERROR_LAYER_NOT_PRESENT:
      return _ ("a layer is missing");
    case VK_ERROR_EXTENSION_NOT_PRESENT:
      return _ ("an extension is missing");
    case VK_ERROR_FEATURE_NOT_PRESENT:
      return _ ("a feature is missing");
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return _ ("the driver does not fit the Vulkan loader");
    case VK_ERROR_TOO_MANY_OBJECTS:
      return _ ("the driver allows no more objects of this kind");
    default:
      return NULL;
    }
}

static SfVkError
error_code (VkResult result)
{
  switch (result)
    {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_OUT_OF_POOL_MEMORY:
    case VK_ERROR_FRAGMENTED_POOL:
      return SF_VK_ERROR_OUT_OF_MEMORY;
    case VK_ERROR_DEVICE_LOST:
      return SF_VK_ERROR_DEVICE_LOST;
    default:
      return SF_VK_ERROR_FAILED;
    }
}

gboolean
sf_vk_check (VkResult result, GError **error, const char *what, ...)
{
  if (result >= 0)
    return TRUE;

  va_list arguments;
  va_start (arguments, what);
  g_autofree char *doing = g_strdup_vprintf (what, arguments);
  va_end (arguments);

  const char *reason = describe_result (result);
  if (reason != NULL)
    g_set_error (error, SF_VK_ERROR, error_code (result), "%s: %s", doing, reason);
  else
    g_set_error (error, SF_VK_ERROR, error_code (result), _ ("%s: Vulkan error %d"), doing, result);
  return FALSE;
}
