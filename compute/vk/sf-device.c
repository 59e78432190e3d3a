/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-device-private.h"

#include <glib/gi18n-lib.h>

#include "vk/sf-cooperative-matrix.h"
#include "vk/sf-device-info.h"
#include "vk/sf-memory.h"
#include "vk/sf-pipeline.h"
#include "vk/sf-speeds.h"

GPtrArray *
sf_device_list (GError **error)
{
  g_autoptr (SfInstance) instance = sf_instance_new (error);
  return instance != NULL ? sf_device_info_list (instance, NULL, error) : NULL;
}

static gboolean
create_device (SfDevice *self, GError **error)
{
  VkPhysicalDeviceShaderFloat16Int8Features float16 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES,
    .shaderFloat16 = VK_TRUE,
  };
  VkPhysicalDeviceVulkanMemoryModelFeatures memory_model = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES,
    .vulkanMemoryModel = VK_TRUE,
  };
  VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR,
    .pNext = &memory_model,
    .cooperativeMatrix = VK_TRUE,
  };
  const char *const extensions[] = { VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME };
  VkPhysicalDevice16BitStorageFeatures storage16 = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
    .pNext = self->info->half_arithmetic ? &float16 : NULL,
    .storageBuffer16BitAccess = self->info->half_storage,
  };
  float priority = 1;
  VkDeviceQueueCreateInfo queue_info = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
    .queueFamilyIndex = self->queue_family,
    .queueCount = 1,
    .pQueuePriorities = &priority,
  };
  VkDeviceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &storage16,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &queue_info,
  };
  if (self->info->cooperative_matrix)
    {
      float16.pNext = &matrices;
      info.enabledExtensionCount = G_N_ELEMENTS (extensions);
      info.ppEnabledExtensionNames = extensions;
    }
  VkResult result = self->instance->vk.CreateDevice (self->physical, &info, NULL, &self->handle);
  if (!sf_vk_check (result, error, _ ("open %s"), self->info->name)
      || !sf_vk_load_device (&self->vk, &self->instance->vk, self->handle, error))
    return FALSE;
  self->vk.GetDeviceQueue (self->handle, self->queue_family, 0, &self->queue);
  return TRUE;
}

static void
read_limits (SfDevice *self)
{
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
  };
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
  };
  self->instance->vk.GetPhysicalDeviceProperties2 (self->physical, &properties);
  self->instance->vk.GetPhysicalDeviceMemoryProperties2 (self->physical, &memory);

  for (guint axis = 0; axis < 3; axis++)
    self->max_groups[axis] = properties.properties.limits.maxComputeWorkGroupCount[axis];
  self->timestamp_seconds = properties.properties.limits.timestampPeriod * 1e-9;
  self->memory = memory.memoryProperties;
}

SfDevice *
sf_device_open (const char *selector, GError **error)
{
  g_autoptr (SfDevice) self = g_new0 (SfDevice, 1);
  g_atomic_ref_count_init (&self->ref_count);
  guint64 limit;
  self->instance = sf_instance_new (error);
  if (self->instance == NULL || !sf_memory_read_limit (&limit, error))
    return NULL;

  g_autofree VkPhysicalDevice *physical = NULL;
  g_autoptr (GPtrArray) infos = sf_device_info_list (self->instance, &physical, error);
  if (infos == NULL)
    return NULL;
  const SfDeviceInfo *info = sf_device_info_select (infos, selector, error);
  if (info == NULL)
    return NULL;
  if (sf_device_info_get_problem (info) != NULL)
    {
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE, _ ("open %s: %s"), info->name,
                   sf_device_info_get_problem (info));
      return NULL;
    }
  if (g_strcmp0 (info->kernels, "cooperative") == 0 && !info->cooperative_matrix)
    {
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE,
                   _ ("open %s: SFUMATO_KERNELS is cooperative and it has no cooperative matrices"),
                   info->name);
      return NULL;
    }
  self->info = sf_device_info_copy (info);
  self->physical = physical[info->index];
  sf_device_info_find_queue (self->instance, self->physical, &self->queue_family,
                             &self->timestamp_bits);
  if (!create_device (self, error))
    return NULL;

  read_limits (self);
  sf_pace_init (&self->pace, info->kind);
  self->pipelines = sf_pipeline_table_new ();
  sf_pipeline_cache_open (self);
  sf_speeds_open (self);
  return g_steal_pointer (&self);
}

SfDevice *
sf_device_ref (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sf_device_unref (SfDevice *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->vk.DestroyDevice != NULL)
    {
      self->vk.DeviceWaitIdle (self->handle);
      g_clear_pointer (&self->transfer, sf_transfer_free);
      g_clear_pointer (&self->pipelines, g_hash_table_unref);
      sf_speeds_close (self);
      sf_pipeline_cache_close (self);
      self->vk.DestroyDevice (self->handle, NULL);
    }
  g_clear_pointer (&self->info, sf_device_info_free);
  g_clear_pointer (&self->instance, sf_instance_free);
  g_free (self);
}

const SfDeviceInfo *
sf_device_get_info (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->info;
}

guint64
sf_device_get_bytes (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->bytes;
}

guint64
sf_device_get_peak_bytes (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->peak_bytes;
}

void
sf_device_reset_peak_bytes (SfDevice *self)
{
  g_return_if_fail (self != NULL);
  self->peak_bytes = self->bytes;
}

guint
sf_device_get_validation_messages (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return (guint) g_atomic_int_get (&self->instance->n_messages);
}

VkDevice
sf_device_get_handle (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, VK_NULL_HANDLE);
  return self->handle;
}

