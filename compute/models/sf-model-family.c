/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-model-family.h"

#include "models/sf-dimensions.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define SD_SIZE 512
#define SD2_V_SIZE 768
#define CLASS_EMBEDDING SF_UNET_SCOPE ".label_emb.0.0.weight"

/* Standard deviations from here on are those of Stable Diffusion 2 models that predict v. */
#define LEAST_V_DEVIATION 0.09

/* By the channels that the UNet takes: the latent's, and what is put beside it. */
static const struct
{
  guint in_channels;
  const char *names[2]; /* of SD 1, of SD 2 */
  const char *needs;
} kinds[] = {
  { 4, { "SD 1.x", "SD 2.x" }, NULL },
  { 5, { "SD 1.x depth", "SD 2.x depth" }, N_ ("a depth map") },
  { 8, { "SD 1.x pix2pix", "SD 2.x pix2pix" }, N_ ("a picture to edit") },
  { 9, { "SD 1.x inpainting", "SD 2.x inpainting" }, N_ ("a picture and a mask") },
};

static gboolean
find_kind (SfModelFamily *family, guint in_channels, gboolean is_sd2)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].in_channels == in_channels)
      {
        family->name = kinds[i].names[is_sd2];
        family->needs = kinds[i].needs;
        return TRUE;
      }

  return FALSE;
}

/* The last norm before self-attention that the UNet runs through: its shifts are larger when it was trained to
 * predict v (ComfyUI: supported_models.py, SD20). */
static gboolean
shifts_tell_v (const SfUnetConfig *unet, SfCheckpoint *checkpoint)
{
  const guint last = unet->n_output - 1;
  const gsize dims[] = { unet->output[last].channels };
  g_autofree char *name = g_strdup_printf (SF_UNET_SCOPE
                                           ".output_blocks.%u.1.transformer_blocks.0.norm1.bias",
                                           last);
  g_autofree float *shifts = g_new (float, dims[0]);
  double sum = 0, squares = 0, mean;

  if (unet->output[last].transformer_depth == 0
      || !sf_checkpoint_read_f32 (checkpoint, name, 1, dims, shifts, NULL))
    return FALSE;

  for (gsize i = 0; i < dims[0]; i++)
    {
      sum += shifts[i];
      squares += (double) shifts[i] * shifts[i];
    }
  mean = sum / (double) dims[0];

  return sqrt (MAX (squares / (double) dims[0] - mean * mean, 0)) > LEAST_V_DEVIATION;
}

/* What the file says it predicts: the ModelSpec of Stability AI, or a diffusers scheduler. NULL: nothing. */
static const char *
get_stated_prediction (SfCheckpoint *checkpoint)
{
  const char *stated = sf_checkpoint_get_metadata (checkpoint, "modelspec.prediction_type");

  return stated != NULL ? stated : sf_checkpoint_get_metadata (checkpoint, "prediction_type");
}

static gboolean
read_prediction (const SfModelFamily *family, const SfUnetConfig *unet, gboolean is_sd2,
                 SfCheckpoint *checkpoint)
{
  const char *stated = get_stated_prediction (checkpoint);

  if (g_strcmp0 (stated, "v") == 0 || g_strcmp0 (stated, "v_prediction") == 0)
    return TRUE;
  if (g_strcmp0 (stated, "epsilon") == 0)
    return FALSE;

  return sf_dimensions_has (checkpoint, "v_pred")
         || (is_sd2 && family->needs == NULL && shifts_tell_v (unet, checkpoint));
}

gboolean
sf_model_family_read (SfModelFamily *family, const SfUnetConfig *unet, SfCheckpoint *checkpoint,
                      GError **error)
{
  const gboolean is_sd2 = unet->head_size > 0;

  *family = (SfModelFamily){ 0 };
  if (!find_kind (family, unet->in_channels, is_sd2))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("its UNet takes %u channels, which no known kind of model does"),
                   unet->in_channels);
      return FALSE;
    }
  if (sf_dimensions_has (checkpoint, CLASS_EMBEDDING))
    {
      family->name = "SD 2.x unCLIP";
      family->needs = N_ ("a picture to vary");
    }

  family->predicts_v = read_prediction (family, unet, is_sd2, checkpoint);
  family->zero_terminal_snr = sf_dimensions_has (checkpoint, "ztsnr");
  family->native_size = is_sd2 && family->predicts_v ? SD2_V_SIZE : SD_SIZE;

  return TRUE;
}
