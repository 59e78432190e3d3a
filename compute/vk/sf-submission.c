/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-submission.h"

#include <glib/gi18n-lib.h>
#include <time.h>

/* A dispatch that takes longer than this many submissions is cut. */
#define LONGEST_DISPATCH 1.5
/* Nothing is learned from work that should take less and does. */
#define LEAST_MEASURED_SECONDS 2e-3

/* Workgroups @first … @first + @count - 1 of a dispatch along its largest dimension. */
typedef struct
{
  guint work;
  guint axis;
  guint first;
  guint count;
  double slowness; /* that was expected of the pipeline */
  double estimated_seconds;
} Piece;

struct _SfSubmission
{
  SfDevice *device;
  VkCommandPool pool;
  GArray *works;  /* SfWork, the recording's */
  GArray *pieces; /* Piece */
  VkCommandBuffer commands;
  VkQueryPool queries;
  double estimated_seconds;
  double measured_seconds;
  double cpu_seconds;
  SfInstant started_at;
  gboolean is_measurable;
};

static guint
largest_axis (const guint groups[3])
{
  guint axis = 0;
  for (guint i = 1; i < 3; i++)
    if (groups[i] > groups[axis])
      axis = i;
  return axis;
}

static SfPipeline *
pipeline_of (SfSubmission *self, guint piece)
{
  return g_array_index (self->works, SfWork, g_array_index (self->pieces, Piece, piece).work)
      .pipeline;
}

/* Drivers may compile at a pipeline's first dispatch, which takes up to seconds; one of those is
 * enough for a submission. */
static gboolean
is_unused (SfSubmission *self, const SfPipeline *pipeline)
{
  return !pipeline->was_used && pipeline != pipeline_of (self, 0);
}

/* Moves the cursor over what fits into one submission, of one dispatch only if it is @alone. */
static void
cut (SfSubmission *self, SfCursor *cursor, gboolean alone)
{
  while (cursor->work < self->works->len)
    {
      const SfWork *work = &g_array_index (self->works, SfWork, cursor->work);
      guint axis = largest_axis (work->groups);
      guint left = work->groups[axis] - cursor->group;
      double slowness = sf_pace_get_slowness (&self->device->pace, work->pipeline->slowness);
      double seconds = sf_pace_estimate (&self->device->pace, slowness, work->flop, work->bytes)
                       * left / work->groups[axis];
      if (self->pieces->len > 0
          && (alone || self->estimated_seconds + seconds > SF_SUBMISSION_SECONDS
              || is_unused (self, work->pipeline)))
        return;

      Piece piece = { cursor->work, axis, cursor->group, left, slowness, seconds };
      if (seconds > LONGEST_DISPATCH * SF_SUBMISSION_SECONDS)
        {
          piece.count = MAX (1, (guint) (left * (SF_SUBMISSION_SECONDS / seconds)));
          piece.estimated_seconds = seconds * piece.count / left;
        }
      g_array_append_val (self->pieces, piece);
      self->estimated_seconds += piece.estimated_seconds;
      if (piece.count < left)
        {
          cursor->group += piece.count;
          return;
        }
      *cursor = (SfCursor){ cursor->work + 1, 0 };
    }
}

static void
barrier (SfSubmission *self, VkPipelineStageFlags before, VkAccessFlags writes,
         VkPipelineStageFlags after, VkAccessFlags uses)
{
  VkMemoryBarrier info = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = writes,
    .dstAccessMask = uses,
  };
  self->device->vk.CmdPipelineBarrier (self->commands, before, after, 0, 1, &info, 0, NULL, 0,
                                       NULL);
}

