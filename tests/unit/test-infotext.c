/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-infotext.h"

#include <locale.h>

static void
assert_pair (const SfInfotext *infotext, guint index, const char *key, const char *value)
{
  const char *found_key = NULL, *found_value = NULL;

  sf_infotext_get_pair (infotext, index, &found_key, &found_value);
  g_assert_cmpstr (found_key, ==, key);
  g_assert_cmpstr (found_value, ==, value);
}

static void
test_write (void)
{
  g_autoptr (SfInfotext) infotext = sf_infotext_new ("a cat, (sleeping:1.2)", "blurry\nugly");
  g_autofree char *text = NULL;

  sf_infotext_set_integer (infotext, "Steps", 20);
  sf_infotext_set (infotext, "Sampler", "Euler a");
  sf_infotext_set_number (infotext, "CFG scale", 7.0);
  sf_infotext_set_number (infotext, "Denoising strength", 0.55);
  sf_infotext_set_integer (infotext, "Seed", G_MAXUINT64);
  sf_infotext_set (infotext, "Size", "512x768");
  sf_infotext_set (infotext, "Lora hashes", "a: 12ab, b: 34cd");
  sf_infotext_set (infotext, "Model", "say \"hi\"");
  sf_infotext_set_integer (infotext, "Steps", 25);
  text = sf_infotext_to_string (infotext);
  g_assert_cmpstr (text, ==,
                   "a cat, (sleeping:1.2)\n"
                   "Negative prompt: blurry\nugly\n"
                   "Steps: 25, Sampler: Euler a, CFG scale: 7, Denoising strength: 0.55, "
                   "Seed: 18446744073709551615, Size: 512x768, Lora hashes: \"a: 12ab, b: 34cd\", "
                   "Model: \"say \\\"hi\\\"\"");
}

static void
test_write_without_negative (void)
{
  g_autoptr (SfInfotext) infotext = sf_infotext_new ("a cat", NULL);
  g_autofree char *text = NULL;

  sf_infotext_set_integer (infotext, "Steps", 20);
  text = sf_infotext_to_string (infotext);
  g_assert_cmpstr (text, ==, "a cat\nSteps: 20");
}

/* As stable-diffusion-webui writes it. */
static void
test_parse (void)
{
  g_autoptr (SfInfotext) infotext = sf_infotext_parse (
      "a cat\nin two lines: yes\nNegative prompt: blurry,\nugly\n"
      "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 42, "
      "Size: 512x768, Model hash: 6ce0161689, Lora hashes: \"a: 12ab, b: 34cd\", "
      "ControlNet 0: \"Module: \\\"canny\\\"\\u00e9\", Hires upscale-r/l: 2, Version: v1.9.4");
  guint width = 0, height = 0;

  g_assert_cmpstr (sf_infotext_get_prompt (infotext), ==, "a cat\nin two lines: yes");
  g_assert_cmpstr (sf_infotext_get_negative_prompt (infotext), ==, "blurry,\nugly");
  g_assert_cmpuint (sf_infotext_get_n_pairs (infotext), ==, 11);
  assert_pair (infotext, 0, "Steps", "20");
  assert_pair (infotext, 1, "Sampler", "DPM++ 2M");
  assert_pair (infotext, 7, "Lora hashes", "a: 12ab, b: 34cd");
  assert_pair (infotext, 8, "ControlNet 0", "Module: \"canny\"é");
  assert_pair (infotext, 9, "Hires upscale-r/l", "2");
  assert_pair (infotext, 10, "Version", "v1.9.4");
  g_assert_true (sf_infotext_get_size (infotext, "Size", &width, &height));
  g_assert_cmpuint (width, ==, 512);
  g_assert_cmpuint (height, ==, 768);
  g_assert_false (sf_infotext_get_size (infotext, "Steps", &width, &height));
  g_assert_false (sf_infotext_get_size (infotext, "Hires size", &width, &height));
}

