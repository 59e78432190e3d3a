/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Vulkan is loaded at run time; its functions are reached through vk/sf-vulkan.h. */
#ifndef VK_NO_PROTOTYPES
#define VK_NO_PROTOTYPES
#endif
#include <vulkan/vulkan.h>

G_BEGIN_DECLS

/* Errors of everything that talks to Vulkan. */
#define SF_VK_ERROR (sf_vk_error_quark ())
GQuark sf_vk_error_quark (void);

typedef enum
{
  SF_VK_ERROR_NO_LOADER,  /* no libvulkan on this system */
  SF_VK_ERROR_NO_DEVICE,  /* no Vulkan device, or none that matches the choice */
  SF_VK_ERROR_UNSUITABLE, /* the device lacks what we need */
  SF_VK_ERROR_OUT_OF_MEMORY,
  SF_VK_ERROR_DEVICE_LOST,
  SF_VK_ERROR_FAILED,
} SfVkError;

typedef enum
{
  SF_DEVICE_DISCRETE,
  SF_DEVICE_INTEGRATED,
  SF_DEVICE_VIRTUAL,
  SF_DEVICE_CPU,
  SF_DEVICE_OTHER,
} SfDeviceKind;

/* Extents of the matrices that a subgroup multiplies: rows × depth by depth × columns. */
typedef struct
{
  guint rows;
  guint columns;
  guint depth;
} SfCooperativeSize;

/* What the rest of the engine asks about a device. Filled once, never changed.
 *
 * Any of the booleans can be switched off for tests by naming it in the
 * environment variable SFUMATO_DISABLE, a comma-separated list of the field
 * names ("texel_operands,subgroup_broadcast"); an unknown name is an error. */
typedef struct
{
  guint index;  /* place in the loader's list; what `--device N` means */
  char *name;   /* "llvmpipe (LLVM 15.0.6, 256 bits)" */
  char *driver; /* "llvmpipe, Mesa 22.3.6" */
  SfDeviceKind kind;
  guint32 api_version;
  /* largest device-local heap; on a CPU device the machine's memory available now */
  guint64 memory_bytes;

  guint subgroup_size;
  guint shared_memory_bytes;
  guint max_workgroup_invocations;
  guint64 max_storage_range_bytes;
  guint64 max_texel_elements;
  guint64 max_allocation_bytes;

  gboolean compute_queue;      /* it can compute at all */
  gboolean subgroup_broadcast; /* subgroupBroadcast in compute shaders */
  /* reading operands through texel buffers is the faster path and large enough: CPU devices with
   * max_texel_elements >= 2^24 */
  gboolean texel_operands;
  /* 16-bit storage buffers; halves are packed in words without it, nothing depends on it */
  gboolean half_storage;
  gboolean half_arithmetic;
  /* subgroups multiply matrices of halves into f32 sums, of this size (VK_KHR_cooperative_matrix) */
  gboolean cooperative_matrix;
  SfCooperativeSize cooperative_size;
  gboolean memory_budget;
  gboolean host_memory; /* device memory is visible to the host: no staging */

  /* What SFUMATO_KERNELS asks for: "direct", "shared", "cooperative", "measure", or NULL for nothing. */
  const char *kernels;
} SfDeviceInfo;

SfDeviceInfo *sf_device_info_copy (const SfDeviceInfo *info) G_GNUC_WARN_UNUSED_RESULT;
void sf_device_info_free (SfDeviceInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfDeviceInfo, sf_device_info_free)

/* Why the device cannot be used, to follow "open NAME: ", or NULL. */
const char *sf_device_info_get_problem (const SfDeviceInfo *info);

/* Every Vulkan device of this machine, those first that can be used: discrete before
 * integrated before virtual before CPU. Element type SfDeviceInfo. */
GPtrArray *sf_device_list (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * SfDevice: an opened Vulkan device with one compute queue.
 *
 * Reference counted. All functions that take a device or something made from
 * it are called from one thread at a time (the engine's); the device does not
 * lock.
 *
 * No layer is enabled unless the environment variable SFUMATO_VALIDATION is 1:
 * then the Khronos validation layer runs with core and synchronization checks,
 * its absence is an error, and every message is printed on stderr and counted.
 */
typedef struct _SfDevice SfDevice;

/* Opens a device. @selector: NULL or "" for the environment's SFUMATO_DEVICE or
 * else the preferred one, a number for its index, or a part of its name (case ignored). */
SfDevice *sf_device_open (const char *selector, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SfDevice *sf_device_ref (SfDevice *self);
void sf_device_unref (SfDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfDevice, sf_device_unref)

const SfDeviceInfo *sf_device_get_info (SfDevice *self);

/* Bytes that all buffers may take together now, those that are alive included: what the driver or, on a CPU device, the machine
 * leaves to this process, less a twentieth for what others need meanwhile. The environment variable SFUMATO_MEMORY_LIMIT
 * lowers it (sf-memory.h): where it is exceeded, allocating and running fail as if memory had run out. */
guint64 sf_device_get_available_bytes (SfDevice *self);

/* Bytes of buffers alive now and at most so far. The peak can be started anew. */
guint64 sf_device_get_bytes (SfDevice *self);
guint64 sf_device_get_peak_bytes (SfDevice *self);
void sf_device_reset_peak_bytes (SfDevice *self);

/* Messages of the validation layer since the device was opened. */
guint sf_device_get_validation_messages (SfDevice *self);

/* Writes the pipeline cache to $XDG_CACHE_HOME/sfumato/pipelines-<device id>; also done
 * when the device is closed. A cache that does not fit the device and driver is ignored on loading. */
void sf_device_save_pipeline_cache (SfDevice *self);

/* Keeps what was learned of the speed of shaders for the next time the device is opened, see
 * sf_recording_estimate(). */
void sf_device_save_speeds (SfDevice *self);

/* What was learned besides speeds, kept with them: a line of text by @key. NULL: nothing is known. */
char *sf_device_dup_note (SfDevice *self, const char *key) G_GNUC_WARN_UNUSED_RESULT;
void sf_device_set_note (SfDevice *self, const char *key, const char *note);

/* For the vk folder's own files and for `ops`. */
VkDevice sf_device_get_handle (SfDevice *self);

/* Turns a VkResult into an error: "<what>: out of device memory". @what says what was being
 * done and to what. Returns TRUE when @result is a success. */
gboolean sf_vk_check (VkResult result, GError **error, const char *what, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
