/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/sf-downloads.h"
#include "catalog/sf-model-index.h"
#include "catalog/sf-model-layout.h"
#include "catalog/sf-model-scan.h"

#include "liar-server.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_S 60

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sfumato-models-XXXXXX", NULL);
}

static void
remove_below (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL
                                                                    : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_below (below);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_below (self->folder);
  g_free (self->folder);
}

/* The path of @name below the folder, with the folders that lead there. */
static char *
make_path (Fixture *self, const char *name)
{
  char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  return path;
}

/* A file of safetensors with one tensor of halves, all zero. */
static void
write_tensor (Fixture *self, const char *file, const char *tensor, guint rows, guint columns)
{
  const guint n_bytes = rows * columns * 2;
  g_autofree char *header =
      g_strdup_printf ("{\"%s\":{\"dtype\":\"F16\",\"shape\":[%u,%u],\"data_offsets\":[0,%u]}}",
                       tensor, rows, columns, n_bytes);
  const guint64 length = GUINT64_TO_LE ((guint64) strlen (header));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *zeros = g_malloc0 (n_bytes);
  g_autofree char *path = make_path (self, file);

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (bytes, zeros, n_bytes);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

static void
write_text (Fixture *self, const char *file, const char *text)
{
  g_autofree char *path = make_path (self, file);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
link_model (Fixture *self, const char *file, const char *variable)
{
  g_autofree char *path = make_path (self, file);

  g_assert_cmpint (symlink (g_getenv (variable), path), ==, 0);
}

static SfModelScan *
scan (Fixture *self, const char *below)
{
  g_autofree char *place = g_build_filename (self->folder, below, NULL);
  const char *const places[] = { place, NULL };
  g_autoptr (GError) error = NULL;
  SfModelScan *found = sf_model_scan (places, NULL, NULL, &error);

  g_assert_no_error (error);
  return found;
}

static const SfModelRecord *
find_record (SfModelScan *found, const char *name)
{
  for (guint i = 0; i < found->records->len; i++)
    {
      const SfModelRecord *record = found->records->pdata[i];

      if (!record->is_starter && g_str_equal (record->name, name))
        return record;
    }
  return NULL;
}

static void
test_kinds (Fixture *self, gconstpointer data)
{
  const struct
  {
    const char *name;
    SfModelKind kind;
    const char *family;
    const char *refusal; /* a part of it */
  } expected[] = {
    { "tiny", SF_MODEL_KIND_CHECKPOINT, "SD 1.x", NULL },
    { "taesd", SF_MODEL_KIND_TAESD, NULL, NULL },
    { "style", SF_MODEL_KIND_LORA, "SD 1.x", "LoRA" },
    { "style-xl", SF_MODEL_KIND_LORA, "SDXL", "LoRA" },
    { "canny", SF_MODEL_KIND_CONTROLNET, "SD 2.x", "ControlNet" },
    { "4x", SF_MODEL_KIND_UPSCALER, NULL, "upscaler" },
    { "xl", SF_MODEL_KIND_CHECKPOINT, "SDXL", "xl.safetensors" },
    { "word", SF_MODEL_KIND_EMBEDDING, "SD 1.x", NULL },
    { "word-xl", SF_MODEL_KIND_EMBEDDING, "SDXL", "Stable Diffusion XL" },
    { "broken", SF_MODEL_KIND_VAE, NULL, "broken.safetensors" },
    { "diary", SF_MODEL_KIND_UNKNOWN, NULL, "diary.safetensors" },
    { "photo", SF_MODEL_KIND_CHECKPOINT, NULL, "photo" },
  };

  link_model (self, "a/tiny.safetensors", "SF_TINY_CHECKPOINT");
  link_model (self, "a/taesd.safetensors", "SF_TINY_TAESD_CHECKPOINT");
  write_tensor (self, "a/style.safetensors", "lora_unet_down_blocks_0_attn2_to_k.lora_down.weight",
                4, 768);
  write_tensor (self, "a/style-xl.safetensors", "unet.down_blocks.1.attn2.to_k.lora_A.weight", 4,
                2048);
  write_tensor (self, "a/canny.safetensors", "controlnet_cond_embedding.attn2.to_k.weight", 4,
                1024);
  write_tensor (self, "a/4x.safetensors", "model.1.sub.0.RDB1.conv1.0.weight", 4, 4);
  write_tensor (self, "a/xl.safetensors", "conditioner.embedders.1.model.ln_final.weight", 4, 4);
  write_tensor (self, "a/word.safetensors", "emb_params", 2, 768);
  write_tensor (self, "a/word-xl.safetensors", "clip_g", 2, 1280);
  write_text (self, "a/VAE/broken.safetensors", "no tensors");
  write_text (self, "a/diary.safetensors", "dear diary");
  write_text (self, "a/optimizer.bin", "not a model, and not called one");
  write_text (self, "a/notes.txt", "not a model");
  write_text (self, "a/photo/model_index.json", "{}");
  write_text (self, "a/photo/unet/diffusion_pytorch_model.safetensors", "no tensors");

  g_autoptr (SfModelScan) found = scan (self, "a");
  g_assert_true (found->is_complete);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const SfModelRecord *record = find_record (found, expected[i].name);

      g_test_message ("%s: %s", expected[i].name,
                      record != NULL && record->refusal != NULL ? record->refusal : "");
      g_assert_nonnull (record);
      g_assert_cmpint (record->kind, ==, expected[i].kind);
      g_assert_cmpstr (record->family, ==, expected[i].family);
      g_assert_cmpint (record->refusal != NULL, ==, expected[i].refusal != NULL);
      if (expected[i].refusal != NULL)
        {
          g_assert_nonnull (strstr (record->refusal, expected[i].refusal));
          g_assert_null (strstr (record->refusal, self->folder));
        }
    }
  guint n_found = 0;
  for (guint i = 0; i < found->records->len; i++)
    n_found += !((SfModelRecord *) found->records->pdata[i])->is_starter;
  g_assert_cmpuint (n_found, ==, G_N_ELEMENTS (expected));
}

/* Of the folder of a program only what holds models is looked through. */
static void
test_layouts (Fixture *self, gconstpointer data)
{
  write_text (self, "webui/models/Stable-diffusion/one.ckpt", "x");
  write_text (self, "webui/models/ESRGAN/two.pth", "x");
  write_text (self, "webui/embeddings/three.pt", "x");
  write_text (self, "webui/venv/four.safetensors", "x");
  write_text (self, "comfy/models/loras/five.safetensors", "x");
  write_text (self, "comfy/models/checkpoints/deep/six.safetensors", "x");
  write_text (self, "comfy/output/seven.safetensors", "x");

  g_autoptr (SfModelScan) webui = scan (self, "webui");
  g_assert_cmpint (find_record (webui, "one")->kind, ==, SF_MODEL_KIND_CHECKPOINT);
  g_assert_cmpint (find_record (webui, "two")->kind, ==, SF_MODEL_KIND_UPSCALER);
  g_assert_cmpint (find_record (webui, "three")->kind, ==, SF_MODEL_KIND_EMBEDDING);
  g_assert_null (find_record (webui, "four"));
  g_assert_cmpuint (g_strv_length (webui->roots), ==, 2);

  g_autoptr (SfModelScan) comfy = scan (self, "comfy");
  g_assert_cmpint (find_record (comfy, "five")->kind, ==, SF_MODEL_KIND_LORA);
  g_assert_cmpint (find_record (comfy, "six")->kind, ==, SF_MODEL_KIND_CHECKPOINT);
  g_assert_null (find_record (comfy, "seven"));
}

/* Loops of links, a pipe, a folder without an end, hidden things, a file by two names. */
static void
test_traps (Fixture *self, gconstpointer data)
{
  g_autofree char *loop = make_path (self, "b/loop");
  g_autofree char *twin = make_path (self, "b/twin.ckpt");
  g_autofree char *pipe_path = make_path (self, "b/pipe.safetensors");
  g_autofree char *nowhere = make_path (self, "b/nowhere.ckpt");
  g_autofree char *first = make_path (self, "b/first.ckpt");
  g_autoptr (GString) deep = g_string_new ("b");

  write_text (self, "b/first.ckpt", "x");
  write_text (self, "b/.hidden/second.ckpt", "x");
  g_assert_cmpint (symlink (self->folder, loop), ==, 0);
  g_assert_cmpint (symlink (first, twin), ==, 0);
  g_assert_cmpint (symlink ("/nowhere/at/all", nowhere), ==, 0);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  for (guint i = 0; i < 30; i++)
    g_string_append (deep, "/d");
  g_string_append (deep, "/third.ckpt");
  write_text (self, deep->str, "x");

  g_autoptr (SfModelScan) found = scan (self, "b");
  g_assert_true ((find_record (found, "first") != NULL) != (find_record (found, "twin") != NULL));
  g_assert_null (find_record (found, "second"));
  g_assert_null (find_record (found, "third"));
  g_assert_null (find_record (found, "pipe"));
  g_assert_null (find_record (found, "nowhere"));
  g_assert_false (found->is_complete);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Iterates until @done is TRUE. */
#define WAIT_FOR(done)                                                             \
  G_STMT_START                                                                     \
  {                                                                                \
    const gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC; \
    guint waker = g_timeout_add (50, wake_cb, NULL);                               \
    while (!(done))                                                                \
      {                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, deadline);                    \
        g_main_context_iteration (NULL, TRUE);                                     \
      }                                                                            \
    g_source_remove (waker);                                                       \
  }                                                                                \
  G_STMT_END

static SfModelItem *
find_item (SfModelIndex *index, const char *name)
{
  return sf_model_index_resolve (index, SF_MODEL_KIND_CHECKPOINT, name, NULL);
}

static void
test_index (Fixture *self, gconstpointer data)
{
  g_autofree char *own = g_build_filename (self->folder, "own", NULL);
  g_autofree char *added = g_build_filename (self->folder, "added", NULL);
  g_autofree char *late = make_path (self, "added/late.safetensors");
  const char *const places[] = { added, NULL };
  const char *const no_places[] = { NULL };
  g_autofree char *hash = NULL;

  link_model (self, "added/early.safetensors", "SF_TINY_CHECKPOINT");
  g_autoptr (SfModelIndex) index = sf_model_index_new (own);
  sf_model_index_set_places (index, places);
  g_assert_true (sf_model_index_is_scanning (index));
  WAIT_FOR (!sf_model_index_is_scanning (index));

  /* By name, without regard to case; names of other kinds mean nothing. */
  SfModelItem *early = find_item (index, "EARLY");
  g_assert_nonnull (early);
  g_assert_null (sf_model_index_resolve (index, SF_MODEL_KIND_VAE, "early", NULL));
  g_assert_null (find_item (index, "late"));

  /* By hash, as soon as it is known. */
  g_assert_null (sf_model_item_get_hash (early));
  sf_model_index_set_hashing (index, TRUE);
  WAIT_FOR (sf_model_item_get_hash (early) != NULL);
  hash = sf_engine_hash_model (g_getenv ("SF_TINY_CHECKPOINT"), NULL, NULL);
  g_assert_cmpstr (sf_model_item_get_hash (early), ==, hash);
  g_assert_true (sf_model_index_find_hash (index, hash) == early);
  hash[10] = '\0';
  g_assert_true (sf_model_index_resolve (index, SF_MODEL_KIND_CHECKPOINT, "other", hash) == early);
  g_free (hash);
  hash = sf_engine_hash_model_briefly (g_getenv ("SF_TINY_CHECKPOINT"), NULL, NULL);
  g_assert_true (sf_model_index_resolve (index, SF_MODEL_KIND_CHECKPOINT, NULL, hash) == early);
  g_assert_null (sf_model_index_resolve (index, SF_MODEL_KIND_CHECKPOINT, NULL, "0123"));

  /* A file that comes is noticed, and what was there stays the same item. */
  write_text (self, "added/late.safetensors", "no model");
  WAIT_FOR (sf_model_index_find_path (index, late) != NULL);
  g_assert_false (sf_model_item_is_usable (sf_model_index_find_path (index, late)));
  g_assert_true (find_item (index, "early") == early);
  g_assert_nonnull (sf_model_item_get_hash (early));

  /* One that goes, too. */
  g_assert_cmpint (g_remove (late), ==, 0);
  WAIT_FOR (sf_model_index_find_path (index, late) == NULL);

  sf_model_index_set_places (index, no_places);
  WAIT_FOR (!sf_model_index_is_scanning (index));
  g_assert_null (find_item (index, "early"));
}

static void
test_recommended (Fixture *self, gconstpointer data)
{
  static const char *const bad[] = {
    "", "[]", "{\"models\":{}}", "{\"models\":[[[[[[[[[[1]]]]]]]]]]}", "{\"models\":[", "\xff\xfe",
  };
  static const char text[] =
      "{\"models\":["
      "{\"name\":\"A\",\"kind\":\"vae\",\"file\":\"a.ckpt\",\"address\":\"https://a.example/a\"},"
      "{\"name\":\"B\",\"kind\":\"vae\",\"file\":\"../b.ckpt\",\"address\":\"https://a.example/a\"},"
      "{\"name\":\"C\",\"kind\":\"vae\",\"file\":\"c.ckpt\",\"address\":\"http://a.example/a\"},"
      "{\"name\":\"D\",\"kind\":\"vae\",\"file\":\"d.ckpt\",\"address\":\"file:///etc/passwd\"},"
      "{\"name\":\"E\",\"kind\":\"oven\",\"file\":\"e.ckpt\",\"address\":\"https://a.example/a\"},"
      "{\"name\":\"F\",\"kind\":\"vae\",\"file\":\"f.sh\",\"address\":\"https://a.example/a\"},"
      "{\"name\":\"G\",\"kind\":\"vae\",\"file\":\"g.ckpt\",\"address\":\"https://a.example/a\","
      "\"sha256\":\"abc\"},"
      "{\"name\":\"H\",\"kind\":\"vae\",\"file\":\"h.ckpt\",\"address\":\"https://a.example/a\","
      "\"bytes\":-1},"
      "{\"name\":7,\"kind\":\"vae\",\"file\":[],\"address\":{}},"
      "5]}";
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (sf_recommended_parse (bad[i], -1, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  for (guint i = 0; i < 8; i++)
    g_test_expect_message ("Sfumato", G_LOG_LEVEL_WARNING, "*is left out*");
  g_autoptr (GPtrArray) entries = sf_recommended_parse (text, -1, &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);

  /* Whatever is built in can be verified. */
  g_autoptr (GPtrArray) built_in = sf_recommended_list (self->folder);
  g_assert_cmpuint (built_in->len, >=, 6);
  for (guint i = 0; i < built_in->len; i++)
    {
      const SfRecommended *entry = built_in->pdata[i];

      g_assert_nonnull (entry->sha256);
      g_assert_nonnull (entry->licence);
      g_assert_nonnull (entry->page);
      g_assert_cmpuint (entry->n_bytes, >, 0);
      g_assert_cmpint (sf_recommended_get_refusal (entry) != NULL, ==,
                       g_str_equal (entry->family, "SDXL"));
    }
}

#define N_BYTES (200 * 1024)

/* Gives out the first half, then the rest of what it is asked for. */
static void
serve (GOutputStream *out, gint64 start, const char *if_range, guint n, const char *path)
{
  g_autofree guint8 *file = g_malloc (N_BYTES);
  g_autofree char *headers = NULL;

  memset (file, path[1], N_BYTES);
  start = MAX (start, 0);
  headers = g_strdup_printf ("ETag: \"%c\"\r\nContent-Length: %d\r\n%s%s", path[1],
                             (int) (N_BYTES - start), start > 0 ? "Content-Range: bytes " : "", "");
  if (start > 0)
    {
      g_autofree char *range = g_strdup_printf ("%s%d-%d/%d\r\n", headers, (int) start, N_BYTES - 1,
                                                N_BYTES);

      liar_answer (out, "206 Partial Content", range, file + start, (gsize) (N_BYTES - start));
    }
  else
    liar_answer (out, "200 OK", headers, file, N_BYTES / 2);
}

static GPtrArray *
make_entries (LiarServer *server)
{
  g_autoptr (GString) text = g_string_new ("{\"models\":[");
  g_autoptr (GError) error = NULL;

  for (char c = 'a'; c < 'f'; c++)
    {
      g_autofree guint8 *file = g_malloc (N_BYTES);
      g_autofree char *sha256 = NULL;
      g_autofree char *address = liar_server_get_address (server, (char[]){ '/', c, '\0' });

      memset (file, c, N_BYTES);
      sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, file, N_BYTES);
      g_string_append_printf (
          text,
          "%s{\"name\":\"%c\",\"kind\":\"vae\",\"file\":\"%c.ckpt\",\"bytes\":%d,"
          "\"sha256\":\"%s\",\"address\":\"%s\"}",
          c > 'a' ? "," : "", c, c, N_BYTES, sha256, address);
    }
  g_string_append (text, "]}");
  GPtrArray *entries = sf_recommended_parse (text->str, -1, &error);
  g_assert_no_error (error);
  return entries;
}

static SfDownload *
get_download (SfDownloads *downloads, guint position)
{
  g_autoptr (SfDownload)
      download = g_list_model_get_item (sf_downloads_get_items (downloads), position);

  return download;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_downloads (Fixture *self, gconstpointer data)
{
  LiarServer *server = liar_server_new (serve);
  g_autoptr (GPtrArray) entries = make_entries (server);
  g_autoptr (GPtrArray) again = make_entries (server);
  g_autoptr (SfDownloads) downloads = sf_downloads_new (self->folder, entries);
  g_autofree char *wanted = g_build_filename (self->folder, ".downloads", "wanted", NULL);
  guint n_arrived = 0;

  /* Five are wanted, and no more than three come at once. */
  g_signal_connect_swapped (downloads, "arrived", G_CALLBACK (count_cb), &n_arrived);
  for (guint i = 0; i < 5; i++)
    sf_downloads_start (downloads, get_download (downloads, i));
  g_assert_cmpint (sf_download_get_state (get_download (downloads, 2)), ==, SF_DOWNLOAD_FETCHING);
  g_assert_cmpint (sf_download_get_state (get_download (downloads, 3)), ==, SF_DOWNLOAD_WAITING);
  g_assert_cmpuint (sf_downloads_count_active (downloads), ==, 5);

  /* One is stopped before it began, one while it runs, and one is not wanted any more. */
  sf_downloads_stop (downloads, get_download (downloads, 3));
  g_assert_cmpint (sf_download_get_state (get_download (downloads, 3)), ==, SF_DOWNLOAD_IDLE);
  sf_downloads_stop (downloads, get_download (downloads, 0));
  sf_downloads_discard (downloads, get_download (downloads, 1));
  WAIT_FOR (sf_downloads_count_active (downloads) == 0);
  g_assert_cmpuint (n_arrived, ==, 2);
  g_assert_cmpint (sf_download_get_state (get_download (downloads, 2)), ==, SF_DOWNLOAD_DONE);
  g_assert_cmpint (sf_download_get_state (get_download (downloads, 4)), ==, SF_DOWNLOAD_DONE);
  g_assert_cmpint (sf_download_get_state (get_download (downloads, 1)), ==, SF_DOWNLOAD_IDLE);
  g_assert_false (
      g_file_test (sf_download_get_path (get_download (downloads, 0)), G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (wanted, G_FILE_TEST_EXISTS));

  /* What was wanted when the program ended goes on by itself. */
  g_assert_true (g_file_set_contents (wanted, "b.ckpt\na.ckpt\nnonsense\n", -1, NULL));
  g_autoptr (SfDownloads) next = sf_downloads_new (self->folder, again);
  g_assert_cmpint (sf_download_get_state (get_download (next, 2)), ==, SF_DOWNLOAD_DONE);
  sf_downloads_resume (next);
  g_assert_cmpuint (sf_downloads_count_active (next), ==, 2);
  WAIT_FOR (sf_downloads_count_active (next) == 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *contents = NULL;
      gsize n_bytes;

      g_assert_null (sf_download_get_failure (get_download (next, i)));
      g_assert_cmpint (sf_download_get_state (get_download (next, i)), ==, SF_DOWNLOAD_DONE);
      g_assert_true (g_file_get_contents (sf_download_get_path (get_download (next, i)), &contents,
                                          &n_bytes, NULL));
      g_assert_cmpuint (n_bytes, ==, N_BYTES);
      g_assert_cmpint (contents[N_BYTES - 1], ==, "ab"[i]);
    }
  liar_server_free (server);
}

static void
add (const char *name, void (*function) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, function, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/models/kinds", test_kinds);
  add ("/models/layouts", test_layouts);
  add ("/models/traps", test_traps);
  add ("/models/index", test_index);
  add ("/models/recommended", test_recommended);
  add ("/models/downloads", test_downloads);
  return g_test_run ();
}
