/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-instance.h"

G_BEGIN_DECLS

/* VK_KHR_cooperative_matrix, with what Vulkan headers before 1.3.255 do not declare of it. */
#ifndef VK_KHR_cooperative_matrix
#define VK_KHR_cooperative_matrix 1
#define VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME "VK_KHR_cooperative_matrix"
#define VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR \
  ((VkStructureType) 1000506000)
#define VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR ((VkStructureType) 1000506001)
#define VK_COMPONENT_TYPE_FLOAT16_KHR 0
#define VK_COMPONENT_TYPE_FLOAT32_KHR 1
#define VK_SCOPE_SUBGROUP_KHR 3

typedef guint32 VkComponentTypeKHR;
typedef guint32 VkScopeKHR;

typedef struct
{
  VkStructureType sType;
  void *pNext;
  VkBool32 cooperativeMatrix;
  VkBool32 cooperativeMatrixRobustBufferAccess;
} VkPhysicalDeviceCooperativeMatrixFeaturesKHR;

typedef struct
{
  VkStructureType sType;
  void *pNext;
  guint32 MSize;
  guint32 NSize;
  guint32 KSize;
  VkComponentTypeKHR AType;
  VkComponentTypeKHR BType;
  VkComponentTypeKHR CType;
  VkComponentTypeKHR ResultType;
  VkBool32 saturatingAccumulation;
  VkScopeKHR scope;
} VkCooperativeMatrixPropertiesKHR;

typedef VkResult (VKAPI_PTR *PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR) (
    VkPhysicalDevice device, guint32 *n_properties, VkCooperativeMatrixPropertiesKHR *properties);
#endif

/* A size in which subgroups multiply halves into f32 sums and which the shaders can be cut into; the largest of those that
 * the driver offers. FALSE: there is none. */
gboolean sf_cooperative_matrix_find_size (SfInstance *instance, VkPhysicalDevice physical,
                                          SfCooperativeSize *size);

G_END_DECLS
