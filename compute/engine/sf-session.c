/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-session.h"

#include "engine/sf-model-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ENCODINGS 64

SfTiling
sf_session_choose_tiling (SfSwitch tiling)
{
  switch (tiling)
    {
    case SF_SWITCH_ON:
      return SF_TILING_ON;
    case SF_SWITCH_OFF:
      return SF_TILING_OFF;
    case SF_SWITCH_AUTO:
      break;
    }

  return SF_TILING_AUTO;
}

SfPictureSize
sf_session_get_picture_size (const SfRequest *request, guint width, guint height)
{
  return (SfPictureSize){
    .width = width,
    .height = height,
    .clip_skip = request->clip_skip,
    .tiling = sf_session_choose_tiling (request->vae_tiling),
    .tiny_previews = request->preview == SF_PREVIEW_TAESD,
    .step_cache = request->step_cache,
  };
}

SfSession *
sf_session_new (const char *device_selector)
{
  SfSession *self = g_new0 (SfSession, 1);

  g_mutex_init (&self->lock);
  self->wanted_selector = g_strdup (device_selector);
  self->sizes = g_array_new (FALSE, FALSE, sizeof (SfPartSize));
  self->encodings = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                           (GDestroyNotify) g_bytes_unref,
                                           (GDestroyNotify) sf_array_unref);

  return self;
}

static void
clear_files (SfSessionFile *files)
{
  for (guint i = 0; i < SF_SESSION_N_FILES; i++)
    g_clear_pointer (&files[i].path, g_free);
}

static void
close_model (SfSession *self)
{
  sf_session_note_memory (self);
  g_clear_pointer (&self->model, sf_model_free);
  clear_files (self->files);
  g_hash_table_remove_all (self->encodings);
  g_array_set_size (self->sizes, 0);
  self->plan = (SfMemoryPlan){ 0 };
  self->size = (SfPictureSize){ 0 };
  self->tempo = (SfTempo){ 0 };
}

static void
close_device (SfSession *self)
{
  close_model (self);
  if (self->device != NULL)
    sf_device_save_speeds (self->device);
  g_clear_pointer (&self->device, sf_device_unref);
  g_clear_pointer (&self->device_selector, g_free);
}

void
sf_session_free (SfSession *self)
{
  if (self == NULL)
    return;

  close_device (self);
  g_hash_table_unref (self->encodings);
  g_array_unref (self->sizes);
  g_clear_pointer (&self->tokenizer, sf_tokenizer_unref);
  g_free (self->wanted_selector);
  g_free (self->device_name);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
sf_session_select_device (SfSession *self, const char *device_selector)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_free (self->wanted_selector);
  self->wanted_selector = g_strdup (device_selector);
}

char *
sf_session_dup_device_name (SfSession *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->device_name);
}

guint64
sf_session_get_peak_bytes (SfSession *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->peak_bytes;
}

static SfMemoryMode
get_wanted_memory (SfSession *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->wanted_memory;
}

static char *
dup_wanted_selector (SfSession *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->wanted_selector);
}

gboolean
sf_session_open_device (SfSession *self, GError **error)
{
  g_autofree char *selector = dup_wanted_selector (self);

  if (self->device != NULL && g_strcmp0 (selector, self->device_selector) == 0)
    return TRUE;

  close_device (self);
  self->device = sf_device_open (selector, error);
  if (self->device == NULL)
    return FALSE;
  self->device_selector = g_steal_pointer (&selector);

  g_mutex_lock (&self->lock);
  g_free (self->device_name);
  self->device_name = g_strdup (sf_device_get_info (self->device)->name);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

/* What this engine takes for granted and a model could have otherwise. */
static gboolean
check_model (SfModel *model, const char *path, GError **error)
{
  const SfModelConfig *config = sf_model_get_config (model);

  if (!sf_model_config_has (config, SF_PART_TEXT))
    return TRUE;

  if (config->clip.positions != SF_TOKENIZER_CONTEXT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("the model %s reads %u tokens at a time, and only %u are supported"), path,
                 config->clip.positions, SF_TOKENIZER_CONTEXT);
  else if (config->clip.vocabulary < SF_TOKENIZER_VOCABULARY)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("the model %s knows %u tokens, and the tokenizer makes %u"), path,
                 config->clip.vocabulary, SF_TOKENIZER_VOCABULARY);
  else
    return TRUE;

  return FALSE;
}

/* Finds the files and what they are now. */
static gboolean
find_files (const SfModelSource *source, SfSessionFile *files, GError **error)
{
  files[0].path = sf_model_path_find (source->model, error);
  if (files[0].path == NULL)
    return FALSE;
  files[1].path = g_strdup (source->vae);
  files[2].path = g_strdup (source->text_encoder);
  files[3].path = source->taesd != NULL ? g_strdup (source->taesd)
                                        : sf_model_path_find_taesd (files[0].path);

  for (guint i = 0; i < SF_SESSION_N_FILES; i++)
    if (files[i].path != NULL && !sf_file_stamp_read (&files[i].stamp, files[i].path, error))
      return FALSE;

  return TRUE;
}