static void
shader_barrier (SfSubmission *self)
{
  barrier (self, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT,
           VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
           VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
}

static void
write_timestamp (SfSubmission *self, guint query)
{
  self->device->vk.CmdWriteTimestamp (self->commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                                      self->queries, query);
}

static void
record_piece (SfSubmission *self, const Piece *piece)
{
  const SfVkDevice *vk = &self->device->vk;
  const SfWork *work = &g_array_index (self->works, SfWork, piece->work);
  const SfPipeline *pipeline = work->pipeline;
  guint base[3] = { 0, 0, 0 };
  guint count[3] = { work->groups[0], work->groups[1], work->groups[2] };

  base[piece->axis] = piece->first;
  count[piece->axis] = piece->count;
  vk->CmdBindPipeline (self->commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->handle);
  vk->CmdBindDescriptorSets (self->commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline->layout, 0, 1,
                             &work->set, 0, NULL);
  if (pipeline->shader->push_bytes > 0)
    vk->CmdPushConstants (self->commands, pipeline->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                          pipeline->shader->push_bytes, work->push);
  /* The validation layer of Debian 12 checks synchronization for vkCmdDispatch() only. */
  if (piece->first == 0)
    vk->CmdDispatch (self->commands, count[0], count[1], count[2]);
  else
    vk->CmdDispatchBase (self->commands, base[0], base[1], base[2], count[0], count[1], count[2]);
}

static void
record_pieces (SfSubmission *self)
{
  VkPipelineStageFlags others = VK_PIPELINE_STAGE_TRANSFER_BIT;
  g_autoptr (SfHazards) hazards = sf_hazards_new ();

  /* What earlier submissions wrote. */
  barrier (self, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | others,
           VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
           VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
           VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
  if (self->queries != VK_NULL_HANDLE)
    {
      self->device->vk.CmdResetQueryPool (self->commands, self->queries, 0, self->pieces->len + 1);
      write_timestamp (self, 0);
    }
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const Piece *piece = &g_array_index (self->pieces, Piece, i);
      const SfWork *work = &g_array_index (self->works, SfWork, piece->work);
      const SfShader *shader = work->pipeline->shader;
      gboolean collides = sf_hazards_add (hazards, work->ranges, shader->written,
                                          shader->n_bindings);
      if (collides || self->queries != VK_NULL_HANDLE)
        shader_barrier (self);
      record_piece (self, piece);
      if (self->queries != VK_NULL_HANDLE)
        write_timestamp (self, i + 1);
    }
  barrier (self, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT,
           VK_PIPELINE_STAGE_HOST_BIT | others,
           VK_ACCESS_HOST_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT);
}

static gboolean
record (SfSubmission *self, gboolean timed, GError **error)
{
  SfDevice *device = self->device;
  VkCommandBufferAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = self->pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  VkCommandBufferBeginInfo begin = { .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO };
  VkQueryPoolCreateInfo query_info = {
    .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
    .queryType = VK_QUERY_TYPE_TIMESTAMP,
    .queryCount = self->pieces->len + 1,
  };
  VkResult result = device->vk.AllocateCommandBuffers (device->handle, &info, &self->commands);
  if (result == VK_SUCCESS && timed)
    result = device->vk.CreateQueryPool (device->handle, &query_info, NULL, &self->queries);
  if (result == VK_SUCCESS)
    result = device->vk.BeginCommandBuffer (self->commands, &begin);
  if (result == VK_SUCCESS)
    {
      record_pieces (self);
      result = device->vk.EndCommandBuffer (self->commands);
    }
  return sf_vk_check (result, error, _ ("record commands for %s"), device->info->name);
}

SfSubmission *
sf_submission_new (SfDevice *device, VkCommandPool pool, GArray *works, SfCursor *cursor,
                   gboolean timed, GError **error)
{
  g_autoptr (SfSubmission) self = g_new0 (SfSubmission, 1);
  self->device = device;
  self->pool = pool;
  self->works = works;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  cut (self, cursor, timed);
  return record (self, timed, error) ? g_steal_pointer (&self) : NULL;
}

void
sf_submission_free (SfSubmission *self)
{
  SfDevice *device = self->device;

  if (self->commands != VK_NULL_HANDLE)
    device->vk.FreeCommandBuffers (device->handle, self->pool, 1, &self->commands);
  device->vk.DestroyQueryPool (device->handle, self->queries, NULL);
  g_array_unref (self->pieces);
  g_free (self);
}

static SfInstant
get_instant (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (SfInstant){ g_get_monotonic_time (), (double) now.tv_sec + (double) now.tv_nsec * 1e-9 };
}

gboolean
sf_submission_start (SfSubmission *self, VkFence fence, const char *what, GError **error)
{
  self->is_measurable = TRUE;
  for (guint i = 0; i < self->pieces->len; i++)
    {
      SfPipeline *pipeline = pipeline_of (self, i);
      self->is_measurable = self->is_measurable && pipeline->was_used;
      pipeline->was_used = TRUE;
    }
  self->started_at = get_instant ();
  return sf_device_submit (self->device, self->commands, fence, what, error);
}

static void
learn (SfSubmission *self)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const Piece *piece = &g_array_index (self->pieces, Piece, i);
      SfPipeline *pipeline = pipeline_of (self, i);
      pipeline->slowness = sf_pace_learn (&self->device->pace, pipeline->slowness, piece->slowness,
                                          piece->estimated_seconds / self->estimated_seconds,
                                          self->measured_seconds / self->estimated_seconds);
    }
}

