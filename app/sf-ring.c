/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-ring.h"

#define SIZE 20
#define LINE_WIDTH 2.5
#define TRACK_ALPHA 0.25f

struct _SfRing
{
  GtkWidget parent_instance;

  double fraction;
  guint number;
};

G_DEFINE_FINAL_TYPE (SfRing, sf_ring, GTK_TYPE_WIDGET)

void
sf_ring_set (SfRing *self, double fraction, guint number)
{
  g_return_if_fail (SF_IS_RING (self));

  if (self->fraction == fraction && self->number == number)
    return;
  self->fraction = fraction;
  self->number = number;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
draw_number (SfRing *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autofree char *text = g_strdup_printf (self->number > 99 ? "99+" : "%u", self->number);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  PangoRectangle extents;

  pango_layout_get_pixel_extents (layout, NULL, &extents);
  float scale = (float) MIN (1.0, 0.6 * gtk_widget_get_width (widget) / MAX (extents.width, 1));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT ((gtk_widget_get_width (widget) - scale * extents.width) / 2.0f,
                            (gtk_widget_get_height (widget) - scale * extents.height) / 2.0f));
  gtk_snapshot_scale (snapshot, scale, scale);
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_ring (SfRing *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double radius = MIN (width, height) / 2 - LINE_WIDTH / 2;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  GdkRGBA track = *color;

  track.alpha *= TRACK_ALPHA;
  cairo_set_line_width (cr, LINE_WIDTH);
  gdk_cairo_set_source_rgba (cr, &track);
  cairo_arc (cr, width / 2, height / 2, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  if (self->fraction > 0)
    {
      gdk_cairo_set_source_rgba (cr, color);
      cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
      cairo_arc (cr, width / 2, height / 2, radius, -G_PI / 2,
                 -G_PI / 2 + 2 * G_PI * MIN (self->fraction, 1));
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
}

static void
sf_ring_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SfRing *self = SF_RING (widget);
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  if (self->fraction >= 0)
    draw_ring (self, snapshot, &color);
  if (self->number > 0)
    draw_number (self, snapshot, &color);
}

static void
sf_ring_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                 int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
sf_ring_class_init (SfRingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = sf_ring_snapshot;
  widget_class->measure = sf_ring_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sf_ring_init (SfRing *self)
{
  self->fraction = -1;
}
