/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-infotext.h"
#include "formats/sf-comfyui.h"
#include "formats/sf-dream.h"
#include "formats/sf-foreign-json.h"
#include "formats/sf-foreign-settings.h"

#include <string.h>

#include "fuzz.h"

#define HASH "0123456789abcdef"

/* What comes of a text is a request that holds, and is the same when it went through a picture once more. */
static void
check_infotext (const char *text)
{
  g_autoptr (SfRequest) request = sf_request_new_from_infotext (text, NULL);
  g_autoptr (SfRequest) back = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  SfInfotextFacts facts;

  if (request == NULL)
    return;

  g_assert_true (sf_request_validate (request, NULL));
  facts = (SfInfotextFacts){ 64, 64, request->seed, "starter", HASH, NULL, NULL, NULL };
  first = sf_request_make_infotext (request, &facts);
  back = sf_request_new_from_infotext (first, NULL);
  second = sf_request_make_infotext (back, &facts);
  /* A prompt may hold a line "Negative prompt:", which is cut off every time. */
  if (strstr (request->prompt, "Negative prompt:") == NULL
      && strstr (request->negative_prompt, "Negative prompt:") == NULL)
    g_assert_cmpstr (first, ==, second);
}

static void
check_foreign (SfInfotext *infotext)
{
  g_autofree char *text = infotext != NULL ? sf_infotext_to_string (infotext) : NULL;

  if (text != NULL)
    check_infotext (text);
  g_clear_pointer (&infotext, sf_infotext_free);
}

/* An infotext, the JSON of another program, or a "Dream". */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autofree char *text = g_strndup ((const char *) data, n_bytes);
  g_autoptr (JsonObject) object = sf_foreign_json_read (text);
  g_autoptr (JsonObject) dream = sf_dream_read (text);

  check_infotext (text);
  if (object != NULL)
    {
      check_foreign (sf_comfyui_read (object));
      check_foreign (sf_foreign_settings_read (object));
    }
  if (dream != NULL)
    check_foreign (sf_foreign_settings_read (dream));
  return 0;
}
