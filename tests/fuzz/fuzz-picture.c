/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-picture-infotext.h"

#include "fuzz.h"

/* A picture file. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autoptr (SfPictureTexts) texts = sf_picture_texts_read (data, n_bytes, NULL);
  g_autofree char *infotext = NULL;

  if (texts == NULL)
    return 0;

  for (guint i = 0; i < sf_picture_texts_get_n (texts); i++)
    {
      const char *key, *text;

      sf_picture_texts_get_nth (texts, i, &key, &text);
      g_assert_true (g_utf8_validate (key, -1, NULL));
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
  infotext = sf_picture_infotext_find (texts);
  g_assert_true (infotext == NULL || g_utf8_validate (infotext, -1, NULL));
  return 0;
}
