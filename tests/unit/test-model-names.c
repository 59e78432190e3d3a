/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-checkpoint.h"
#include "formats/sf-model-names.h"

#include <string.h>

#include "safetensors-file.h"

typedef struct
{
  const char *theirs;
  const char *ours;
} Pair;

/* Names of a list that holds all of @pairs become those of the pairs. */
static void
assert_translated (const Pair *pairs, guint n_pairs)
{
  g_autoptr (SfTensorList) from = sf_tensor_list_new ();
  g_autoptr (SfTensorList) to = sf_tensor_list_new ();
  const SfTensorInfo tensor = { .dtype = SF_DTYPE_F32, .n_dims = 1, .dims = { 1 }, .n_values = 1 };

  for (guint i = 0; i < n_pairs; i++)
    sf_tensor_list_add (from, pairs[i].theirs, &tensor);
  sf_model_names_translate (from, NULL, to);
  for (guint i = 0; i < n_pairs; i++)
    {
      if (pairs[i].ours != NULL && sf_tensor_list_find (to, pairs[i].ours) == NULL)
        g_error ("%s did not become %s", pairs[i].theirs, pairs[i].ours);
    }
}

#define UNET "model.diffusion_model."
#define VAE "first_stage_model."

static void
test_unet (void)
{
  static const Pair PAIRS[] = {
    { "conv_in.bias", UNET "input_blocks.0.0.bias" },
    { "time_embedding.linear_2.weight", UNET "time_embed.2.weight" },
    { "add_embedding.linear_1.weight", UNET "label_emb.0.0.weight" },
    { "down_blocks.0.resnets.0.conv1.weight", UNET "input_blocks.1.0.in_layers.2.weight" },
    { "down_blocks.0.resnets.1.conv1.weight", UNET "input_blocks.2.0.in_layers.2.weight" },
    { "down_blocks.0.resnets.1.time_emb_proj.bias", UNET "input_blocks.2.0.emb_layers.1.bias" },
    { "down_blocks.1.resnets.0.conv_shortcut.weight",
      UNET "input_blocks.4.0.skip_connection.weight" },
    { "down_blocks.2.attentions.1.transformer_blocks.0.attn1.to_q.weight",
      UNET "input_blocks.8.1.transformer_blocks.0.attn1.to_q.weight" },
    { "down_blocks.2.downsamplers.0.conv.bias", UNET "input_blocks.9.0.op.bias" },
    { "mid_block.resnets.1.norm2.weight", UNET "middle_block.2.out_layers.0.weight" },
    { "mid_block.attentions.0.proj_out.weight", UNET "middle_block.1.proj_out.weight" },
    { "up_blocks.0.resnets.2.conv2.weight", UNET "output_blocks.2.0.out_layers.3.weight" },
    { "up_blocks.0.upsamplers.0.conv.weight", UNET "output_blocks.2.1.conv.weight" },
    { "up_blocks.1.attentions.0.norm.weight", UNET "output_blocks.3.1.norm.weight" },
    { "up_blocks.1.upsamplers.0.conv.weight", UNET "output_blocks.5.2.conv.weight" },
    { "up_blocks.3.attentions.2.proj_in.bias", UNET "output_blocks.11.1.proj_in.bias" },
    { "conv_norm_out.weight", UNET "out.0.weight" },
    { "conv_out.weight", UNET "out.2.weight" },
  };
  static const Pair BARE[] = {
    { "input_blocks.0.0.weight", UNET "input_blocks.0.0.weight" },
    { "out.2.bias", UNET "out.2.bias" },
  };

  assert_translated (PAIRS, G_N_ELEMENTS (PAIRS));
  assert_translated (BARE, G_N_ELEMENTS (BARE));
}

