/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-device.h"

G_BEGIN_DECLS

/**
 * SfBuffer: a piece of device memory that shaders read and write.
 *
 * Reference counted, holds a reference to its device. Placed in device-local
 * memory; where that is also visible to the host it is kept mapped.
 */
typedef struct _SfBuffer SfBuffer;

/* Every range bound to a shader starts at a multiple of this; it satisfies the
 * offset alignments that Vulkan allows a device to ask for. */
#define SF_BUFFER_ALIGNMENT 256

/* @n_bytes rounded up to SF_BUFFER_ALIGNMENT. */
static inline guint64
sf_buffer_align (guint64 n_bytes)
{
  return (n_bytes + SF_BUFFER_ALIGNMENT - 1) / SF_BUFFER_ALIGNMENT * SF_BUFFER_ALIGNMENT;
}

/* @name appears in error messages: "allocate 512.0 MiB for UNet weights: out of device memory". */
SfBuffer *sf_buffer_new (SfDevice *device, guint64 n_bytes, const char *name, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
SfBuffer *sf_buffer_ref (SfBuffer *self);
void sf_buffer_unref (SfBuffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfBuffer, sf_buffer_unref)

guint64 sf_buffer_get_bytes (SfBuffer *self);
VkBuffer sf_buffer_get_handle (SfBuffer *self);

/* A part of a buffer. Does not hold a reference. */
typedef struct
{
  SfBuffer *buffer;
  guint64 offset;
  guint64 n_bytes;
} SfRange;

/* A texel view of a range, made on first use and owned by the buffer. @format is
 * VK_FORMAT_R32G32B32A32_SFLOAT or _UINT. */
VkBufferView sf_buffer_get_texel_view (SfBuffer *self, guint64 offset, guint64 n_bytes,
                                       VkFormat format, GError **error);

/* Where the host writes to the range at once, or NULL where it has to be uploaded. What is written before work is submitted is
 * there for it. */
gpointer sf_range_map (const SfRange *range);

/* Copies between host and device; returns when done. Goes through a staging
 * buffer in pieces where the memory is not visible to the host. */
gboolean sf_range_upload (const SfRange *range, gconstpointer data, gsize n_bytes, GError **error);
gboolean sf_range_download (const SfRange *range, gpointer data, gsize n_bytes, GError **error);

G_END_DECLS