static void
test_parse_odd (void)
{
  static const struct
  {
    const char *text;
    const char *prompt;
    const char *negative_prompt;
    guint n_pairs;
  } CASES[] = {
    { "", "", "", 0 },
    { "just a prompt", "just a prompt", "", 0 },
    { "  spaces \n\n", "spaces", "", 0 },
    { "a cat\nSteps: 20, Seed: 1", "a cat\nSteps: 20, Seed: 1", "", 0 },
    { "Steps: 20, Seed: 1, Size: 8x8", "", "", 3 },
    { "\nSteps: 20, Seed: 1, Size: 8x8", "", "", 3 },
    { "Negative prompt: bad\nSteps: 20, Seed: 1, Size: 8x8", "", "bad", 3 },
    { "Negative prompt:\nSteps: 20, Seed: 1, Size: 8x8", "", "", 3 },
    { "cat\r\nNegative prompt: bad\r\nSteps: 20, Seed: 1, Size: 8x8\r\n", "cat", "bad", 3 },
    { "cat\nSteps: 20, nonsense, Seed: 1,, Size: 8x8,", "cat", "", 3 },
    { "cat\nSteps: , Seed: , Size: ", "cat", "", 3 },
    { "cat\nSteps: 1, Steps: 2, Steps: 3", "cat\nSteps: 1, Steps: 2, Steps: 3", "", 0 },
    { "cat\nSteps: \"open, Seed: 1, Size: 8x8", "cat", "", 3 },
    { "cat \xff\nSteps: 1, Seed: 1, Size: 8x8", "cat \xef\xbf\xbd", "", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SfInfotext) infotext = sf_infotext_parse (CASES[i].text);

      g_assert_cmpstr (sf_infotext_get_prompt (infotext), ==, CASES[i].prompt);
      g_assert_cmpstr (sf_infotext_get_negative_prompt (infotext), ==, CASES[i].negative_prompt);
      g_assert_cmpuint (sf_infotext_get_n_pairs (infotext), ==, CASES[i].n_pairs);
    }
}

/* A text made to take long does not. */
static void
test_parse_many (void)
{
  g_autoptr (GString) text = g_string_new ("cat\n");
  g_autoptr (SfInfotext) infotext = NULL;

  for (guint i = 0; i < 500000; i++)
    g_string_append_printf (text, "k%u: \"v,", i);
  infotext = sf_infotext_parse (text->str);
  g_assert_cmpuint (sf_infotext_get_n_pairs (infotext), ==, 1000);
  g_assert_cmpstr (sf_infotext_get (infotext, "k999"), ==, "\"v");
}

static void
test_round_trip (void)
{
  static const char *const VALUES[] = {
    "",        "plain", "a, b",     "a: b",    "\"quoted\"", "line\nbreak", " spaces ",
    "back\\s", "\\",    "tab\tand", "日本, é", "\x01,",      "a\"b",        "{\"x\": [1, 2]}",
  };
  g_autoptr (SfInfotext) written = sf_infotext_new ("prompt: a, b", "no: c, d: e, f: g");
  g_autoptr (SfInfotext) parsed = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (VALUES); i++)
    {
      g_autofree char *key = g_strdup_printf ("Key %u", i);

      sf_infotext_set (written, key, VALUES[i]);
    }
  text = sf_infotext_to_string (written);
  parsed = sf_infotext_parse (text);
  g_assert_cmpstr (sf_infotext_get_prompt (parsed), ==, "prompt: a, b");
  g_assert_cmpstr (sf_infotext_get_negative_prompt (parsed), ==, "no: c, d: e, f: g");
  g_assert_cmpuint (sf_infotext_get_n_pairs (parsed), ==, G_N_ELEMENTS (VALUES));
  for (guint i = 0; i < G_N_ELEMENTS (VALUES); i++)
    {
      g_autofree char *key = g_strdup_printf ("Key %u", i);

      g_assert_cmpstr (sf_infotext_get (parsed, key), ==, VALUES[i]);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/infotext/write", test_write);
  g_test_add_func ("/infotext/write-without-negative", test_write_without_negative);
  g_test_add_func ("/infotext/parse", test_parse);
  g_test_add_func ("/infotext/parse-odd", test_parse_odd);
  g_test_add_func ("/infotext/parse-many", test_parse_many);
  g_test_add_func ("/infotext/round-trip", test_round_trip);
  return g_test_run ();
}
