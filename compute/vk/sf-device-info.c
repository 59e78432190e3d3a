/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-device-info.h"

#include "vk/sf-cooperative-matrix.h"
#include "vk/sf-memory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Texel buffers have to hold the largest packed weights of a network. */
#define TEXEL_OPERANDS_LEAST_ELEMENTS (1u << 24)

static const struct
{
  const char *name;
  gsize offset;
} switches[] = {
#define SWITCH(field)                            \
  {                                              \
#field, G_STRUCT_OFFSET(SfDeviceInfo, field) \
  }
  SWITCH (subgroup_broadcast), SWITCH (texel_operands),     SWITCH (half_storage),
  SWITCH (half_arithmetic),    SWITCH (cooperative_matrix), SWITCH (memory_budget),
  SWITCH (host_memory),        SWITCH (compute_queue),
#undef SWITCH
};

static gboolean
apply_disable (SfDeviceInfo *info, GError **error)
{
  const char *text = g_getenv ("SFUMATO_DISABLE");
  g_auto (GStrv) names = g_strsplit (text != NULL ? text : "", ",", -1);

  for (guint n = 0; names[n] != NULL; n++)
    {
      const char *name = g_strstrip (names[n]);
      gsize i = 0;
      while (i < G_N_ELEMENTS (switches) && strcmp (switches[i].name, name) != 0)
        i++;
      if (i < G_N_ELEMENTS (switches))
        {
          G_STRUCT_MEMBER (gboolean, info, switches[i].offset) = FALSE;
        }
      else if (name[0] != '\0')
        {
          g_autoptr (GString) known = g_string_new (switches[0].name);
          for (i = 1; i < G_N_ELEMENTS (switches); i++)
            g_string_append_printf (known, ", %s", switches[i].name);
          g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_FAILED,
                       _ ("read SFUMATO_DISABLE: “%s” is not one of %s"), name, known->str);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_kernels (SfDeviceInfo *info, GError **error)
{
  static const char *const known[] = { "direct", "shared", "cooperative", "measure" };
  const char *text = g_getenv ("SFUMATO_KERNELS");

  if (text == NULL || text[0] == '\0')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (text, known[i]))
      info->kernels = known[i];
  if (info->kernels == NULL)
    g_set_error (
        error, SF_VK_ERROR, SF_VK_ERROR_FAILED,
        _ ("read SFUMATO_KERNELS: “%s” is not one of direct, shared, cooperative, measure"), text);
  return info->kernels != NULL;
}

static SfDeviceKind
kind_from_vulkan (VkPhysicalDeviceType type)
{
  switch (type)
    {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return SF_DEVICE_DISCRETE;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return SF_DEVICE_INTEGRATED;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return SF_DEVICE_VIRTUAL;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return SF_DEVICE_CPU;
    default:
      return SF_DEVICE_OTHER;
    }
}

static char *
describe_driver (const VkPhysicalDeviceDriverProperties *driver, guint32 version)
{
  if (driver->driverName[0] != '\0' && driver->driverInfo[0] != '\0')
    return g_strdup_printf ("%s, %s", driver->driverName, driver->driverInfo);
  return g_strdup_printf ("%s %u.%u.%u",
                          driver->driverName[0] != '\0' ? driver->driverName : "version",
                          VK_API_VERSION_MAJOR (version), VK_API_VERSION_MINOR (version),
                          VK_API_VERSION_PATCH (version));
}

/* The names of a device's extensions as a set. */
static GHashTable *
list_extensions (SfInstance *instance, VkPhysicalDevice physical, GError **error)
{
  guint32 n_extensions = 0;
  if (!sf_vk_check (instance->vk.EnumerateDeviceExtensionProperties (physical, NULL, &n_extensions,
                                                                     NULL),
                    error, _ ("list the extensions of a Vulkan device")))
    return NULL;
  g_autofree VkExtensionProperties *extensions = g_new0 (VkExtensionProperties, n_extensions);
  if (!sf_vk_check (instance->vk.EnumerateDeviceExtensionProperties (physical, NULL, &n_extensions,
                                                                     extensions),
                    error, _ ("list the extensions of a Vulkan device")))
    return NULL;

  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint32 i = 0; i < n_extensions; i++)
    g_hash_table_add (names, g_strdup (extensions[i].extensionName));
  return names;
}

