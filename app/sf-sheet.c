/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-sheet.h"

#include "sf-pixbuf.h"
#include "sf-setting-name.h"

#include <gdk/gdk.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <pango/pangocairo.h>

#define GAP 8.0
#define MARGIN 16.0
#define MIN_TEXT 11.0 /* pixels */
#define MAX_TEXT 40.0
#define TEXT_SHARE (1.0 / 16) /* of a cell's width */
#define MAX_TITLE_LINES 3
#define MAX_LABEL_LINES 3
#define MIN_CELL 32.0
#define MIN_SCALE (1.0 / 64)

typedef struct
{
  const SfComparison *comparison;
  const char *const *paths;
  guint n_paths;
  double cell_width; /* pixels on the sheet */
  double cell_height;
  double text; /* height of letters */
  double left; /* room for the labels of rows */
  double top;  /* and for title and labels of columns */
} Sheet;

/* The size of the largest picture. */
static void
measure_cells (Sheet *self)
{
  self->cell_width = self->cell_height = MIN_CELL;
  for (guint i = 0; i < self->n_paths; i++)
    {
      int width, height;

      if (gdk_pixbuf_get_file_info (self->paths[i], &width, &height) == NULL)
        continue;
      self->cell_width = MAX (self->cell_width, width);
      self->cell_height = MAX (self->cell_height, height);
    }
}

/* Wrapped to a width and cut off after some lines. */
static PangoLayout *
layout_new (cairo_t *cr, const char *text, double size, double width, int n_lines)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_height (layout, -n_lines);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  return layout;
}

static char *
make_label (const SfAxis *axis, guint index)
{
  g_autofree char *value = sf_axis_describe_value (axis, index);

  if (g_str_equal (sf_axis_get_setting (axis), SF_AXIS_REPLACE))
    return g_steal_pointer (&value);
  return g_strdup_printf ("%s: %s", sf_setting_name (sf_axis_get_setting (axis)), value);
}

/* The largest label of an axis. */
static void
measure_labels (cairo_t *cr, const SfAxis *axis, double size, double width, double *max_width,
                double *max_height)
{
  for (guint i = 0; axis != NULL && i < sf_axis_get_n_values (axis); i++)
    {
      g_autofree char *label = make_label (axis, i);
      g_autoptr (PangoLayout) layout = layout_new (cr, label, size, width, MAX_LABEL_LINES);
      int label_width, label_height;

      pango_layout_get_pixel_size (layout, &label_width, &label_height);
      *max_width = MAX (*max_width, label_width);
      *max_height = MAX (*max_height, label_height);
    }
}

static double
get_width (const Sheet *self)
{
  guint n_columns = sf_comparison_get_n_columns (self->comparison);

  return ceil (self->left + n_columns * self->cell_width + (n_columns - 1) * GAP + MARGIN);
}

static double
get_height (const Sheet *self)
{
  guint n_rows = sf_comparison_get_n_rows (self->comparison);

  return ceil (self->top + n_rows * self->cell_height + (n_rows - 1) * GAP + MARGIN);
}

static const char *
get_title (const Sheet *self)
{
  return sf_comparison_get_base (self->comparison)->prompt;
}

/* How much room the texts take. */
static void
lay_out (Sheet *self)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  double ignored = 0, label_width = 0, label_height = 0;

  self->text = CLAMP (self->cell_width * TEXT_SHARE, MIN_TEXT, MAX_TEXT);
  measure_labels (cr, sf_comparison_get_y (self->comparison), self->text,
                  MAX (self->cell_width, 8 * self->text), &label_width, &ignored);
  measure_labels (cr, sf_comparison_get_x (self->comparison), self->text, self->cell_width,
                  &ignored, &label_height);
  self->left = MARGIN + (label_width > 0 ? label_width + GAP : 0);
  self->top = MARGIN + (label_height > 0 ? label_height + GAP : 0);

  if (get_title (self) != NULL && *get_title (self) != '\0')
    {
      g_autoptr (PangoLayout) layout = layout_new (cr, get_title (self), self->text,
                                                   get_width (self) - 2 * MARGIN, MAX_TITLE_LINES);
      int title_height;

      pango_layout_get_pixel_size (layout, NULL, &title_height);
      self->top += title_height + MARGIN;
    }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* As large as may be. */
static void
fit (Sheet *self)
{
  double width = self->cell_width, height = self->cell_height;

  for (double scale = 1; scale > MIN_SCALE; scale *= 0.9)
    {
      self->cell_width = MAX (floor (width * scale), 1);
      self->cell_height = MAX (floor (height * scale), 1);
      lay_out (self);
      if (get_width (self) <= SF_SHEET_MAX_SIDE && get_height (self) <= SF_SHEET_MAX_SIDE
          && get_width (self) * get_height (self) <= SF_SHEET_MAX_PIXELS)
        return;
    }
}

