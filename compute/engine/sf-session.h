/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-model-hash.h"
#include "engine/sf-request.h"
#include "models/sf-model.h"
#include "text/sf-tokenizer.h"

G_BEGIN_DECLS

/* Which files a model is read from, and how it is stored on the device. */
typedef struct
{
  const char *model; /* as sf_model_path_find() takes it */
  const char *vae;   /* files of other parts, or NULL for those of the model */
  const char *text_encoder;
  const char *taesd; /* or NULL for that beside the model, see sf_model_path_find_taesd() */
  SfPrecision precision;
} SfModelSource;

/* The files of a source in its order, with path NULL where there is none. */
#define SF_SESSION_N_FILES 4
typedef struct
{
  char *path;
  SfFileStamp stamp;
} SfSessionFile;

/* What the networks are made ready for. */
typedef struct
{
  guint width; /* pixels */
  guint height;
  guint clip_skip;
  SfTiling tiling;        /* of the VAE */
  gboolean tiny_previews; /* the tiny decoder runs as well */
  guint step_cache;       /* as SfRequest's */
} SfPictureSize;

/* A pass of the UNet at a size. */
typedef struct
{
  guint batch;
  guint tokens;
} SfPassSize;

/* What is known of the speed at that size, for guesses of the time left; 0: not measured yet. */
typedef struct
{
  double step_seconds;
  double decode_seconds;
  double decode_cost; /* FLOP of a decoding over that of a UNet pass */
} SfTempo;

/**
 * SfSession: what the engine's thread keeps open from request to request: device,
 * model, tokenizer.
 *
 * Used on the engine's thread, but for the functions that say otherwise.
 */
typedef struct
{
  SfDevice *device;
  char *device_selector; /* that the device was opened with */

  SfModel *model;
  SfSessionFile files[SF_SESSION_N_FILES]; /* that the model was read from */
  SfPrecision precision;
  GHashTable *encodings; /* of chunks, by their ids and clip skip */
  SfPictureSize size;    /* the last one prepared */
  double step_flop;      /* of all passes of a step at that size */
  SfTempo tempo;

  SfMemoryMode memory; /* of the request under way */
  GArray *sizes;       /* SfPartSize: the networks that memory was planned for */
  SfTiling tiling;
  SfMemoryPlan plan;

  SfTokenizer *tokenizer;

  int finish_early; /* atomic: the picture in work is good as it is */

  /* Under the lock, for any thread. */
  GMutex lock;
  char *wanted_selector;
  SfMemoryMode wanted_memory;
  char *device_name;
  guint64 peak_bytes;
} SfSession;

/* What a request's switch means. */
SfTiling sf_session_choose_tiling (SfSwitch tiling);

/* What a request's networks are made ready for, at the size that was chosen. */
SfPictureSize sf_session_get_picture_size (const SfRequest *request, guint width, guint height);

SfSession *sf_session_new (const char *device_selector) G_GNUC_WARN_UNUSED_RESULT;
void sf_session_free (SfSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSession, sf_session_free)

/* Any thread: the device for the next sf_session_open_device(); the memory mode for the next sf_session_open_model(). */
void sf_session_select_device (SfSession *self, const char *device_selector);
void sf_session_select_memory (SfSession *self, SfMemoryMode memory);
char *sf_session_dup_device_name (SfSession *self) G_GNUC_WARN_UNUSED_RESULT;
guint64 sf_session_get_peak_bytes (SfSession *self);

/* Opens the selected device unless it is open. A change of device closes the model. */
gboolean sf_session_open_device (SfSession *self, GError **error);

/* Opens device, tokenizer and the model that @source means unless that very model is open. */
gboolean sf_session_open_model (SfSession *self, const SfModelSource *source, GError **error);

/* The same, and an error unless the model paints pictures from prompts. */
gboolean sf_session_open_painter (SfSession *self, const SfModelSource *source, GError **error);

/* The size in pixels of a picture for which @width and @height were asked, 0 meaning the model's own; an error when the
 * model cannot make it. */
gboolean sf_session_choose_size (SfSession *self, guint width, guint height, guint *chosen_width,
                                 guint *chosen_height, GError **error);

/* The networks of a picture, those of sf_session_prepare(). Element type SfPartSize. */
GArray *sf_session_list_parts (SfSession *self, const SfPictureSize *size, const SfPassSize *passes,
                               guint n_passes) G_GNUC_WARN_UNUSED_RESULT;

/* Where weights and activations of networks would go. */
gboolean sf_session_plan_memory (SfSession *self, const GArray *parts, SfTiling tiling,
                                 SfMemoryPlan *plan, GError **error);

/* Plans memory for networks and keeps to that. */
gboolean sf_session_use_memory (SfSession *self, const GArray *parts, SfTiling tiling,
                                GError **error);

/* After device memory ran out: frees it and keeps to a plan for the same networks in a mode that takes less, until the next
 * sf_session_open_model(). FALSE, with nothing changed, after another error and where there is no such mode. */
gboolean sf_session_step_down (SfSession *self, const GError *error);

/* How the VAE works by the plan, if @tiling is asked for. */
SfTiling sf_session_get_tiling (const SfSession *self, SfTiling tiling);

/* Uploads, records and compiles everything for pictures of a size, so that their making only runs: the text encoder, the
 * UNet for the passes of a step, the decoder. The size must fit the model. Starts the tempo anew when a step
 * is another. */
gboolean sf_session_prepare (SfSession *self, const SfPictureSize *size, const SfPassSize *passes,
                             guint n_passes, GCancellable *cancellable, GError **error);

/* The encoding of a chunk, [1, 77, width]. The last ones are kept. */
SfArray *sf_session_encode_chunk (SfSession *self, const SfPromptChunk *chunk, guint clip_skip,
                                  GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Contexts of prompts, [n_prompts, positions, width]. What does not fit into the model's tokens is cut off. */
SfArray *sf_session_encode_prompts (SfSession *self, const char *const *prompts, guint n_prompts,
                                    guint clip_skip, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Takes note of the most device memory used so far. */
void sf_session_note_memory (SfSession *self);

/* After a failed request: closes what cannot be used any more. A lost device goes with everything on it; when
 * device memory ran out, the model's memory is freed. */
void sf_session_recover (SfSession *self, const GError *error);

G_END_DECLS
