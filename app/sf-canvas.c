/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-canvas.h"

#include "sf-compat.h"

#include <glib/gi18n.h>
#include <math.h>

#define MARGIN 24
#define MIN_ZOOM 0.1
#define MAX_ZOOM 64.0
#define WHEEL_FACTOR 1.15
#define TOUCHPAD_PIXELS 40 /* that count as one notch of a wheel */
#define HARD_PIXELS_ZOOM 8.0

struct _SfCanvas
{
  GtkWidget parent_instance;

  SfPainting *painting;
  GdkTexture *exact;  /* made when hard pixels are first asked for */
  GdkTexture *before; /* shown in its place, or NULL */
  gboolean fitted;
  double zoom;     /* device pixels for one of the picture, where not fitted */
  double offset_x; /* from the middle of the widget to that of the picture */
  double offset_y;

  double drag_offset_x; /* where the drag began */
  double drag_offset_y;
  double pinch_zoom;
  double pointer_x; /* where the pointer is */
  double pointer_y;
};

enum
{
  PROP_0,
  PROP_PAINTING,
  PROP_FITTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfCanvas, sf_canvas, GTK_TYPE_WIDGET)

static double
get_fit_zoom (SfCanvas *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double width = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 32);
  double height = MAX (gtk_widget_get_height (GTK_WIDGET (self)) - 2 * MARGIN, 32);

  return MIN (width / sf_painting_get_width (self->painting),
              height / sf_painting_get_height (self->painting))
         * scale;
}

static void
get_picture_rect (SfCanvas *self, graphene_rect_t *rect)
{
  double zoom = self->fitted ? get_fit_zoom (self) : self->zoom;
  double scale = zoom / gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double width = sf_painting_get_width (self->painting) * scale;
  double height = sf_painting_get_height (self->painting) * scale;

  graphene_rect_init (rect, (gtk_widget_get_width (GTK_WIDGET (self)) - width) / 2 + self->offset_x,
                      (gtk_widget_get_height (GTK_WIDGET (self)) - height) / 2 + self->offset_y,
                      width, height);
}

/* The picture never leaves the view altogether, and is not moved where there is room for it. */
static void
clamp_offset (SfCanvas *self)
{
  graphene_rect_t rect;

  get_picture_rect (self, &rect);
  double slack_x = MAX ((rect.size.width - gtk_widget_get_width (GTK_WIDGET (self))) / 2, 0);
  double slack_y = MAX ((rect.size.height - gtk_widget_get_height (GTK_WIDGET (self))) / 2, 0);

  self->offset_x = CLAMP (self->offset_x, -slack_x, slack_x);
  self->offset_y = CLAMP (self->offset_y, -slack_y, slack_y);
}

/* Keeps what is at (@x, @y) there. */
static void
zoom_at (SfCanvas *self, double zoom, double x, double y)
{
  if (self->painting == NULL)
    return;

  double old_zoom = self->fitted ? get_fit_zoom (self) : self->zoom;
  double from_x = x - gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double from_y = y - gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  self->zoom = CLAMP (zoom, MIN_ZOOM, MAX_ZOOM);
  self->offset_x = from_x - (from_x - self->offset_x) * self->zoom / old_zoom;
  self->offset_y = from_y - (from_y - self->offset_y) * self->zoom / old_zoom;
  if (self->fitted)
    {
      self->fitted = FALSE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FITTED]);
    }
  clamp_offset (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sf_canvas_set_fitted (SfCanvas *self, gboolean fitted)
{
  g_return_if_fail (SF_IS_CANVAS (self));

  self->fitted = fitted;
  self->zoom = 1;
  self->offset_x = 0;
  self->offset_y = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FITTED]);
}

