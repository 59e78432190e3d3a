/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-model-hash.h"
#include "engine/sf-request.h"
#include "models/sf-model.h"
#include "text/sf-tokenizer.h"

G_BEGIN_DECLS

/* What the networks are made ready for. */
typedef struct
{
  guint width; /* pixels */
  guint height;
  guint halves; /* batch of the UNet: 2 with guidance, else 1 */
  guint clip_skip;
} SfPictureSize;

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
  char *model_path;
  SfFileStamp model_stamp;
  SfFormat model_format;
  SfPictureSize size; /* the last one prepared */
  SfTempo tempo;

  SfTokenizer *tokenizer;

  /* Under the lock, for any thread. */
  GMutex lock;
  char *wanted_selector;
  char *device_name;
  guint64 peak_bytes;
} SfSession;

SfSession *sf_session_new (const char *device_selector) G_GNUC_WARN_UNUSED_RESULT;
void sf_session_free (SfSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSession, sf_session_free)

/* Any thread: the device for the next sf_session_open_device(). */
void sf_session_select_device (SfSession *self, const char *device_selector);
char *sf_session_dup_device_name (SfSession *self) G_GNUC_WARN_UNUSED_RESULT;
guint64 sf_session_get_peak_bytes (SfSession *self);

/* Opens the selected device unless it is open. A change of device closes the model. */
gboolean sf_session_open_device (SfSession *self, GError **error);

/* Opens device, tokenizer and the model that @model means (sf_model_path_find()) unless that very file is
 * open in this precision. */
gboolean sf_session_open_model (SfSession *self, const char *model, SfPrecision precision,
                                GError **error);

/* The same, and an error unless the model paints pictures from prompts. */
gboolean sf_session_open_painter (SfSession *self, const char *model, SfPrecision precision,
                                  GError **error);

/* The size in pixels of a picture for which @width and @height were asked, 0 meaning the model's own; an error when the
 * model cannot make it. */
gboolean sf_session_choose_size (SfSession *self, guint width, guint height, guint *chosen_width,
                                 guint *chosen_height, GError **error);

/* Uploads, records and compiles everything for pictures of a size, so that their making only runs. The size must fit the
 * model. Starts the tempo anew when the size is another. */
gboolean sf_session_prepare (SfSession *self, const SfPictureSize *size, GCancellable *cancellable,
                             GError **error);

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
