/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-cooperative-matrix.h"

/* Of the tiles in shaders/matrix_cooperative.comp. */
#define SUBGROUP_ROWS 16
#define SUBGROUP_COLUMNS 64
#define STEP_DEPTH 32
#define GROUP 8

static gboolean
is_usable (const VkCooperativeMatrixPropertiesKHR *properties)
{
  return properties->scope == VK_SCOPE_SUBGROUP_KHR
         && properties->AType == VK_COMPONENT_TYPE_FLOAT16_KHR
         && properties->BType == VK_COMPONENT_TYPE_FLOAT16_KHR
         && properties->CType == VK_COMPONENT_TYPE_FLOAT32_KHR
         && properties->ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR && properties->MSize != 0
         && SUBGROUP_ROWS % properties->MSize == 0 && properties->NSize % GROUP == 0
         && properties->NSize != 0 && SUBGROUP_COLUMNS % properties->NSize == 0
         && properties->KSize % GROUP == 0 && properties->KSize != 0
         && STEP_DEPTH % properties->KSize == 0;
}

gboolean
sf_cooperative_matrix_find_size (SfInstance *instance, VkPhysicalDevice physical,
                                 SfCooperativeSize *size)
{
  const SfVkGlobal *global = sf_vk_load (NULL);
  PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR get_properties =
      (PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR)
          global->GetInstanceProcAddr (instance->handle,
                                       "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  g_autofree VkCooperativeMatrixPropertiesKHR *properties = NULL;
  guint32 n_properties = 0;
  guint64 volume = 0;

  if (get_properties == NULL || get_properties (physical, &n_properties, NULL) != VK_SUCCESS)
    return FALSE;
  properties = g_new0 (VkCooperativeMatrixPropertiesKHR, n_properties);
  for (guint32 i = 0; i < n_properties; i++)
    properties[i].sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
  if (get_properties (physical, &n_properties, properties) != VK_SUCCESS)
    return FALSE;

  for (guint32 i = 0; i < n_properties; i++)
    {
      const VkCooperativeMatrixPropertiesKHR *p = &properties[i];

      if (is_usable (p) && (guint64) p->MSize * p->NSize * p->KSize > volume)
        {
          volume = (guint64) p->MSize * p->NSize * p->KSize;
          *size = (SfCooperativeSize){ p->MSize, p->NSize, p->KSize };
        }
    }
  return volume > 0;
}
