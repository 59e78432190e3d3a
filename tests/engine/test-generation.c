/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole pictures of the tiny checkpoint against PyTorch (tests/goldens/tiny-t2i/README.md). */

#include "engine/sf-generation.h"
#include "load-golden.h"
#include "reference-runs.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define PROMPT "a photo of an astronaut riding a horse on mars, highly detailed, 4k"
#define NEGATIVE_PROMPT "blurry, low quality, watermark"
#define SIZE 64

/* Root mean square error of the final latent over its standard deviation. Ten guided steps make of
 * the f32 errors of one pass (1e-5) about ten times as much. */
#define LATENT_TOLERANCE 1e-3
#define IMAGE_TOLERANCE 1e-3

static SfSession *session;

static SfRequest *
make_request (void)
{
  SfRequest *request = sf_request_new ();

  request->model = g_strdup (g_getenv ("SF_TINY_CHECKPOINT"));
  g_free (request->prompt);
  request->prompt = g_strdup (PROMPT);
  g_free (request->negative_prompt);
  request->negative_prompt = g_strdup (NEGATIVE_PROMPT);
  request->width = SIZE;
  request->height = SIZE;
  request->precision = SF_PRECISION_F32;

  return request;
}

static void
set_run (SfRequest *request, const ReferenceRun *run)
{
  g_free (request->sampler);
  request->sampler = g_strdup (run->sampler);
  g_free (request->schedule);
  request->schedule = g_strdup (run->schedule);
  request->steps = run->steps;
  request->guidance = run->guidance;
  request->style = run->style;
  request->timesteps = run->timesteps;
  request->noise = load_golden ("t2i-noise", "noise");
  request->noise_sequence = load_golden ("t2i-noise", "noise_seq");
}

static GPtrArray *
generate (const SfRequest *request)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *pictures = sf_generation_run (session, request, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pictures->len, ==, request->count);
  return pictures;
}

static double
deviation (const SfArray *array)
{
  double sum = 0, squares = 0;

  for (gsize i = 0; i < array->n_values; i++)
    {
      sum += array->data[i];
      squares += (double) array->data[i] * array->data[i];
    }
  sum /= (double) array->n_values;

  return sqrt (squares / (double) array->n_values - sum * sum);
}

static void
assert_close (const SfArray *array, const SfArray *golden, double tolerance)
{
  double squares = 0;

  g_assert_true (sf_array_has_shape (array, golden->n_dims, golden->dims));
  for (gsize i = 0; i < array->n_values; i++)
    {
      const double difference = (double) array->data[i] - golden->data[i];

      squares += difference * difference;
    }

  squares = sqrt (squares / (double) array->n_values) / deviation (golden);
  g_test_message ("relative error %.3g", squares);
  g_assert_cmpfloat (squares, <=, tolerance);
}

static void
test_golden (gconstpointer data)
{
  const ReferenceRun *run = data;
  g_autofree char *folder = g_strdup_printf ("t2i-%s", run->golden);
  g_autoptr (SfArray) golden = load_golden (folder, "latent");
  g_autoptr (SfRequest) request = make_request ();
  g_autoptr (GPtrArray) pictures = NULL;

  set_run (request, run);
  pictures = generate (request);
  assert_close (((SfPicture *) pictures->pdata[0])->latent, golden, LATENT_TOLERANCE);
}

static void
test_image (void)
{
  g_autoptr (SfArray) golden = load_golden ("tiny-t2i", "euler-default-10-cfg7.5-image");
  g_autoptr (SfRequest) request = make_request ();
  g_autoptr (GPtrArray) pictures = NULL;
  const SfPicture *picture;

  set_run (request, &reference_runs[0]);
  pictures = generate (request);
  picture = pictures->pdata[0];
  assert_close (picture->image, golden, IMAGE_TOLERANCE);
  g_assert_cmpuint (picture->width, ==, SIZE);
  g_assert_cmpuint (picture->height, ==, SIZE);
  g_assert_cmpuint (g_bytes_get_size (picture->rgb), ==, SIZE * SIZE * 3);
}

/* The seed's noise is that of the other programs: giving it in a file changes nothing. */
static void
check_seed (SfNoiseKind rng, const char *file)
{
  g_autoptr (SfArray) golden = load_golden ("rng", file);
  g_autoptr (SfRequest) request = make_request ();
  g_autoptr (GPtrArray) by_seed = NULL;
  g_autoptr (GPtrArray) by_file = NULL;

  request->steps = 2;
  request->seed = 42;
  request->rng = rng;
  by_seed = generate (request);

  request->noise = sf_array (4, SIZE / 8, SIZE / 8);
  memcpy (request->noise->data, golden->data, request->noise->n_values * sizeof (float));
  by_file = generate (request);

  assert_close (((SfPicture *) by_seed->pdata[0])->latent,
                ((SfPicture *) by_file->pdata[0])->latent, 1e-6);
}

static void
test_seed_cpu (void)
{
  check_seed (SF_NOISE_CPU, "torch_cpu_randn_seed42_n4096");
}