void
sf_canvas_zoom_by (SfCanvas *self, double factor)
{
  g_return_if_fail (SF_IS_CANVAS (self));

  if (self->painting == NULL)
    return;
  zoom_at (self, (self->fitted ? get_fit_zoom (self) : self->zoom) * factor,
           gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
           gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

static void
painting_changed_cb (SfCanvas *self)
{
  gboolean busy = sf_painting_is_running (self->painting);

  g_clear_object (&self->exact);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sf_canvas_set_before (SfCanvas *self, GdkTexture *texture)
{
  g_return_if_fail (SF_IS_CANVAS (self));

  if (g_set_object (&self->before, texture))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sf_canvas_set_painting (SfCanvas *self, SfPainting *painting)
{
  g_return_if_fail (SF_IS_CANVAS (self));

  if (self->painting == painting)
    return;

  if (self->painting != NULL)
    g_signal_handlers_disconnect_by_data (self->painting, self);
  g_set_object (&self->painting, painting);
  g_clear_object (&self->exact);
  g_clear_object (&self->before);

  if (painting != NULL)
    {
      const char *prompt = sf_painting_get_request (painting)->prompt;

      g_signal_connect_object (painting, "notify::texture", G_CALLBACK (painting_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (painting, "notify::running", G_CALLBACK (painting_changed_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      *prompt != '\0' ? prompt : _ ("Picture without a prompt"),
                                      -1);
      painting_changed_cb (self);
    }
  sf_canvas_set_fitted (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTING]);
}

static void
snapshot_texture (SfCanvas *self, GtkSnapshot *snapshot, const graphene_rect_t *rect)
{
  double zoom = rect->size.width * gtk_widget_get_scale_factor (GTK_WIDGET (self))
                / sf_painting_get_width (self->painting);

  if (!self->fitted && zoom >= HARD_PIXELS_ZOOM && self->exact == NULL)
    self->exact = sf_painting_dup_exact_texture (self->painting);

  if (!self->fitted && zoom >= HARD_PIXELS_ZOOM && self->exact != NULL)
    sf_compat_append_pixelated (snapshot, self->exact, rect);
  else
    gtk_snapshot_append_texture (snapshot, sf_painting_get_texture (self->painting), rect);
}

static void
sf_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SfCanvas *self = SF_CANVAS (widget);
  graphene_rect_t rect;
  GskRoundedRect frame;

  if (self->painting == NULL)
    return;

  get_picture_rect (self, &rect);
  gsk_rounded_rect_init_from_rect (&frame, &rect, self->fitted ? 6 : 0);

  gtk_snapshot_push_clip (snapshot,
                          &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                               (float) gtk_widget_get_height (widget)));
  gtk_snapshot_append_outset_shadow (snapshot, &frame, &(GdkRGBA){ 0, 0, 0, 0.22f }, 0, 2, 0, 10);
  gtk_snapshot_push_rounded_clip (snapshot, &frame);
  if (self->before != NULL)
    gtk_snapshot_append_texture (snapshot, self->before, &rect);
  else if (sf_painting_get_texture (self->painting) != NULL)
    snapshot_texture (self, snapshot, &rect);
  else
    gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 0.5f, 0.5f, 0.5f, 0.2f }, &rect);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
sf_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SfCanvas *self = SF_CANVAS (widget);

  if (self->painting != NULL)
    clamp_offset (self);
}

static gboolean
scroll_cb (SfCanvas *self, double dx, double dy, GtkEventControllerScroll *controller)
{
  if (self->painting == NULL || dy == 0)
    return GDK_EVENT_PROPAGATE;

  if (gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE)
    dy /= TOUCHPAD_PIXELS;

  double zoom = self->fitted ? get_fit_zoom (self) : self->zoom;
  zoom_at (self, zoom * pow (WHEEL_FACTOR, -dy), self->pointer_x, self->pointer_y);
  return GDK_EVENT_STOP;
}

static void
pointer_moved_cb (SfCanvas *self, double x, double y)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static void
drag_began_cb (SfCanvas *self)
{
  self->drag_offset_x = self->offset_x;
  self->drag_offset_y = self->offset_y;
}

static void
drag_moved_cb (SfCanvas *self, double dx, double dy)
{
  if (self->painting == NULL)
    return;

  self->offset_x = self->drag_offset_x + dx;
  self->offset_y = self->drag_offset_y + dy;
  clamp_offset (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pinch_began_cb (SfCanvas *self)
{
  if (self->painting != NULL)
    self->pinch_zoom = self->fitted ? get_fit_zoom (self) : self->zoom;
}

static void
pinched_cb (SfCanvas *self, double scale, GtkGesture *gesture)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    zoom_at (self, self->pinch_zoom * scale, x, y);
}

static void
pressed_cb (SfCanvas *self, int n_press)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 2)
    sf_canvas_set_fitted (self, !self->fitted);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_canvas_zoom_by (SF_CANVAS (widget), g_variant_get_double (parameter));
}

static void
fit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_canvas_set_fitted (SF_CANVAS (widget), g_variant_get_boolean (parameter));
}

