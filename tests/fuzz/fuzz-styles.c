/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prompt/sf-prompt-style.h"

#include "fuzz.h"

/* What was read is the same after it was written and read again. */
static void
check (GPtrArray *styles)
{
  if (styles == NULL)
    return;

  g_autofree char *csv = sf_prompt_style_list_to_csv (styles);
  g_autofree char *json = sf_prompt_style_list_to_json (styles);
  g_autoptr (GPtrArray) from_csv = sf_prompt_style_list_from_csv (csv, -1, NULL);
  g_autoptr (GPtrArray) from_json = sf_prompt_style_list_from_json (json, -1, NULL);

  if (from_json != NULL) /* what came in was not nearly as long as it may be */
    g_assert_cmpuint (from_json->len, ==, styles->len);
  if (from_csv != NULL)
    g_assert_cmpuint (from_csv->len, <=, styles->len);
  g_ptr_array_unref (styles);
}

/* A list of styles as CSV or as JSON. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  check (sf_prompt_style_list_from_csv ((const char *) data, (gssize) n_bytes, NULL));
  check (sf_prompt_style_list_from_json ((const char *) data, (gssize) n_bytes, NULL));
  return 0;
}
