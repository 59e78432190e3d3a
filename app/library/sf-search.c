/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-search.h"

#include "sf-records.h"
#include "sf-words.h"

struct _SfSearch
{
  SfFilter *filter; /* of the kept list, without its text */
  GArray *ids;      /* that it leaves, in order */
  gint64 version;   /* of the database then */
};

SfSearch *
sf_search_new (void)
{
  return g_new0 (SfSearch, 1);
}

void
sf_search_free (SfSearch *self)
{
  g_clear_pointer (&self->filter, sf_filter_free);
  g_clear_pointer (&self->ids, g_array_unref);
  g_free (self);
}

/* Changes whenever another connection has committed something. */
static gint64
get_version (SfDatabase *database)
{
  sqlite3_stmt *row = sf_database_query (database, NULL, "PRAGMA data_version", "");
  gint64 version = 0;

  if (row != NULL && sf_database_next (database, row, NULL))
    {
      version = sqlite3_column_int64 (row, 0);
      sqlite3_reset (row);
    }
  return version;
}

static gboolean
take_ids (SfDatabase *database, sqlite3_stmt *row, GArray *ids, GError **error)
{
  GError *local_error = NULL;

  if (row == NULL)
    return FALSE;
  while (sf_database_next (database, row, &local_error))
    {
      gint64 id = sqlite3_column_int64 (row, 0);

      g_array_append_val (ids, id);
    }
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return local_error == NULL;
}

static const char *
get_order (SfSort sort)
{
  switch (sort)
    {
    case SF_SORT_OLDEST:
      return "created, id";
    case SF_SORT_LARGEST:
      return "width * height DESC, created DESC, id DESC";
    case SF_SORT_MODEL:
      return "model, created DESC, id DESC";
    case SF_SORT_NEWEST:
    default:
      return "created DESC, id DESC";
    }
}

/* A condition that is not asked for still names its value, so that every statement has the same ones. */
static gboolean
list_filtered (SfDatabase *database, const SfFilter *filter, GArray *ids, GError **error)
{
#define LABELLED                                                   \
  "SELECT picture FROM labelled JOIN labels ON label = labels.id " \
  "WHERE kind = %d AND name = "
  const int kinds[] = { SF_LABEL_TAG, SF_LABEL_COLLECTION };
  g_autoptr (GString) sql = g_string_new ("SELECT id FROM pictures WHERE missing = 0"
                                          " AND created >= ?1");

  g_string_append (sql, filter->model != NULL ? " AND model = ?2" : " AND ?2 IS NULL");
  if (filter->tag != NULL)
    g_string_append_printf (sql, " AND id IN (" LABELLED "?3)", kinds[0]);
  else
    g_string_append (sql, " AND ?3 IS NULL");
  if (filter->collection != NULL)
    g_string_append_printf (sql, " AND id IN (" LABELLED "?4)", kinds[1]);
  else
    g_string_append (sql, " AND ?4 IS NULL");
  g_string_append (sql, filter->width != 0 ? " AND width = ?5 AND height = ?6"
                                           : " AND ?5 = 0 AND ?6 = 0");
  if (filter->favourites)
    g_string_append (sql, " AND favourite");
  g_string_append_printf (sql, " ORDER BY %s", get_order (filter->sort));

  return take_ids (database,
                   sf_database_query (database, error, sql->str, "isssii", filter->since,
                                      filter->model, filter->tag, filter->collection,
                                      filter->width != 0 ? (gint64) filter->width : (gint64) 0,
                                      filter->width != 0 ? (gint64) filter->height : (gint64) 0),
                   ids, error);
#undef LABELLED
}

/* Whether the kept list is the one that @filter leaves. */
static gboolean
is_kept (SfSearch *self, const SfFilter *filter, gint64 version)
{
  const SfFilter *kept = self->filter;

  return kept != NULL && self->version == version && kept->favourites == filter->favourites
         && g_strcmp0 (kept->model, filter->model) == 0 && g_strcmp0 (kept->tag, filter->tag) == 0
         && g_strcmp0 (kept->collection, filter->collection) == 0 && kept->since == filter->since
         && kept->width == filter->width && kept->height == filter->height
         && kept->sort == filter->sort;
}

static gboolean
update_kept (SfSearch *self, SfDatabase *database, const SfFilter *filter, GError **error)
{
  gint64 version = get_version (database);
  g_autoptr (GArray) ids = NULL;

  if (is_kept (self, filter, version))
    return TRUE;

  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!list_filtered (database, filter, ids, error))
    return FALSE;
  g_clear_pointer (&self->filter, sf_filter_free);
  g_clear_pointer (&self->ids, g_array_unref);
  self->filter = sf_filter_copy (filter);
  g_clear_pointer (&self->filter->text, g_free);
  self->ids = g_steal_pointer (&ids);
  self->version = version;
  return TRUE;
}

/* Those of @kept that are also in @found, which is sorted. */
static GArray *
intersect (GArray *kept, GArray *found)
{
  GArray *both = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 greatest = found->len > 0 ? g_array_index (found, gint64, found->len - 1) : -1;
  g_autofree guint8 *bits = g_malloc0 ((gsize) (greatest / 8) + 1);

  for (guint i = 0; i < found->len; i++)
    {
      gint64 id = g_array_index (found, gint64, i);

      bits[id / 8] |= (guint8) (1u << (id % 8));
    }
  for (guint i = 0; i < kept->len; i++)
    {
      gint64 id = g_array_index (kept, gint64, i);

      if (id <= greatest && (bits[id / 8] & 1u << (id % 8)) != 0)
        g_array_append_val (both, id);
    }
  return both;
}

GArray *
sf_search_run (SfSearch *self, SfDatabase *database, const SfFilter *filter, GError **error)
{
  g_autofree char *words = filter->text != NULL ? sf_words_for_query (filter->text) : NULL;
  g_autoptr (GArray) found = NULL;

  if (!update_kept (self, database, filter, error))
    return NULL;
  if (words == NULL)
    return g_array_copy (self->ids);

  found = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!take_ids (database,
                 sf_database_query (database, error,
                                    "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid",
                                    "s", words),
                 found, error))
    return NULL;
  return intersect (self->ids, found);
}
