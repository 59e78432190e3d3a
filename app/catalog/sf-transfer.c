/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-transfer.h"

#include "sf-part-file.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#define CHUNK_BYTES (256 * 1024)
#define TIMEOUT_SECONDS 60
#define MAX_FAILURES 5
#define PROGRESS_BYTES CHUNK_BYTES /* less than this is no progress */
#define SPARE_BYTES (64 * 1024 * 1024)
#define MOST_BYTES (G_GUINT64_CONSTANT (1) << 40)
#define TELL_EVERY_US (G_USEC_PER_SEC / 10)

typedef struct
{
  const SfTransferFile *file;
  SfTransferFunc func;
  gpointer user_data;
  GCancellable *cancellable;

  SoupSession *session;
  SfPartFile *part;
  guint64 n_total;        /* 0 while it is not known */
  gboolean is_joined;     /* the part is of more than one answer */
  gboolean ranges_are_no; /* the server has lied about them */
  gint64 told_at;
} Transfer;

typedef enum
{
  ANSWER_WHOLE,    /* the part is complete */
  ANSWER_CUT,      /* the connection ended too early */
  ANSWER_AGAIN,    /* to be asked anew at once */
  ANSWER_HOPELESS, /* an error for people */
} Answer;

static void
tell (Transfer *self, SfTransferStage stage)
{
  self->told_at = g_get_monotonic_time ();
  self->func (stage, sf_part_file_get_n_bytes (self->part), self->n_total, self->user_data);
}

/* What If-Range can compare: a strong tag, or a date. */
static const char *
get_validator (SoupMessageHeaders *headers)
{
  const char *tag = soup_message_headers_get_one (headers, "ETag");

  if (tag != NULL && *tag == '"')
    return tag;
  return soup_message_headers_get_one (headers, "Last-Modified");
}

static Answer
refuse (GError **error, GIOErrorEnum code, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, code, sentence);
  return ANSWER_HOPELESS;
}

static Answer
refuse_size (GError **error)
{
  return refuse (error, G_IO_ERROR_INVALID_DATA,
                 _ ("The file at this address has another size than it should have"));
}

/* Whether a failure may pass by itself. */
static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED)
         || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
}

static Answer
judge_failure (Transfer *self, GError *failure, GError **error)
{
  g_autofree char *host = NULL;

  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return ANSWER_HOPELESS;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE,
               _ ("The server cannot be reached: %s"), failure->message);
  const Answer answer = may_pass (failure) ? ANSWER_CUT : ANSWER_HOPELESS;
  g_error_free (failure);
  return answer;
}

static Answer
judge_status (guint status, const char *phrase, GError **error)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return refuse (error, G_IO_ERROR_PERMISSION_DENIED,
                     _ ("The server does not give this file to everybody: look at its page"));
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_GONE:
      return refuse (error, G_IO_ERROR_NOT_FOUND, _ ("The file is not at this address any more"));
    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The server answered: %u %s"), status,
                   phrase != NULL ? phrase : "");
      /* Busy, or ill for the moment. */
      return status == 408 || status == 429 || status / 100 == 5 ? ANSWER_CUT : ANSWER_HOPELESS;
    }
}

static gboolean
is_as_expected (Transfer *self, guint64 n_total)
{
  return self->file->n_bytes == 0 || n_total == self->file->n_bytes;
}

/* Whether the rest of the part that is there comes, as was asked for. */
static gboolean
continues (Transfer *self, SoupMessageHeaders *headers, goffset *n_total)
{
  const char *validator = sf_part_file_get_validator (self->part);
  goffset start, end;

  return soup_message_headers_get_content_range (headers, &start, &end, n_total)
         && (guint64) start == sf_part_file_get_n_bytes (self->part)
         && (*n_total < 0 || end == *n_total - 1)
         && (validator == NULL || get_validator (headers) == NULL
             || g_str_equal (validator, get_validator (headers)));
}

