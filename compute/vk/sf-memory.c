/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-memory.h"

#include <glib/gi18n-lib.h>
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

/* The number behind a word of a file of such lines; 0 where there is none. */
static guint64
read_number (const char *path, const char *word)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  const char *line = strstr (text, word);
  return line != NULL ? g_ascii_strtoull (line + strlen (word), NULL, 10) : 0;
}

/* What a control group leaves: its limit less what is in use, files that are only cached not counted. */
static guint64
get_group_available (const char *folder)
{
  g_autofree char *max_path = g_build_filename (folder, "memory.max", NULL);
  g_autofree char *current_path = g_build_filename (folder, "memory.current", NULL);
  g_autofree char *stat_path = g_build_filename (folder, "memory.stat", NULL);
  guint64 max = read_number (max_path, "");
  if (max == 0)
    return G_MAXUINT64; /* "max", or no such file */
  guint64 cached = read_number (stat_path, "\ninactive_file ")
                   + read_number (stat_path, "\nactive_file ");
  guint64 current = read_number (current_path, "");
  guint64 used = current > cached ? current - cached : 0;
  return max > used ? max - used : 1;
}

static guint64
get_groups_available (void)
{
  guint64 available = G_MAXUINT64;
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    return available;
  const char *line = strstr (text, "0::/");
  if (line == NULL)
    return available;

  g_autofree char *group = g_strndup (line + strlen ("0::"), strcspn (line + strlen ("0::"), "\n"));
  while (!g_str_equal (group, "/") && !g_str_equal (group, "."))
    {
      g_autofree char *folder = g_build_filename ("/sys/fs/cgroup", group, NULL);
      char *parent = g_path_get_dirname (group);
      available = MIN (available, get_group_available (folder));
      g_free (group);
      group = parent;
    }
  return available;
}

guint64
sf_memory_get_machine_available (void)
{
  guint64 available = read_number ("/proc/meminfo", "MemAvailable:") * 1024;
  return MIN (available, get_groups_available ());
}

gboolean
sf_memory_read_limit (guint64 *n_bytes, GError **error)
{
  static const char units[] = "KMG";
  const char *text = g_getenv ("SFUMATO_MEMORY_LIMIT");
  char *end = NULL;
  *n_bytes = G_MAXUINT64;
  if (text == NULL || *text == '\0')
    return TRUE;

  guint64 number = g_ascii_isdigit (*text) ? g_ascii_strtoull (text, &end, 10) : 0;
  const char *unit = end != NULL && *end != '\0' ? strchr (units, *end) : NULL;
  guint shift = unit != NULL ? 10 * (guint) (unit - units + 1) : 0;
  if (end == NULL || (unit != NULL ? end[1] : *end) != '\0' || number > G_MAXUINT64 >> shift)
    {
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_FAILED,
                   _ ("read SFUMATO_MEMORY_LIMIT: “%s” is no number of bytes"), text);
      return FALSE;
    }
  *n_bytes = number << shift;
  return TRUE;
}
