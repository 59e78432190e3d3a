/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-picture-infotext.h"

#include "formats/sf-comfyui.h"
#include "formats/sf-foreign-json.h"
#include "formats/sf-infotext.h"

#include <string.h>

#define A1111(who)                                                         \
  "a " who " at dusk, (oil painting:1.2)\nNegative prompt: blurry, ugly\n" \
  "Steps: 25, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, "  \
  "Seed: 1234567890, Size: 512x768, Model hash: 6ce0161689, "              \
  "Model: v1-5-pruned-emaonly, Clip skip: 2, Version: v1.10.1"
#define PLAIN A1111 ("lighthouse")
#define UNICODE A1111 ("Leuchtturm — 灯台 🗼")

#define COMFYUI                                                                             \
  "a lighthouse at dusk\nNegative prompt: blurry, \"ugly\"\n"                               \
  "Steps: 20, Sampler: dpmpp_2m_sde_gpu, Schedule type: karras, CFG scale: 8, "             \
  "Seed: 18446744073709551615, Size: 512x768, Model: v1-5-pruned-emaonly, "                 \
  "Lora weights: \"ink: 0.8\", VAE: vae-ft-mse-840000-ema-pruned, Clip skip: 2, RNG: CPU, " \
  "Compatibility: ComfyUI, Version: ComfyUI"
#define FOOOCUS                                                                             \
  "cinematic still a hat, a hat\nNegative prompt: blurry, ugly\n"                           \
  "Steps: 30, Sampler: dpmpp_2m_sde_gpu, Schedule type: karras, CFG scale: 4, Seed: 7653, " \
  "Size: 832x1216, Model: juggernautXL_v8Rundiffusion, Model hash: aeb7e9e689, "            \
  "VAE: Default (model), Clip skip: 2, Lora weights: \"sd_xl_offset: 0.1\", RNG: CPU, "     \
  "Compatibility: ComfyUI, Version: Fooocus"
#define SWARMUI                                                                               \
  "a hat\nNegative prompt: ugly\n"                                                            \
  "Steps: 20, Sampler: euler, Schedule type: normal, CFG scale: 7, Seed: 55, Size: 512x512, " \
  "Model: sd_v1-5, Clip skip: 2, Variation seed: 8, Variation seed strength: 0.25, "          \
  "RNG: CPU, Compatibility: ComfyUI, Version: SwarmUI"