/* Makes the part ready for the body that follows. */
static Answer
begin_body (Transfer *self, SoupMessage *message, gboolean asked_for_range, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const guint status = soup_message_get_status (message);
  goffset n_total = -1;

  if (status == SOUP_STATUS_PARTIAL_CONTENT && asked_for_range
      && continues (self, headers, &n_total))
    {
      self->is_joined = TRUE;
      if (n_total < 0)
        n_total = (goffset) self->file->n_bytes;
    }
  else if (status == SOUP_STATUS_PARTIAL_CONTENT
           || status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE)
    {
      /* Without a range in the question the next answer cannot be one. */
      if (!asked_for_range)
        return judge_status (status, soup_message_get_reason_phrase (message), error);
      self->ranges_are_no = TRUE;
      return ANSWER_AGAIN;
    }
  else
    {
      self->is_joined = FALSE;
      if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
        n_total = soup_message_headers_get_content_length (headers);
      if (!sf_part_file_begin (self->part, get_validator (headers), error))
        return ANSWER_HOPELESS;
    }
  if (soup_message_headers_get_one (headers, "Content-Encoding") != NULL)
    return refuse (error, G_IO_ERROR_INVALID_DATA,
                   _ ("The server does not send the file as it is"));
  if (n_total > 0 && !is_as_expected (self, (guint64) n_total))
    return refuse_size (error);
  self->n_total = n_total > 0 ? (guint64) n_total : self->file->n_bytes;

  const guint64 n_left = self->n_total - MIN (self->n_total, sf_part_file_get_n_bytes (self->part));
  if (n_left + SPARE_BYTES > sf_part_file_get_free_space (self->part))
    {
      g_autofree char *size = g_format_size (n_left);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   _ ("There is not enough room on the disk for another %s"), size);
      return ANSWER_HOPELESS;
    }
  return ANSWER_WHOLE;
}

static Answer
read_body (Transfer *self, GInputStream *body, GError **error)
{
  const guint64 limit = self->n_total > 0 ? self->n_total : MOST_BYTES;
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  GError *failure = NULL;
  gssize n_read;

  while ((n_read = g_input_stream_read (body, chunk, CHUNK_BYTES, self->cancellable, &failure)) > 0)
    {
      if ((guint64) n_read > limit - sf_part_file_get_n_bytes (self->part))
        return refuse_size (error);
      if (!sf_part_file_append (self->part, chunk, (gsize) n_read, error))
        return ANSWER_HOPELESS;
      if (g_get_monotonic_time () - self->told_at > TELL_EVERY_US)
        tell (self, SF_TRANSFER_FETCHING);
    }
  if (n_read < 0)
    return judge_failure (self, failure, error);
  if (sf_part_file_get_n_bytes (self->part) == self->n_total || self->n_total == 0)
    return ANSWER_WHOLE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("The server ended the connection"));
  return ANSWER_CUT;
}

/* A redirection must not take away what encryption gives. */
static gboolean
is_as_safe (SoupMessage *message, const char *address)
{
  return !g_str_has_prefix (address, "https:")
         || g_strcmp0 (g_uri_get_scheme (soup_message_get_uri (message)), "https") == 0;
}

static Answer
ask (Transfer *self, GError **error)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, self->file->address);
  SoupMessageHeaders *headers = NULL;
  const char *validator = sf_part_file_get_validator (self->part);
  const guint64 n_there = sf_part_file_get_n_bytes (self->part);
  gboolean with_range = !self->ranges_are_no && n_there > 0;
  GError *failure = NULL;
  Answer answer;

  if (message == NULL)
    return refuse (error, G_IO_ERROR_INVALID_ARGUMENT, _ ("The address is not one of the web"));
  /* Nothing would tell a part of another file apart. */
  if (validator == NULL && self->file->sha256 == NULL)
    with_range = FALSE;
  headers = soup_message_get_request_headers (message);
  soup_message_headers_append (headers, "Accept-Encoding", "identity");
  if (with_range)
    {
      soup_message_headers_set_range (headers, (goffset) n_there, -1);
      if (validator != NULL)
        soup_message_headers_append (headers, "If-Range", validator);
    }

  g_autoptr (GInputStream)
      body = soup_session_send (self->session, message, self->cancellable, &failure);
  if (body == NULL)
    return judge_failure (self, failure, error);
  if (!is_as_safe (message, self->file->address))
    return refuse (error, G_IO_ERROR_PERMISSION_DENIED,
                   _ ("The server leads to an address that is not encrypted"));
  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message))
      && soup_message_get_status (message) != SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE)
    return judge_status (soup_message_get_status (message),
                         soup_message_get_reason_phrase (message), error);
  answer = begin_body (self, message, with_range, error);
  if (answer != ANSWER_WHOLE)
    return answer;
  tell (self, SF_TRANSFER_FETCHING);
  return read_body (self, body, error);
}

