/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "liar-server.h"
#include "catalog/sf-part-file.h"
#include "catalog/sf-transfer.h"

#include <glib/gstdio.h>
#include <string.h>

/* More than a chunk, so that what is cut has made progress. */
#define N_BYTES (1024 * 1024)
#define CUT (600 * 1024)

#define TAG_A "ETag: \"a\"\r\n"
#define TAG_B "ETag: \"b\"\r\n"

static guint8 file_a[N_BYTES], file_b[N_BYTES];

/* What is expected of a transfer. */
typedef struct
{
  const char *name;
  LiarFunc server;
  gboolean knows_size;
  const guint8 *sha256_of; /* or NULL */
  const guint8 *result;    /* or NULL for an error */
  GIOErrorEnum code;
  gboolean keeps_part; /* after the error */
} Case;

static char *
write_header (const char *more, gsize n_bytes)
{
  return g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\r\n%s", n_bytes, more);
}

static void
send_whole (GOutputStream *out, const guint8 *file, const char *more, gsize n_sent)
{
  g_autofree char *headers = write_header (more, N_BYTES);

  liar_answer (out, "200 OK", headers, file, n_sent);
}

static void
send_rest (GOutputStream *out, const guint8 *file, const char *more, gint64 from, gint64 claimed,
           gint64 total)
{
  g_autofree char *range = g_strdup_printf ("%sContent-Range: bytes %" G_GINT64_FORMAT
                                            "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "\r\n",
                                            more, claimed, total - 1, total);
  g_autofree char *headers = write_header (range, (gsize) (N_BYTES - from));

  liar_answer (out, "206 Partial Content", headers, file + from, (gsize) (N_BYTES - from));
}

static void
plain (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  send_whole (out, file_a, TAG_A, N_BYTES);
}

static void
cuts_once (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (n == 0)
    send_whole (out, file_a, TAG_A, CUT);
  else if (start >= 0 && g_strcmp0 (if_range, "\"a\"") == 0)
    send_rest (out, file_a, TAG_A, start, start, N_BYTES);
  else
    liar_answer (out, "400 Asked Wrongly", "", NULL, 0);
}

static void
has_a_date (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  const char *date = "Last-Modified: Tue, 01 Sep 2026 10:00:00 GMT\r\nETag: W/\"weak\"\r\n";

  if (n == 0)
    send_whole (out, file_a, date, CUT);
  else if (start > 0 && g_strcmp0 (if_range, "Tue, 01 Sep 2026 10:00:00 GMT") == 0)
    send_rest (out, file_a, date, start, start, N_BYTES);
  else
    liar_answer (out, "400 Asked Wrongly", "", NULL, 0);
}

static void
ignores_range (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  send_whole (out, file_a, TAG_A, n == 0 ? CUT : N_BYTES);
}

static void
wrong_start (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (start < 0)
    send_whole (out, file_a, TAG_A, n == 0 ? CUT : N_BYTES);
  else
    send_rest (out, file_a, TAG_A, start, start + 1, N_BYTES);
}

static void
wrong_total (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (start < 0)
    send_whole (out, file_a, TAG_A, CUT);
  else
    send_rest (out, file_a, TAG_A, start, start, 2 * N_BYTES);
}

static void
no_content_range (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (start < 0)
    send_whole (out, file_a, TAG_A, n == 0 ? CUT : N_BYTES);
  else
    liar_answer (out, "206 Partial Content", TAG_A, file_a + start, (gsize) (N_BYTES - start));
}

static void
changes (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (n == 0)
    send_whole (out, file_a, TAG_A, CUT);
  else
    send_whole (out, file_b, TAG_B, N_BYTES);
}

static void
changes_in_silence (GOutputStream *out, gint64 start, const char *if_range, guint n,
                    const char *path)
{
  if (n == 0)
    send_whole (out, file_a, TAG_A, CUT);
  else if (start >= 0)
    send_rest (out, file_b, TAG_B, start, start, N_BYTES);
  else
    send_whole (out, file_b, TAG_B, N_BYTES);
}

static void
changes_without_tags (GOutputStream *out, gint64 start, const char *if_range, guint n,
                      const char *path)
{
  if (n == 0)
    send_whole (out, file_a, "", CUT);
  else if (start >= 0)
    send_rest (out, file_b, "", start, start, N_BYTES);
  else
    send_whole (out, file_b, "", N_BYTES);
}

static void
sends_too_much (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  g_autofree guint8 *twice = g_malloc0 (2 * N_BYTES);

  liar_answer (out, "200 OK", TAG_A, twice, 2 * N_BYTES);
}

static void
says_another_size (GOutputStream *out, gint64 start, const char *if_range, guint n,
                   const char *path)
{
  g_autofree char *headers = write_header (TAG_A, N_BYTES / 2);

  liar_answer (out, "200 OK", headers, file_a, N_BYTES / 2);
}

static void
redirects (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (g_str_equal (path, "/file"))
    liar_answer (out, "302 Found", "Location: /elsewhere\r\nContent-Length: 0\r\n", NULL, 0);
  else if (n == 1)
    send_whole (out, file_a, TAG_A, CUT);
  else
    send_rest (out, file_a, TAG_A, start, start, N_BYTES);
}