static void
test_vae (void)
{
  static const Pair PAIRS[] = {
    { "decoder.conv_in.weight", VAE "decoder.conv_in.weight" },
    { "decoder.up_blocks.0.resnets.0.conv1.weight", VAE "decoder.up.3.block.0.conv1.weight" },
    { "decoder.up_blocks.1.resnets.0.conv1.weight", VAE "decoder.up.2.block.0.conv1.weight" },
    { "decoder.up_blocks.2.resnets.0.conv1.weight", VAE "decoder.up.1.block.0.conv1.weight" },
    { "decoder.up_blocks.3.resnets.0.conv1.weight", VAE "decoder.up.0.block.0.conv1.weight" },
    { "decoder.up_blocks.2.resnets.0.conv_shortcut.bias",
      VAE "decoder.up.1.block.0.nin_shortcut.bias" },
    { "decoder.up_blocks.0.upsamplers.0.conv.bias", VAE "decoder.up.3.upsample.conv.bias" },
    { "decoder.mid_block.resnets.1.norm1.bias", VAE "decoder.mid.block_2.norm1.bias" },
    { "decoder.mid_block.attentions.0.to_out.0.bias", VAE "decoder.mid.attn_1.proj_out.bias" },
    { "encoder.mid_block.attentions.0.query.weight", VAE "encoder.mid.attn_1.q.weight" },
    { "encoder.mid_block.attentions.0.group_norm.weight", VAE "encoder.mid.attn_1.norm.weight" },
    { "encoder.down_blocks.1.resnets.0.conv2.bias", VAE "encoder.down.1.block.0.conv2.bias" },
    { "encoder.down_blocks.2.downsamplers.0.conv.bias", VAE "encoder.down.2.downsample.conv.bias" },
    { "encoder.conv_norm_out.weight", VAE "encoder.norm_out.weight" },
    { "post_quant_conv.weight", VAE "post_quant_conv.weight" },
  };

  assert_translated (PAIRS, G_N_ELEMENTS (PAIRS));
}

static void
test_others (void)
{
  static const Pair OLD_SD1[] = {
    { "cond_stage_model.transformer.encoder.layers.0.mlp.fc1.bias",
      "cond_stage_model.transformer.text_model.encoder.layers.0.mlp.fc1.bias" },
    { "model.diffusion_model.out.0.bias", "model.diffusion_model.out.0.bias" },
  };
  static const Pair CLIP_L[] = {
    { "text_model.embeddings.token_embedding.weight",
      "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight" },
  };
  static const Pair OPEN_CLIP[] = {
    { "token_embedding.weight", "cond_stage_model.model.token_embedding.weight" },
    { "transformer.resblocks.0.ln_1.bias",
      "cond_stage_model.model.transformer.resblocks.0.ln_1.bias" },
  };

  assert_translated (OLD_SD1, G_N_ELEMENTS (OLD_SD1));
  assert_translated (CLIP_L, G_N_ELEMENTS (CLIP_L));
  assert_translated (OPEN_CLIP, G_N_ELEMENTS (OPEN_CLIP));
}

/* The two files of the tiny autoencoder have bare numbers; only shapes tell which is which. */
static void
test_taesd (void)
{
  static const struct
  {
    const char *name;
    gsize in_channels;
    const char *ours;
  } CASES[] = {
    { "1.weight", 4, "taesd_decoder.1.weight" },
    { "0.weight", 3, "taesd_encoder.0.weight" },
    { "0.weight", 5, "0.weight" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SfTensorList) from = sf_tensor_list_new ();
      g_autoptr (SfTensorList) to = sf_tensor_list_new ();
      const SfTensorInfo tensor = { .n_dims = 4, .dims = { 64, CASES[i].in_channels, 3, 3 } };

      sf_tensor_list_add (from, CASES[i].name, &tensor);
      sf_model_names_translate (from, NULL, to);
      g_assert_nonnull (sf_tensor_list_find (to, CASES[i].ours));
    }
}

/* A list with a layer of a text encoder that is 2 wide. */
static SfTensorList *
make_text_encoder (const guint16 *halves)
{
  static const char *const NAMES[] = { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                                       "mlp.fc1" };
  SfTensorList *list = sf_tensor_list_new ();
  SfTensorInfo matrix = { .dtype = SF_DTYPE_F16,
                          .n_dims = 2,
                          .dims = { 2, 2 },
                          .n_values = 4,
                          .n_bytes = 8,
                          .data = (const guint8 *) halves };

  sf_tensor_list_add (list, "text_model.embeddings.token_embedding.weight", &matrix);
  sf_tensor_list_add (list, "text_model.embeddings.position_embedding.weight", &matrix);
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autofree char *name = g_strdup_printf ("text_model.encoder.layers.11.%s.weight", NAMES[i]);

      matrix.data = (const guint8 *) (halves + 4 * i);
      if (i == 2)
        {
          matrix.is_strided = TRUE;
          matrix.strides[0] = 1;
          matrix.strides[1] = 2;
        }
      sf_tensor_list_add (list, name, &matrix);
    }
  return list;
}

