/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-windows-1252.h"

#define FIRST 0x80

/* Bytes 0x80 to 0x9f; the others are those of Latin-1. */
static const guint16 CHARACTERS[32] = {
  0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
  0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
  0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

gunichar
sf_windows_1252_to_unichar (guint8 byte)
{
  return byte >= FIRST && byte < FIRST + G_N_ELEMENTS (CHARACTERS) ? CHARACTERS[byte - FIRST]
                                                                   : byte;
}

int
sf_windows_1252_from_unichar (gunichar character)
{
  if (character <= 0xff)
    return (int) character;
  for (guint i = 0; i < G_N_ELEMENTS (CHARACTERS); i++)
    {
      if (CHARACTERS[i] == character)
        return (int) (FIRST + i);
    }
  return -1;
}
