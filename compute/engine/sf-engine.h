/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-picture.h"
#include "engine/sf-request.h"
#include "models/sf-memory-mode.h"
#include "samplers/sf-named.h"

G_BEGIN_DECLS

/* A Vulkan device as front ends see it. */
typedef struct
{
  guint index;
  char *name;
  char *driver;
  char *problem; /* why it cannot be used, as "it has Vulkan 1.0 and 1.1 is needed", or NULL */
  char *kind;    /* "discrete", "integrated", "virtual", "cpu", "other" */
  guint64 memory_bytes;
  /* NULL-terminated: the features that matter here, "half storage", "cooperative matrix" … */
  char **features;
} SfEngineDevice;

void sf_engine_device_free (SfEngineDevice *self);

/* Every Vulkan device, the preferred first. Element type SfEngineDevice, freed with the array. */
GPtrArray *sf_engine_list_devices (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The model file that a request's `model` means: NULL or "starter" for the starter model that is
 * installed with the program, else a path. */
char *sf_engine_find_model (const char *model, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file of the tiny decoder beside that file, which is used where a request names none; NULL where there is none.
 * See sf_model_path_find_taesd(). */
char *sf_engine_find_taesd (const char *model) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  SF_STAGE_LOADING,  /* opening the device, reading weights, compiling shaders */
  SF_STAGE_ENCODING, /* the prompts */
  SF_STAGE_SAMPLING,
  SF_STAGE_DECODING,
} SfStage;

typedef enum
{
  SF_EVENT_STAGE,   /* a stage begins */
  SF_EVENT_STEP,    /* a sampler step is done */
  SF_EVENT_PREVIEW, /* picture is how it looks now */
  SF_EVENT_PICTURE, /* picture is finished (one for each of `count`) */
  SF_EVENT_NOTICE,  /* something was done otherwise than asked */
} SfEventKind;

/* Sent in order. Valid during the call only; take a reference on the picture to keep it. */
typedef struct
{
  SfEventKind kind;
  SfStage stage;
  guint picture_index; /* 0 … picture_count - 1 */
  guint picture_count;
  guint step; /* steps done in this picture */
  guint steps;
  /* of the whole request, from what was measured so far; negative while unknown */
  double seconds_left;
  SfPicture *picture;
  const char *notice; /* a sentence for people */
} SfEvent;

typedef void (*SfEventFunc) (const SfEvent *event, gpointer user_data);

#define SF_TYPE_ENGINE (sf_engine_get_type ())
G_DECLARE_FINAL_TYPE (SfEngine, sf_engine, SF, ENGINE, GObject)

/**
 * SfEngine: paints pictures on a thread of its own.
 *
 * Making one costs nothing: device and model are opened when first needed and kept for the
 * next request. Requests run one after the other. All functions may be called from any
 * thread; they wait their turn.
 *
 * @device: as for `--device`: an index, a part of a name, or NULL for the preferred one.
 */
SfEngine *sf_engine_new (const char *device) G_GNUC_WARN_UNUSED_RESULT;

/* Takes effect with the next request. */
void sf_engine_set_device (SfEngine *self, const char *device);

/* How much of the device's memory is used, from the next request on. */
void sf_engine_set_memory (SfEngine *self, SfMemoryMode memory);

/* The memory modes in the order of SfMemoryMode: "auto", "normal", "low", "lowest". */
const SfNamed *const *sf_memory_mode_list (void);

/* Name of the device in use, or NULL before the first one was opened. */
char *sf_engine_dup_device_name (SfEngine *self) G_GNUC_WARN_UNUSED_RESULT;

/* Most device bytes in use at once since the engine was made. */
guint64 sf_engine_get_peak_device_bytes (SfEngine *self);

/* Opens the device, loads a model and makes it ready for pictures of its own size, ahead of the first request. */
void sf_engine_load_async (SfEngine *self, const char *model, SfPrecision precision,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean sf_engine_load_finish (SfEngine *self, GAsyncResult *result, GError **error);

/* Paints. @event is called, in order, on the thread-default main context of the caller, all of it before
 * @callback. Cancelling is felt within half a second and ends with G_IO_ERROR_CANCELLED; pictures that were
 * finished have been sent by then. @event_data must live until @callback. */
void sf_engine_generate_async (SfEngine *self, const SfRequest *request, SfEventFunc event,
                               gpointer event_data, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* The finished pictures. Element type SfPicture, unreferenced with the array. */
GPtrArray *sf_engine_generate_finish (SfEngine *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same, waiting; @event is called on the engine's thread. */
GPtrArray *sf_engine_generate (SfEngine *self, const SfRequest *request, SfEventFunc event,
                               gpointer event_data, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The picture in work is finished with its next step, as it is then, and the request goes on with the next picture. The
 * infotext says after how many steps ("Stopped after"). Any thread. */
void sf_engine_finish_early (SfEngine *self);

G_END_DECLS
