/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-recording.h"

#include "vk/sf-submission.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define MAX_UNDER_WAY 2

/* Submissions are cut anew when they take this much longer or shorter than they should. */
#define TOO_LONG (3 * SF_SUBMISSION_SECONDS)
#define TOO_SHORT (SF_SUBMISSION_SECONDS / 4)

struct _SfRecording
{
  SfDevice *device;
  char *name;
  GArray *works;      /* SfWork */
  GPtrArray *buffers; /* one reference each time a buffer is bound */
  VkDescriptorPool descriptors;
  VkCommandPool commands;
  VkFence fences[MAX_UNDER_WAY];
  GPtrArray *submissions; /* SfSubmission; empty until the first run */
  guint n_submissions;
  gboolean is_estimate;
  double flop;
  double bytes;
};

static void
clear_work (gpointer data)
{
  g_free (((SfWork *) data)->label);
}

static SfRecording *
recording_new (SfDevice *device, const char *name)
{
  SfRecording *self = g_new0 (SfRecording, 1);

  self->device = sf_device_ref (device);
  self->name = g_strdup (name);
  self->works = g_array_new (FALSE, FALSE, sizeof (SfWork));
  g_array_set_clear_func (self->works, clear_work);
  self->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_buffer_unref);
  self->submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_submission_free);
  return self;
}

SfRecording *
sf_recording_new_estimate (SfDevice *device, const char *name)
{
  g_return_val_if_fail (device != NULL && name != NULL, NULL);

  SfRecording *self = recording_new (device, name);
  self->is_estimate = TRUE;
  return self;
}

SfRecording *
sf_recording_new (SfDevice *device, const char *name, GError **error)
{
  g_return_val_if_fail (device != NULL && name != NULL, NULL);

  g_autoptr (SfRecording) self = recording_new (device, name);
  VkCommandPoolCreateInfo pool_info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .queueFamilyIndex = device->queue_family,
  };
  VkFenceCreateInfo fence_info = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO };
  VkResult result = device->vk.CreateCommandPool (device->handle, &pool_info, NULL,
                                                  &self->commands);
  for (guint i = 0; i < MAX_UNDER_WAY && result == VK_SUCCESS; i++)
    result = device->vk.CreateFence (device->handle, &fence_info, NULL, &self->fences[i]);
  return sf_vk_check (result, error, _ ("prepare %s"), name) ? g_steal_pointer (&self) : NULL;
}

void
sf_recording_free (SfRecording *self)
{
  g_return_if_fail (self != NULL);

  SfDevice *device = self->device;
  g_ptr_array_unref (self->submissions);
  for (guint i = 0; i < MAX_UNDER_WAY; i++)
    device->vk.DestroyFence (device->handle, self->fences[i], NULL);
  device->vk.DestroyCommandPool (device->handle, self->commands, NULL);
  device->vk.DestroyDescriptorPool (device->handle, self->descriptors, NULL);
  g_array_unref (self->works);
  g_ptr_array_unref (self->buffers);
  g_free (self->name);
  g_free (self);
  sf_device_unref (device);
}

