/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-shape-icon.h"

#define SIZE 20
#define LINE 2

struct _SfShapeIcon
{
  GtkWidget parent_instance;

  double ratio;
};

enum
{
  PROP_0,
  PROP_RATIO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfShapeIcon, sf_shape_icon, GTK_TYPE_WIDGET)

static void
sf_shape_icon_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
sf_shape_icon_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SfShapeIcon *self = SF_SHAPE_ICON (widget);
  float width = self->ratio >= 1 ? SIZE : (float) (int) (SIZE * self->ratio);
  float height = self->ratio <= 1 ? SIZE : (float) (int) (SIZE / self->ratio);
  GskRoundedRect frame;
  GdkRGBA color;

  /* A square of the same width would look larger than the others. */
  if (self->ratio == 1)
    width = height = SIZE - 4;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gsk_rounded_rect_init_from_rect (
      &frame,
      &GRAPHENE_RECT_INIT ((float) (int) ((gtk_widget_get_width (widget) - width) / 2),
                           (float) (int) ((gtk_widget_get_height (widget) - height) / 2), width,
                           height),
      3);
  gtk_snapshot_append_border (snapshot, &frame, (float[4]){ LINE, LINE, LINE, LINE },
                              (GdkRGBA[4]){ color, color, color, color });
}

static void
sf_shape_icon_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfShapeIcon *self = SF_SHAPE_ICON (object);

  switch (id)
    {
    case PROP_RATIO:
      g_value_set_double (value, self->ratio);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_shape_icon_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfShapeIcon *self = SF_SHAPE_ICON (object);

  switch (id)
    {
    case PROP_RATIO:
      self->ratio = g_value_get_double (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_shape_icon_class_init (SfShapeIconClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sf_shape_icon_get_property;
  object_class->set_property = sf_shape_icon_set_property;
  widget_class->measure = sf_shape_icon_measure;
  widget_class->snapshot = sf_shape_icon_snapshot;

  properties[PROP_RATIO] = g_param_spec_double ("ratio", NULL, NULL, 0.1, 10, 1,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sf_shape_icon_init (SfShapeIcon *self)
{
  self->ratio = 1;
}