gboolean
sf_submission_wait (SfSubmission *self, VkFence fence, SfInstant *previous_end, const char *what,
                    GError **error)
{
  if (!sf_device_wait (self->device, fence, what, error))
    return FALSE;

  SfInstant end = get_instant ();
  double seconds = (double) (end.time - MAX (self->started_at.time, previous_end->time))
                   / G_USEC_PER_SEC;
  self->cpu_seconds = end.cpu_seconds
                      - MAX (self->started_at.cpu_seconds, previous_end->cpu_seconds);
  *previous_end = end;
  if (self->device->info->kind == SF_DEVICE_CPU)
    seconds = MIN (seconds, self->cpu_seconds / g_get_num_processors ());
  self->measured_seconds = self->is_measurable ? seconds : 0;
  if (self->is_measurable && MAX (seconds, self->estimated_seconds) >= LEAST_MEASURED_SECONDS)
    learn (self);
  return TRUE;
}

double
sf_submission_get_seconds (SfSubmission *self)
{
  return self->measured_seconds;
}

gboolean
sf_submission_is_divisible (SfSubmission *self)
{
  return self->pieces->len > 1 || g_array_index (self->pieces, Piece, 0).count > 1;
}

gboolean
sf_submission_read_times (SfSubmission *self, double *seconds, double *cpu_seconds, GError **error)
{
  SfDevice *device = self->device;
  guint n_stamps = self->pieces->len + 1;
  g_autofree guint64 *stamps = g_new0 (guint64, n_stamps);
  guint64 valid = device->timestamp_bits >= 64
                      ? G_MAXUINT64
                      : (G_GUINT64_CONSTANT (1) << device->timestamp_bits) - 1;

  VkResult result = device->vk.GetQueryPoolResults (device->handle, self->queries, 0, n_stamps,
                                                    n_stamps * sizeof *stamps, stamps,
                                                    sizeof *stamps,
                                                    VK_QUERY_RESULT_64_BIT
                                                        | VK_QUERY_RESULT_WAIT_BIT);
  if (!sf_vk_check (result, error, _ ("read the timestamps of %s"), device->info->name))
    return FALSE;
  for (guint i = 0; i < self->pieces->len; i++)
    {
      guint64 ticks = (stamps[i + 1] - stamps[i]) & valid;
      seconds[g_array_index (self->pieces, Piece, i).work] += (double) ticks
                                                              * device->timestamp_seconds;
    }
  cpu_seconds[g_array_index (self->pieces, Piece, 0).work] += self->cpu_seconds;
  return TRUE;
}
