/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/sf-unet.h"

G_BEGIN_DECLS

/* Which kind of Stable Diffusion a checkpoint is. */
typedef struct
{
  const char *name; /* static: "SD 1.x", "SD 2.x inpainting" */
  const char
      *needs; /* static: what it paints from besides a prompt, "a picture and a mask"; or NULL */
  guint native_size;          /* pixels a side that suit it best */
  gboolean predicts_v;        /* v in place of epsilon */
  gboolean zero_terminal_snr; /* trained with a last noise level that is pure noise */
} SfModelFamily;

/* Told from @unet, from the values of a tensor where nothing else tells v from epsilon, and from what
 * the file says of itself. An error for what is no Stable Diffusion 1 or 2. */
gboolean sf_model_family_read (SfModelFamily *family, const SfUnetConfig *unet,
                               SfCheckpoint *checkpoint, GError **error);

G_END_DECLS
