/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-record.h"

#include "sf-model-layout.h"

#include <string.h>
#include <sys/stat.h>

/* The folders of a model whose age is that of the model. */
static const char *const parts[] = { "", "unet", "vae", "text_encoder" };

gboolean
sf_model_record_read_stamp (const char *path, gint64 *n_bytes, gint64 *modified)
{
  struct stat info;

  *n_bytes = *modified = 0;
  if (stat (path, &info) != 0)
    return FALSE;
  if (!S_ISDIR (info.st_mode))
    *n_bytes = info.st_size;
  for (guint i = 0; i < (S_ISDIR (info.st_mode) ? G_N_ELEMENTS (parts) : 1); i++)
    {
      g_autofree char *part = *parts[i] != '\0' ? g_build_filename (path, parts[i], NULL)
                                                : g_strdup (path);

      if (stat (part, &info) == 0)
        *modified = MAX (*modified,
                         info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000);
    }
  return TRUE;
}

/* A sentence of its own. The whole path of a file is where it is listed already. */
static char *
shorten (const char *sentence, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  GString *text = g_string_new (sentence);

  g_string_replace (text, path, name, 0);
  if (g_str_has_prefix (text->str, "it is "))
    text->str[0] = 'I';
  return g_string_free (text, FALSE);
}

static char *
get_name (const char *path, gboolean is_folder)
{
  char *name = g_path_get_basename (path);
  char *dot = is_folder ? NULL : strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

SfModelRecord *
sf_model_record_read (const char *path, SfModelKind kind_of_folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfModelInfo) info = sf_engine_identify (path, NULL, &error);
  SfModelKind kind = info != NULL ? info->kind : SF_MODEL_KIND_UNKNOWN;
  const char *refusal = info == NULL ? error->message : info->refusal;
  gint64 n_bytes, modified;
  SfModelRecord *self;

  if (kind == SF_MODEL_KIND_UNKNOWN)
    kind = kind_of_folder;
  if (!sf_model_record_read_stamp (path, &n_bytes, &modified)
      || (kind == SF_MODEL_KIND_UNKNOWN && !sf_model_layout_is_meant (path)
          && !g_file_test (path, G_FILE_TEST_IS_DIR)))
    return NULL;

  self = g_atomic_rc_box_new0 (SfModelRecord);
  self->path = g_strdup (path);
  self->is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);
  self->name = get_name (path, self->is_folder);
  self->kind = kind == SF_MODEL_KIND_UNKNOWN && self->is_folder ? SF_MODEL_KIND_CHECKPOINT : kind;
  self->refusal = refusal != NULL ? shorten (refusal, path) : NULL;
  self->n_bytes = (guint64) n_bytes;
  self->stamp_bytes = n_bytes;
  self->stamp_modified = modified;
  if (info != NULL)
    {
      self->n_bytes = info->file_bytes;
      self->family = kind == SF_MODEL_KIND_CHECKPOINT || info->prediction == NULL
                         ? g_strdup (info->family)
                         : NULL;
      self->precision = g_strdup (info->precision);
      self->native_size = info->native_size;
    }
  return self;
}

SfModelRecord *
sf_model_record_read_starter (void)
{
  g_autofree char *path = sf_engine_find_model (NULL, NULL);
  SfModelRecord *self = path != NULL ? sf_model_record_read (path, SF_MODEL_KIND_CHECKPOINT) : NULL;

  if (self != NULL)
    self->is_starter = TRUE;
  return self;
}

SfModelRecord *
sf_model_record_ref (SfModelRecord *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SfModelRecord *self = data;

  g_free (self->path);
  g_free (self->name);
  g_free (self->family);
  g_free (self->precision);
  g_free (self->refusal);
}

void
sf_model_record_unref (SfModelRecord *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

int
sf_model_record_compare (const SfModelRecord *a, const SfModelRecord *b)
{
  g_autofree char *a_name = g_utf8_casefold (a->name, -1);
  g_autofree char *b_name = g_utf8_casefold (b->name, -1);
  int order = (int) a->kind - (int) b->kind;

  if (order == 0)
    order = (a->refusal != NULL) - (b->refusal != NULL);
  if (order == 0)
    order = b->is_starter - a->is_starter;
  if (order == 0)
    order = g_utf8_collate (a_name, b_name);
  return order != 0 ? order : strcmp (a->path, b->path);
}
