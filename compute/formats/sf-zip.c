/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-zip.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of the format's description, PKWARE's APPNOTE.TXT 6.3. */
#define LOCAL_SIGNATURE 0x04034b50u
#define LOCAL_BYTES 30
#define CENTRAL_SIGNATURE 0x02014b50u
#define CENTRAL_BYTES 46
#define END_SIGNATURE 0x06054b50u
#define END_BYTES 22
#define END64_SIGNATURE 0x06064b50u
#define END64_BYTES 56
#define LOCATOR64_SIGNATURE 0x07064b50u
#define LOCATOR64_BYTES 20
#define MAX_COMMENT_BYTES 0xffff
#define EXTRA_ZIP64 1
#define FLAG_ENCRYPTED 1
#define IN_ZIP64 0xffffffffu
#define SHOWN_NAME_BYTES 120

struct _SfZip
{
  const guint8 *bytes;
  gsize n_bytes;
  GHashTable *entries; /* name → Entry */
};

typedef struct
{
  const guint8 *data;
  gsize n_bytes;
} Entry;

static guint16
read_u16 (const guint8 *at)
{
  return (guint16) (at[0] | at[1] << 8);
}

static guint32
read_u32 (const guint8 *at)
{
  return read_u16 (at) | (guint32) read_u16 (at + 2) << 16;
}

static guint64
read_u64 (const guint8 *at)
{
  return read_u32 (at) | (guint64) read_u32 (at + 4) << 32;
}

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

/* The record that ends the archive, in front of a comment, or NULL. */
static const guint8 *
find_end (const SfZip *self)
{
  const gsize most = MIN (self->n_bytes, END_BYTES + MAX_COMMENT_BYTES);

  for (gsize back = END_BYTES; back <= most; back++)
    {
      const guint8 *at = self->bytes + self->n_bytes - back;

      if (read_u32 (at) == END_SIGNATURE && read_u16 (at + 20) == back - END_BYTES)
        return at;
    }
  return NULL;
}

typedef struct
{
  guint64 n_entries;
  guint64 begin;
  guint64 n_bytes;
} Directory;

/* Where the central directory lies, from the ZIP64 record where there is one. */
static gboolean
find_directory (const SfZip *self, Directory *directory, GError **error)
{
  const guint8 *end = find_end (self);
  gsize end_at = 0;

  if (end == NULL)
    return fail (error,
                 _ ("it is a ZIP archive without its end: it is cut short, or something follows"));
  end_at = (gsize) (end - self->bytes);
  *directory = (Directory){ read_u16 (end + 10), read_u32 (end + 16), read_u32 (end + 12) };

  if (end_at >= LOCATOR64_BYTES && read_u32 (end - LOCATOR64_BYTES) == LOCATOR64_SIGNATURE)
    {
      guint64 at = read_u64 (end - LOCATOR64_BYTES + 8);

      if (at > end_at || end_at - at < END64_BYTES
          || read_u32 (self->bytes + at) != END64_SIGNATURE)
        return fail (error, _ ("its ZIP64 end record is not where it should be"));
      end_at = at;
      *directory = (Directory){ read_u64 (self->bytes + at + 32), read_u64 (self->bytes + at + 48),
                                read_u64 (self->bytes + at + 40) };
    }
  if (directory->begin > end_at || directory->n_bytes > end_at - directory->begin
      || directory->n_entries > directory->n_bytes / CENTRAL_BYTES)
    return fail (error, _ ("the directory of the archive lies beyond its end"));
  return TRUE;
}

/* Sizes and offset of an entry that do not fit 32 bits, in this order, as far as they do not. */
static gboolean
read_zip64 (const guint8 *extra, gsize n_bytes, guint64 *const fields[3], GError **error)
{
  while (n_bytes >= 4)
    {
      const gsize size = read_u16 (extra + 2);
      const guint8 *at = extra + 4;

      if (size > n_bytes - 4)
        break;
      extra += 4 + size;
      n_bytes -= 4 + size;
      if (read_u16 (at - 4) != EXTRA_ZIP64)
        continue;
      for (guint i = 0; i < 3; i++)
        {
          if (*fields[i] != IN_ZIP64)
            continue;
          if (extra - at < 8)
            return fail (error, _ ("a ZIP64 size is missing in the archive"));
          *fields[i] = read_u64 (at);
          at += 8;
        }
      return TRUE;
    }
  return TRUE;
}

