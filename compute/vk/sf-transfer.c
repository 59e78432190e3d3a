/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-transfer.h"

#include "vk/sf-device-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define STAGING_BYTES (16u << 20)

struct _SfTransfer
{
  SfDevice *device; /* which owns this object */
  SfAllocation staging;
  VkCommandPool pool;
  VkCommandBuffer commands;
  VkFence fence;
};

SfTransfer *
sf_transfer_new (SfDevice *device, GError **error)
{
  SfTransfer *self = g_new0 (SfTransfer, 1);
  self->device = device;

  VkCommandPoolCreateInfo pool_info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT,
    .queueFamilyIndex = device->queue_family,
  };
  VkFenceCreateInfo fence_info = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
  VkResult result = device->vk.CreateCommandPool (device->handle, &pool_info, NULL, &self->pool);
  if (result == VK_SUCCESS)
    {
      VkCommandBufferAllocateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
        .commandPool = self->pool,
        .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
        .commandBufferCount = 1,
      };
      result = device->vk.AllocateCommandBuffers (device->handle, &info, &self->commands);
    }
  if (result == VK_SUCCESS)
    result = device->vk.CreateFence (device->handle, &fence_info, NULL, &self->fence);
  if (!sf_vk_check (result, error, _ ("prepare copies to %s"), device->info->name)
      || !sf_device_allocate (device, STAGING_BYTES,
                              VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                              TRUE, "copies", &self->staging, error))
    {
      sf_transfer_free (self);
      return NULL;
    }
  return self;
}

void
sf_transfer_free (SfTransfer *self)
{
  SfDevice *device = self->device;

  sf_device_free_allocation (device, &self->staging);
  device->vk.DestroyFence (device->handle, self->fence, NULL);
  device->vk.DestroyCommandPool (device->handle, self->pool, NULL);
  g_free (self);
}

static gboolean
copy (SfTransfer *self, VkBuffer source, guint64 source_offset, VkBuffer target,
      guint64 target_offset, gsize n_bytes, GError **error)
{
  SfDevice *device = self->device;
  VkCommandBufferBeginInfo begin = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };
  VkBufferCopy region = { source_offset, target_offset, n_bytes };
  VkMemoryBarrier before = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
  };
  VkMemoryBarrier after = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_HOST_READ_BIT | VK_ACCESS_SHADER_READ_BIT
                     | VK_ACCESS_SHADER_WRITE_BIT,
  };
  VkPipelineStageFlags work = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;

  VkResult result = device->vk.ResetCommandPool (device->handle, self->pool, 0);
  if (result == VK_SUCCESS)
    result = device->vk.BeginCommandBuffer (self->commands, &begin);
  if (result == VK_SUCCESS)
    {
      device->vk.CmdPipelineBarrier (self->commands, work, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 1,
                                     &before, 0, NULL, 0, NULL);
      device->vk.CmdCopyBuffer (self->commands, source, target, 1, &region);
      device->vk.CmdPipelineBarrier (self->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                     work | VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &after, 0, NULL, 0,
                                     NULL);
      result = device->vk.EndCommandBuffer (self->commands);
    }
  return sf_vk_check (result, error, _ ("copy on %s"), device->info->name)
         && sf_device_submit (device, self->commands, self->fence, "copy", error)
         && sf_device_wait (device, self->fence, "copy", error);
}

gboolean
sf_transfer_upload (SfTransfer *self, VkBuffer target, guint64 offset, gconstpointer data,
                    gsize n_bytes, GError **error)
{
  for (gsize done = 0; done < n_bytes; done += STAGING_BYTES)
    {
      gsize piece = MIN (n_bytes - done, STAGING_BYTES);
      memcpy (self->staging.mapped, (const guint8 *) data + done, piece);
      if (!copy (self, self->staging.handle, 0, target, offset + done, piece, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sf_transfer_download (SfTransfer *self, VkBuffer source, guint64 offset, gpointer data,
                      gsize n_bytes, GError **error)
{
  for (gsize done = 0; done < n_bytes; done += STAGING_BYTES)
    {
      gsize piece = MIN (n_bytes - done, STAGING_BYTES);
      if (!copy (self, source, offset + done, self->staging.handle, 0, piece, error))
        return FALSE;
      memcpy ((guint8 *) data + done, self->staging.mapped, piece);
    }
  return TRUE;
}
