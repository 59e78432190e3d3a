/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-exif.h"

#include <string.h>

#define HEADER_BYTES 8
#define ENTRY_BYTES 12
#define CODING_BYTES 8
#define MAX_ENTRIES 1000

#define TYPE_BYTE 1
#define TYPE_ASCII 2
#define TYPE_LONG 4
#define TYPE_UNDEFINED 7

#define TAG_EXIF_DIRECTORY 0x8769
#define TAG_USER_COMMENT 0x9286

static const struct
{
  guint16 tag;
  const char *name;
} text_fields[] = {
  { 0x010e, "ImageDescription" }, { 0x010f, "Make" },        { 0x0110, "Model" },
  { 0x0131, "Software" },         { 0x013b, "Artist" },      { 0x8298, "Copyright" },
  { 0x927c, "MakerNote" },        { 0x9286, "UserComment" },
};

typedef struct
{
  const guint8 *data;
  gsize n_bytes;
  gboolean big_endian;
  guint seen; /* bits of text_fields */
  SfExifFunc func;
  gpointer user_data;
} Reader;

static guint16
read_u16 (const Reader *reader, const guint8 *at)
{
  return reader->big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0];
}

static guint32
read_u32 (const Reader *reader, const guint8 *at)
{
  const guint32 first = read_u16 (reader, at), second = read_u16 (reader, at + 2);

  return reader->big_endian ? first << 16 | second : second << 16 | first;
}

/* @n_bytes of UTF-8, as far as they go before a NUL. */
static char *
decode_utf8 (const guint8 *bytes, gsize n_bytes)
{
  const guint8 *end = memchr (bytes, '\0', n_bytes);

  return g_utf8_make_valid ((const char *) bytes, end != NULL ? end - bytes : (gssize) n_bytes);
}

/* How many units would be characters of Latin-1. */
static gsize
count_latin1 (const guint8 *bytes, gsize n_units, guint high)
{
  gsize n = 0;

  for (gsize i = 0; i < n_units; i++)
    n += bytes[2 * i + high] == 0 && bytes[2 * i + 1 - high] != 0;

  return n;
}

/* A byte order mark decides; without one the order in which more of the units are Latin-1, and the
 * file's where that says nothing. Lone surrogates are replaced. */
static char *
decode_utf16 (const Reader *reader, const guint8 *bytes, gsize n_bytes)
{
  const gsize n_units = n_bytes / 2;
  const gsize n_big = count_latin1 (bytes, n_units, 0);
  const gsize n_little = count_latin1 (bytes, n_units, 1);
  gboolean big_endian = n_big != n_little ? n_big > n_little : reader->big_endian;
  GString *text = g_string_sized_new (n_units);
  gunichar high = 0;

  for (gsize i = 0; i < n_units; i++)
    {
      const guint8 *at = bytes + 2 * i;
      gunichar unit = big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0];

      if (i == 0 && (unit == 0xfeff || unit == 0xfffe))
        {
          big_endian ^= unit == 0xfffe;
          continue;
        }
      if (unit == 0)
        break;
      if (high != 0 && unit >= 0xdc00 && unit < 0xe000)
        {
          g_string_append_unichar (text, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
          high = 0;
          continue;
        }
      if (high != 0)
        g_string_append_unichar (text, 0xfffd);
      high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
      if (high == 0)
        g_string_append_unichar (text, unit >= 0xdc00 && unit < 0xe000 ? 0xfffd : unit);
    }
  if (high != 0)
    g_string_append_unichar (text, 0xfffd);

  return g_string_free (text, FALSE);
}

static char *
decode_user_comment (const Reader *reader, const guint8 *bytes, gsize n_bytes)
{
  if (n_bytes >= CODING_BYTES)
    {
      const guint8 *text = bytes + CODING_BYTES;
      const gsize n_text = n_bytes - CODING_BYTES;

      if (memcmp (bytes, "UNICODE\0", CODING_BYTES) == 0)
        return decode_utf16 (reader, text, n_text);
      if (memcmp (bytes, "ASCII\0\0\0", CODING_BYTES) == 0
          || memcmp (bytes, "\0\0\0\0\0\0\0\0", CODING_BYTES) == 0)
        return decode_utf8 (text, n_text);
      if (memcmp (bytes, "JIS\0\0\0\0\0", CODING_BYTES) == 0)
        return NULL;
    }

  return decode_utf8 (bytes, n_bytes);
}

/* The number of a text field, or -1. */
static int
find_text_field (guint16 tag)
{
  for (guint i = 0; i < G_N_ELEMENTS (text_fields); i++)
    if (text_fields[i].tag == tag)
      return (int) i;

  return -1;
}

/* A field is read the first time it occurs, so that a file cannot have the same bytes read without end. */
static void
read_text (Reader *reader, guint16 tag, guint16 type, const guint8 *entry)
{
  const int field = find_text_field (tag);
  const guint32 n_bytes = read_u32 (reader, entry + 4);
  const guint32 offset = read_u32 (reader, entry + 8);
  const guint8 *bytes = entry + 8;
  g_autofree char *text = NULL;

  if (field < 0 || (reader->seen & 1u << field) != 0)
    return;
  if (type != TYPE_ASCII && type != TYPE_UNDEFINED && type != TYPE_BYTE)
    return;
  if (n_bytes > 4)
    {
      if (offset > reader->n_bytes || n_bytes > reader->n_bytes - offset)
        return;
      bytes = reader->data + offset;
    }

  reader->seen |= 1u << field;
  text = tag == TAG_USER_COMMENT ? decode_user_comment (reader, bytes, n_bytes)
                                 : decode_utf8 (bytes, n_bytes);
  if (text != NULL && *text != '\0')
    reader->func (text_fields[field].name, text, reader->user_data);
}

/* Reads the fields of a directory; returns where the Exif directory is, 0 when it names none. */
static guint32
read_directory (Reader *reader, guint32 offset)
{
  guint32 exif_offset = 0;
  guint n_entries;

  if (offset < HEADER_BYTES || offset > reader->n_bytes || reader->n_bytes - offset < 2)
    return 0;

  n_entries = read_u16 (reader, reader->data + offset);
  n_entries = MIN (n_entries, (reader->n_bytes - offset - 2) / ENTRY_BYTES);
  n_entries = MIN (n_entries, MAX_ENTRIES);
  for (guint i = 0; i < n_entries; i++)
    {
      const guint8 *entry = reader->data + offset + 2 + (gsize) i * ENTRY_BYTES;
      const guint16 tag = read_u16 (reader, entry);
      const guint16 type = read_u16 (reader, entry + 2);

      if (tag == TAG_EXIF_DIRECTORY && type == TYPE_LONG)
        exif_offset = read_u32 (reader, entry + 8);
      else
        read_text (reader, tag, type, entry);
    }

  return exif_offset;
}

void
sf_exif_read (const guint8 *data, gsize n_bytes, SfExifFunc func, gpointer user_data)
{
  Reader reader = { data, n_bytes, FALSE, 0, func, user_data };
  guint32 first, second;

  g_return_if_fail (data != NULL || n_bytes == 0);
  g_return_if_fail (func != NULL);

  if (n_bytes < HEADER_BYTES)
    return;
  if (memcmp (data, "MM\0*", 4) == 0)
    reader.big_endian = TRUE;
  else if (memcmp (data, "II*\0", 4) != 0)
    return;

  first = read_u32 (&reader, data + 4);
  second = read_directory (&reader, first);
  if (second != first)
    read_directory (&reader, second);
}