static gboolean
are_files_open (const SfSession *self, const SfSessionFile *files)
{
  for (guint i = 0; i < SF_SESSION_N_FILES; i++)
    if (g_strcmp0 (self->files[i].path, files[i].path) != 0
        || (files[i].path != NULL && !sf_file_stamp_equal (&self->files[i].stamp, &files[i].stamp)))
      return FALSE;

  return TRUE;
}

static gboolean
open_files (SfSession *self, SfSessionFile *files, SfPrecision precision, GError **error)
{
  const SfCheckpointParts parts = { .vae = files[1].path,
                                    .text_encoder = files[2].path,
                                    .taesd = files[3].path };
  const SfFormat format = precision == SF_PRECISION_F32 ? SF_FORMAT_F32 : SF_FORMAT_F16;
  g_autoptr (SfCheckpoint) checkpoint = sf_checkpoint_open_with (files[0].path, &parts, error);
  g_autoptr (SfModel) opened = NULL;

  if (checkpoint == NULL)
    return FALSE;
  opened = sf_model_open (self->device, checkpoint, format, error);
  if (opened == NULL || !check_model (opened, files[0].path, error))
    return FALSE;

  self->model = g_steal_pointer (&opened);
  self->precision = precision;
  for (guint i = 0; i < SF_SESSION_N_FILES; i++)
    {
      self->files[i].path = g_steal_pointer (&files[i].path);
      self->files[i].stamp = files[i].stamp;
    }

  return TRUE;
}

gboolean
sf_session_open_model (SfSession *self, const SfModelSource *source, GError **error)
{
  SfSessionFile files[SF_SESSION_N_FILES] = { 0 };
  gboolean opened = find_files (source, files, error) && sf_session_open_device (self, error);

  self->memory = get_wanted_memory (self);

  if (opened && self->tokenizer == NULL)
    opened = (self->tokenizer = sf_tokenizer_new (error)) != NULL;

  if (opened
      && (self->model == NULL || self->precision != source->precision
          || !are_files_open (self, files)))
    {
      /* The old one first: two may not fit into the device. */
      close_model (self);
      opened = open_files (self, files, source->precision, error);
    }
  clear_files (files);

  return opened;
}

gboolean
sf_session_open_painter (SfSession *self, const SfModelSource *source, GError **error)
{
  const SfModelConfig *config;

  if (!sf_session_open_model (self, source, error))
    return FALSE;

  config = sf_model_get_config (self->model);
  if (!sf_model_config_check_paints (config, error))
    {
      g_prefix_error (error, _ ("%s cannot paint: "), self->files[0].path);
      return FALSE;
    }
  if (config->vae.image_channels == 3)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("the model %s makes pictures of %u channels, and only 3 are supported"),
               self->files[0].path, config->vae.image_channels);
  return FALSE;
}

gboolean
sf_session_choose_size (SfSession *self, guint width, guint height, guint *chosen_width,
                        guint *chosen_height, GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->model);
  const guint multiple = config->size_multiple;

  *chosen_width = width != 0 ? width : config->family.native_size;
  *chosen_height = height != 0 ? height : config->family.native_size;
  if (*chosen_width % multiple == 0 && *chosen_height % multiple == 0
      && MAX (*chosen_width, *chosen_height) <= SF_REQUEST_MAX_SIZE)
    return TRUE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      _ ("%u×%u pixels were asked for, and the model's sizes are multiples of %u up to %d"),
      *chosen_width, *chosen_height, multiple, SF_REQUEST_MAX_SIZE);
  return FALSE;
}

static double
count_flop (SfSession *self, const SfPartSize *size)
{
  g_autoptr (SfGraph)
      graph = sf_model_config_build (sf_model_get_config (self->model), size, SF_FORMAT_F32);

  return sf_graph_get_flop (graph);
}

/* Where parts take turns, and of the decoder in strips, nothing is kept ready but pipelines. */
static gboolean
prepare_parts (SfSession *self, const GArray *parts, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < parts->len; i++)
    {
      const SfPartSize *size = &g_array_index (parts, SfPartSize, i);
      const gboolean tiled = size->part == SF_PART_VAE_DECODER
                             && sf_model_tiles (self->model, size,
                                                sf_session_get_tiling (self, self->tiling));
      SfCost cost;

      if (self->plan.mode != SF_MEMORY_NORMAL
              ? !sf_model_estimate (self->model, size, &cost, error)
              : !tiled && sf_model_get_program (self->model, size, cancellable, error) == NULL)
        return FALSE;
    }

  return TRUE;
}

/* The part of the steps in which a pass with these blocks of the UNet runs. */
static double
get_share (SfUnetBlocks blocks, guint step_cache)
{
  const double share = 1.0 / step_cache;

  return blocks == SF_UNET_OUTER ? 1.0 - share : share;
}