static void
test_stacked (void)
{
  /* 1 … 16 */
  static const guint16 HALVES[] = {
    0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700, 0x4800,
    0x4880, 0x4900, 0x4980, 0x4a00, 0x4a80, 0x4b00, 0x4b80, 0x4c00
  };
  static const float EXPECTED[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 10, 12 };
  g_autoptr (SfTensorList) from = make_text_encoder (HALVES);
  g_autoptr (SfTensorList) to = sf_tensor_list_new ();
  const SfTensorInfo *stacked = NULL;
  float values[12];
  guint16 halves[12];

  sf_model_names_translate (from, "gelu", to);
  g_assert_cmpuint (sf_tensor_list_get_n_tensors (to), ==, 4);
  g_assert_nonnull (sf_tensor_list_find (to, "cond_stage_model.model.positional_embedding"));
  g_assert_nonnull (
      sf_tensor_list_find (to, "cond_stage_model.model.transformer.resblocks.11.mlp.c_fc.weight"));
  stacked =
      sf_tensor_list_find (to,
                           "cond_stage_model.model.transformer.resblocks.11.attn.in_proj_weight");
  g_assert_nonnull (stacked);
  g_assert_false (sf_tensor_info_is_plain (stacked));
  g_assert_cmpuint (stacked->dims[0], ==, 6);
  g_assert_cmpuint (stacked->n_values, ==, 12);
  g_assert_true (sf_tensor_info_read_f32 (stacked, values, NULL));
  g_assert_cmpmem (values, sizeof values, EXPECTED, sizeof EXPECTED);
  g_assert_true (sf_tensor_info_read_f16 (stacked, halves, NULL));
  g_assert_cmphex (halves[11], ==, 0x4a00);

  g_clear_pointer (&to, sf_tensor_list_free);
  to = sf_tensor_list_new ();
  sf_model_names_translate (from, "quick_gelu", to);
  g_assert_nonnull (sf_tensor_list_find (
      to, "cond_stage_model.transformer.text_model.encoder.layers.11.self_attn.v_proj.weight"));
}

/* Large enough that reading goes through several pieces, none of which begins with a part. */
static void
test_large_stacked (void)
{
  const gsize n = 3001;
  g_autofree float *stored = g_new (float, 2 * n);
  g_autofree float *values = g_new (float, 4 * n);
  g_autofree guint16 *halves = g_new (guint16, 4 * n);
  SfTensorInfo parts[] = {
    { .dtype = SF_DTYPE_F32,
      .n_dims = 2,
      .dims = { n, 2 },
      .n_values = 2 * n,
      .data = (const guint8 *) stored },
    { .dtype = SF_DTYPE_F32,
      .n_dims = 2,
      .dims = { n, 2 },
      .n_values = 2 * n,
      .data = (const guint8 *) stored,
      .is_strided = TRUE,
      .strides = { 1, n } },
  };
  const SfTensorInfo stacked = { .name = "a",
                                 .dtype = SF_DTYPE_F32,
                                 .n_dims = 2,
                                 .dims = { 2 * n, 2 },
                                 .n_values = 4 * n,
                                 .n_parts = 2,
                                 .parts = parts };

  for (gsize i = 0; i < 2 * n; i++)
    stored[i] = (float) (i % 2048);
  g_assert_true (sf_tensor_info_read_f32 (&stacked, values, NULL));
  g_assert_true (sf_tensor_info_read_f16 (&stacked, halves, NULL));
  for (gsize i = 0; i < 2 * n; i++)
    {
      g_assert_cmpfloat (values[i], ==, stored[i]);
      g_assert_cmpfloat (values[2 * n + i], ==, stored[i % 2 * n + i / 2]);
    }
  g_assert_cmphex (halves[2 * n - 1], ==, halves[4 * n - 1]);
}

/* FOLDER */

static void
write_text (const char *folder, const char *path, const char *text)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

