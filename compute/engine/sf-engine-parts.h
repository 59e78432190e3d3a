/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-engine.h"
#include "models/sf-model-kind.h"

G_BEGIN_DECLS

/* Single networks of a model, for comparison and measurement. All wait; all arrays are NCHW f32. */

/* Contexts of some prompts: [n_prompts, 77, width]. */
SfArray *sf_engine_run_text (SfEngine *self, const char *model, SfPrecision precision,
                             const char *const *prompts, guint clip_skip, GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One UNet pass. @latent: [batch, channels, h, w], already scaled as the network wants it. @timesteps: one for each
 * batch entry, or one for all. @context: [batch, tokens, width]. Returns [batch, 4, h, w]. */
SfArray *sf_engine_run_unet (SfEngine *self, const char *model, SfPrecision precision,
                             const SfArray *latent, const double *timesteps, guint n_timesteps,
                             const SfArray *context, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @latent: [batch, 4, h, w], scaled by the model's factor (0.18215), as the sampler leaves it.
 * @tiling as SfRequest's vae_tiling. Returns [batch, 3, 8h, 8w]. */
SfArray *sf_engine_run_vae_decode (SfEngine *self, const char *model, SfPrecision precision,
                                   const SfArray *latent, SfSwitch tiling,
                                   GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @image: [batch, 3, H, W] in -1 … 1. Returns the moments [batch, 8, H/8, W/8]: mean and unclamped
 * log variance, unscaled. */
SfArray *sf_engine_run_vae_encode (SfEngine *self, const char *model, SfPrecision precision,
                                   const SfArray *image, SfSwitch tiling, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The tiny autoencoder; @model may be a file of it alone. @latent: as above. Returns [batch, 3, 8h, 8w] in 0 … 1. */
SfArray *sf_engine_run_taesd_decode (SfEngine *self, const char *model, SfPrecision precision,
                                     const SfArray *latent, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @image: [batch, 3, H, W] in 0 … 1. Returns [batch, 4, H/8, W/8], scaled. */
SfArray *sf_engine_run_taesd_encode (SfEngine *self, const char *model, SfPrecision precision,
                                     const SfArray *image, GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is in a model file, without a device. */
typedef struct
{
  char *path;
  char *name; /* from the metadata, or the file name */
  SfModelKind kind;
  char *family;       /* "SD 1.x"; of a file without a UNet, what there is: "VAE" */
  char *prediction;   /* "epsilon", "v", "none" */
  char *refusal;      /* why it cannot paint pictures from prompts, or NULL if it can */
  const char *format; /* static: "safetensors", "PyTorch", "GGUF", "diffusers" */
  char *precision;    /* "F16" */
  guint n_tensors;
  guint64 n_parameters;
  guint64 file_bytes;
  guint native_size; /* pixels that suit it best, 0 without a UNet */
} SfModelInfo;

void sf_model_info_free (SfModelInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfModelInfo, sf_model_info_free)

/* An error for what is no part of Stable Diffusion 1 or 2. */
SfModelInfo *sf_engine_inspect (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same of every file that can be read. The refusal says why it cannot be used as what it is: a VAE need not paint.
 * Of family, prediction and size there is what can be told, else NULL or 0; embeddings have neither format nor
 * precision. An error is for what cannot be read. */
SfModelInfo *sf_engine_identify (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* SHA-256 of a model file, 64 hex digits. Reads the whole file the first time and remembers the result, so it
 * is apart from sf_engine_inspect(), which reads little. Any thread. */
char *sf_engine_hash_model (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The first 8 digits of the SHA-256 of the 64 KiB at 1 MiB alone, as pictures of A1111 before 1.0 name their models
 * (modules/sd_models.py model_hash). Any thread. */
char *sf_engine_hash_model_briefly (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Measurement of one network. */
typedef struct
{
  char *part; /* "text", "unet", "vae" */
  char *
      kernels; /* what computes it and why: "direct, through texel buffers; the device is a processor" */
  double seconds; /* median of the runs */
  /* On CPU devices the median of the processor time over the number of processors: what the run would take on a machine
   * that does nothing else. Elsewhere 0. */
  double free_seconds;
  double flop;  /* of the operations as they are defined; convolutions may take fewer */
  double bytes; /* least traffic of all dispatches */
  guint64 peak_device_bytes;
  GPtrArray *operations; /* of SfOperationTiming, or NULL */
} SfBenchPart;

typedef struct
{
  char *label;
  char *shader;
  double flop;
  double bytes;
  double seconds;
  double free_seconds; /* as in SfBenchPart */
} SfOperationTiming;

/* FLOP a second that this machine's processors could do at most, measured now; 0 where that is not known. */
double sf_engine_measure_peak (void);

/* @width and @height may be 0 for the model's own size. @part: "unet" (one guided step: batch 2), "vae" (decoding), "text" or "all". Element type
 * SfBenchPart, freed with the array. */
GPtrArray *sf_engine_bench (SfEngine *self, const char *model, SfPrecision precision, guint width,
                            guint height, const char *part, guint repeat, gboolean per_operation,
                            GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The memory plan of a part's graph at a size, as text; @part is not "all". */
char *sf_engine_dump_plan (SfEngine *self, const char *model, SfPrecision precision, guint width,
                           guint height, const char *part, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
