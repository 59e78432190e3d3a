/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-session.h"

#include "engine/sf-model-path.h"

SfSession *
sf_session_new (const char *device_selector)
{
  SfSession *self = g_new0 (SfSession, 1);

  g_mutex_init (&self->lock);
  self->wanted_selector = g_strdup (device_selector);

  return self;
}

static void
close_model (SfSession *self)
{
  sf_session_note_memory (self);
  g_clear_pointer (&self->model, sf_model_free);
  g_clear_pointer (&self->model_path, g_free);
  self->size = (SfPictureSize){ 0 };
  self->tempo = (SfTempo){ 0 };
}

static void
close_device (SfSession *self)
{
  close_model (self);
  g_clear_pointer (&self->device, sf_device_unref);
  g_clear_pointer (&self->device_selector, g_free);
}

void
sf_session_free (SfSession *self)
{
  if (self == NULL)
    return;

  close_device (self);
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
                 "the model %s reads %u tokens at a time, and only %u are supported", path,
                 config->clip.positions, SF_TOKENIZER_CONTEXT);
  else if (config->clip.vocabulary < SF_TOKENIZER_VOCABULARY)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "the model %s knows %u tokens, and the tokenizer makes %u", path,
                 config->clip.vocabulary, SF_TOKENIZER_VOCABULARY);
  else
    return TRUE;

  return FALSE;
}

gboolean
sf_session_open_model (SfSession *self, const char *model, SfPrecision precision, GError **error)
{
  const SfFormat format = precision == SF_PRECISION_F32 ? SF_FORMAT_F32 : SF_FORMAT_F16;
  g_autofree char *path = sf_model_path_find (model, error);
  g_autoptr (SfCheckpoint) checkpoint = NULL;
  g_autoptr (SfModel) opened = NULL;
  SfFileStamp stamp;

  if (path == NULL || !sf_file_stamp_read (&stamp, path, error)
      || !sf_session_open_device (self, error))
    return FALSE;

  if (self->tokenizer == NULL && (self->tokenizer = sf_tokenizer_new (error)) == NULL)
    return FALSE;

  if (self->model != NULL && g_str_equal (path, self->model_path) && format == self->model_format
      && sf_file_stamp_equal (&stamp, &self->model_stamp))
    return TRUE;

  /* The old one first: two may not fit into the device. */
  close_model (self);
  checkpoint = sf_checkpoint_open (path, error);
  if (checkpoint == NULL)
    return FALSE;
  opened = sf_model_open (self->device, checkpoint, format, error);
  if (opened == NULL || !check_model (opened, path, error))
    return FALSE;

  self->model = g_steal_pointer (&opened);
  self->model_path = g_steal_pointer (&path);
  self->model_stamp = stamp;
  self->model_format = format;

  return TRUE;
}

gboolean
sf_session_open_painter (SfSession *self, const char *model, SfPrecision precision, GError **error)
{
  const SfModelConfig *config;

  if (!sf_session_open_model (self, model, precision, error))
    return FALSE;

  config = sf_model_get_config (self->model);
  if (!sf_model_config_check_paints (config, error))
    {
      g_prefix_error (error, "%s cannot paint: ", self->model_path);
      return FALSE;
    }
  if (config->vae.image_channels == 3)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "the model %s makes pictures of %u channels, and only 3 are supported",
               self->model_path, config->vae.image_channels);
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

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%u×%u pixels were asked for, and the model's sizes are multiples of %u up to %d",
               *chosen_width, *chosen_height, multiple, SF_REQUEST_MAX_SIZE);
  return FALSE;
}

gboolean
sf_session_prepare (SfSession *self, const SfPictureSize *size, GCancellable *cancellable,
                    GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->model);
  const guint factor = config->vae.size_factor;
  const SfPartSize parts[] = {
    { .part = SF_PART_TEXT,
      .batch = size->halves,
      .tokens = config->clip.positions,
      .clip_skip = size->clip_skip },
    { .part = SF_PART_UNET,
      .batch = size->halves,
      .height = size->height / factor,
      .width = size->width / factor,
      .tokens = config->clip.positions },
    { .part = SF_PART_VAE_DECODER,
      .batch = 1,
      .height = size->height / factor,
      .width = size->width / factor },
  };
  double flop[G_N_ELEMENTS (parts)];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (SfGraph) graph = sf_model_config_build (config, &parts[i], SF_FORMAT_F32);

      /* In strips, nothing of the decoder is kept ready. */
      if (!(parts[i].part == SF_PART_VAE_DECODER
            && sf_model_tiles (self->model, &parts[i], SF_TILING_AUTO))
          && sf_model_get_program (self->model, &parts[i], cancellable, error) == NULL)
        return FALSE;
      flop[i] = sf_graph_get_flop (graph);
    }

  if (self->size.width != size->width || self->size.height != size->height
      || self->size.halves != size->halves)
    self->tempo = (SfTempo){ .decode_cost = flop[2] / flop[1] };
  self->size = *size;

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
