/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-buffer.h"

#include "vk/sf-device-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define TEXEL_BYTES 16

struct _SfBuffer
{
  gatomicrefcount ref_count;
  SfDevice *device;
  char *name;
  guint64 n_bytes;
  SfAllocation allocation;
  GHashTable *views; /* TexelView, a set */
};

typedef struct
{
  guint64 offset;
  guint64 n_bytes;
  VkFormat format;
  VkBufferView handle;
} TexelView;

static guint
texel_view_hash (gconstpointer key)
{
  const TexelView *view = key;
  return (guint) (view->offset / SF_BUFFER_ALIGNMENT * 31 + view->n_bytes * 7 + view->format);
}

static gboolean
texel_view_equal (gconstpointer a, gconstpointer b)
{
  const TexelView *first = a;
  const TexelView *second = b;
  return first->offset == second->offset && first->n_bytes == second->n_bytes
         && first->format == second->format;
}

static guint64
count_texels (guint64 n_bytes)
{
  return n_bytes / TEXEL_BYTES + (n_bytes % TEXEL_BYTES != 0);
}

SfBuffer *
sf_buffer_new (SfDevice *device, guint64 n_bytes, const char *name, GError **error)
{
  g_return_val_if_fail (device != NULL && n_bytes > 0 && name != NULL, NULL);

  SfAllocation allocation;
  VkBufferUsageFlags usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT
                             | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT
                             | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  guint64 padded_bytes = count_texels (n_bytes) * TEXEL_BYTES;
  if (!sf_device_allocate (device, MAX (n_bytes, padded_bytes), usage, FALSE, name, &allocation,
                           error))
    return NULL;

  SfBuffer *self = g_new0 (SfBuffer, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->device = sf_device_ref (device);
  self->name = g_strdup (name);
  self->n_bytes = n_bytes;
  self->allocation = allocation;
  self->views = g_hash_table_new_full (texel_view_hash, texel_view_equal, g_free, NULL);
  device->bytes += n_bytes;
  device->peak_bytes = MAX (device->peak_bytes, device->bytes);
  return self;
}

SfBuffer *
sf_buffer_ref (SfBuffer *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sf_buffer_unref (SfBuffer *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  SfDevice *device = self->device;
  GHashTableIter iter;
  TexelView *view;
  g_hash_table_iter_init (&iter, self->views);
  while (g_hash_table_iter_next (&iter, (gpointer *) &view, NULL))
    device->vk.DestroyBufferView (device->handle, view->handle, NULL);
  g_hash_table_unref (self->views);
  sf_device_free_allocation (device, &self->allocation);
  device->bytes -= self->n_bytes;
  sf_device_unref (device);
  g_free (self->name);
  g_free (self);
}

guint64
sf_buffer_get_bytes (SfBuffer *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_bytes;
}

VkBuffer
sf_buffer_get_handle (SfBuffer *self)
{
  g_return_val_if_fail (self != NULL, VK_NULL_HANDLE);
  return self->allocation.handle;
}

static gboolean
is_inside (SfBuffer *self, guint64 offset, guint64 n_bytes)
{
  return offset <= self->n_bytes && n_bytes <= self->n_bytes - offset;
}

VkBufferView
sf_buffer_get_texel_view (SfBuffer *self, guint64 offset, guint64 n_bytes, VkFormat format,
                          GError **error)
{
  g_return_val_if_fail (self != NULL && offset % SF_BUFFER_ALIGNMENT == 0, VK_NULL_HANDLE);
  g_return_val_if_fail (n_bytes > 0 && is_inside (self, offset, n_bytes), VK_NULL_HANDLE);

  SfDevice *device = self->device;
  guint64 n_texels = count_texels (n_bytes);
  if (n_texels > device->info->max_texel_elements)
    {
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE,
                   _ ("read %" PRIu64 " texels of %s: %s reads at most %" PRIu64 " at once"),
                   n_texels, self->name, device->info->name, device->info->max_texel_elements);
      return VK_NULL_HANDLE;
    }

  TexelView key = { offset, n_texels * TEXEL_BYTES, format, VK_NULL_HANDLE };
  const TexelView *known = g_hash_table_lookup (self->views, &key);
  if (known != NULL)
    return known->handle;

  VkBufferViewCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO,
    .buffer = self->allocation.handle,
    .format = format,
    .offset = key.offset,
    .range = key.n_bytes,
  };
  VkResult result = device->vk.CreateBufferView (device->handle, &info, NULL, &key.handle);
  if (!sf_vk_check (result, error, _ ("make a texel view of %s"), self->name))
    return VK_NULL_HANDLE;
  g_hash_table_add (self->views, g_memdup2 (&key, sizeof key));
  return key.handle;
}

static SfTransfer *
get_transfer (SfDevice *device, GError **error)
{
  if (device->transfer == NULL)
    device->transfer = sf_transfer_new (device, error);
  return device->transfer;
}

gpointer
sf_range_map (const SfRange *range)
{
  g_return_val_if_fail (range != NULL && range->buffer != NULL, NULL);

  guint8 *mapped = range->buffer->allocation.mapped;
  return mapped != NULL ? mapped + range->offset : NULL;
}

gboolean
sf_range_upload (const SfRange *range, gconstpointer data, gsize n_bytes, GError **error)
{
  g_return_val_if_fail (range != NULL && range->buffer != NULL && n_bytes <= range->n_bytes, FALSE);
  g_return_val_if_fail (is_inside (range->buffer, range->offset, n_bytes), FALSE);

  SfBuffer *buffer = range->buffer;
  if (buffer->allocation.mapped != NULL)
    {
      memcpy ((guint8 *) buffer->allocation.mapped + range->offset, data, n_bytes);
      return TRUE;
    }
  SfTransfer *transfer = get_transfer (buffer->device, error);
  return transfer != NULL
         && sf_transfer_upload (transfer, buffer->allocation.handle, range->offset, data, n_bytes,
                                error);
}

gboolean
sf_range_download (const SfRange *range, gpointer data, gsize n_bytes, GError **error)
{
  g_return_val_if_fail (range != NULL && range->buffer != NULL && n_bytes <= range->n_bytes, FALSE);
  g_return_val_if_fail (is_inside (range->buffer, range->offset, n_bytes), FALSE);

  SfBuffer *buffer = range->buffer;
  if (buffer->allocation.mapped != NULL && buffer->allocation.readable)
    {
      memcpy (data, (const guint8 *) buffer->allocation.mapped + range->offset, n_bytes);
      return TRUE;
    }
  SfTransfer *transfer = get_transfer (buffer->device, error);
  return transfer != NULL
         && sf_transfer_download (transfer, buffer->allocation.handle, range->offset, data, n_bytes,
                                  error);
}