static void
redirects_forever (GOutputStream *out, gint64 start, const char *if_range, guint n,
                   const char *path)
{
  g_autofree char *headers = g_strdup_printf ("Location: /%u\r\nContent-Length: 0\r\n", n);

  liar_answer (out, "302 Found", headers, NULL, 0);
}

static void
refuses_ranges (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (start >= 0)
    liar_answer (out, "416 Range Not Satisfiable", "Content-Range: bytes */9\r\n", NULL, 0);
  else
    send_whole (out, file_a, TAG_A, n == 0 ? CUT : N_BYTES);
}

static void
range_unasked (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  send_rest (out, file_a, TAG_A, 0, 0, N_BYTES);
}

static void
compresses (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  send_whole (out, file_a, "Content-Encoding: gzip\r\n", N_BYTES);
}

static void
is_gone (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  liar_answer (out, "404 Not Found", "", NULL, 0);
}

static void
wants_login (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  liar_answer (out, "401 Unauthorized", "", NULL, 0);
}

static void
is_busy_at_first (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  if (n < 3)
    liar_answer (out, "503 Service Unavailable", "Content-Length: 0\r\n", NULL, 0);
  else
    send_whole (out, file_a, TAG_A, N_BYTES);
}

static void
is_busy (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  liar_answer (out, "503 Service Unavailable", "Content-Length: 0\r\n", NULL, 0);
}

static void
never_gets_on (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  send_whole (out, file_a, TAG_A, 100);
}

static void
says_nothing (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
}

static const Case cases[] = {
  { "plain", plain, TRUE, file_a, file_a },
  { "nothing-known", plain, FALSE, NULL, file_a },
  { "cut", cuts_once, TRUE, file_a, file_a },
  { "cut/date", has_a_date, TRUE, file_a, file_a },
  { "range-ignored", ignores_range, TRUE, file_a, file_a },
  { "wrong-start", wrong_start, TRUE, file_a, file_a },
  { "wrong-start/unverified", wrong_start, FALSE, NULL, file_a },
  { "wrong-total", wrong_total, TRUE, file_a, NULL, G_IO_ERROR_INVALID_DATA, TRUE },
  { "no-content-range", no_content_range, TRUE, file_a, file_a },
  { "changed", changes, FALSE, NULL, file_b },
  { "changed/verified", changes, TRUE, file_a, NULL, G_IO_ERROR_INVALID_DATA, FALSE },
  { "changed/in-silence", changes_in_silence, FALSE, NULL, file_b },
  { "changed/without-tags", changes_without_tags, TRUE, file_b, file_b },
  { "changed/without-anything", changes_without_tags, FALSE, NULL, file_b },
  { "too-much", sends_too_much, TRUE, NULL, NULL, G_IO_ERROR_INVALID_DATA, TRUE },
  { "another-size", says_another_size, TRUE, file_a, NULL, G_IO_ERROR_INVALID_DATA, TRUE },
  { "another-checksum", plain, TRUE, file_b, NULL, G_IO_ERROR_INVALID_DATA, FALSE },
  { "redirected", redirects, TRUE, file_a, file_a },
  { "redirected/forever", redirects_forever, TRUE, file_a, NULL, G_IO_ERROR_HOST_UNREACHABLE,
    TRUE },
  { "ranges-refused", refuses_ranges, TRUE, file_a, file_a },
  { "range-unasked", range_unasked, TRUE, file_a, NULL, G_IO_ERROR_FAILED, TRUE },
  { "compressed", compresses, TRUE, file_a, NULL, G_IO_ERROR_INVALID_DATA, TRUE },
  { "gone", is_gone, TRUE, file_a, NULL, G_IO_ERROR_NOT_FOUND, TRUE },
  { "login", wants_login, TRUE, file_a, NULL, G_IO_ERROR_PERMISSION_DENIED, TRUE },
  { "busy-at-first", is_busy_at_first, TRUE, file_a, file_a },
  { "busy", is_busy, TRUE, file_a, NULL, G_IO_ERROR_FAILED, TRUE },
  { "never-gets-on", never_gets_on, TRUE, file_a, NULL, G_IO_ERROR_PARTIAL_INPUT, TRUE },
  { "says-nothing", says_nothing, TRUE, file_a, NULL, G_IO_ERROR_HOST_UNREACHABLE, TRUE },
};

typedef struct
{
  char *folder;
  char *path;
  LiarServer *server;
  char *address;
  char *sha256;
  SfTransferFile file;
  guint n_told;
  GCancellable *cancellable;
} Fixture;

static void
set_up (Fixture *self, LiarFunc server, gboolean knows_size, const guint8 *sha256_of)
{
  self->folder = g_dir_make_tmp ("sfumato-transfer-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "kind", "model.safetensors", NULL);
  self->server = liar_server_new (server);
  self->address = liar_server_get_address (self->server, "/file");
  self->cancellable = g_cancellable_new ();
  if (sha256_of != NULL)
    self->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, sha256_of, N_BYTES);
  self->file = (SfTransferFile){
    .address = self->address,
    .path = self->path,
    .part_folder = self->folder,
    .name = "model.safetensors",
    .n_bytes = knows_size ? N_BYTES : 0,
    .sha256 = self->sha256,
    .retry_ms = 1,
  };
}

