/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-instance.h"

G_BEGIN_DECLS

/* Reads what the driver says and applies SFUMATO_DISABLE. */
SfDeviceInfo *sf_device_info_new (SfInstance *instance, VkPhysicalDevice physical, guint index,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Infos of all devices, the preferred first; @physical[info->index] is the device of an info. */
GPtrArray *sf_device_info_list (SfInstance *instance, VkPhysicalDevice **physical, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The first queue family that computes, and how many bits its timestamps have; FALSE: none does. */
gboolean sf_device_info_find_queue (SfInstance *instance, VkPhysicalDevice physical,
                                    guint32 *family, guint32 *timestamp_bits);

/* The one that @selector means (see sf_device_open()); owned by the list. */
const SfDeviceInfo *sf_device_info_select (GPtrArray *infos, const char *selector, GError **error);

G_END_DECLS
