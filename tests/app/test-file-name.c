/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of picture files from a pattern. */

#include "library/sf-file-name.h"

#include <string.h>

static SfRequest *
make_request (void)
{
  SfRequest *request = sf_request_new ();

  g_free (request->prompt);
  request->prompt = g_strdup ("a \"red\" boat/ship: größer?");
  request->model = g_strdup ("/models/other.v2.safetensors");
  request->seed = 42;
  request->steps = 7;
  request->guidance = 7.5;
  return request;
}

static void
check (const char *pattern, const char *expected)
{
  g_autoptr (SfRequest) request = make_request ();
  g_autofree char *name = sf_file_name_expand (pattern, request);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_words (void)
{
  check ("[number]-[seed]", "[number]-42");
  check ("[model] [steps] [cfg] [sampler]", "other.v2 7 7.5 euler_a");
  check ("[prompt]", "a _red_ boat_ship_ größer_");
  check ("[other] [seed", "[other] [seed");
}

static void
test_safe (void)
{
  g_autoptr (SfRequest) request = make_request ();
  g_autofree char *long_pattern = g_strnfill (5000, 'x');
  g_autofree char *name = sf_file_name_expand (long_pattern, request);

  check ("", "[number]-42");
  check ("  ", "[number]-42");
  check ("../../[seed]", "_._.._42");
  check (".hidden", "_hidden");
  check ("a\nb\tc", "a_b_c");
  g_assert_cmpuint (strlen (name), ==, SF_FILE_NAME_MAX_BYTES);
}

/* The prompt is cut between characters. */
static void
test_long_prompt (void)
{
  g_autoptr (SfRequest) request = make_request ();
  g_autofree char *name = NULL;

  g_free (request->prompt);
  request->prompt = g_strdup ("äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü");
  name = sf_file_name_expand ("[prompt]", request);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (name, -1), ==, SF_FILE_NAME_MAX_PROMPT);
}

static void
test_time (void)
{
  g_autoptr (SfRequest) request = make_request ();
  g_autofree char *name = sf_file_name_expand ("[date] [time]", request);

  g_assert_true (g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\d \\d\\d-\\d\\d-\\d\\d$", name, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-name/words", test_words);
  g_test_add_func ("/file-name/safe", test_safe);
  g_test_add_func ("/file-name/long-prompt", test_long_prompt);
  g_test_add_func ("/file-name/time", test_time);
  return g_test_run ();
}