gboolean
sf_session_prepare (SfSession *self, const SfPictureSize *size, const SfPassSize *passes,
                    guint n_passes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) parts = sf_session_list_parts (self, size, passes, n_passes);
  g_autoptr (GError) local_error = NULL;
  double decode_flop = 0.0, step_flop = 0.0;
  gboolean prepared = sf_session_use_memory (self, parts, size->tiling, &local_error)
                      && prepare_parts (self, parts, cancellable, &local_error);

  while (!prepared && sf_session_step_down (self, local_error))
    {
      g_clear_error (&local_error);
      prepared = prepare_parts (self, parts, cancellable, &local_error);
    }
  if (!prepared)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  for (guint i = 0; i < parts->len; i++)
    {
      const SfPartSize *part = &g_array_index (parts, SfPartSize, i);

      if (part->part == SF_PART_UNET)
        step_flop += get_share (part->unet_blocks, size->step_cache) * count_flop (self, part);
      else if (part->part == SF_PART_VAE_DECODER)
        decode_flop += count_flop (self, part);
    }
  if (self->size.width != size->width || self->size.height != size->height
      || self->step_flop != step_flop)
    self->tempo = (SfTempo){ .decode_cost = decode_flop / step_flop };
  self->size = *size;
  self->step_flop = step_flop;

  return TRUE;
}

/* What follows the first end token is @pad_id. */
static void
encode_padded (SfTokenizer *tokenizer, const char *prompt, gint32 pad_id,
               gint32 ids[SF_TOKENIZER_CONTEXT])
{
  guint end = 0;

  sf_tokenizer_encode_77 (tokenizer, prompt, ids);
  while (end < SF_TOKENIZER_CONTEXT && ids[end] != SF_TOKENIZER_END)
    end++;
  for (guint i = end + 1; i < SF_TOKENIZER_CONTEXT; i++)
    ids[i] = pad_id;
}

SfArray *
sf_session_encode_prompts (SfSession *self, const char *const *prompts, guint n_prompts,
                           guint clip_skip, GCancellable *cancellable, GError **error)
{
  const gint32 pad_id = (gint32) sf_model_get_config (self->model)->clip.pad_id;
  g_autofree gint32 *ids = g_new (gint32, (gsize) n_prompts * SF_TOKENIZER_CONTEXT);
  const SfTextInput input = { .ids = ids, .n_prompts = n_prompts, .clip_skip = clip_skip };

  for (guint i = 0; i < n_prompts; i++)
    encode_padded (self->tokenizer, prompts[i], pad_id, ids + (gsize) i * SF_TOKENIZER_CONTEXT);

  return sf_model_encode_text (self->model, &input, cancellable, error);
}

static GBytes *
make_encoding_key (const SfPromptChunk *chunk, guint clip_skip)
{
  gint32 key[SF_TOKENIZER_CONTEXT + 1];

  memcpy (key, chunk->ids, sizeof chunk->ids);
  key[SF_TOKENIZER_CONTEXT] = (gint32) clip_skip;
  return g_bytes_new (key, sizeof key);
}

static SfArray *
encode_chunk (SfSession *self, const SfPromptChunk *chunk, guint clip_skip,
              GCancellable *cancellable, GError **error)
{
  g_autofree SfTokenVector *vectors = g_new (SfTokenVector, chunk->n_replacements + 1);

  for (guint i = 0; i < chunk->n_replacements; i++)
    {
      const SfPromptReplacement *replacement = &chunk->replacements[i];
      const SfArray *embedding = replacement->embedding;

      vectors[i] = (SfTokenVector){
        .position = replacement->position,
        .vector = embedding->data + replacement->index * embedding->dims[1],
      };
    }

  return sf_model_encode_text (self->model,
                               &(SfTextInput){ .ids = chunk->ids,
                                               .n_prompts = 1,
                                               .clip_skip = clip_skip,
                                               .vectors = vectors,
                                               .n_vectors = chunk->n_replacements },
                               cancellable, error);
}

SfArray *
sf_session_encode_chunk (SfSession *self, const SfPromptChunk *chunk, guint clip_skip,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) key = make_encoding_key (chunk, clip_skip);
  SfArray *encoding;

  /* What replaced tokens were replaced with is no part of the key. */
  if (chunk->n_replacements > 0)
    return encode_chunk (self, chunk, clip_skip, cancellable, error);

  encoding = g_hash_table_lookup (self->encodings, key);
  if (encoding != NULL)
    return sf_array_ref (encoding);

  encoding = encode_chunk (self, chunk, clip_skip, cancellable, error);
  if (encoding == NULL)
    return NULL;

  if (g_hash_table_size (self->encodings) >= MAX_ENCODINGS)
    g_hash_table_remove_all (self->encodings);
  g_hash_table_insert (self->encodings, g_steal_pointer (&key), sf_array_ref (encoding));
  return encoding;
}

void
sf_session_note_memory (SfSession *self)
{
  if (self->device == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->peak_bytes = MAX (self->peak_bytes, sf_device_get_peak_bytes (self->device));
  g_mutex_unlock (&self->lock);
}

void
sf_session_recover (SfSession *self, const GError *error)
{
  if (g_error_matches (error, SF_VK_ERROR, SF_VK_ERROR_DEVICE_LOST))
    close_device (self);
  else if (g_error_matches (error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY))
    close_model (self);
}
