/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-download.h"

#include "sf-model-layout.h"
#include "sf-part-file.h"
#include "sf-transfer.h"

#define PART_FOLDER ".downloads"
#define RETRY_MS 1000
#define LEAST_SECONDS 2.0 /* until the speed tells something */

struct _SfDownload
{
  GObject parent_instance;

  SfRecommended *entry;
  char *path;
  char *part_folder;
  SfDownloadState state;
  guint64 n_done;
  guint64 n_total;
  char *failure;

  GCancellable *cancellable; /* of the transfer that runs, or NULL */
  gboolean discards;         /* the part, when the transfer has ended */
  gint64 began_at;
  guint64 n_began_with;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfDownload, sf_download, G_TYPE_OBJECT)

static void
set_state (SfDownload *self, SfDownloadState state)
{
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
sf_download_look (SfDownload *self)
{
  const SfRecommended *entry = self->entry;

  if (sf_download_is_active (self) || self->cancellable != NULL)
    return;
  self->n_total = entry->n_bytes;
  self->n_done = sf_part_file_peek (self->part_folder, entry->file, entry->address);
  set_state (self, g_file_test (self->path, G_FILE_TEST_EXISTS) ? SF_DOWNLOAD_DONE
                   : self->n_done > 0                           ? SF_DOWNLOAD_STOPPED
                                                                : SF_DOWNLOAD_IDLE);
}

SfDownload *
sf_download_new (SfRecommended *entry, const char *folder)
{
  SfDownload *self = g_object_new (SF_TYPE_DOWNLOAD, NULL);

  self->entry = entry;
  self->path = g_build_filename (folder, sf_model_layout_folder_of_kind (entry->kind), entry->file,
                                 NULL);
  self->part_folder = g_build_filename (folder, PART_FOLDER, NULL);
  sf_download_look (self);
  return self;
}

const SfRecommended *
sf_download_get_entry (SfDownload *self)
{
  return self->entry;
}

const char *
sf_download_get_path (SfDownload *self)
{
  return self->path;
}

SfDownloadState
sf_download_get_state (SfDownload *self)
{
  return self->state;
}

gboolean
sf_download_is_active (SfDownload *self)
{
  return self->state == SF_DOWNLOAD_WAITING || self->state == SF_DOWNLOAD_FETCHING
         || self->state == SF_DOWNLOAD_CHECKING;
}

guint64
sf_download_get_n_done (SfDownload *self)
{
  return self->n_done;
}

guint64
sf_download_get_n_total (SfDownload *self)
{
  return self->n_total;
}

double
sf_download_get_seconds_left (SfDownload *self)
{
  const double seconds = (double) (g_get_monotonic_time () - self->began_at) / G_USEC_PER_SEC;

  if (self->state != SF_DOWNLOAD_FETCHING || seconds < LEAST_SECONDS
      || self->n_done <= self->n_began_with || self->n_total < self->n_done)
    return -1;
  return seconds * (double) (self->n_total - self->n_done)
         / (double) (self->n_done - self->n_began_with);
}

const char *
sf_download_get_failure (SfDownload *self)
{
  return self->failure;
}

/* From the transfer's thread to the main thread. */
typedef struct
{
  SfDownload *download;
  GCancellable *cancellable; /* which run it is of */
  SfTransferStage stage;
  guint64 n_done;
  guint64 n_total;
} Progress;

static void
progress_free (Progress *self)
{
  g_object_unref (self->download);
  g_object_unref (self->cancellable);
  g_free (self);
}

static gboolean
progressed_cb (gpointer user_data)
{
  Progress *progress = user_data;
  SfDownload *self = progress->download;

  if (self->cancellable != progress->cancellable
      || g_cancellable_is_cancelled (progress->cancellable))
    return G_SOURCE_REMOVE;
  /* Another answer may begin anew. */
  if (self->began_at == 0 || progress->n_done < self->n_done)
    {
      self->began_at = g_get_monotonic_time ();
      self->n_began_with = progress->n_done;
    }
  self->n_done = progress->n_done;
  self->n_total = progress->n_total;
  set_state (self,
             progress->stage == SF_TRANSFER_CHECKING ? SF_DOWNLOAD_CHECKING : SF_DOWNLOAD_FETCHING);
  return G_SOURCE_REMOVE;
}

static void
progress_func (SfTransferStage stage, guint64 n_done, guint64 n_total, gpointer user_data)
{
  GTask *task = user_data;
  Progress *progress = g_new (Progress, 1);

  *progress = (Progress){ g_object_ref (g_task_get_source_object (task)),
                          g_object_ref (g_task_get_cancellable (task)), stage, n_done, n_total };
  g_idle_add_full (G_PRIORITY_DEFAULT, progressed_cb, progress, (GDestroyNotify) progress_free);
}

static void
transfer_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  SfDownload *self = source; /* of it only what never changes */
  const SfTransferFile file = {
    .address = self->entry->address,
    .path = self->path,
    .part_folder = self->part_folder,
    .name = self->entry->file,
    .n_bytes = self->entry->n_bytes,
    .sha256 = self->entry->sha256,
    .retry_ms = RETRY_MS,
  };
  GError *error = NULL;

  if (sf_transfer_run (&file, progress_func, task, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
transferred_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfDownload *self = SF_DOWNLOAD (source);
  g_autoptr (GError) error = NULL;
  const gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_object (&self->cancellable);
  if (self->discards)
    sf_part_file_discard (self->part_folder, self->entry->file);
  self->discards = FALSE;
  if (!done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->failure = g_strdup (error->message);
  self->state = SF_DOWNLOAD_IDLE;
  sf_download_look (self);
}

void
sf_download_wait (SfDownload *self)
{
  g_return_if_fail (!sf_download_is_active (self));

  g_clear_pointer (&self->failure, g_free);
  set_state (self, SF_DOWNLOAD_WAITING);
}

void
sf_download_run (SfDownload *self)
{
  g_return_if_fail (SF_IS_DOWNLOAD (self));
  g_return_if_fail (self->cancellable == NULL);

  g_clear_pointer (&self->failure, g_free);
  self->began_at = 0;
  self->cancellable = g_cancellable_new ();
  set_state (self, SF_DOWNLOAD_FETCHING);

  g_autoptr (GTask) task = g_task_new (self, self->cancellable, transferred_cb, NULL);
  g_task_set_return_on_cancel (task, FALSE);
  g_task_run_in_thread (task, transfer_thread);
}

void
sf_download_stop (SfDownload *self)
{
  g_return_if_fail (SF_IS_DOWNLOAD (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else if (self->state == SF_DOWNLOAD_WAITING)
    {
      self->state = SF_DOWNLOAD_IDLE;
      sf_download_look (self);
    }
}

void
sf_download_discard (SfDownload *self)
{
  g_return_if_fail (SF_IS_DOWNLOAD (self));

  g_clear_pointer (&self->failure, g_free);
  if (self->cancellable != NULL)
    {
      self->discards = TRUE;
      g_cancellable_cancel (self->cancellable);
      return;
    }
  sf_part_file_discard (self->part_folder, self->entry->file);
  self->state = SF_DOWNLOAD_IDLE;
  sf_download_look (self);
}

static void
sf_download_finalize (GObject *object)
{
  SfDownload *self = SF_DOWNLOAD (object);

  sf_recommended_free (self->entry);
  g_free (self->path);
  g_free (self->part_folder);
  g_free (self->failure);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (sf_download_parent_class)->finalize (object);
}

static void
sf_download_class_init (SfDownloadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sf_download_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sf_download_init (SfDownload *self)
{
}