static gboolean
check_grid (SfRecording *self, const SfDispatch *dispatch, GError **error)
{
  static const char axes[] = "xyz";
  const SfDevice *device = self->device;

  for (guint axis = 0; axis < 3; axis++)
    if (dispatch->groups[axis] > device->max_groups[axis])
      {
        g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE,
                     _ ("%s: %s needs %u workgroups along %c, %s takes at most %u"),
                     dispatch->label, dispatch->pipeline->shader->name, dispatch->groups[axis],
                     axes[axis], device->info->name, device->max_groups[axis]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
bind (SfRecording *self, SfWork *work, guint binding, GError **error)
{
  SfDevice *device = self->device;
  const SfRange *range = &work->ranges[binding];
  SfBindingKind kind = work->pipeline->shader->bindings[binding];

  if (kind == SF_BINDING_STORAGE)
    {
      if (range->n_bytes <= device->info->max_storage_range_bytes)
        return TRUE;
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE,
                   _ ("%s: a shader works on %" PRIu64 " bytes, %s takes at most %" PRIu64
                      " at once"),
                   work->label, range->n_bytes, device->info->name,
                   device->info->max_storage_range_bytes);
      return FALSE;
    }
  VkFormat format = kind == SF_BINDING_TEXEL_FLOAT ? VK_FORMAT_R32G32B32A32_SFLOAT
                                                   : VK_FORMAT_R32G32B32A32_UINT;
  work->views[binding] = sf_buffer_get_texel_view (range->buffer, range->offset, range->n_bytes,
                                                   format, error);
  if (work->views[binding] != VK_NULL_HANDLE)
    return TRUE;
  g_prefix_error (error, "%s: ", work->label);
  return FALSE;
}

static gboolean
ranges_are_valid (const SfDispatch *dispatch)
{
  for (guint i = 0; i < dispatch->pipeline->shader->n_bindings; i++)
    {
      const SfRange *range = &dispatch->bindings[i];
      if (range->buffer == NULL || range->n_bytes == 0 || range->offset % SF_BUFFER_ALIGNMENT != 0
          || range->offset > sf_buffer_get_bytes (range->buffer)
          || range->n_bytes > sf_buffer_get_bytes (range->buffer) - range->offset)
        return FALSE;
    }
  return TRUE;
}

gboolean
sf_recording_dispatch (SfRecording *self, const SfDispatch *dispatch, GError **error)
{
  g_return_val_if_fail (self != NULL && self->descriptors == VK_NULL_HANDLE, FALSE);
  g_return_val_if_fail (dispatch != NULL && dispatch->label != NULL && dispatch->pipeline != NULL,
                        FALSE);
  g_return_val_if_fail (dispatch->groups[0] > 0 && dispatch->groups[1] > 0
                            && dispatch->groups[2] > 0,
                        FALSE);
  g_return_val_if_fail (self->is_estimate || ranges_are_valid (dispatch), FALSE);

  const SfShader *shader = dispatch->pipeline->shader;
  g_return_val_if_fail (dispatch->push != NULL || shader->push_bytes == 0, FALSE);
  if (!check_grid (self, dispatch, error))
    return FALSE;

  SfWork work = {
    .label = (char *) dispatch->label,
    .pipeline = dispatch->pipeline,
    .groups = { dispatch->groups[0], dispatch->groups[1], dispatch->groups[2] },
    .flop = dispatch->flop,
    .bytes = dispatch->bytes,
  };
  memcpy (work.ranges, dispatch->bindings, sizeof work.ranges);
  if (shader->push_bytes > 0)
    memcpy (work.push, dispatch->push, shader->push_bytes);
  for (guint i = 0; i < shader->n_bindings && !self->is_estimate; i++)
    if (!bind (self, &work, i, error))
      return FALSE;

  for (guint i = 0; i < shader->n_bindings && !self->is_estimate; i++)
    g_ptr_array_add (self->buffers, sf_buffer_ref (work.ranges[i].buffer));
  work.label = g_strdup (dispatch->label);
  g_array_append_val (self->works, work);
  self->flop += dispatch->flop;
  self->bytes += dispatch->bytes;
  return TRUE;
}

static gboolean
create_descriptor_pool (SfRecording *self, GError **error)
{
  VkDescriptorPoolSize sizes[] = {
    { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 0 },
    { VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, 0 },
  };
  for (guint i = 0; i < self->works->len; i++)
    {
      const SfShader *shader = g_array_index (self->works, SfWork, i).pipeline->shader;
      for (guint binding = 0; binding < shader->n_bindings; binding++)
        sizes[shader->bindings[binding] == SF_BINDING_STORAGE ? 0 : 1].descriptorCount++;
    }
  VkDescriptorPoolSize used[G_N_ELEMENTS (sizes)];
  guint n_used = 0;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (sizes[i].descriptorCount > 0)
      used[n_used++] = sizes[i];

  VkDescriptorPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = self->works->len,
    .poolSizeCount = n_used,
    .pPoolSizes = used,
  };
  VkResult result = self->device->vk.CreateDescriptorPool (self->device->handle, &info, NULL,
                                                           &self->descriptors);
  return sf_vk_check (result, error, _ ("prepare %s"), self->name);
}

