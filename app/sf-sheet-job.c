/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-sheet-job.h"

#include "library/sf-file-name.h"
#include "sf-sheet.h"

/* @task_data: a sheet on its way. */
typedef struct
{
  SfLibrary *library;
  SfComparison *comparison;
  char *folder;
  char *name;   /* of its file */
  char **cells; /* paths */
  SfPicture *picture;
  char *path;
} Sheet;

static void
sheet_free (Sheet *sheet)
{
  g_object_unref (sheet->library);
  sf_comparison_unref (sheet->comparison);
  g_free (sheet->folder);
  g_free (sheet->name);
  g_strfreev (sheet->cells);
  g_clear_pointer (&sheet->picture, sf_picture_unref);
  g_free (sheet->path);
  g_free (sheet);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sheet *sheet = g_task_get_task_data (task);
  GError *error = NULL;

  if (sf_library_change_finish (sheet->library, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sheet *sheet = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    sf_library_add_async (sheet->library, sheet->path, 0, added_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
draw_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Sheet *sheet = task_data;
  GError *error = NULL;

  sheet->picture = sf_sheet_draw (sheet->comparison, (const char *const *) sheet->cells, &error);
  if (sheet->picture != NULL)
    sheet->path = sf_picture_save_in_folder (sheet->picture, sheet->folder, sheet->name, &error);
  if (sheet->path != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
cells_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sheet *sheet = g_task_get_task_data (task);
  GError *error = NULL;

  sheet->cells = sf_library_list_texts_finish (result, &error);
  if (sheet->cells == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* The outer task is the owner of what the inner one works on. */
  g_autoptr (GTask) drawing = g_task_new (NULL, NULL, drawn_cb, g_steal_pointer (&task));
  g_task_set_task_data (drawing, sheet, NULL);
  g_task_run_in_thread (drawing, draw_thread);
}

void
sf_sheet_job_run_async (SfLibrary *library, SfJob *job, const char *pattern,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (sf_job_get_comparison (job) != NULL);

  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Sheet *sheet = g_new0 (Sheet, 1);

  sheet->library = g_object_ref (library);
  sheet->comparison = sf_comparison_ref (sf_job_get_comparison (job));
  sheet->folder = g_strdup (sf_job_get_folder (job));
  sheet->name = sf_file_name_expand (pattern, sf_job_get_request (job));
  g_task_set_task_data (task, sheet, (GDestroyNotify) sheet_free);
  sf_library_list_cells_async (library, sf_job_get_id (job), cells_listed_cb, task);
}

SfPicture *
sf_sheet_job_run_finish (GAsyncResult *result, char **path, GError **error)
{
  Sheet *sheet = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  *path = g_steal_pointer (&sheet->path);
  return g_steal_pointer (&sheet->picture);
}