static void
sf_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfCanvas *self = SF_CANVAS (object);

  switch (id)
    {
    case PROP_PAINTING:
      g_value_set_object (value, self->painting);
      break;
    case PROP_FITTED:
      g_value_set_boolean (value, self->fitted);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfCanvas *self = SF_CANVAS (object);

  switch (id)
    {
    case PROP_PAINTING:
      sf_canvas_set_painting (self, g_value_get_object (value));
      break;
    case PROP_FITTED:
      sf_canvas_set_fitted (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_canvas_dispose (GObject *object)
{
  SfCanvas *self = SF_CANVAS (object);

  g_clear_object (&self->painting);
  g_clear_object (&self->exact);
  g_clear_object (&self->before);
  gtk_widget_dispose_template (GTK_WIDGET (self), SF_TYPE_CANVAS);
  G_OBJECT_CLASS (sf_canvas_parent_class)->dispose (object);
}

static void
add_zoom_key (GtkWidgetClass *klass, guint key, double factor)
{
  gtk_widget_class_add_binding_action (klass, key, 0, "canvas.zoom", "d", factor);
  gtk_widget_class_add_binding_action (klass, key, GDK_CONTROL_MASK, "canvas.zoom", "d", factor);
}

static void
sf_canvas_class_init (SfCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sf_canvas_get_property;
  object_class->set_property = sf_canvas_set_property;
  object_class->dispose = sf_canvas_dispose;
  widget_class->snapshot = sf_canvas_snapshot;
  widget_class->size_allocate = sf_canvas_size_allocate;

  properties[PROP_PAINTING] = g_param_spec_object ("painting", NULL, NULL, SF_TYPE_PAINTING,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                       | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_FITTED] = g_param_spec_boolean ("fitted", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "canvas.zoom", "d", zoom_action);
  gtk_widget_class_install_action (widget_class, "canvas.fit", "b", fit_action);
  add_zoom_key (widget_class, GDK_KEY_plus, WHEEL_FACTOR * WHEEL_FACTOR);
  add_zoom_key (widget_class, GDK_KEY_equal, WHEEL_FACTOR * WHEEL_FACTOR);
  add_zoom_key (widget_class, GDK_KEY_KP_Add, WHEEL_FACTOR * WHEEL_FACTOR);
  add_zoom_key (widget_class, GDK_KEY_minus, 1 / (WHEEL_FACTOR * WHEEL_FACTOR));
  add_zoom_key (widget_class, GDK_KEY_KP_Subtract, 1 / (WHEEL_FACTOR * WHEEL_FACTOR));
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0, 0, "canvas.fit", "b", TRUE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, 0, "canvas.fit", "b", FALSE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-canvas.ui");
  gtk_widget_class_bind_template_callback (widget_class, scroll_cb);
  gtk_widget_class_bind_template_callback (widget_class, pointer_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_began_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, pinch_began_cb);
  gtk_widget_class_bind_template_callback (widget_class, pinched_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);

  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sf_canvas_init (SfCanvas *self)
{
  self->fitted = TRUE;
  self->zoom = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
