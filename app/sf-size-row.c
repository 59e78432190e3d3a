/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-size-row.h"

#include "sf-calm.h"
#include "sf-shape-icon.h"
#include "sf-shape.h"

#include <glib/gi18n.h>

struct _SfSizeRow
{
  AdwBin parent_instance;

  GtkToggleButton *square;
  GtkToggleButton *portrait;
  GtkToggleButton *landscape;
  GtkToggleButton *wide;
  GtkSpinButton *width_spin;
  GtkSpinButton *height_spin;
  GtkAdjustment *width;
  GtkAdjustment *height;

  guint native_size;
  gboolean updating; /* the buttons follow the numbers, not the user */
};

enum
{
  PROP_0,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_NATIVE_SIZE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfSizeRow, sf_size_row, ADW_TYPE_BIN)

static GtkToggleButton *
get_button (SfSizeRow *self, SfShape shape)
{
  GtkToggleButton *buttons[SF_N_SHAPES] = { self->square, self->portrait, self->landscape,
                                            self->wide };
  return buttons[shape];
}

static guint
get_size (GtkAdjustment *adjustment)
{
  return (guint) gtk_adjustment_get_value (adjustment);
}

static void
update_buttons (SfSizeRow *self)
{
  int shape = -1;

  if (self->native_size > 0)
    shape = sf_shape_find (self->native_size, get_size (self->width), get_size (self->height));

  self->updating = TRUE;
  for (guint i = 0; i < SF_N_SHAPES; i++)
    gtk_toggle_button_set_active (get_button (self, i), (int) i == shape);
  self->updating = FALSE;
}

static void
set_shape (SfSizeRow *self, SfShape shape)
{
  guint width, height;

  sf_shape_get_size (shape, self->native_size, &width, &height);
  gtk_adjustment_set_value (self->width, width);
  gtk_adjustment_set_value (self->height, height);
}

static void
shape_toggled_cb (SfSizeRow *self, GtkToggleButton *button)
{
  if (self->updating)
    return;

  /* Pressing the shape that is in use takes it anew instead of letting it go. */
  for (guint i = 0; i < SF_N_SHAPES; i++)
    if (get_button (self, i) == button && self->native_size > 0)
      set_shape (self, i);
  update_buttons (self);
}

static void
width_changed_cb (SfSizeRow *self)
{
  update_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
}

static void
height_changed_cb (SfSizeRow *self)
{
  update_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEIGHT]);
}

static void
swap_cb (SfSizeRow *self)
{
  double width = gtk_adjustment_get_value (self->width);

  gtk_adjustment_set_value (self->width, gtk_adjustment_get_value (self->height));
  gtk_adjustment_set_value (self->height, width);
}

static void
set_native_size (SfSizeRow *self, guint native_size)
{
  int shape = -1;

  if (self->native_size > 0 && native_size > 0)
    shape = sf_shape_find (self->native_size, get_size (self->width), get_size (self->height));

  self->native_size = native_size;
  for (guint i = 0; i < SF_N_SHAPES; i++)
    gtk_widget_set_sensitive (GTK_WIDGET (get_button (self, i)), native_size > 0);
  if (shape >= 0)
    set_shape (self, (SfShape) shape);
  update_buttons (self);
}

static void
sf_size_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfSizeRow *self = SF_SIZE_ROW (object);

  switch (id)
    {
    case PROP_WIDTH:
      g_value_set_uint (value, get_size (self->width));
      break;
    case PROP_HEIGHT:
      g_value_set_uint (value, get_size (self->height));
      break;
    case PROP_NATIVE_SIZE:
      g_value_set_uint (value, self->native_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_size_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfSizeRow *self = SF_SIZE_ROW (object);

  switch (id)
    {
    case PROP_WIDTH:
      gtk_adjustment_set_value (self->width, g_value_get_uint (value));
      break;
    case PROP_HEIGHT:
      gtk_adjustment_set_value (self->height, g_value_get_uint (value));
      break;
    case PROP_NATIVE_SIZE:
      set_native_size (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_size_row_class_init (SfSizeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  g_type_ensure (SF_TYPE_SHAPE_ICON);

  object_class->get_property = sf_size_row_get_property;
  object_class->set_property = sf_size_row_set_property;

  properties[PROP_WIDTH] = g_param_spec_uint ("width", NULL, NULL, 64, 2048, 64,
                                              flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_HEIGHT] = g_param_spec_uint ("height", NULL, NULL, 64, 2048, 64,
                                               flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_NATIVE_SIZE] = g_param_spec_uint ("native-size", NULL, NULL, 0, G_MAXUINT, 0,
                                                    flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-size-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, square);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, portrait);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, landscape);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, wide);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, width_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, height_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, width);
  gtk_widget_class_bind_template_child (widget_class, SfSizeRow, height);
  gtk_widget_class_bind_template_callback (widget_class, shape_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, width_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, height_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, swap_cb);
}

static void
sf_size_row_init (SfSizeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sf_calm_ignore_wheel (GTK_WIDGET (self->width_spin));
  sf_calm_ignore_wheel (GTK_WIDGET (self->height_spin));
  set_native_size (self, 0);
}