/* FALSE when cancelled. */
static gboolean
pause_for (Transfer *self, guint milliseconds, GError **error)
{
  GPollFD cancelled;

  if (g_cancellable_make_pollfd (self->cancellable, &cancelled))
    {
      g_poll (&cancelled, 1, (gint) milliseconds);
      g_cancellable_release_fd (self->cancellable);
    }
  else
    g_usleep ((gulong) milliseconds * 1000);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
fetch (Transfer *self, GError **error)
{
  guint n_failures = 0;

  while (TRUE)
    {
      const guint64 n_before = sf_part_file_get_n_bytes (self->part);
      g_autoptr (GError) failure = NULL;

      if (self->file->n_bytes > 0 && n_before == self->file->n_bytes)
        return TRUE;
      switch (ask (self, &failure))
        {
        case ANSWER_WHOLE:
          return TRUE;
        case ANSWER_HOPELESS:
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        case ANSWER_AGAIN:
          break;
        case ANSWER_CUT:
          if (sf_part_file_get_n_bytes (self->part) >= n_before + PROGRESS_BYTES)
            n_failures = 0;
          if (++n_failures > MAX_FAILURES)
            {
              g_propagate_error (error, g_steal_pointer (&failure));
              return FALSE;
            }
          if (!pause_for (self, self->file->retry_ms << (n_failures - 1), error))
            return FALSE;
          break;
        }
    }
}

/* A part that was joined from two states of the file is fetched once more as a whole. */
static gboolean
fetch_and_check (Transfer *self, GError **error)
{
  while (fetch (self, error))
    {
      g_autofree char *hash = NULL;

      if (self->file->sha256 == NULL)
        return TRUE;
      tell (self, SF_TRANSFER_CHECKING);
      hash = sf_part_file_hash (self->part, self->cancellable, error);
      if (hash == NULL)
        return FALSE;
      if (g_str_equal (hash, self->file->sha256))
        return TRUE;

      const gboolean was_joined = self->is_joined;
      if (!sf_part_file_begin (self->part, NULL, error))
        return FALSE;
      if (!was_joined)
        {
          sf_part_file_discard (self->file->part_folder, self->file->name);
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The file that came is not the one that was meant: its checksum is "
                          "another. It was removed"));
          return FALSE;
        }
      self->ranges_are_no = TRUE;
    }
  return FALSE;
}

gboolean
sf_transfer_run (const SfTransferFile *file, SfTransferFunc func, gpointer user_data,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (SfPartFile) part = NULL;
  g_autoptr (GMainContext) context = g_main_context_new ();
  Transfer self = { file, func, user_data, cancellable };
  gboolean done;

  if (g_file_test (file->path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("There is a file %s already"),
                   file->path);
      return FALSE;
    }
  part = sf_part_file_open (file->part_folder, file->name, file->address, error);
  if (part == NULL)
    return FALSE;

  self.part = part;
  self.is_joined = sf_part_file_get_n_bytes (part) > 0;
  g_main_context_push_thread_default (context);
  self.session = soup_session_new_with_options ("timeout", TIMEOUT_SECONDS, "user-agent",
                                                "Sfumato/" SF_VERSION, NULL);
  soup_session_remove_feature_by_type (self.session, SOUP_TYPE_CONTENT_DECODER);
  done = fetch_and_check (&self, error) && sf_part_file_finish (part, file->path, error);
  g_object_unref (self.session);
  g_main_context_pop_thread_default (context);
  return done;
}