static void
read_memory_bytes (SfDeviceInfo *info, SfInstance *instance, VkPhysicalDevice physical)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = info->memory_budget ? &budget : NULL,
  };
  instance->vk.GetPhysicalDeviceMemoryProperties2 (physical, &memory);

  guint type = sf_memory_choose_device_type (&memory.memoryProperties, ~0u);
  guint heap = memory.memoryProperties.memoryTypes[type].heapIndex;
  guint64 available = info->kind == SF_DEVICE_CPU ? sf_memory_get_machine_available () : 0;
  if (available != 0)
    info->memory_bytes = available;
  else if (info->memory_budget)
    info->memory_bytes = budget.heapBudget[heap];
  else
    info->memory_bytes = memory.memoryProperties.memoryHeaps[heap].size;
}

static void
read_features (SfDeviceInfo *info, SfInstance *instance, VkPhysicalDevice physical,
               GHashTable *extensions)
{
  VkPhysicalDeviceShaderFloat16Int8Features float16 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES,
  };
  VkPhysicalDevice16BitStorageFeatures storage16 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
  };
  VkPhysicalDeviceFeatures2 features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .pNext = &storage16,
  };
  VkPhysicalDeviceVulkanMemoryModelFeatures memory_model = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES,
  };
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
  };
  gboolean has_matrices = g_hash_table_contains (extensions,
                                                 VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
  if (info->api_version >= VK_API_VERSION_1_2)
    {
      storage16.pNext = &float16;
      float16.pNext = &memory_model;
      memory_model.pNext = has_matrices ? &matrices : NULL;
    }
  instance->vk.GetPhysicalDeviceFeatures2 (physical, &features);
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
  };
  instance->vk.GetPhysicalDeviceMemoryProperties2 (physical, &memory);

  info->half_storage = storage16.storageBuffer16BitAccess;
  info->half_arithmetic = float16.shaderFloat16;
  info->cooperative_matrix = matrices.cooperativeMatrix && float16.shaderFloat16
                             && memory_model.vulkanMemoryModel
                             && sf_cooperative_matrix_find_size (instance, physical,
                                                                 &info->cooperative_size);
  info->memory_budget = g_hash_table_contains (extensions, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  info->host_memory =
      sf_memory_type_is_writable (&memory.memoryProperties,
                                  sf_memory_choose_device_type (&memory.memoryProperties, ~0u));
}

gboolean
sf_device_info_find_queue (SfInstance *instance, VkPhysicalDevice physical, guint32 *family,
                           guint32 *timestamp_bits)
{
  guint32 n_families = 0;
  instance->vk.GetPhysicalDeviceQueueFamilyProperties (physical, &n_families, NULL);
  g_autofree VkQueueFamilyProperties *families = g_new0 (VkQueueFamilyProperties, n_families);
  instance->vk.GetPhysicalDeviceQueueFamilyProperties (physical, &n_families, families);

  for (guint32 i = 0; i < n_families; i++)
    if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0)
      {
        *family = i;
        *timestamp_bits = families[i].timestampValidBits;
        return TRUE;
      }
  return FALSE;
}

const char *
sf_device_info_get_problem (const SfDeviceInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);

  if (info->api_version < VK_API_VERSION_1_1)
    return _ ("it has Vulkan 1.0 and 1.1 is needed");
  if (!info->compute_queue)
    return _ ("it cannot compute (no compute queue)");
  return NULL;
}

SfDeviceInfo *
sf_device_info_new (SfInstance *instance, VkPhysicalDevice physical, guint index, GError **error)
{
  g_autoptr (GHashTable) extensions = list_extensions (instance, physical, error);
  if (extensions == NULL)
    return NULL;

  VkPhysicalDeviceDriverProperties driver = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
  };
  VkPhysicalDeviceMaintenance3Properties sizes = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
  };
  VkPhysicalDeviceMaintenance4Properties buffer_sizes = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES,
  };
  VkPhysicalDeviceSubgroupProperties subgroup = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES,
    .pNext = &sizes,
  };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = &subgroup,
  };
  if (g_hash_table_contains (extensions, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME))
    {
      driver.pNext = properties.pNext;
      properties.pNext = &driver;
    }
  if (g_hash_table_contains (extensions, VK_KHR_MAINTENANCE_4_EXTENSION_NAME))
    {
      buffer_sizes.pNext = properties.pNext;
      properties.pNext = &buffer_sizes;
    }
  instance->vk.GetPhysicalDeviceProperties2 (physical, &properties);
  const VkPhysicalDeviceLimits *limits = &properties.properties.limits;

  g_autoptr (SfDeviceInfo) info = g_new0 (SfDeviceInfo, 1);
  info->index = index;
  info->name = g_strdup (properties.properties.deviceName);
  info->driver = describe_driver (&driver, properties.properties.driverVersion);
  info->kind = kind_from_vulkan (properties.properties.deviceType);
  info->api_version = properties.properties.apiVersion;
  info->subgroup_size = subgroup.subgroupSize;
  info->shared_memory_bytes = limits->maxComputeSharedMemorySize;
  info->max_workgroup_invocations = limits->maxComputeWorkGroupInvocations;
  info->max_storage_range_bytes = limits->maxStorageBufferRange;
  info->max_texel_elements = limits->maxTexelBufferElements;
  info->max_allocation_bytes = sizes.maxMemoryAllocationSize;
  if (buffer_sizes.maxBufferSize != 0)
    info->max_allocation_bytes = MIN (info->max_allocation_bytes, buffer_sizes.maxBufferSize);

  guint32 family, timestamp_bits;
  info->compute_queue = sf_device_info_find_queue (instance, physical, &family, &timestamp_bits);
  info->subgroup_broadcast = (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0
                             && (subgroup.supportedOperations & VK_SUBGROUP_FEATURE_BALLOT_BIT)
                                    != 0;
  info->texel_operands = info->kind == SF_DEVICE_CPU
                         && info->max_texel_elements >= TEXEL_OPERANDS_LEAST_ELEMENTS;
  read_features (info, instance, physical, extensions);
  if (!apply_disable (info, error) || !read_kernels (info, error))
    return NULL;
  read_memory_bytes (info, instance, physical);
  return g_steal_pointer (&info);
}

