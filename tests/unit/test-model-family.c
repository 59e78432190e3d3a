/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which kind of model a checkpoint is, from its UNet's sizes and the few tensors that tell the rest. */

#include "models/sf-model-config.h"

#include "safetensors-file.h"

#define SHIFTS "model.diffusion_model.output_blocks.0.1.transformer_blocks.0.norm1.bias"

/* The bytes 0 … 15 are halves with a standard deviation of 0.0001. */
#define SMALL_SHIFTS TENSOR (SHIFTS, "F16", "[8]", 0, 16)
#define NOTHING TENSOR ("nothing", "F16", "[8]", 0, 16)
#define MARK(name) TENSOR (name, "F16", "[8]", 0, 16)

typedef struct
{
  const char *what;
  const char *header; /* without braces */
  guint in_channels;
  gboolean is_sd2;
  const char *name;
  gboolean needs_more;
  gboolean predicts_v;
  gboolean zero_terminal_snr;
  guint native_size;
} Case;

static const Case cases[] = {
  { "sd1", NOTHING, 4, FALSE, "SD 1.x", FALSE, FALSE, FALSE, 512 },
  { "sd1-inpainting", NOTHING, 9, FALSE, "SD 1.x inpainting", TRUE, FALSE, FALSE, 512 },
  { "sd1-pix2pix", NOTHING, 8, FALSE, "SD 1.x pix2pix", TRUE, FALSE, FALSE, 512 },
  { "sd1-v", MARK ("v_pred"), 4, FALSE, "SD 1.x", FALSE, TRUE, FALSE, 512 },
  { "sd1-zero-snr", MARK ("ztsnr"), 4, FALSE, "SD 1.x", FALSE, FALSE, TRUE, 512 },
  { "sd2-base", SMALL_SHIFTS, 4, TRUE, "SD 2.x", FALSE, FALSE, FALSE, 512 },
  { "sd2-without-shifts", NOTHING, 4, TRUE, "SD 2.x", FALSE, FALSE, FALSE, 512 },
  { "sd2-inpainting", SMALL_SHIFTS, 9, TRUE, "SD 2.x inpainting", TRUE, FALSE, FALSE, 512 },
  { "sd2-depth", SMALL_SHIFTS, 5, TRUE, "SD 2.x depth", TRUE, FALSE, FALSE, 512 },
  { "sd2-unclip", MARK ("model.diffusion_model.label_emb.0.0.weight"), 4, TRUE, "SD 2.x unCLIP",
    TRUE, FALSE, FALSE, 512 },
  { "stated-v", "\"__metadata__\":{\"modelspec.prediction_type\":\"v\"}," SMALL_SHIFTS, 4, TRUE,
    "SD 2.x", FALSE, TRUE, FALSE, 768 },
  { "stated-as-diffusers", "\"__metadata__\":{\"prediction_type\":\"v_prediction\"}," NOTHING, 4,
    TRUE, "SD 2.x", FALSE, TRUE, FALSE, 768 },
  { "stated-epsilon", "\"__metadata__\":{\"prediction_type\":\"epsilon\"}," MARK ("v_pred"), 4,
    FALSE, "SD 1.x", FALSE, FALSE, FALSE, 512 },
};

static SfUnetConfig
make_unet (guint in_channels, gboolean is_sd2)
{
  return (SfUnetConfig){
    .in_channels = in_channels,
    .out_channels = 4,
    .model_channels = 8,
    .heads = is_sd2 ? 0 : 8,
    .head_size = is_sd2 ? 64 : 0,
    .n_output = 1,
    .output = { { .channels = 8, .transformer_depth = 1 } },
  };
}

static SfCheckpoint *
open_checkpoint (TemporaryFolder *folder, const char *header)
{
  g_autofree char *braced = g_strdup_printf ("{%s}", header);
  g_autofree char *path = write_safetensors (folder, braced, 16);
  g_autoptr (GError) error = NULL;
  SfCheckpoint *checkpoint = sf_checkpoint_open (path, &error);

  g_assert_no_error (error);
  return checkpoint;
}

static void
test_cases (TemporaryFolder *folder, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      const SfUnetConfig unet = make_unet (c->in_channels, c->is_sd2);
      g_autoptr (SfCheckpoint) checkpoint = open_checkpoint (folder, c->header);
      g_autoptr (GError) error = NULL;
      SfModelFamily family;

      g_test_message ("%s", c->what);
      sf_model_family_read (&family, &unet, checkpoint, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (family.name, ==, c->name);
      g_assert_true ((family.needs != NULL) == c->needs_more);
      g_assert_true (family.predicts_v == c->predicts_v);
      g_assert_true (family.zero_terminal_snr == c->zero_terminal_snr);
      g_assert_cmpuint (family.native_size, ==, c->native_size);
    }
}

static void
test_unknown (TemporaryFolder *folder, gconstpointer data)
{
  const SfUnetConfig unet = make_unet (7, FALSE);
  g_autoptr (SfCheckpoint) checkpoint = open_checkpoint (folder, NOTHING);
  g_autoptr (GError) error = NULL;
  SfModelFamily family;

  g_assert_false (sf_model_family_read (&family, &unet, checkpoint, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* Files that hold nothing of Stable Diffusion 1 or 2 are refused with a sentence that says what they are. */
static void
test_refusals (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    const char *header;
    const char *message;
  } files[] = {
    { NOTHING, "no part of Stable Diffusion" },
    { MARK ("conditioner.embedders.1.model.ln_final.weight"), "Stable Diffusion XL" },
    { MARK ("model.diffusion_model.input_blocks.0.0.weight"), "impossible shape" },
    { MARK ("first_stage_model.decoder.conv_in.weight"), "no VAE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (SfCheckpoint) checkpoint = open_checkpoint (folder, files[i].header);
      g_autoptr (GError) error = NULL;
      SfModelConfig config;

      g_assert_false (sf_model_config_read (&config, checkpoint, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, files[i].message));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/model-family/cases", TemporaryFolder, NULL, temporary_folder_set_up, test_cases,
              temporary_folder_tear_down);
  g_test_add ("/model-family/unknown", TemporaryFolder, NULL, temporary_folder_set_up, test_unknown,
              temporary_folder_tear_down);
  g_test_add ("/model-family/refusals", TemporaryFolder, NULL, temporary_folder_set_up,
              test_refusals, temporary_folder_tear_down);
  return g_test_run ();
}