/* A file of goldens/pictures and what it says; NULL where it says nothing. */
static const struct
{
  const char *name;
  const char *infotext;
} cases[] = {
  { "a1111.png", PLAIN },
  { "a1111-packed.png", PLAIN },
  { "a1111-unicode.png", UNICODE },
  { "a1111-exif.png", UNICODE },
  { "a1111.jpg", UNICODE },
  { "a1111.webp", UNICODE },
  { "a1111-little-endian.jpg", UNICODE },
  { "a1111-byte-order-mark.jpg", UNICODE },
  { "a1111-ascii.jpg", PLAIN },
  { "a1111-no-coding.webp", PLAIN },
  { "a1111-comment.jpg", PLAIN },
  { "a1111-jis.jpg", NULL },
  { "prompt-alone.png", "a hat" },
  { "camera.jpg", NULL },
  { "nothing.png", NULL },
  { "nothing.jpg", NULL },
  { "nothing.webp", NULL },
  { "comfyui.png", COMFYUI },
  { "comfyui.webp", COMFYUI },
  { "comfyui-two-passes.png",
    "two boats\nNegative prompt: fog\n"
    "Steps: 30, Sampler: uni_pc, Schedule type: simple, CFG scale: 7.5, Seed: 77, Size: 640x768, "
    "Batch size: 4, Model: v2-1_768-ema-pruned, CFG rescale: 0.7, Prediction: v_prediction, "
    "Noise Schedule: Zero Terminal SNR, RNG: CPU, Compatibility: ComfyUI, Version: ComfyUI" },
  { "comfyui-custom.png",
    "a hat\nSteps: 15, Sampler: euler_ancestral, CFG scale: 4.5, Seed: 99, Schedule type: karras, "
    "Size: 512x512, Model: v1-5, RNG: CPU, Compatibility: ComfyUI, Version: ComfyUI" },
  { "invokeai.png",
    "a hat\nNegative prompt: low quality\n"
    "Steps: 50, Sampler: dpmpp_2m_sde, Schedule type: karras, CFG scale: 7.5, CFG rescale: 0.1, "
    "Seed: 356120443, Size: 768x432, Model: stable-diffusion-v1-5, Clip skip: 2, RNG: CPU, "
    "Lora weights: \"ink: 0.75\", Compatibility: diffusers, Version: InvokeAI" },
  { "invokeai-3.png",
    "a hat\nSteps: 30, Sampler: euler, CFG scale: 7, Seed: 1, Size: 512x512, Model: dreamshaper, "
    "VAE: sd-vae-ft-mse, Clip skip: 1, RNG: GPU, Compatibility: diffusers, Version: InvokeAI" },
  { "invokeai-2.png",
    "a hat on a table\nNegative prompt: blurry ugly\n"
    "Steps: 50, Sampler: lms, CFG scale: 7.5, Seed: 123, Size: 640x512, "
    "Model: stable-diffusion-1.5, Compatibility: diffusers, Version: InvokeAI 2" },
  { "invokeai-dream.png",
    "a hat, \"felt\"\nSteps: 50, Sampler: euler_a, CFG scale: 7.5, Seed: 123, Size: 640x512, "
    "Compatibility: diffusers, Version: InvokeAI 2" },
  { "fooocus.png", FOOOCUS },
  { "fooocus.jpg", FOOOCUS },
  { "fooocus-a1111.png",
    "cinematic still a hat, a hat\nNegative prompt: blurry, ugly\n"
    "Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 7653, Size: 832x1216, CFG scale: 4, "
    "Sharpness: 2, ADM Guidance: \"(1.5, 0.8, 0.3)\", Model: juggernautXL_v8Rundiffusion, "
    "Model hash: aeb7e9e689, Performance: Speed, Scheduler: karras, VAE: Default (model), "
    "Raw prompt: a hat, Raw negative prompt: , Version: Fooocus v2.5.5" },
  { "ruined-fooocus.png",
    "a hat\nNegative prompt: ugly\n"
    "Steps: 30, Sampler: dpmpp_2m_sde_gpu, Schedule type: karras, CFG scale: 8, Seed: 12, "
    "Size: 1344x768, Model: sd_xl_base, Model hash: e6bb9ea85b, Clip skip: 1, RNG: CPU, "
    "Compatibility: ComfyUI, Version: RuinedFooocus" },
  { "swarmui.png", SWARMUI },
  { "swarmui.jpg", SWARMUI },
  { "novelai.png",
    "a hat\nNegative prompt: ugly\n"
    "Steps: 28, Sampler: euler_ancestral, Schedule type: karras, CFG scale: 5, CFG rescale: 0, "
    "Seed: 3151618, Size: 832x1216, Version: NovelAI" },
  { "easy-diffusion.png",
    "a hat\nNegative prompt: ugly\n"
    "Steps: 25, Sampler: euler_a, CFG scale: 7.5, Seed: 1917, Size: 512x640, Model: sd-v1-5, "
    "Clip skip: 2, Version: Easy Diffusion" },
  { "easy-diffusion.jpg",
    "a hat\nNegative prompt: ugly\n"
    "Steps: 25, Sampler: euler_a, CFG scale: 7.5, Seed: 1917, Size: 512x640, Model: sd-v1-5, "
    "Version: Easy Diffusion" },
  { "stable-diffusion-cpp.png",
    "ein Leuchtturm in der Dämmerung\n"
    "Steps: 20, CFG scale: 7.000000, Guidance: 3.500000, Eta: 0.000000, Seed: 42, Size: 512x512, "
    "Model: v1-5.safetensors, RNG: cuda, Sampler: euler_a karras, "
    "Version: stable-diffusion.cpp" },
};