static void
move_halves (TemporaryFolder *folder, const char *name, const char *to)
{
  g_autofree char *header =
      g_strdup_printf ("{\"%s\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", name);
  g_autofree char *from = write_safetensors (folder, header, 4);
  g_autofree char *full = g_build_filename (folder->path, to, NULL);

  g_assert_cmpint (g_rename (from, full), ==, 0);
}

static void
remove_all (TemporaryFolder *folder)
{
  static const char *const PATHS[] = {
    "unet/a.safetensors",
    "unet/b.safetensors",
    "unet/diffusion_pytorch_model.safetensors.index.json",
    "unet",
    "vae/diffusion_pytorch_model.fp16.safetensors",
    "vae/x",
    "vae",
    "scheduler/scheduler_config.json",
    "scheduler",
  };

  for (guint i = 0; i < G_N_ELEMENTS (PATHS); i++)
    {
      g_autofree char *path = g_build_filename (folder->path, PATHS[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

static void
test_folder (TemporaryFolder *folder, gconstpointer data)
{
  static const char INDEX[] = "unet/diffusion_pytorch_model.safetensors.index.json";
  g_autoptr (GError) error = NULL;
  g_autoptr (SfCheckpoint) checkpoint = sf_checkpoint_open (folder->path, &error);

  g_assert_null (checkpoint);
  g_assert_nonnull (strstr (error->message, "without model_index.json"));
  g_clear_error (&error);

  write_text (folder->path, "model_index.json", "{}");
  write_text (folder->path, "scheduler/scheduler_config.json",
              "{\"prediction_type\": \"v_prediction\"}");
  write_text (folder->path, INDEX,
              "{\"weight_map\": {\"down_blocks.0.resnets.0.conv1.weight\": \"a.safetensors\", "
              "\"conv_out.bias\": \"b.safetensors\", \"conv_in.bias\": \"b.safetensors\"}}");
  move_halves (folder, "down_blocks.0.resnets.0.conv1.weight", "unet/a.safetensors");
  move_halves (folder, "conv_out.bias", "unet/b.safetensors");
  write_text (folder->path, "vae/x", "");
  move_halves (folder, "decoder.conv_in.weight", "vae/diffusion_pytorch_model.fp16.safetensors");

  checkpoint = sf_checkpoint_open (folder->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sf_checkpoint_get_format (checkpoint), ==, "diffusers");
  g_assert_cmpstr (sf_checkpoint_get_metadata (checkpoint, "prediction_type"), ==, "v_prediction");
  g_assert_cmpuint (sf_checkpoint_get_n_tensors (checkpoint), ==, 3);
  g_assert_nonnull (sf_checkpoint_find (checkpoint, UNET "input_blocks.1.0.in_layers.2.weight"));
  g_assert_nonnull (sf_checkpoint_find (checkpoint, UNET "out.2.bias"));
  g_assert_nonnull (sf_checkpoint_find (checkpoint, VAE "decoder.conv_in.weight"));

  /* An index leads nowhere else, and its brackets have an end. */
  {
    g_autofree char *deep = g_strnfill (100000, '[');
    const struct
    {
      const char *text;
      const char *reason;
    } CASES[] = {
      { "{\"weight_map\": {\"a\": \"../vae/x\"}}", "does not name files beside it" },
      { "{\"weight_map\": {\"a\": 1}}", "does not name files beside it" },
      { "{\"weight_map\": {\"a\": \"missing\"}}", "No such file" },
      { "{\"weight_map\": []}", "no weight_map" },
      { "[]", "not a JSON object" },
      { deep, "not a JSON object" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
      {
        write_text (folder->path, INDEX, CASES[i].text);
        g_assert_null (sf_checkpoint_open (folder->path, &error));
        g_assert_nonnull (strstr (error->message, CASES[i].reason));
        g_clear_error (&error);
      }
  }
  remove_all (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-names/unet", test_unet);
  g_test_add_func ("/model-names/vae", test_vae);
  g_test_add_func ("/model-names/others", test_others);
  g_test_add_func ("/model-names/taesd", test_taesd);
  g_test_add_func ("/model-names/stacked", test_stacked);
  g_test_add_func ("/model-names/large-stacked", test_large_stacked);
  ADD_TEST ("/model-names/folder", test_folder);
  return g_test_run ();
}
