/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-styles.h"

#include "sf-prompt-resources.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define SHIPPED "/io/github/sfumato/prompt/styles.json"

struct _SfPromptStyles
{
  GObject parent_instance;

  char *path;
  GPtrArray *own;     /* of SfPromptStyle */
  GPtrArray *shipped; /* likewise */
  GPtrArray *all;     /* what the list shows */
};

static void sf_prompt_styles_list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SfPromptStyles, sf_prompt_styles, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      sf_prompt_styles_list_model_init))

static GPtrArray *
styles_new (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static gboolean
is_csv (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, ".csv");
}

static GPtrArray *
load_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  gsize n_bytes;

  if (stream == NULL)
    return NULL;
  text = g_malloc (SF_PROMPT_STYLE_MAX_FILE + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), text, SF_PROMPT_STYLE_MAX_FILE + 1,
                                &n_bytes, NULL, error))
    return NULL;
  return is_csv (path) ? sf_prompt_style_list_from_csv (text, (gssize) n_bytes, error)
                       : sf_prompt_style_list_from_json (text, (gssize) n_bytes, error);
}

static gboolean
find_in (GPtrArray *styles, const char *name, guint *position)
{
  for (guint i = 0; i < styles->len; i++)
    if (g_str_equal (sf_prompt_style_get_name (styles->pdata[i]), name))
      {
        if (position != NULL)
          *position = i;
        return TRUE;
      }
  return FALSE;
}

static void
show (SfPromptStyles *self)
{
  guint n_before = self->all->len;

  g_ptr_array_set_size (self->all, 0);
  for (guint i = 0; i < self->own->len; i++)
    g_ptr_array_add (self->all, g_object_ref (self->own->pdata[i]));
  for (guint i = 0; i < self->shipped->len; i++)
    if (!find_in (self->own, sf_prompt_style_get_name (self->shipped->pdata[i]), NULL))
      g_ptr_array_add (self->all, g_object_ref (self->shipped->pdata[i]));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->all->len);
}

/* The first of a name counts. */
static GPtrArray *
take_unique (GPtrArray *styles)
{
  GPtrArray *unique = styles_new ();

  for (guint i = 0; i < styles->len; i++)
    if (!find_in (unique, sf_prompt_style_get_name (styles->pdata[i]), NULL))
      g_ptr_array_add (unique, g_object_ref (styles->pdata[i]));
  g_ptr_array_unref (styles);
  return unique;
}

/* What is damaged may hold more than a new file would. */
static void
load_own (SfPromptStyles *self, GError **error)
{
  g_autofree char *aside = g_strconcat (self->path, ".damaged", NULL);
  GError *local_error = NULL;
  GPtrArray *styles = load_file (self->path, &local_error);

  if (styles != NULL)
    self->own = take_unique (styles);
  else if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_clear_error (&local_error);
  else
    {
      g_rename (self->path, aside);
      g_propagate_error (error, local_error);
    }
  if (self->own == NULL)
    self->own = styles_new ();
}

static GPtrArray *
load_shipped (void)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (sf_prompt_get_resource (), SHIPPED, 0, NULL);
  gsize n_bytes;
  const char *text = g_bytes_get_data (bytes, &n_bytes);

  return take_unique (sf_prompt_style_list_from_json (text, (gssize) n_bytes, NULL));
}

SfPromptStyles *
sf_prompt_styles_new (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  SfPromptStyles *self = g_object_new (SF_TYPE_PROMPT_STYLES, NULL);

  self->path = g_strdup (path);
  self->shipped = load_shipped ();
  load_own (self, error);
  show (self);
  return self;
}

char *
sf_prompt_styles_dup_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "sfumato", "styles.json", NULL);
}

SfPromptStyle *
sf_prompt_styles_find (SfPromptStyles *self, const char *name)
{
  guint position;

  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), NULL);

  return find_in (self->all, name, &position) ? self->all->pdata[position] : NULL;
}

gboolean
sf_prompt_styles_is_own (SfPromptStyles *self, SfPromptStyle *style)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), FALSE);

  return g_ptr_array_find (self->own, style, NULL);
}

static gboolean
write_styles (GPtrArray *styles, const char *path, GError **error)
{
  g_autofree char *text = is_csv (path) ? sf_prompt_style_list_to_csv (styles)
                                        : sf_prompt_style_list_to_json (styles);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                   _ ("make the folder %s: %s"), folder, g_strerror (saved_errno));
      return FALSE;
    }
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}

