/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-texture.h"

static SfPicture *
make_picture (guint width, guint height, const guint8 *first, const guint8 *second)
{
  guint8 *rgb = g_new (guint8, (gsize) width * height * 3);
  SfPicture *picture = g_new0 (SfPicture, 1);

  /* Left half one colour, right half another. */
  for (guint i = 0; i < width * height; i++)
    memcpy (rgb + i * 3, i % width < width / 2 ? first : second, 3);
  picture->width = width;
  picture->height = height;
  picture->rgb = g_bytes_new_take (rgb, (gsize) width * height * 3);
  return picture;
}

static void
free_picture (SfPicture *picture)
{
  g_bytes_unref (picture->rgb);
  g_free (picture);
}

/* Red, green, blue of a pixel; the download is in native-endian ARGB. */
static void
get_pixel (GdkTexture *texture, int x, int y, guint8 rgb[3])
{
  int width = gdk_texture_get_width (texture);
  g_autofree guint32 *pixels = g_new (guint32, (gsize) width * gdk_texture_get_height (texture));

  gdk_texture_download (texture, (guchar *) pixels, (gsize) width * 4);
  for (int c = 0; c < 3; c++)
    rgb[c] = (guint8) (pixels[y * width + x] >> (16 - 8 * c));
}

static void
test_exact (void)
{
  SfPicture *picture = make_picture (4, 2, (guint8[]){ 10, 20, 30 }, (guint8[]){ 200, 100, 0 });
  g_autoptr (GdkTexture) texture = sf_texture_new (picture);
  guint8 rgb[3];

  g_assert_cmpint (gdk_texture_get_width (texture), ==, 4);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 2);
  get_pixel (texture, 1, 1, rgb);
  g_assert_cmpmem (rgb, 3, ((guint8[]){ 10, 20, 30 }), 3);
  get_pixel (texture, 2, 0, rgb);
  g_assert_cmpmem (rgb, 3, ((guint8[]){ 200, 100, 0 }), 3);
  free_picture (picture);
}

static void
test_smooth (void)
{
  SfPicture *preview = make_picture (16, 8, (guint8[]){ 0, 100, 255 }, (guint8[]){ 255, 100, 0 });
  g_autoptr (GdkTexture) texture = sf_texture_new_smooth (preview, 128, 64);
  guint8 left[3], right[3], middle[3];

  g_assert_cmpint (gdk_texture_get_width (texture), ==, 256);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 128);

  /* The weights add up to one: flat parts stay as they are, to the edges. */
  get_pixel (texture, 0, 0, left);
  get_pixel (texture, 255, 127, right);
  g_assert_cmpmem (left, 3, ((guint8[]){ 0, 100, 255 }), 3);
  g_assert_cmpmem (right, 3, ((guint8[]){ 255, 100, 0 }), 3);

  /* The border is a slope, the same from both sides. */
  get_pixel (texture, 127, 64, middle);
  g_assert_cmpuint (middle[0], >, 100);
  g_assert_cmpuint (middle[0], <, 155);
  g_assert_cmpuint (middle[1], ==, 100);
  free_picture (preview);
}

static void
test_finished (void)
{
  SfPicture *picture = make_picture (128, 64, (guint8[]){ 1, 2, 3 }, (guint8[]){ 4, 5, 6 });
  g_autoptr (GdkTexture) texture = sf_texture_new_smooth (picture, 128, 64);

  g_assert_cmpint (gdk_texture_get_width (texture), ==, 512);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 256);
  free_picture (picture);
}

static void
test_large (void)
{
  SfPicture *picture = make_picture (640, 64, (guint8[]){ 1, 2, 3 }, (guint8[]){ 4, 5, 6 });
  g_autoptr (GdkTexture) texture = sf_texture_new_smooth (picture, 640, 64);

  g_assert_cmpint (gdk_texture_get_width (texture), ==, 640);
  free_picture (picture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/texture/exact", test_exact);
  g_test_add_func ("/texture/smooth", test_smooth);
  g_test_add_func ("/texture/finished", test_finished);
  g_test_add_func ("/texture/large", test_large);
  return g_test_run ();
}
