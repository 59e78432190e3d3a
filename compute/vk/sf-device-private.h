/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-buffer.h"
#include "vk/sf-instance.h"
#include "vk/sf-pace.h"
#include "vk/sf-shader.h"
#include "vk/sf-transfer.h"

G_BEGIN_DECLS

struct _SfDevice
{
  gatomicrefcount ref_count;
  SfInstance *instance;
  VkPhysicalDevice physical;
  SfDeviceInfo *info;
  VkPhysicalDeviceMemoryProperties memory;

  VkDevice handle;
  SfVkDevice vk;
  VkQueue queue;
  guint queue_family;

  guint max_groups[3];
  guint timestamp_bits; /* 0: no timestamps */
  double timestamp_seconds;

  VkPipelineCache pipeline_cache;
  char *pipeline_cache_path;
  char *pipeline_cache_digest; /* of what lies on disk */
  GHashTable *pipelines;       /* SfPipeline by shader and constants */

  SfPace pace;
  GKeyFile *speeds;     /* see sf-speeds.h */
  SfTransfer *transfer; /* made on first use */

  guint64 bytes;
  guint64 peak_bytes;
};

/* A buffer with memory of one type, mapped when the host sees it. */
typedef struct
{
  VkBuffer handle;
  VkDeviceMemory memory;
  gpointer mapped;
  gboolean readable; /* the host reads the mapped memory at full speed */
} SfAllocation;

/* @what says what is being allocated in error messages. */
gboolean sf_device_allocate (SfDevice *self, guint64 n_bytes, VkBufferUsageFlags usage,
                             gboolean staging, const char *what, SfAllocation *allocation,
                             GError **error);
void sf_device_free_allocation (SfDevice *self, SfAllocation *allocation);

/* Submits a command buffer; @fence is signalled when it is done. */
gboolean sf_device_submit (SfDevice *self, VkCommandBuffer commands, VkFence fence,
                           const char *what, GError **error);
/* Waits for @fence and resets it. */
gboolean sf_device_wait (SfDevice *self, VkFence fence, const char *what, GError **error);

/* The pipeline cache on disk. */
void sf_pipeline_cache_open (SfDevice *device);
void sf_pipeline_cache_close (SfDevice *device);

G_END_DECLS
