/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-npy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-file.h"
#include "base/sf-half.h"

#define MAGIC "\x93NUMPY"
#define MAGIC_BYTES 6
#define DESCR_BYTES 16
#define DATA_ALIGNMENT 64

typedef struct
{
  const char *at;
  const char *end;
} Text;

typedef struct
{
  char descr[DESCR_BYTES];
  char order[DESCR_BYTES];
  gboolean has_shape;
  guint n_dims;
  gsize dims[SF_ARRAY_MAX_DIMS];
} Header;

static guint32
read_u32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

static guint64
read_u64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

static float
read_f2 (const guint8 *bytes)
{
  return sf_half_to_float (bytes[0] | bytes[1] << 8);
}

static float
read_f4 (const guint8 *bytes)
{
  guint32 bits = read_u32 (bytes);
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static float
read_f8 (const guint8 *bytes)
{
  guint64 bits = read_u64 (bytes);
  double value;

  memcpy (&value, &bits, sizeof value);
  return (float) value;
}

static float
read_i4 (const guint8 *bytes)
{
  return (float) (gint32) read_u32 (bytes);
}

static float
read_i8 (const guint8 *bytes)
{
  return (float) (gint64) read_u64 (bytes);
}

static float
read_u1 (const guint8 *bytes)
{
  return bytes[0];
}

static float
read_u4 (const guint8 *bytes)
{
  return (float) read_u32 (bytes);
}

static const struct
{
  const char *descr;
  gsize n_bytes;
  float (*read) (const guint8 *bytes);
} TYPES[] = {
  { "<f2", 2, read_f2 }, { "<f4", 4, read_f4 }, { "<f8", 8, read_f8 }, { "<i4", 4, read_i4 },
  { "<i8", 8, read_i8 }, { "|u1", 1, read_u1 }, { "<u4", 4, read_u4 },
};

static gboolean
accept (Text *text, const char *word)
{
  gsize n_bytes = strlen (word);

  while (text->at < text->end && g_ascii_isspace (*text->at))
    text->at++;
  if ((gsize) (text->end - text->at) < n_bytes || memcmp (text->at, word, n_bytes) != 0)
    return FALSE;
  text->at += n_bytes;
  return TRUE;
}

/* A Python string without escapes, as NumPy writes its keys and types. */
static gboolean
read_string (Text *text, char string[DESCR_BYTES])
{
  gsize n_bytes = 0;

  if (!accept (text, "'"))
    return FALSE;
  while (n_bytes < DESCR_BYTES - 1 && text->at < text->end && g_ascii_isprint (*text->at)
         && *text->at != '\'')
    string[n_bytes++] = *text->at++;
  string[n_bytes] = '\0';
  return text->at < text->end && *text->at++ == '\'';
}

static gboolean
read_shape (Text *text, Header *header)
{
  if (!accept (text, "("))
    return FALSE;
  for (header->n_dims = 0; !accept (text, ")"); header->n_dims++)
    {
      gsize value = 0;

      if (header->n_dims == SF_ARRAY_MAX_DIMS || text->at == text->end
          || !g_ascii_isdigit (*text->at))
        return FALSE;
      for (; text->at < text->end && g_ascii_isdigit (*text->at); text->at++)
        {
          if (!g_size_checked_mul (&value, value, 10)
              || !g_size_checked_add (&value, value, *text->at - '0'))
            return FALSE;
        }
      header->dims[header->n_dims] = value;
      accept (text, ",");
    }
  header->has_shape = TRUE;
  return TRUE;
}

/* The header is a Python dictionary:
 * {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } */
static gboolean
read_header (Text *text, Header *header)
{
  if (!accept (text, "{"))
    return FALSE;
  while (!accept (text, "}"))
    {
      gboolean known = FALSE;

      if (accept (text, "'descr':"))
        known = read_string (text, header->descr);
      else if (accept (text, "'fortran_order': False"))
        known = g_strlcpy (header->order, "C", DESCR_BYTES) > 0;
      else if (accept (text, "'fortran_order': True"))
        known = g_strlcpy (header->order, "Fortran", DESCR_BYTES) > 0;
      else if (accept (text, "'shape':"))
        known = read_shape (text, header);
      if (!known)
        return FALSE;
      accept (text, ",");
    }
  return header->descr[0] != '\0' && header->order[0] != '\0' && header->has_shape;
}

static SfArray *
fail (GError **error, const char *path, const char *reason)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("read %s: %s"), path, reason);
  return NULL;
}

