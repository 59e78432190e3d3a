/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/sf-model.h"
#include "models/sf-program-cache.h"

G_BEGIN_DECLS

/* For the files of SfModel only. */
struct _SfModel
{
  SfDevice *device;
  SfCheckpoint *checkpoint;
  SfModelConfig config;
  SfArena *arena; /* of all programs */
  gboolean turns; /* the device holds one part at a time */
  SfPart part;    /* whose turn it is */
  SfProgramCache *programs;
  SfProgramCache *wide_programs; /* f32, of the VAE; NULL until f16 was too narrow for it */
};

/* Before anything of a part runs: where parts take turns, the others leave the device. */
void sf_model_begin_turn (SfModel *self, SfPart part);

/* @n_dims dimensions, none of them empty, with @extent in place @dim. @what names it: "latent". */
gboolean sf_model_check_shape (const SfArray *array, const char *what, guint n_dims, guint dim,
                               gsize extent, GError **error);

/* The last two dimensions of four are multiples of @multiple. */
gboolean sf_model_check_multiples (const SfArray *array, const char *what, guint multiple,
                                   GError **error);

G_END_DECLS
