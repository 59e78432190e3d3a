/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-memory.h"

#include <string.h>

#define WRITABLE (VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT)
#define READABLE (WRITABLE | VK_MEMORY_PROPERTY_HOST_CACHED_BIT)

static gboolean
type_has (const VkPhysicalDeviceMemoryProperties *memory, guint type, VkMemoryPropertyFlags flags)
{
  return (memory->memoryTypes[type].propertyFlags & flags) == flags;
}

gboolean
sf_memory_type_is_writable (const VkPhysicalDeviceMemoryProperties *memory, guint type)
{
  return type_has (memory, type, WRITABLE);
}

gboolean
sf_memory_type_is_readable (const VkPhysicalDeviceMemoryProperties *memory, guint type)
{
  return type_has (memory, type, READABLE);
}

static guint
host_access_rank (const VkPhysicalDeviceMemoryProperties *memory, guint type)
{
  return sf_memory_type_is_writable (memory, type) + sf_memory_type_is_readable (memory, type);
}

guint
sf_memory_choose_device_type (const VkPhysicalDeviceMemoryProperties *memory, guint32 allowed)
{
  guint best = VK_MAX_MEMORY_TYPES;
  guint64 best_bytes = 0;

  for (guint type = 0; type < memory->memoryTypeCount; type++)
    {
      guint64 heap_bytes = memory->memoryHeaps[memory->memoryTypes[type].heapIndex].size;
      if ((allowed & (1u << type)) == 0
          || !type_has (memory, type, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)
          || type_has (memory, type, VK_MEMORY_PROPERTY_PROTECTED_BIT))
        continue;
      if (best == VK_MAX_MEMORY_TYPES || heap_bytes > best_bytes
          || (heap_bytes == best_bytes
              && host_access_rank (memory, type) > host_access_rank (memory, best)))
        {
          best = type;
          best_bytes = heap_bytes;
        }
    }
  g_assert (best != VK_MAX_MEMORY_TYPES);
  return best;
}

guint
sf_memory_choose_staging_type (const VkPhysicalDeviceMemoryProperties *memory, guint32 allowed)
{
  guint best = VK_MAX_MEMORY_TYPES;

  for (guint type = 0; type < memory->memoryTypeCount; type++)
    if ((allowed & (1u << type)) != 0 && sf_memory_type_is_writable (memory, type)
        && (best == VK_MAX_MEMORY_TYPES
            || host_access_rank (memory, type) > host_access_rank (memory, best)))
      best = type;
  g_assert (best != VK_MAX_MEMORY_TYPES);
  return best;
}

guint64
sf_memory_get_machine_available (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/meminfo", &text, NULL, NULL))
    return 0;
  const char *line = strstr (text, "MemAvailable:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("MemAvailable:"), NULL, 10) * 1024 : 0;
}