static SfArray *
parse (const char *path, const guint8 *bytes, gsize n_bytes, GError **error)
{
  Header header = { 0 };
  Text text = { 0 };
  gsize prefix_bytes = 0, header_bytes = 0, data_bytes = 0, left_bytes = 0;
  guint type = 0;
  g_autoptr (SfArray) array = NULL;

  if (n_bytes < MAGIC_BYTES + 4 || memcmp (bytes, MAGIC, MAGIC_BYTES) != 0)
    return fail (error, path, _ ("it is not an .npy file"));
  if (bytes[6] != 1 && bytes[6] != 2)
    return fail (error, path, _ ("only versions 1 and 2 of the .npy format are known"));
  prefix_bytes = bytes[6] == 1 ? 10 : 12;
  if (n_bytes < prefix_bytes)
    return fail (error, path, _ ("the file ends within its header"));
  header_bytes = bytes[6] == 1 ? (gsize) (bytes[8] | bytes[9] << 8) : read_u32 (bytes + 8);
  if (header_bytes > n_bytes - prefix_bytes)
    return fail (error, path, _ ("the file ends within its header"));

  text.at = (const char *) bytes + prefix_bytes;
  text.end = text.at + header_bytes;
  if (!read_header (&text, &header))
    return fail (error, path, _ ("its header cannot be understood"));
  if (!g_str_equal (header.order, "C"))
    return fail (error, path, _ ("arrays in Fortran order are not supported"));
  while (type < G_N_ELEMENTS (TYPES) && !g_str_equal (TYPES[type].descr, header.descr))
    type++;
  if (type == G_N_ELEMENTS (TYPES))
    return fail (error, path, _ ("its values are of a type that is not supported"));

  data_bytes = TYPES[type].n_bytes;
  for (guint i = 0; i < header.n_dims; i++)
    {
      if (!g_size_checked_mul (&data_bytes, data_bytes, header.dims[i]))
        return fail (error, path, _ ("its shape is too large"));
    }
  left_bytes = n_bytes - prefix_bytes - header_bytes;
  if (data_bytes != left_bytes)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("read %s: its header speaks of %zu bytes of values, the file holds %zu"),
                   path, data_bytes, left_bytes);
      return NULL;
    }

  array = sf_array_new (header.n_dims, header.dims);
  bytes += prefix_bytes + header_bytes;
  for (gsize i = 0; i < array->n_values; i++)
    array->data[i] = TYPES[type].read (bytes + i * TYPES[type].n_bytes);
  return g_steal_pointer (&array);
}

SfArray *
sf_npy_load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  file = sf_file_map (path, error);
  if (file == NULL)
    return NULL;
  return parse (path, (const guint8 *) g_mapped_file_get_contents (file),
                g_mapped_file_get_length (file), error);
}

gboolean
sf_npy_save (const SfArray *array, const char *path, GError **error)
{
  g_autoptr (SfFileWriter) writer = NULL;
  g_autoptr (GString) header = g_string_new ("{'descr': '<f4', 'fortran_order': False, 'shape': (");
  guint8 prefix[MAGIC_BYTES + 4] = MAGIC "\x01";

  g_return_val_if_fail (array != NULL && path != NULL, FALSE);

  for (guint i = 0; i < array->n_dims; i++)
    g_string_append_printf (header, i == 0 ? "%zu," : " %zu,", array->dims[i]);
  if (array->n_dims > 1)
    g_string_truncate (header, header->len - 1);
  g_string_append (header, "), }");
  while ((sizeof prefix + header->len + 1) % DATA_ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  prefix[8] = header->len & 0xff;
  prefix[9] = header->len >> 8;

  writer = sf_file_writer_new (path, error);
  if (writer == NULL || !sf_file_writer_write (writer, prefix, sizeof prefix, error)
      || !sf_file_writer_write (writer, header->str, header->len, error))
    return FALSE;
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  if (!sf_file_writer_write (writer, array->data, array->n_values * sizeof (float), error))
    return FALSE;
#else
  for (gsize i = 0; i < array->n_values; i++)
    {
      guint32 bits;

      memcpy (&bits, &array->data[i], sizeof bits);
      bits = GUINT32_TO_LE (bits);
      if (!sf_file_writer_write (writer, &bits, sizeof bits, error))
        return FALSE;
    }
#endif
  return sf_file_writer_finish (writer, error);
}