static void
draw_text (cairo_t *cr, PangoLayout *layout, double x, double y)
{
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_labels (const Sheet *self, cairo_t *cr)
{
  const SfAxis *x = sf_comparison_get_x (self->comparison);
  const SfAxis *y = sf_comparison_get_y (self->comparison);

  if (get_title (self) != NULL && *get_title (self) != '\0')
    {
      g_autoptr (PangoLayout) layout = layout_new (cr, get_title (self), self->text,
                                                   get_width (self) - 2 * MARGIN, MAX_TITLE_LINES);

      draw_text (cr, layout, MARGIN, MARGIN);
    }
  for (guint i = 0; x != NULL && i < sf_axis_get_n_values (x); i++)
    {
      g_autofree char *label = make_label (x, i);
      g_autoptr (PangoLayout)
          layout = layout_new (cr, label, self->text, self->cell_width, MAX_LABEL_LINES);
      int height;

      pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
      pango_layout_get_pixel_size (layout, NULL, &height);
      draw_text (cr, layout, self->left + i * (self->cell_width + GAP), self->top - GAP - height);
    }
  for (guint i = 0; y != NULL && i < sf_axis_get_n_values (y); i++)
    {
      g_autofree char *label = make_label (y, i);
      g_autoptr (PangoLayout)
          layout = layout_new (cr, label, self->text, self->left - MARGIN - GAP, MAX_LABEL_LINES);
      int height;

      pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
      pango_layout_get_pixel_size (layout, NULL, &height);
      draw_text (cr, layout, MARGIN,
                 self->top + i * (self->cell_height + GAP) + (self->cell_height - height) / 2);
    }
}

/* In the middle of its place, as large as goes in, never larger than it is. */
static void
draw_cell (const Sheet *self, cairo_t *cr, guint index)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  guint column, row;

  if (index < self->n_paths)
    pixbuf = sf_pixbuf_load (self->paths[index], 0, NULL);
  if (pixbuf == NULL)
    return;

  double width = gdk_pixbuf_get_width (pixbuf);
  double height = gdk_pixbuf_get_height (pixbuf);
  double scale = MIN (MIN (self->cell_width / width, self->cell_height / height), 1);

  sf_comparison_get_place (self->comparison, index, &column, &row);
  cairo_save (cr);
  cairo_translate (cr,
                   self->left + column * (self->cell_width + GAP)
                       + floor ((self->cell_width - width * scale) / 2),
                   self->top + row * (self->cell_height + GAP)
                       + floor ((self->cell_height - height * scale) / 2));
  cairo_scale (cr, scale, scale);
  gdk_cairo_set_source_pixbuf (cr, pixbuf, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
}

/* Of Cairo's 32-bit words. */
static GBytes *
copy_pixels (cairo_surface_t *surface)
{
  gsize width = (gsize) cairo_image_surface_get_width (surface);
  gsize height = (gsize) cairo_image_surface_get_height (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  const guint8 *words = cairo_image_surface_get_data (surface);
  guint8 *pixels = g_malloc (width * height * 3);

  for (gsize y = 0; y < height; y++)
    {
      const guint32 *from = (const guint32 *) (words + y * stride);
      guint8 *to = pixels + y * width * 3;

      for (gsize x = 0; x < width; x++)
        {
          to[3 * x] = (guint8) (from[x] >> 16);
          to[3 * x + 1] = (guint8) (from[x] >> 8);
          to[3 * x + 2] = (guint8) from[x];
        }
    }
  return g_bytes_new_take (pixels, width * height * 3);
}

static char *
make_infotext (const Sheet *self)
{
  for (guint i = 0; i < self->n_paths; i++)
    {
      g_autofree char *infotext = sf_picture_load_infotext (self->paths[i], NULL);

      if (infotext != NULL)
        return sf_comparison_extend_infotext (self->comparison, infotext);
    }
  return NULL;
}

static SfPicture *
make_picture (const Sheet *self, cairo_surface_t *surface)
{
  const SfRequest *base = sf_comparison_get_base (self->comparison);
  g_autoptr (GBytes) pixels = copy_pixels (surface);
  SfPicture *picture = sf_picture_new ((guint) cairo_image_surface_get_width (surface),
                                       (guint) cairo_image_surface_get_height (surface), pixels);

  picture->seed = base->seed;
  picture->infotext = make_infotext (self);
  picture->is_private = !base->metadata;
  return picture;
}

SfPicture *
sf_sheet_draw (const SfComparison *comparison, const char *const *paths, GError **error)
{
  Sheet self = { .comparison = comparison,
                 .paths = paths,
                 .n_paths = g_strv_length ((char **) paths) };
  SfPicture *picture = NULL;

  measure_cells (&self);
  fit (&self);

  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                                         (int) get_width (&self),
                                                         (int) get_height (&self));
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  draw_labels (&self, cr);
  for (guint i = 0; i < sf_comparison_get_n_cells (comparison); i++)
    draw_cell (&self, cr, i);

  cairo_surface_flush (surface);
  if (cairo_status (cr) == CAIRO_STATUS_SUCCESS)
    picture = make_picture (&self, surface);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("draw the sheet of a comparison: %s"),
                 cairo_status_to_string (cairo_status (cr)));
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return picture;
}