static gboolean
create_descriptor_set (SfRecording *self, SfWork *work, GError **error)
{
  SfDevice *device = self->device;
  const SfShader *shader = work->pipeline->shader;
  VkDescriptorSetAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorPool = self->descriptors,
    .descriptorSetCount = 1,
    .pSetLayouts = &work->pipeline->set_layout,
  };
  VkResult result = device->vk.AllocateDescriptorSets (device->handle, &info, &work->set);
  if (!sf_vk_check (result, error, _ ("prepare %s for %s"), work->label, self->name))
    return FALSE;

  VkDescriptorBufferInfo buffers[SF_SHADER_MAX_BINDINGS];
  VkWriteDescriptorSet writes[SF_SHADER_MAX_BINDINGS];
  for (guint i = 0; i < shader->n_bindings; i++)
    {
      const SfRange *range = &work->ranges[i];
      buffers[i] = (VkDescriptorBufferInfo){ sf_buffer_get_handle (range->buffer), range->offset,
                                             range->n_bytes };
      writes[i] = (VkWriteDescriptorSet){
        .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
        .dstSet = work->set,
        .dstBinding = i,
        .descriptorCount = 1,
        .descriptorType = sf_binding_kind_get_descriptor_type (shader->bindings[i]),
        .pBufferInfo = &buffers[i],
        .pTexelBufferView = &work->views[i],
      };
    }
  device->vk.UpdateDescriptorSets (device->handle, shader->n_bindings, writes, 0, NULL);
  return TRUE;
}

static gboolean
prepare (SfRecording *self, GError **error)
{
  if (self->descriptors != VK_NULL_HANDLE)
    return TRUE;

  gboolean ok = create_descriptor_pool (self, error);
  for (guint i = 0; ok && i < self->works->len; i++)
    ok = create_descriptor_set (self, &g_array_index (self->works, SfWork, i), error);
  if (!ok)
    {
      self->device->vk.DestroyDescriptorPool (self->device->handle, self->descriptors, NULL);
      self->descriptors = VK_NULL_HANDLE;
    }
  return ok;
}

/* Runs @submissions; those that are missing at the end are cut and recorded on the way. */
static gboolean
run (SfRecording *self, GPtrArray *submissions, gboolean timed, GCancellable *cancellable,
     GError **error)
{
  gboolean is_cut = submissions->len > 0;
  SfCursor cursor = { 0, 0 };
  SfInstant previous_end = { 0, 0 };
  guint started = 0;
  guint ended = 0;
  gboolean ok = TRUE;

  while (ok && (is_cut ? started < submissions->len : cursor.work < self->works->len))
    {
      if (started == ended + (timed ? 1 : MAX_UNDER_WAY))
        {
          ok = sf_submission_wait (submissions->pdata[ended], self->fences[ended % MAX_UNDER_WAY],
                                   &previous_end, self->name, error);
          ended++;
        }
      ok = ok && !g_cancellable_set_error_if_cancelled (cancellable, error);
      if (ok && !is_cut)
        {
          SfSubmission *submission = sf_submission_new (self->device, self->commands, self->works,
                                                        &cursor, timed, error);
          ok = submission != NULL;
          if (ok)
            g_ptr_array_add (submissions, submission);
        }
      if (ok)
        {
          ok = sf_submission_start (submissions->pdata[started],
                                    self->fences[started % MAX_UNDER_WAY], self->name, error);
          started += ok;
        }
    }
  for (; ended < started; ended++)
    {
      gboolean done = sf_submission_wait (submissions->pdata[ended],
                                          self->fences[ended % MAX_UNDER_WAY], &previous_end,
                                          self->name, ok ? error : NULL);
      ok = ok && done;
    }
  if (!ok)
    {
      self->device->vk.DeviceWaitIdle (self->device->handle);
      self->device->vk.ResetFences (self->device->handle, MAX_UNDER_WAY, self->fences);
    }
  self->n_submissions = started;
  return ok;
}

