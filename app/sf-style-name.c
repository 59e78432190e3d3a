/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-style-name.h"

#include <glib/gi18n.h>

/* Those of data/styles/styles.json, for translators. */
static const char *const names[] = {
  NC_ ("style", "Photograph"),
  NC_ ("style", "Portrait photograph"),
  NC_ ("style", "Macro photograph"),
  NC_ ("style", "Black and white"),
  NC_ ("style", "Old photograph"),
  NC_ ("style", "Night"),
  NC_ ("style", "Golden hour"),
  NC_ ("style", "Film still"),
  NC_ ("style", "Oil painting"),
  NC_ ("style", "Impressionism"),
  NC_ ("style", "Watercolour"),
  NC_ ("style", "Gouache"),
  NC_ ("style", "Pencil drawing"),
  NC_ ("style", "Ink drawing"),
  NC_ ("style", "Charcoal"),
  NC_ ("style", "Woodcut"),
  NC_ ("style", "Engraving"),
  NC_ ("style", "Comic"),
  NC_ ("style", "Animation"),
  NC_ ("style", "Children’s book"),
  NC_ ("style", "Flat illustration"),
  NC_ ("style", "Pixel art"),
  NC_ ("style", "Isometric"),
  NC_ ("style", "3D render"),
  NC_ ("style", "Clay"),
  NC_ ("style", "Paper craft"),
  NC_ ("style", "Stained glass"),
  NC_ ("style", "Concept art"),
};

const char *
sf_style_name_translate (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return g_dpgettext2 (NULL, "style", name);
  return name;
}
