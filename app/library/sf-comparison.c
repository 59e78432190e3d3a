/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-comparison.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

struct _SfComparison
{
  gatomicrefcount n_references;
  SfRequest *base;
  SfAxis *x; /* NULL: one column */
  SfAxis *y; /* NULL: one row */
};

static SfRequest *
make_cell (const SfComparison *self, guint column, guint row, GError **error)
{
  g_autoptr (SfRequest) request = sf_request_copy (self->base);

  if ((self->x != NULL && !sf_axis_set (self->x, column, request, error))
      || (self->y != NULL && !sf_axis_set (self->y, row, request, error))
      || !sf_request_validate (request, error))
    return NULL;
  return g_steal_pointer (&request);
}

static gboolean
check (const SfComparison *self, GError **error)
{
  guint n_cells = sf_comparison_get_n_cells (self);

  if (self->x == NULL && self->y == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("a comparison needs a setting to change"));
      return FALSE;
    }
  if (self->x != NULL && self->y != NULL
      && g_str_equal (sf_axis_get_setting (self->x), sf_axis_get_setting (self->y))
      && !g_str_equal (sf_axis_get_setting (self->x), SF_AXIS_REPLACE))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("the same setting cannot change in both directions"));
      return FALSE;
    }
  if (n_cells > SF_COMPARISON_MAX_CELLS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%u pictures are too many for a comparison; it may have %d"), n_cells,
                   SF_COMPARISON_MAX_CELLS);
      return FALSE;
    }
  for (guint i = 0; i < n_cells; i++)
    {
      guint column, row;

      sf_comparison_get_place (self, i, &column, &row);
      g_autoptr (SfRequest) cell = make_cell (self, column, row, error);
      if (cell == NULL)
        return FALSE;
    }
  return TRUE;
}

SfComparison *
sf_comparison_new (const SfRequest *base, const SfAxis *x, const SfAxis *y, GError **error)
{
  g_autoptr (SfComparison) self = g_new0 (SfComparison, 1);

  g_atomic_ref_count_init (&self->n_references);
  self->base = sf_request_copy (base);
  self->base->count = 1;
  self->x = x != NULL ? sf_axis_copy (x) : NULL;
  self->y = y != NULL ? sf_axis_copy (y) : NULL;
  return check (self, error) ? g_steal_pointer (&self) : NULL;
}

SfComparison *
sf_comparison_ref (SfComparison *self)
{
  g_atomic_ref_count_inc (&self->n_references);
  return self;
}

void
sf_comparison_unref (SfComparison *self)
{
  if (!g_atomic_ref_count_dec (&self->n_references))
    return;
  sf_request_free (self->base);
  g_clear_pointer (&self->x, sf_axis_free);
  g_clear_pointer (&self->y, sf_axis_free);
  g_free (self);
}

static void
write_axis (JsonBuilder *builder, const char *name, const SfAxis *axis)
{
  if (axis == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "setting");
  json_builder_add_string_value (builder, sf_axis_get_setting (axis));
  json_builder_set_member_name (builder, "values");
  json_builder_begin_array (builder);
  for (const char *const *value = sf_axis_get_values (axis); *value != NULL; value++)
    json_builder_add_string_value (builder, *value);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

char *
sf_comparison_to_json (const SfComparison *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  write_axis (builder, "x", self->x);
  write_axis (builder, "y", self->y);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* What json_to_string() wrote of an axis; NULL without an error: there is none of that name. */
static SfAxis *
read_axis (JsonReader *reader, const char *name, GError **error)
{
  g_autofree char *setting = NULL;
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  gboolean exists = json_reader_read_member (reader, name);

  if (exists)
    {
      if (json_reader_read_member (reader, "setting"))
        setting = g_strdup (json_reader_get_string_value (reader));
      json_reader_end_member (reader);
      if (json_reader_read_member (reader, "values"))
        for (int i = 0; i < json_reader_count_elements (reader); i++)
          {
            json_reader_read_element (reader, (guint) i);
            g_ptr_array_add (values, g_strdup (json_reader_get_string_value (reader)));
            json_reader_end_element (reader);
          }
      json_reader_end_member (reader);
    }
  json_reader_end_member (reader);
  g_ptr_array_add (values, NULL);
  return exists ? sf_axis_new_from_values (setting != NULL ? setting : "",
                                           (const char *const *) values->pdata, error)
                : NULL;
}

SfComparison *
sf_comparison_new_from_json (const SfRequest *base, const char *json, GError **error)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  g_autoptr (JsonReader) reader = NULL;
  g_autoptr (SfAxis) x = NULL;
  g_autoptr (SfAxis) y = NULL;
  GError *local_error = NULL;

  if (root == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("a comparison is not valid JSON"));
      return NULL;
    }
  reader = json_reader_new (root);
  x = read_axis (reader, "x", &local_error);
  if (local_error == NULL)
    y = read_axis (reader, "y", &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return NULL;
    }
  return sf_comparison_new (base, x, y, error);
}

const SfRequest *
sf_comparison_get_base (const SfComparison *self)
{
  return self->base;
}

const SfAxis *
sf_comparison_get_x (const SfComparison *self)
{
  return self->x;
}

const SfAxis *
sf_comparison_get_y (const SfComparison *self)
{
  return self->y;
}

guint
sf_comparison_get_n_columns (const SfComparison *self)
{
  return self->x != NULL ? sf_axis_get_n_values (self->x) : 1;
}

guint
sf_comparison_get_n_rows (const SfComparison *self)
{
  return self->y != NULL ? sf_axis_get_n_values (self->y) : 1;
}

guint
sf_comparison_get_n_cells (const SfComparison *self)
{
  return sf_comparison_get_n_columns (self) * sf_comparison_get_n_rows (self);
}

void
sf_comparison_get_place (const SfComparison *self, guint index, guint *column, guint *row)
{
  guint n_columns = sf_comparison_get_n_columns (self);
  guint n_rows = sf_comparison_get_n_rows (self);
  gboolean by_column = self->x != NULL && self->y != NULL
                       && sf_axis_get_weight (self->x) > sf_axis_get_weight (self->y);

  *column = by_column ? index / n_rows : index % n_columns;
  *row = by_column ? index % n_rows : index / n_columns;
}

SfRequest *
sf_comparison_dup_cell (const SfComparison *self, guint index)
{
  guint column, row;

  g_return_val_if_fail (index < sf_comparison_get_n_cells (self), NULL);

  sf_comparison_get_place (self, index, &column, &row);
  return make_cell (self, column, row, NULL);
}

/* As infotexts have it: a value with a comma is a JSON string. */
static void
append_pair (GString *text, char letter, const SfAxis *axis)
{
  if (axis == NULL)
    return;

  g_autofree char *list = sf_axis_dup_list (axis);
  g_autoptr (JsonNode) node = json_node_alloc ();
  json_node_init_string (node, list);
  g_autofree char *quoted = json_to_string (node, FALSE);
  g_string_append_printf (text, ", %c Type: %s, %c Values: %s", letter,
                          sf_axis_get_infotext_name (axis), letter,
                          strpbrk (list, ",:\"\n") != NULL ? quoted : list);
}

char *
sf_comparison_extend_infotext (const SfComparison *self, const char *infotext)
{
  GString *text = g_string_new (infotext);

  g_string_append (text, ", Script: X/Y/Z plot");
  append_pair (text, 'X', self->x);
  append_pair (text, 'Y', self->y);
  return g_string_free (text, FALSE);
}