/* The cut was made with a wrong idea of the device's speed. */
static gboolean
is_badly_cut (SfRecording *self)
{
  guint n_short = 0;

  for (guint i = 0; i < self->submissions->len; i++)
    {
      SfSubmission *submission = self->submissions->pdata[i];
      double seconds = sf_submission_get_seconds (submission);
      if (seconds > TOO_LONG && sf_submission_is_divisible (submission))
        return TRUE;
      n_short += seconds > 0 && seconds < TOO_SHORT;
    }
  return n_short > 1 && n_short > self->submissions->len / 2;
}

double
sf_recording_estimate (SfRecording *self, double *known)
{
  g_return_val_if_fail (self != NULL && known != NULL, 0);

  double sum = 0;
  double known_sum = 0;
  for (guint i = 0; i < self->works->len; i++)
    {
      const SfWork *work = &g_array_index (self->works, SfWork, i);
      double slowness = sf_pace_get_slowness (&self->device->pace, work->pipeline->slowness);
      double seconds = sf_pace_estimate (&self->device->pace, slowness, work->flop, work->bytes);
      sum += seconds;
      known_sum += work->pipeline->slowness > 0 ? seconds : 0;
    }
  *known = sum > 0 ? known_sum / sum : 1;
  return sum;
}

gboolean
sf_recording_run (SfRecording *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->is_estimate, FALSE);

  if (self->works->len == 0)
    return TRUE;
  if (!prepare (self, error))
    return FALSE;
  if (is_badly_cut (self))
    g_ptr_array_set_size (self->submissions, 0);
  if (run (self, self->submissions, FALSE, cancellable, error))
    return TRUE;
  g_ptr_array_set_size (self->submissions, 0);
  return FALSE;
}

static void
timing_free (SfDispatchTiming *timing)
{
  g_free (timing->label);
  g_free (timing);
}

GPtrArray *
sf_recording_new_timings (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) timing_free);
}

GPtrArray *
sf_recording_run_timed (SfRecording *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->is_estimate, NULL);

  g_autoptr (GPtrArray) timings = sf_recording_new_timings ();
  if (self->works->len == 0)
    return g_steal_pointer (&timings);
  if (self->device->timestamp_bits == 0)
    {
      g_set_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE, _ ("time %s: %s has no timestamps"),
                   self->name, self->device->info->name);
      return NULL;
    }

  g_autoptr (GPtrArray)
      submissions = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_submission_free);
  g_autofree double *seconds = g_new0 (double, self->works->len);
  g_autofree double *cpu_seconds = g_new0 (double, self->works->len);
  if (!prepare (self, error) || !run (self, submissions, TRUE, cancellable, error))
    return NULL;
  for (guint i = 0; i < submissions->len; i++)
    if (!sf_submission_read_times (submissions->pdata[i], seconds, cpu_seconds, error))
      return NULL;

  for (guint i = 0; i < self->works->len; i++)
    {
      const SfWork *work = &g_array_index (self->works, SfWork, i);
      SfDispatchTiming *timing = g_new (SfDispatchTiming, 1);
      *timing = (SfDispatchTiming){
        .label = g_strdup (work->label),
        .shader = work->pipeline->shader->name,
        .flop = work->flop,
        .bytes = work->bytes,
        .seconds = seconds[i],
        .cpu_seconds = cpu_seconds[i],
      };
      g_ptr_array_add (timings, timing);
    }
  return g_steal_pointer (&timings);
}

guint
sf_recording_get_n_submissions (SfRecording *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_submissions;
}

double
sf_recording_get_flop (SfRecording *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->flop;
}

double
sf_recording_get_bytes (SfRecording *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->bytes;
}