/* Makes @styles one's own, if they can be written. Takes them. */
static gboolean
set_own (SfPromptStyles *self, GPtrArray *styles, GError **error)
{
  if (!write_styles (styles, self->path, error))
    {
      g_ptr_array_unref (styles);
      return FALSE;
    }
  g_ptr_array_unref (self->own);
  self->own = styles;
  show (self);
  return TRUE;
}

static gpointer
ref_style (gconstpointer style, gpointer user_data)
{
  return g_object_ref ((gpointer) style);
}

static GPtrArray *
copy_own (SfPromptStyles *self)
{
  return g_ptr_array_copy (self->own, ref_style, NULL);
}

/* Instead of the one that has its name, or at @position. */
static void
put (GPtrArray *styles, SfPromptStyle *style, guint position)
{
  guint same;

  if (find_in (styles, sf_prompt_style_get_name (style), &same))
    {
      g_ptr_array_remove_index (styles, same);
      position = same < position ? position - 1 : position;
    }
  g_ptr_array_insert (styles, (int) MIN (position, styles->len), g_object_ref (style));
}

gboolean
sf_prompt_styles_put (SfPromptStyles *self, SfPromptStyle *style, SfPromptStyle *replaced,
                      GError **error)
{
  guint position = 0;

  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), FALSE);

  g_autoptr (SfPromptStyle) alive = g_object_ref (style);
  GPtrArray *styles = copy_own (self);
  if (replaced != NULL && g_ptr_array_find (styles, replaced, &position))
    g_ptr_array_remove_index (styles, position);
  put (styles, style, position);
  return set_own (self, styles, error);
}

gboolean
sf_prompt_styles_remove (SfPromptStyles *self, SfPromptStyle *style, GError **error)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), FALSE);

  GPtrArray *styles = copy_own (self);
  g_ptr_array_remove (styles, style);
  return set_own (self, styles, error);
}

int
sf_prompt_styles_import (SfPromptStyles *self, const char *path, GError **error)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), -1);

  g_autoptr (GPtrArray) read = load_file (path, error);
  if (read == NULL)
    return -1;

  GPtrArray *styles = copy_own (self);
  for (guint i = 0; i < read->len && styles->len < SF_PROMPT_STYLE_MAX_STYLES; i++)
    put (styles, read->pdata[i], styles->len);
  return set_own (self, styles, error) ? (int) read->len : -1;
}

gboolean
sf_prompt_styles_export (SfPromptStyles *self, const char *path, GError **error)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), FALSE);

  return write_styles (self->own, path, error);
}

char *
sf_prompt_styles_apply (SfPromptStyles *self, const char *const *names, const char *prompt,
                        gboolean negative)
{
  char *text = g_strdup (prompt != NULL ? prompt : "");

  g_return_val_if_fail (SF_IS_PROMPT_STYLES (self), text);

  for (; *names != NULL; names++)
    {
      SfPromptStyle *style = sf_prompt_styles_find (self, *names);
      g_autofree char *before = text;

      if (style == NULL)
        text = g_steal_pointer (&before);
      else
        text = sf_prompt_style_merge (negative ? sf_prompt_style_get_negative_prompt (style)
                                               : sf_prompt_style_get_prompt (style),
                                      before);
    }
  return text;
}

static GType
get_item_type (GListModel *model)
{
  return SF_TYPE_PROMPT_STYLE;
}

static guint
get_n_items (GListModel *model)
{
  return SF_PROMPT_STYLES (model)->all->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  SfPromptStyles *self = SF_PROMPT_STYLES (model);

  return position < self->all->len ? g_object_ref (self->all->pdata[position]) : NULL;
}

static void
sf_prompt_styles_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

static void
sf_prompt_styles_finalize (GObject *object)
{
  SfPromptStyles *self = SF_PROMPT_STYLES (object);

  g_free (self->path);
  g_clear_pointer (&self->own, g_ptr_array_unref);
  g_clear_pointer (&self->shipped, g_ptr_array_unref);
  g_ptr_array_unref (self->all);
  G_OBJECT_CLASS (sf_prompt_styles_parent_class)->finalize (object);
}

static void
sf_prompt_styles_class_init (SfPromptStylesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sf_prompt_styles_finalize;
}

static void
sf_prompt_styles_init (SfPromptStyles *self)
{
  self->all = styles_new ();
}
