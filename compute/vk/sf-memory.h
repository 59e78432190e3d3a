/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-vulkan.h"

G_BEGIN_DECLS

/* Choosing among a device's memory types. @allowed has a bit for each type that
 * may be taken, as VkMemoryRequirements gives it; every type: ~0u. */

/* For what shaders work on: the largest device-local heap, and there the type
 * that the host sees, if there is one. */
guint sf_memory_choose_device_type (const VkPhysicalDeviceMemoryProperties *memory,
                                    guint32 allowed);

/* For copies: seen by the host and coherent, cached by it if possible. */
guint sf_memory_choose_staging_type (const VkPhysicalDeviceMemoryProperties *memory,
                                     guint32 allowed);

/* The host can write to memory of this type without flushing; or read it at full speed. */
gboolean sf_memory_type_is_writable (const VkPhysicalDeviceMemoryProperties *memory, guint type);
gboolean sf_memory_type_is_readable (const VkPhysicalDeviceMemoryProperties *memory, guint type);

/* MemAvailable of /proc/meminfo, or what the process's control groups (version 2) leave of it; 0 when it cannot be read. */
guint64 sf_memory_get_machine_available (void);

/* What the environment variable SFUMATO_MEMORY_LIMIT allows a device to hand out: a number of bytes, or of KiB, MiB or GiB with K,
 * M or G behind it. G_MAXUINT64 where it is not set. It is read anew each time: tests change it. */
gboolean sf_memory_read_limit (guint64 *n_bytes, GError **error);

G_END_DECLS
