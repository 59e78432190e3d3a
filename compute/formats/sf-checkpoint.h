/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-info.h"

G_BEGIN_DECLS

/**
 * SfCheckpoint: the named tensors of a model, whatever its format.
 *
 * A model is a file of any format that SfTensorFile knows, told from its contents,
 * or a folder as diffusers keeps it (formats/sf-model-folder.h). Whatever names it
 * uses, tensors are listed under those of the original single files:
 *
 *   model.diffusion_model.…              the UNet
 *   first_stage_model.…                  the VAE
 *   cond_stage_model.transformer.…       the text encoder of SD 1
 *   cond_stage_model.model.…             that of SD 2, in OpenCLIP's names
 *   taesd_encoder.N.…, taesd_decoder.N.… the tiny autoencoder, N as in its author's files
 *
 * A file of one part only (a VAE, a tiny autoencoder) opens as well. Averaged
 * copies of the weights ("model_ema.…") that training leaves behind are not
 * listed. Reference counted (atomic), immutable; any thread may read.
 */
typedef struct _SfCheckpoint SfCheckpoint;

/* Files of single parts, each NULL or a path. A part replaces the whole of what the model has of it; a path
 * may also be a whole model, whose part is then taken. */
typedef struct
{
  const char *vae;
  const char *text_encoder;
  const char *taesd;
} SfCheckpointParts;

SfCheckpoint *sf_checkpoint_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @parts may be NULL. */
SfCheckpoint *sf_checkpoint_open_with (const char *path, const SfCheckpointParts *parts,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
SfCheckpoint *sf_checkpoint_ref (SfCheckpoint *self);
void sf_checkpoint_unref (SfCheckpoint *self);

const char *sf_checkpoint_get_path (const SfCheckpoint *self);
/* "safetensors", "PyTorch", "GGUF" or "diffusers". */
const char *sf_checkpoint_get_format (const SfCheckpoint *self);

guint sf_checkpoint_get_n_tensors (const SfCheckpoint *self);
const SfTensorInfo *sf_checkpoint_get_tensor (const SfCheckpoint *self, guint index);
const SfTensorInfo *sf_checkpoint_find (const SfCheckpoint *self, const char *name);

/* Values in all tensors of floats. */
guint64 sf_checkpoint_get_n_parameters (const SfCheckpoint *self);
/* The type that most of these values have. */
SfDtype sf_checkpoint_get_dtype (const SfCheckpoint *self);

/* NULL when the model says nothing under that key. A folder says "prediction_type" as its scheduler does. */
const char *sf_checkpoint_get_metadata (const SfCheckpoint *self, const char *key);

/* Reads a tensor that must have just these extents, up to trailing ones: a linear
 * layer may be stored as a 1×1 convolution. @values has room for their product. */
gboolean sf_checkpoint_read_f32 (const SfCheckpoint *self, const char *name, guint n_dims,
                                 const gsize *dims, float *values, GError **error);
gboolean sf_checkpoint_read_f16 (const SfCheckpoint *self, const char *name, guint n_dims,
                                 const gsize *dims, guint16 *halves, GError **error);

/* Gives back the memory of what has been read; it can be read again. Any thread. */
void sf_checkpoint_forget (const SfCheckpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfCheckpoint, sf_checkpoint_unref)

G_END_DECLS