/* What the limit of the environment is; one that cannot be read was refused when the device was opened. */
static guint64
get_limit (void)
{
  guint64 limit;
  return sf_memory_read_limit (&limit, NULL) ? limit : G_MAXUINT64;
}

/* What this process may have of the heap that buffers come from, as the driver sees it now. */
static guint64
get_heap_budget (SfDevice *self)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = &budget,
  };
  guint type = sf_memory_choose_device_type (&self->memory, ~0u);
  self->instance->vk.GetPhysicalDeviceMemoryProperties2 (self->physical, &memory);
  return budget.heapBudget[self->memory.memoryTypes[type].heapIndex];
}

guint64
sf_device_get_available_bytes (SfDevice *self)
{
  g_return_val_if_fail (self != NULL, 0);

  guint64 available = self->info->memory_bytes;
  guint64 machine = self->info->kind == SF_DEVICE_CPU ? sf_memory_get_machine_available () : 0;
  if (machine != 0)
    available = machine + self->bytes;
  else if (self->info->memory_budget)
    available = get_heap_budget (self);
  return MIN (available - available / 20, get_limit ());
}

static gboolean
check_limit (SfDevice *self, guint64 n_bytes, const char *what, GError **error)
{
  guint64 limit = get_limit ();
  if (self->bytes <= limit && n_bytes <= limit - self->bytes)
    return TRUE;

  g_autofree char *allowed = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY,
               _ ("%s: out of device memory (SFUMATO_MEMORY_LIMIT allows %s)"), what, allowed);
  return FALSE;
}

static gboolean
check_room (SfDevice *self, guint64 n_bytes, const char *what, GError **error)
{
  /* CPU drivers promise memory that is not there; using it then ends the program. */
  guint64 available = self->info->kind == SF_DEVICE_CPU ? sf_memory_get_machine_available () : 0;
  guint64 largest = self->info->max_allocation_bytes;
  gboolean is_short = available != 0 && n_bytes > available;
  if (n_bytes <= largest && !is_short)
    return TRUE;

  g_autofree char *needed = g_format_size_full (n_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *there = g_format_size_full (is_short ? available : largest,
                                               G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY,
               _ ("allocate %s for %s: out of device memory (%s %s)"), needed, what, there,
               is_short ? "are free" : "is the most in one piece");
  return FALSE;
}

gboolean
sf_device_allocate (SfDevice *self, guint64 n_bytes, VkBufferUsageFlags usage, gboolean staging,
                    const char *what, SfAllocation *allocation, GError **error)
{
  g_autofree char *size = g_format_size_full (n_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *task = g_strdup_printf ("allocate %s for %s", size, what);
  *allocation = (SfAllocation){ 0 };
  if (!check_room (self, n_bytes, what, error)
      || (!staging && !check_limit (self, n_bytes, task, error)))
    return FALSE;

  VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = n_bytes,
    .usage = usage,
    .sharingMode = VK_SHARING_MODE_EXCLUSIVE,
  };
  VkResult result = self->vk.CreateBuffer (self->handle, &info, NULL, &allocation->handle);
  if (!sf_vk_check (result, error, "%s", task))
    return FALSE;

  VkMemoryRequirements needs;
  self->vk.GetBufferMemoryRequirements (self->handle, allocation->handle, &needs);
  guint type = staging ? sf_memory_choose_staging_type (&self->memory, needs.memoryTypeBits)
                       : sf_memory_choose_device_type (&self->memory, needs.memoryTypeBits);
  VkMemoryAllocateInfo memory_info = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
    .allocationSize = needs.size,
    .memoryTypeIndex = type,
  };
  result = self->vk.AllocateMemory (self->handle, &memory_info, NULL, &allocation->memory);
  if (result == VK_SUCCESS)
    result = self->vk.BindBufferMemory (self->handle, allocation->handle, allocation->memory, 0);
  allocation->readable = sf_memory_type_is_readable (&self->memory, type);
  if (result == VK_SUCCESS && (staging || self->info->host_memory)
      && sf_memory_type_is_writable (&self->memory, type))
    result = self->vk.MapMemory (self->handle, allocation->memory, 0, VK_WHOLE_SIZE, 0,
                                 &allocation->mapped);
  if (sf_vk_check (result, error, "%s", task))
    return TRUE;
  sf_device_free_allocation (self, allocation);
  return FALSE;
}

void
sf_device_free_allocation (SfDevice *self, SfAllocation *allocation)
{
  self->vk.DestroyBuffer (self->handle, allocation->handle, NULL);
  self->vk.FreeMemory (self->handle, allocation->memory, NULL);
  *allocation = (SfAllocation){ 0 };
}

gboolean
sf_device_submit (SfDevice *self, VkCommandBuffer commands, VkFence fence, const char *what,
                  GError **error)
{
  VkSubmitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
    .commandBufferCount = 1,
    .pCommandBuffers = &commands,
  };
  return check_limit (self, 0, what, error)
         && sf_vk_check (self->vk.QueueSubmit (self->queue, 1, &info, fence), error, _ ("%s on %s"),
                         what, self->info->name);
}

gboolean
sf_device_wait (SfDevice *self, VkFence fence, const char *what, GError **error)
{
  VkResult result = self->vk.WaitForFences (self->handle, 1, &fence, VK_TRUE, G_MAXUINT64);
  if (result == VK_SUCCESS)
    result = self->vk.ResetFences (self->handle, 1, &fence);
  return sf_vk_check (result, error, _ ("%s on %s"), what, self->info->name);
}
