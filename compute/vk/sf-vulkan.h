/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-device.h"

G_BEGIN_DECLS

/* The Vulkan functions in use, by what vkGetInstanceProcAddr() or vkGetDeviceProcAddr() needs to find them.
 * A loader without vkEnumerateInstanceVersion knows Vulkan 1.0 only and is refused by that. */
#define SF_VK_GLOBAL_FUNCTIONS(X)      \
  X (CreateInstance)                   \
  X (EnumerateInstanceLayerProperties) \
  X (EnumerateInstanceVersion)

#define SF_VK_INSTANCE_FUNCTIONS(X)      \
  X (CreateDevice)                       \
  X (DestroyInstance)                    \
  X (EnumerateDeviceExtensionProperties) \
  X (EnumeratePhysicalDevices)           \
  X (GetDeviceProcAddr)                  \
  X (GetPhysicalDeviceFeatures2)         \
  X (GetPhysicalDeviceMemoryProperties2) \
  X (GetPhysicalDeviceProperties2)       \
  X (GetPhysicalDeviceQueueFamilyProperties)

#define SF_VK_DEVICE_FUNCTIONS(X) \
  X (AllocateCommandBuffers)      \
  X (AllocateDescriptorSets)      \
  X (AllocateMemory)              \
  X (BeginCommandBuffer)          \
  X (BindBufferMemory)            \
  X (CmdBindDescriptorSets)       \
  X (CmdBindPipeline)             \
  X (CmdCopyBuffer)               \
  X (CmdDispatch)                 \
  X (CmdDispatchBase)             \
  X (CmdPipelineBarrier)          \
  X (CmdPushConstants)            \
  X (CmdResetQueryPool)           \
  X (CmdWriteTimestamp)           \
  X (CreateBuffer)                \
  X (CreateBufferView)            \
  X (CreateCommandPool)           \
  X (CreateComputePipelines)      \
  X (CreateDescriptorPool)        \
  X (CreateDescriptorSetLayout)   \
  X (CreateFence)                 \
  X (CreatePipelineCache)         \
  X (CreatePipelineLayout)        \
  X (CreateQueryPool)             \
  X (CreateShaderModule)          \
  X (DestroyBuffer)               \
  X (DestroyBufferView)           \
  X (DestroyCommandPool)          \
  X (DestroyDescriptorPool)       \
  X (DestroyDescriptorSetLayout)  \
  X (DestroyDevice)               \
  X (DestroyFence)                \
  X (DestroyPipeline)             \
  X (DestroyPipelineCache)        \
  X (DestroyPipelineLayout)       \
  X (DestroyQueryPool)            \
  X (DestroyShaderModule)         \
  X (DeviceWaitIdle)              \
  X (EndCommandBuffer)            \
  X (FreeCommandBuffers)          \
  X (FreeMemory)                  \
  X (GetBufferMemoryRequirements) \
  X (GetDeviceQueue)              \
  X (GetPipelineCacheData)        \
  X (GetQueryPoolResults)         \
  X (MapMemory)                   \
  X (QueueSubmit)                 \
  X (ResetCommandPool)            \
  X (ResetFences)                 \
  X (UpdateDescriptorSets)        \
  X (WaitForFences)

#define SF_VK_MEMBER(name) PFN_vk##name name;

typedef struct
{
  SF_VK_GLOBAL_FUNCTIONS (SF_VK_MEMBER)
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
} SfVkGlobal;

typedef struct
{
  SF_VK_INSTANCE_FUNCTIONS (SF_VK_MEMBER)
} SfVkInstance;

typedef struct
{
  SF_VK_DEVICE_FUNCTIONS (SF_VK_MEMBER)
} SfVkDevice;

#undef SF_VK_MEMBER

/* Opens libvulkan.so.1, once for the process, and finds the functions that need no instance. */
const SfVkGlobal *sf_vk_load (GError **error);

/* Fill a table; the error names the function that the driver lacks. */
gboolean sf_vk_load_instance (SfVkInstance *table, const SfVkGlobal *global, VkInstance instance,
                              GError **error);
gboolean sf_vk_load_device (SfVkDevice *table, const SfVkInstance *instance, VkDevice device,
                            GError **error);

G_END_DECLS