static void
tear_down (Fixture *self)
{
  g_autofree char *kind = g_path_get_dirname (self->path);

  liar_server_free (self->server);
  g_unlink (self->path);
  g_rmdir (kind);
  sf_part_file_discard (self->folder, "model.safetensors");
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->cancellable);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->address);
  g_free (self->sha256);
}

static void
told (SfTransferStage stage, guint64 n_done, guint64 n_total, gpointer user_data)
{
  Fixture *self = user_data;

  self->n_told++;
  g_assert_true (n_total == 0 || n_done <= n_total);
}

static void
assert_file (Fixture *self, const guint8 *expected)
{
  g_autofree char *contents = NULL;
  gsize n_bytes;

  g_assert_true (g_file_get_contents (self->path, &contents, &n_bytes, NULL));
  g_assert_cmpmem (contents, n_bytes, expected, N_BYTES);
}

static gboolean
has_part (Fixture *self)
{
  g_autofree char *part = g_strconcat (self->folder, "/model.safetensors.part", NULL);

  return g_file_test (part, G_FILE_TEST_EXISTS);
}

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  set_up (&fixture, self->server, self->knows_size, self->sha256_of);
  const gboolean done = sf_transfer_run (&fixture.file, told, &fixture, NULL, &error);
  if (self->result != NULL)
    {
      g_assert_no_error (error);
      g_assert_true (done);
      assert_file (&fixture, self->result);
      g_assert_cmpuint (fixture.n_told, >, 0);
      g_assert_false (has_part (&fixture));
    }
  else
    {
      g_assert_false (done);
      g_assert_error (error, G_IO_ERROR, (int) self->code);
      g_test_message ("%s", error->message);
      g_assert_null (strchr (error->message, '\n'));
      g_assert_false (g_file_test (fixture.path, G_FILE_TEST_EXISTS));
      g_assert_cmpint (has_part (&fixture), ==, self->keeps_part);
    }
  tear_down (&fixture);
}

/* Stops in the midst of the first answer. */
static void
cancel_told (SfTransferStage stage, guint64 n_done, guint64 n_total, gpointer user_data)
{
  g_cancellable_cancel (((Fixture *) user_data)->cancellable);
}

static void
test_stop_and_go_on (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPartFile) part = NULL;

  set_up (&fixture, cuts_once, TRUE, file_a);
  g_assert_false (
      sf_transfer_run (&fixture.file, cancel_told, &fixture, fixture.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (g_file_test (fixture.path, G_FILE_TEST_EXISTS));

  /* As if more had come before the program ended. */
  part = sf_part_file_open (fixture.folder, "model.safetensors", fixture.address, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sf_part_file_get_validator (part), ==, "\"a\"");
  g_assert_true (sf_part_file_append (part, file_a + sf_part_file_get_n_bytes (part),
                                      CUT - sf_part_file_get_n_bytes (part), &error));
  g_assert_cmpuint (sf_part_file_peek (fixture.folder, "model.safetensors", fixture.address), ==,
                    CUT);
  g_assert_cmpuint (sf_part_file_peek (fixture.folder, "model.safetensors", "http://other/"), ==,
                    0);

  sf_transfer_run (&fixture.file, told, &fixture, NULL, &error);
  g_assert_no_error (error);
  assert_file (&fixture, file_a);
  g_assert_cmpuint (liar_server_count_requests (fixture.server), ==, 2);
  tear_down (&fixture);
}

static void
test_file_in_place (void)
{
  Fixture fixture = { 0 };
  g_autofree char *kind = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, plain, TRUE, file_a);
  kind = g_path_get_dirname (fixture.path);
  g_assert_cmpint (g_mkdir (kind, 0777), ==, 0);
  g_assert_true (g_file_set_contents (fixture.path, "mine", -1, NULL));
  g_assert_false (sf_transfer_run (&fixture.file, told, &fixture, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_true (g_file_get_contents (fixture.path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "mine");
  g_assert_cmpuint (liar_server_count_requests (fixture.server), ==, 0);
  tear_down (&fixture);
}

static void
says_too_large (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  g_autofree char *headers = write_header (TAG_A, (gsize) 1 << 50);

  liar_answer (out, "200 OK", headers, file_a, N_BYTES);
}

static void
test_no_room (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  set_up (&fixture, says_too_large, FALSE, NULL);
  g_assert_false (sf_transfer_run (&fixture.file, told, &fixture, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < N_BYTES; i++)
    {
      file_a[i] = (guint8) g_rand_int (random);
      file_b[i] = (guint8) g_rand_int (random);
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/transfer/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/transfer/stop-and-go-on", test_stop_and_go_on);
  g_test_add_func ("/transfer/file-in-place", test_file_in_place);
  g_test_add_func ("/transfer/no-room", test_no_room);
  return g_test_run ();
}