SfDeviceInfo *
sf_device_info_copy (const SfDeviceInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);

  SfDeviceInfo *copy = g_memdup2 (info, sizeof *info);
  copy->name = g_strdup (info->name);
  copy->driver = g_strdup (info->driver);
  return copy;
}

void
sf_device_info_free (SfDeviceInfo *info)
{
  g_return_if_fail (info != NULL);

  g_free (info->name);
  g_free (info->driver);
  g_free (info);
}

static int
compare_preference (gconstpointer a, gconstpointer b)
{
  const SfDeviceInfo *first = *(const SfDeviceInfo *const *) a;
  const SfDeviceInfo *second = *(const SfDeviceInfo *const *) b;

  gboolean first_fails = sf_device_info_get_problem (first) != NULL;
  gboolean second_fails = sf_device_info_get_problem (second) != NULL;
  if (first_fails != second_fails)
    return first_fails - second_fails;
  if (first->kind != second->kind)
    return (int) first->kind - (int) second->kind;
  return (int) first->index - (int) second->index;
}

GPtrArray *
sf_device_info_list (SfInstance *instance, VkPhysicalDevice **physical, GError **error)
{
  g_autofree VkPhysicalDevice *found = NULL;
  guint32 n_found = 0;
  if (!sf_instance_list (instance, &found, &n_found, error))
    return NULL;

  g_autoptr (GPtrArray)
      infos = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_device_info_free);
  for (guint32 i = 0; i < n_found; i++)
    {
      SfDeviceInfo *info = sf_device_info_new (instance, found[i], i, error);
      if (info == NULL)
        return NULL;
      g_ptr_array_add (infos, info);
    }
  g_ptr_array_sort (infos, compare_preference);
  if (physical != NULL)
    *physical = g_steal_pointer (&found);
  return g_steal_pointer (&infos);
}

static gboolean
name_contains (const SfDeviceInfo *info, const char *part)
{
  g_autofree char *name = g_utf8_casefold (info->name, -1);
  g_autofree char *folded = g_utf8_casefold (part, -1);
  return strstr (name, folded) != NULL;
}

const SfDeviceInfo *
sf_device_info_select (GPtrArray *infos, const char *selector, GError **error)
{
  if (selector == NULL || selector[0] == '\0')
    selector = g_getenv ("SFUMATO_DEVICE");
  if (selector == NULL || selector[0] == '\0')
    return g_ptr_array_index (infos, 0);

  guint64 index;
  gboolean is_number = g_ascii_string_to_unsigned (selector, 10, 0, G_MAXUINT, &index, NULL);
  for (guint i = 0; is_number && i < infos->len; i++)
    {
      const SfDeviceInfo *info = g_ptr_array_index (infos, i);
      if (info->index == index)
        return info;
    }
  for (guint i = 0; i < infos->len; i++)
    if (name_contains (g_ptr_array_index (infos, i), selector))
      return g_ptr_array_index (infos, i);

  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; i < infos->len; i++)
    {
      const SfDeviceInfo *info = g_ptr_array_index (infos, i);
      g_string_append_printf (known, "%s%u: %s", i > 0 ? "; " : "", info->index, info->name);
    }
  g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_NO_DEVICE,
               _ ("choose the Vulkan device “%s”: this system has %s"), selector, known->str);
  return NULL;
}
