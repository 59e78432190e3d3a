/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-family.h"

#include "ops/sf-cooperative.h"
#include "ops/sf-kernels.h"

#include <string.h>

/* lavapipe of Mesa 22.3 (Vulkan 1.3) spreads values between lanes through memory: there every lane
 * loads for itself, 43 against 34 GFLOP/s in f32. Mesa 25 (Vulkan 1.4) has it the other way round, 33 against 47. */
#define BROADCAST_API_VERSION VK_MAKE_API_VERSION (0, 1, 4, 0)

/* What shaders/matrix_shared.comp and attention_shared.comp take with the smallest tiles. */
#define SHARED_BYTES 16384
#define SHARED_INVOCATIONS 256

const SfCandidate sf_candidates[] = {
  { "shared 8×8", SF_FAMILY_SHARED, FALSE },
  { "shared 4×8", SF_FAMILY_SHARED, TRUE },
  { "cooperative", SF_FAMILY_COOPERATIVE, FALSE },
  { "direct", SF_FAMILY_DIRECT, FALSE },
  { NULL },
};

gboolean
sf_kernels_can_run (SfDevice *device, SfFormat format, SfFamily family)
{
  const SfDeviceInfo *info = sf_device_get_info (device);
  guint threads = info->subgroup_size * SF_COOPERATIVE_SUBGROUPS;

  switch (family)
    {
    case SF_FAMILY_SHARED:
      return info->shared_memory_bytes >= SHARED_BYTES
             && info->max_workgroup_invocations >= SHARED_INVOCATIONS;
    case SF_FAMILY_COOPERATIVE:
      return sf_kernels_can_run (device, format, SF_FAMILY_SHARED) && format == SF_FORMAT_F16
             && info->cooperative_matrix && sf_cooperative_get_matrix () != NULL
             && info->shared_memory_bytes >= SF_COOPERATIVE_SHARED_BYTES
             && info->max_workgroup_invocations >= threads;
    case SF_FAMILY_DIRECT:
    default:
      return TRUE;
    }
}

static const char *
get_note_key (SfFormat format)
{
  return format == SF_FORMAT_F16 ? "kernels-f16" : "kernels-f32";
}

/* A note is the name of the choice, a colon, and what was measured. */
static const SfCandidate *
find_kept (SfDevice *device, SfFormat format)
{
  g_autofree char *note = sf_device_dup_note (device, get_note_key (format));

  for (const SfCandidate *candidate = sf_candidates; note != NULL && candidate->name != NULL;
       candidate++)
    {
      gsize length = strlen (candidate->name);

      if (strncmp (note, candidate->name, length) == 0 && note[length] == ':'
          && sf_kernels_can_run (device, format, candidate->family))
        return candidate;
    }
  return NULL;
}

static const SfCandidate *
measure (const SfKernels *kernels)
{
  g_autofree char *measured = NULL;
  g_autofree char *note = NULL;
  const SfCandidate *candidate = sf_family_measure (kernels, &measured);

  if (candidate == NULL)
    return NULL;
  note = g_strdup_printf ("%s: %s", candidate->name, measured);
  sf_device_set_note (kernels->device, get_note_key (kernels->format), note);
  sf_device_save_speeds (kernels->device);
  return candidate;
}

static gboolean
asks_for (const SfDeviceInfo *info, const char *kernels)
{
  return g_strcmp0 (info->kernels, kernels) == 0;
}

static void
choose_family (SfKernels *self)
{
  const SfDeviceInfo *info = sf_device_get_info (self->device);
  const SfCandidate *candidate;

  self->family = SF_FAMILY_DIRECT;
  if (asks_for (info, "direct") || (info->kernels == NULL && info->kind == SF_DEVICE_CPU))
    return;
  if (sf_kernels_can_run (self->device, self->format, SF_FAMILY_SHARED))
    self->family = SF_FAMILY_SHARED;
  if (asks_for (info, "shared"))
    return;
  if (sf_kernels_can_run (self->device, self->format, SF_FAMILY_COOPERATIVE))
    self->family = SF_FAMILY_COOPERATIVE;
  if (asks_for (info, "cooperative"))
    return;

  candidate = info->kernels == NULL ? find_kept (self->device, self->format) : NULL;
  if (candidate == NULL)
    candidate = measure (self);
  if (candidate != NULL)
    {
      self->family = candidate->family;
      self->few_sums = candidate->few_sums;
    }
}

SfKernels
sf_kernels_choose (SfDevice *device, SfFormat format)
{
  const SfDeviceInfo *info = sf_device_get_info (device);
  gboolean is_cpu = info->kind == SF_DEVICE_CPU;
  SfKernels self = {
    .device = device,
    .format = format,
    .texel = is_cpu && info->texel_operands,
    .broadcast = is_cpu && info->subgroup_broadcast && info->subgroup_size == SF_LANES
                 && info->api_version >= BROADCAST_API_VERSION,
  };

  g_return_val_if_fail (format == SF_FORMAT_F32 || format == SF_FORMAT_F16, (SfKernels){ 0 });

  choose_family (&self);
  /* Whoever asks for f32 compares with a reference. */
  if (is_cpu && self.family == SF_FAMILY_DIRECT && format == SF_FORMAT_F16)
    self.winograd = SF_WINOGRAD_WHERE_QUICKER;
  return self;
}

static char *
describe_family (const SfKernels *kernels)
{
  const SfCooperativeSize *size = &sf_device_get_info (kernels->device)->cooperative_size;

  switch (kernels->family)
    {
    case SF_FAMILY_SHARED:
      return g_strdup_printf ("tiles in shared memory, %s sums a thread",
                              kernels->few_sums ? "4×8" : "8×8");
    case SF_FAMILY_COOPERATIVE:
      return g_strdup_printf ("cooperative matrices of %u×%u×%u", size->rows, size->columns,
                              size->depth);
    case SF_FAMILY_DIRECT:
    default:
      return g_strdup_printf ("direct, through %s%s", kernels->texel ? "texel" : "storage",
                              kernels->broadcast ? " buffers and broadcasts" : " buffers");
    }
}

char *
sf_kernels_describe (const SfKernels *kernels)
{
  const SfDeviceInfo *info = sf_device_get_info (kernels->device);
  g_autofree char *family = describe_family (kernels);
  g_autofree char *note = sf_device_dup_note (kernels->device, get_note_key (kernels->format));

  if (info->kernels != NULL && !asks_for (info, "measure"))
    return g_strdup_printf ("%s; SFUMATO_KERNELS is %s", family, info->kernels);
  if (info->kind == SF_DEVICE_CPU && info->kernels == NULL)
    return g_strdup_printf ("%s; the device is a processor", family);
  if (note != NULL && strchr (note, ':') != NULL)
    return g_strdup_printf ("%s; measured:%s", family, strchr (note, ':') + 1);
  return g_strdup_printf ("%s; by the device's features", family);
}
