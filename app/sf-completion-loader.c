/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-completion-loader.h"

typedef struct
{
  char *embeddings;
  char *wildcards;
  char **prompts; /* NULL where they cannot be read */
} Source;

static void
source_free (Source *source)
{
  g_free (source->embeddings);
  g_free (source->wildcards);
  g_strfreev (source->prompts);
  g_free (source);
}

static void
load_thread (GTask *task, gpointer object, gpointer task_data, GCancellable *cancellable)
{
  const Source *source = task_data;

  g_task_return_pointer (task,
                         sf_completion_new (source->embeddings, source->wildcards,
                                            (const char *const *) source->prompts),
                         (GDestroyNotify) sf_completion_unref);
}

static void
prompts_listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Source *source = g_task_get_task_data (task);

  source->prompts = sf_library_list_texts_finish (result, NULL);
  g_task_run_in_thread (task, load_thread);
}

void
sf_completion_load_async (SfLibrary *library, GSettings *settings, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Source *source = g_new0 (Source, 1);

  source->embeddings = g_settings_get_string (settings, "embeddings-folder");
  source->wildcards = g_settings_get_string (settings, "wildcards-folder");
  g_task_set_task_data (task, source, (GDestroyNotify) source_free);
  sf_library_list_prompts_async (library, prompts_listed_cb, task);
}

SfCompletion *
sf_completion_load_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