static void
test_seed_philox (void)
{
  check_seed (SF_NOISE_PHILOX, "philox_seed42_4x64x64");
}

/* The second picture of a request is the first of the next seed. */
static void
test_count (void)
{
  g_autoptr (SfRequest) request = make_request ();
  g_autoptr (GPtrArray) two = NULL;
  g_autoptr (GPtrArray) one = NULL;
  const SfPicture *second;

  request->steps = 2;
  request->seed = 10;
  request->count = 2;
  two = generate (request);
  second = two->pdata[1];
  g_assert_cmpuint (second->seed, ==, 11);

  request->seed = 11;
  request->count = 1;
  one = generate (request);
  assert_close (second->latent, ((SfPicture *) one->pdata[0])->latent, 1e-6);
  g_assert_cmpstr (second->infotext, ==, ((SfPicture *) one->pdata[0])->infotext);
}

static void
assert_fails (const SfRequest *request, int code, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pictures = sf_generation_run (session, request, NULL, NULL, NULL, &error);

  g_assert_null (pictures);
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_nonnull (strstr (error->message, what));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_what_the_model_cannot_do (void)
{
  g_autoptr (SfRequest) request = make_request ();

  request->width = 72;
  assert_fails (request, G_IO_ERROR_INVALID_ARGUMENT, "72×64");
  request->width = SIZE;

  request->clip_skip = 7;
  assert_fails (request, G_IO_ERROR_INVALID_ARGUMENT, "clip skip 7");
  request->clip_skip = 1;

  request->noise = sf_array (4, 8, 16);
  assert_fails (request, G_IO_ERROR_INVALID_ARGUMENT, "4×8×16");
  g_clear_pointer (&request->noise, sf_array_unref);

  request->noise_sequence = sf_array (3, 4, 8, 8);
  assert_fails (request, G_IO_ERROR_INVALID_ARGUMENT, "noise");
  g_clear_pointer (&request->noise_sequence, sf_array_unref);

  g_free (request->model);
  request->model = g_strdup ("missing.safetensors");
  assert_fails (request, G_IO_ERROR_NOT_FOUND, "missing.safetensors");
}

/* A model file that was replaced since is read anew. */
static void
test_replaced_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sfumato-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  g_autoptr (GFile) original = g_file_new_for_path (g_getenv ("SF_TINY_CHECKPOINT"));
  g_autoptr (GFile) copy = g_file_new_for_path (path);
  const SfModelSource source = { .model = path, .precision = SF_PRECISION_F32 };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_copy (original, copy, 0, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (sf_session_open_model (session, &source, &error));
  g_assert_true (sf_session_open_model (session, &source, &error));
  g_assert_no_error (error);

  g_assert_true (g_file_set_contents (path, "no model", -1, NULL));
  g_assert_false (sf_session_open_model (session, &source, &error));
  g_assert_nonnull (error);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* After a lost device or a full one the next request starts from nothing. */
static void
test_recover (void)
{
  g_autoptr (SfRequest) request = make_request ();
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) full = g_error_new_literal (SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY, "full");
  g_autoptr (GError) lost = g_error_new_literal (SF_VK_ERROR, SF_VK_ERROR_DEVICE_LOST, "lost");
  g_autoptr (GError) other = g_error_new_literal (SF_VK_ERROR, SF_VK_ERROR_FAILED, "other");

  request->steps = 1;
  before = generate (request);
  sf_session_recover (session, other);
  g_assert_nonnull (session->model);
  sf_session_recover (session, full);
  g_assert_null (session->model);
  g_assert_nonnull (session->device);
  g_assert_cmpuint (sf_device_get_bytes (session->device), ==, 0);

  g_assert_cmpuint (sf_device_get_validation_messages (session->device), ==, 0);
  sf_session_recover (session, lost);
  g_assert_null (session->device);
  g_assert_cmpuint (sf_session_get_peak_bytes (session), >, 0);
  after = generate (request);
  assert_close (((SfPicture *) after->pdata[0])->latent, ((SfPicture *) before->pdata[0])->latent,
                1e-6);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (reference_runs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/generation/golden/%s", reference_runs[i].golden);

      g_test_add_data_func (path, &reference_runs[i], test_golden);
    }
  g_test_add_func ("/generation/image", test_image);
  g_test_add_func ("/generation/seed/cpu", test_seed_cpu);
  g_test_add_func ("/generation/seed/philox", test_seed_philox);
  g_test_add_func ("/generation/count", test_count);
  g_test_add_func ("/generation/what-the-model-cannot-do", test_what_the_model_cannot_do);
  g_test_add_func ("/generation/replaced-file", test_replaced_file);
  g_test_add_func ("/generation/recover", test_recover);

  session = sf_session_new (NULL);
  status = g_test_run ();
  if (session->device != NULL)
    g_assert_cmpuint (sf_device_get_validation_messages (session->device), ==, 0);
  sf_session_free (session);

  return status;
}