static char *
make_path (const char *name)
{
  return g_build_filename (SF_TEST_GOLDENS, "pictures", name, NULL);
}

static void
test_programs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = make_path (cases[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (SfPictureTexts) texts = sf_picture_texts_load (path, &error);
      g_autofree char *infotext = NULL;

      g_test_message ("%s", cases[i].name);
      g_assert_no_error (error);
      infotext = sf_picture_infotext_find (texts);
      g_assert_cmpstr (infotext, ==, cases[i].infotext);
    }
}

/* Whatever comes back is a text; reading it must not go beyond the bytes, which have nothing behind them. */
static void
read_bytes (const guint8 *bytes, gsize n_bytes)
{
  guint8 *copy = g_memdup2 (bytes, n_bytes);
  g_autoptr (SfPictureTexts) texts = sf_picture_texts_read (copy, n_bytes, NULL);

  if (texts != NULL)
    {
      g_autofree char *infotext = sf_picture_infotext_find (texts);

      g_assert_true (infotext == NULL || g_utf8_validate (infotext, -1, NULL));
    }
  g_free (copy);
}

/* Every picture cut short at every byte, and with every byte changed. */
static void
test_damaged (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = make_path (cases[i].name);
      g_autofree char *bytes = NULL;
      gsize n_bytes;

      g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
      for (gsize n = 0; n < n_bytes; n++)
        {
          static const guint8 changes[] = { 0x00, 0x7f, 0xff };
          const char old = bytes[n];

          read_bytes ((const guint8 *) bytes, n);
          for (guint k = 0; k < G_N_ELEMENTS (changes); k++)
            {
              bytes[n] = (char) changes[k];
              read_bytes ((const guint8 *) bytes, n_bytes);
            }
          bytes[n] = old;
        }
    }
}

/* Settings that are whole before the file is cut short are found, here in the pixels. */
static void
test_cut_short (void)
{
  g_autofree char *path = make_path ("a1111.png");
  g_autofree char *bytes = NULL;
  g_autoptr (SfPictureTexts) texts = NULL;
  g_autofree char *infotext = NULL;
  gsize n_bytes;

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  texts = sf_picture_texts_read ((const guint8 *) bytes, n_bytes - 20, NULL);
  infotext = sf_picture_infotext_find (texts);
  g_assert_cmpstr (infotext, ==, PLAIN);
}

static void
test_no_picture (void)
{
  static const char *const contents[] = { "", "no picture", "RIFF", "GIF89a", "\x89PNG\r\n\x1a\n" };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
          sf_picture_texts_read ((const guint8 *) contents[i], strlen (contents[i]), &error));
      g_assert_nonnull (error);
      g_assert_null (strchr (error->message, '\n'));
    }
}

/* @texts repeated until the result is as long as it is to be. */
static char *
repeat (const char *text, gsize n_bytes)
{
  GString *repeated = g_string_sized_new (n_bytes);

  while (repeated->len < n_bytes)
    g_string_append (repeated, text);

  return g_string_free (repeated, FALSE);
}

/* JSON made to take the stack or the memory is refused before it is built. */
static void
test_hostile_json (void)
{
  static const char *const parts[] = {
    "[", "{\"a\":", "[[],", "{\"a\":[", "1,", "\"\",", "//\"\n["
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *middle = repeat (parts[i], 3 * 1024 * 1024);
      g_autofree char *text = g_strconcat ("{\"a\":[", middle, NULL);
      g_autofree char *large = repeat (text, 10 * 1024 * 1024);

      g_assert_null (sf_foreign_json_read (text));
      g_assert_null (sf_foreign_json_read (large));
    }

  /* Escapes over which JSON-GLib and a scanner could disagree about the end of a string. */
  g_assert_null (sf_foreign_json_read ("{\"a\": \"\\u1\"}"));
  g_assert_null (sf_foreign_json_read ("{\"a\": \"\\ud83d\"}"));
  g_assert_null (sf_foreign_json_read ("{\"a\": 'b'}"));
  g_assert_null (sf_foreign_json_read ("[1]"));
  g_assert_null (sf_foreign_json_read ("{\"a\": \"\xff\"}"));
}

