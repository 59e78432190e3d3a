/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-vulkan.h"

G_BEGIN_DECLS

/* A Vulkan instance; with SFUMATO_VALIDATION=1 the validation layer is in it. */
typedef struct
{
  VkInstance handle;
  SfVkInstance vk;
  VkDebugUtilsMessengerEXT messenger;
  PFN_vkDestroyDebugUtilsMessengerEXT destroy_messenger;
  gint n_messages; /* of the validation layer; atomic */
} SfInstance;

SfInstance *sf_instance_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_instance_free (SfInstance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfInstance, sf_instance_free)

/* The loader's list, at least one device long. */
gboolean sf_instance_list (SfInstance *self, VkPhysicalDevice **devices, guint32 *n_devices,
                           GError **error);

G_END_DECLS
