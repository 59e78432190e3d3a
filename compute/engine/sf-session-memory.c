/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The memory that a session's networks take, and what it does when there is not enough. */

#include "engine/sf-session.h"

void
sf_session_select_memory (SfSession *self, SfMemoryMode memory)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->wanted_memory = memory;
}

static void
add_part (GArray *parts, const SfPartSize *size)
{
  for (guint i = 0; i < parts->len; i++)
    if (sf_part_size_equal (&g_array_index (parts, SfPartSize, i), size))
      return;

  g_array_append_vals (parts, size, 1);
}

GArray *
sf_session_list_parts (SfSession *self, const SfPictureSize *size, const SfPassSize *passes,
                       guint n_passes)
{
  const SfModelConfig *config = sf_model_get_config (self->model);
  const guint height = size->height / config->vae.size_factor;
  const guint width = size->width / config->vae.size_factor;
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (SfPartSize));

  add_part (parts, &(SfPartSize){ .part = SF_PART_TEXT,
                                  .batch = 1,
                                  .tokens = config->clip.positions,
                                  .clip_skip = size->clip_skip });
  for (guint i = 0; i < n_passes; i++)
    {
      SfPartSize pass = { .part = SF_PART_UNET,
                          .batch = passes[i].batch,
                          .height = height,
                          .width = width,
                          .tokens = passes[i].tokens };

      if (size->step_cache > 1)
        {
          pass.unet_blocks = SF_UNET_OUTER;
          add_part (parts, &pass);
          pass.unet_blocks = SF_UNET_ALL_AND_KEEP;
        }
      add_part (parts, &pass);
    }
  add_part (parts, &(SfPartSize){
                       .part = SF_PART_VAE_DECODER, .batch = 1, .height = height, .width = width });
  if (size->tiny_previews)
    add_part (parts,
              &(SfPartSize){
                  .part = SF_PART_TAESD_DECODER, .batch = 1, .height = height, .width = width });

  return parts;
}

gboolean
sf_session_plan_memory (SfSession *self, const GArray *parts, SfTiling tiling, SfMemoryPlan *plan,
                        GError **error)
{
  const SfMemoryWish wish = {
    .sizes = (const SfPartSize *) parts->data,
    .n_sizes = parts->len,
    .mode = self->memory,
    .tiling = tiling,
    .available_bytes = sf_device_get_available_bytes (self->device),
  };

  return sf_model_plan_memory (self->model, &wish, plan, error);
}

static gboolean
keep_to_plan (SfSession *self, GError **error)
{
  return sf_session_plan_memory (self, self->sizes, self->tiling, &self->plan, error)
         && sf_model_use_memory (self->model, &self->plan, error);
}

gboolean
sf_session_use_memory (SfSession *self, const GArray *parts, SfTiling tiling, GError **error)
{
  g_array_set_size (self->sizes, 0);
  g_array_append_vals (self->sizes, parts->data, parts->len);
  self->tiling = tiling;

  return keep_to_plan (self, error);
}

/* The mode after the one that the plan is for. One that was fitted into what was there may take more than
 * SF_MEMORY_LOW_BYTES. */
static SfMemoryMode
choose_lower_mode (const SfMemoryPlan *plan)
{
  return plan->mode == SF_MEMORY_NORMAL || sf_memory_plan_get_bytes (plan) > SF_MEMORY_LOW_BYTES
             ? SF_MEMORY_LOW
             : SF_MEMORY_LOWEST;
}

gboolean
sf_session_step_down (SfSession *self, const GError *error)
{
  gboolean stepped = FALSE;

  if (!g_error_matches (error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY) || self->sizes->len == 0)
    return FALSE;

  while (!stepped && self->memory != SF_MEMORY_LOWEST)
    {
      const SfMemoryMode lower = choose_lower_mode (&self->plan);

      /* What does not fit into the low mode's bytes is in it already. */
      self->memory = lower == self->memory ? SF_MEMORY_LOWEST : lower;
      sf_session_note_memory (self);
      sf_model_free_memory (self->model);
      stepped = keep_to_plan (self, NULL);
    }

  return stepped;
}

SfTiling
sf_session_get_tiling (const SfSession *self, SfTiling tiling)
{
  return self->plan.tiled ? SF_TILING_ON : tiling;
}