static void
test_json_values (void)
{
  g_autoptr (JsonObject) object = sf_foreign_json_read (
      " {\"int\": 18446744073709551615, \"double\": 7.50, \"text\": \"NaN [\", \"nan\": NaN,\n"
      "  \"infinity\": [-Infinity, Infinity], \"switch\": true, \"object\": {\"a\": 1}}");
  static const struct
  {
    const char *name;
    const char *value;
  } values[] = {
    { "int", "18446744073709551615" },
    { "double", "7.5" },
    { "text", "NaN [" },
    { "nan", NULL },
    { "infinity", NULL },
    { "switch", "True" },
    { "object", NULL },
    { "missing", NULL },
  };

  g_assert_nonnull (object);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *value = sf_foreign_json_dup_value (
          json_object_get_member (object, values[i].name));

      g_assert_cmpstr (value, ==, values[i].value);
    }
  g_assert_nonnull (sf_foreign_json_get_object (object, "object"));
  g_assert_null (sf_foreign_json_get_object (object, "int"));
  g_assert_nonnull (sf_foreign_json_get_array (object, "infinity"));
  g_assert_cmpstr (sf_foreign_json_get_string (object, "text"), ==, "NaN [");
  g_assert_null (sf_foreign_json_get_string (object, "double"));
}

/* Graphs in which every link leads back to where it came from. */
static void
test_circular_graph (void)
{
  static const char *const graphs[] = {
    "{\"1\": {\"inputs\": {\"steps\": [\"1\", 0], \"sampler_name\": [\"1\", 0], "
    "\"latent_image\": [\"1\", 0], \"model\": [\"1\", 0], \"positive\": [\"1\", 0], "
    "\"negative\": [\"1\", 1], \"sigmas\": [\"1\", 0], \"guider\": [\"1\", 0]}}}",
    "{\"1\": {\"inputs\": {\"steps\": 1, \"sampler_name\": \"euler\", \"latent_image\": [\"2\", 0], "
    "\"model\": [\"2\", 0]}}, \"2\": {\"inputs\": {\"lora_name\": \"a\", \"strength_model\": 1, "
    "\"samples\": [\"2\", 0], \"model\": [\"2\", 0], \"clip\": [\"2\", 0]}}}",
    "{\"1\": {\"inputs\": {\"steps\": 1, \"sampler_name\": 2, \"latent_image\": [\"1\"], "
    "\"positive\": [{}, []], \"negative\": [\"9\", \"x\"]}}, \"2\": 3, \"3\": {\"inputs\": []}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (graphs); i++)
    {
      g_autoptr (JsonObject) graph = sf_foreign_json_read (graphs[i]);
      g_autoptr (SfInfotext) infotext = NULL;

      g_assert_nonnull (graph);
      infotext = sf_comfyui_read (graph);
      g_assert_nonnull (infotext);
      g_assert_cmpstr (sf_infotext_get_prompt (infotext), ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture-infotext/programs", test_programs);
  g_test_add_func ("/picture-infotext/damaged", test_damaged);
  g_test_add_func ("/picture-infotext/cut-short", test_cut_short);
  g_test_add_func ("/picture-infotext/no-picture", test_no_picture);
  g_test_add_func ("/picture-infotext/hostile-json", test_hostile_json);
  g_test_add_func ("/picture-infotext/json-values", test_json_values);
  g_test_add_func ("/picture-infotext/circular-graph", test_circular_graph);
  return g_test_run ();
}