/* Adds the entry that a record of the central directory describes. */
static gboolean
add_entry (SfZip *self, const guint8 *record, const char *name, const guint8 *extra,
           gsize extra_bytes, GError **error)
{
  guint64 packed = read_u32 (record + 20), size = read_u32 (record + 24);
  guint64 offset = read_u32 (record + 42), skip = 0;
  Entry *entry = NULL;

  if (!read_zip64 (extra, extra_bytes, (guint64 *const[]){ &size, &packed, &offset }, error))
    return FALSE;
  if (read_u16 (record + 8) & FLAG_ENCRYPTED || read_u16 (record + 10) != 0 || packed != size)
    {
      g_autofree char *shown = g_strescape (name, NULL);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("its entry %.*s is compressed or encrypted, which PyTorch does not do"),
                   SHOWN_NAME_BYTES, shown);
      return FALSE;
    }
  if (offset > self->n_bytes || self->n_bytes - offset < LOCAL_BYTES
      || read_u32 (self->bytes + offset) != LOCAL_SIGNATURE)
    return fail (error, _ ("an entry of the archive is not where its directory says"));
  skip = LOCAL_BYTES + read_u16 (self->bytes + offset + 26) + read_u16 (self->bytes + offset + 28);
  if (skip > self->n_bytes - offset || size > self->n_bytes - offset - skip)
    return fail (error, _ ("an entry of the archive reaches beyond its end"));

  entry = g_new (Entry, 1);
  *entry = (Entry){ self->bytes + offset + skip, size };
  if (!g_hash_table_insert (self->entries, g_strdup (name), entry))
    return fail (error, _ ("two entries of the archive have the same name"));
  return TRUE;
}

static gboolean
read_directory (SfZip *self, GError **error)
{
  Directory directory;
  const guint8 *at = NULL;
  gsize left = 0;

  if (!find_directory (self, &directory, error))
    return FALSE;
  at = self->bytes + directory.begin;
  left = directory.n_bytes;
  for (guint64 i = 0; i < directory.n_entries; i++)
    {
      g_autofree char *name = NULL;
      gsize name_bytes, extra_bytes, n_bytes;

      if (left < CENTRAL_BYTES || read_u32 (at) != CENTRAL_SIGNATURE)
        return fail (error, _ ("the directory of the archive is damaged"));
      name_bytes = read_u16 (at + 28);
      extra_bytes = read_u16 (at + 30);
      n_bytes = CENTRAL_BYTES + name_bytes + extra_bytes + read_u16 (at + 32);
      if (n_bytes > left)
        return fail (error, _ ("the directory of the archive is damaged"));
      if (!g_utf8_validate_len ((const char *) at + CENTRAL_BYTES, name_bytes, NULL))
        return fail (error, _ ("a name in the archive is not UTF-8 text"));
      name = g_strndup ((const char *) at + CENTRAL_BYTES, name_bytes);
      if (!add_entry (self, at, name, at + CENTRAL_BYTES + name_bytes, extra_bytes, error))
        return FALSE;
      at += n_bytes;
      left -= n_bytes;
    }
  return TRUE;
}

SfZip *
sf_zip_open (const guint8 *bytes, gsize n_bytes, GError **error)
{
  g_autoptr (SfZip) self = NULL;

  g_return_val_if_fail (bytes != NULL || n_bytes == 0, NULL);

  self = g_new0 (SfZip, 1);
  self->bytes = bytes;
  self->n_bytes = n_bytes;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return read_directory (self, error) ? g_steal_pointer (&self) : NULL;
}

void
sf_zip_free (SfZip *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->entries);
  g_free (self);
}

const char *
sf_zip_find_by_end (const SfZip *self, const char *end)
{
  GHashTableIter iter;
  gpointer name = NULL;
  const char *found = NULL;

  g_return_val_if_fail (self != NULL && end != NULL, NULL);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (!g_str_has_suffix (name, end))
        continue;
      if (found != NULL)
        return NULL;
      found = name;
    }
  return found;
}

const guint8 *
sf_zip_find (const SfZip *self, const char *name, gsize *n_bytes)
{
  const Entry *entry = NULL;

  g_return_val_if_fail (self != NULL && name != NULL && n_bytes != NULL, NULL);

  entry = g_hash_table_lookup (self->entries, name);
  if (entry == NULL)
    return NULL;
  *n_bytes = entry->n_bytes;
  return entry->data;
}
