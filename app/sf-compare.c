/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-compare.h"

#include "sf-pixbuf.h"

#include <glib/gi18n.h>

#define MARGIN 24
#define LINE_WIDTH 2
#define HANDLE_RADIUS 14
#define KEY_STEP 0.02

struct _SfCompare
{
  GtkWidget parent_instance;

  GdkTexture *left;
  GdkTexture *right;
  GCancellable *cancellable; /* of loading */
  double share;              /* of the width that is left of the line */
  double drag_x;             /* where the drag began */
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfCompare, sf_compare, GTK_TYPE_WIDGET)

/* Of one side. */
typedef struct
{
  SfCompare *compare;
  gboolean left;
} Load;

/* Where both pictures lie: as large as the larger one fits. */
static void
get_rect (SfCompare *self, graphene_rect_t *rect)
{
  GdkTexture *texture = self->left != NULL ? self->left : self->right;
  float width = (float) MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 32);
  float height = (float) MAX (gtk_widget_get_height (GTK_WIDGET (self)) - 2 * MARGIN, 32);
  float texture_width = (float) gdk_texture_get_width (texture);
  float texture_height = (float) gdk_texture_get_height (texture);
  float scale = MIN (width / texture_width, height / texture_height);

  graphene_rect_init (rect, MARGIN + (width - scale * texture_width) / 2,
                      MARGIN + (height - scale * texture_height) / 2, scale * texture_width,
                      scale * texture_height);
}

static void
set_share (SfCompare *self, double share)
{
  g_autofree char *text = NULL;

  self->share = CLAMP (share, 0, 1);
  /* Translators: how much of the first of two pictures that are compared is seen */
  text = g_strdup_printf (_ ("%d %% of the first picture"), (int) (self->share * 100 + 0.5));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  self->share * 100, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (SfCompare) self = load->compare;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPainting) painting = sf_pixbuf_load_painting_finish (result, &error);

  if (painting != NULL)
    g_set_object (load->left ? &self->left : &self->right, sf_painting_get_texture (painting));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, _ ("The picture cannot be shown"), error);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_free (load);
}

static void
load_side (SfCompare *self, const char *path, gboolean left)
{
  Load *load = g_new (Load, 1);

  load->compare = g_object_ref (self);
  load->left = left;
  sf_pixbuf_load_painting_async (path, "", self->cancellable, loaded_cb, load);
}

void
sf_compare_load (SfCompare *self, const char *left, const char *right)
{
  g_return_if_fail (SF_IS_COMPARE (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_object (&self->left);
  g_clear_object (&self->right);
  load_side (self, left, TRUE);
  load_side (self, right, FALSE);
  set_share (self, 0.5);
}

static void
draw_half (GtkSnapshot *snapshot, GdkTexture *texture, const graphene_rect_t *rect,
           const graphene_rect_t *half)
{
  if (texture == NULL)
    return;
  gtk_snapshot_push_clip (snapshot, half);
  gtk_snapshot_append_texture (snapshot, texture, rect);
  gtk_snapshot_pop (snapshot);
}

static void
draw_handle (GtkSnapshot *snapshot, const graphene_rect_t *rect, float x)
{
  const GdkRGBA white = { 1, 1, 1, 1 };
  const GdkRGBA shade = { 0, 0, 0, 0.4f };
  graphene_rect_t line = GRAPHENE_RECT_INIT (x - LINE_WIDTH / 2.0f, rect->origin.y, LINE_WIDTH,
                                             rect->size.height);
  graphene_rect_t disc = GRAPHENE_RECT_INIT (x - HANDLE_RADIUS,
                                             rect->origin.y + rect->size.height / 2 - HANDLE_RADIUS,
                                             2 * HANDLE_RADIUS, 2 * HANDLE_RADIUS);
  GskRoundedRect frame, round;

  gsk_rounded_rect_init_from_rect (&frame, &line, 0);
  gsk_rounded_rect_init_from_rect (&round, &disc, HANDLE_RADIUS);
  gtk_snapshot_append_outset_shadow (snapshot, &frame, &shade, 0, 0, 1, 2);
  gtk_snapshot_append_color (snapshot, &white, &line);
  gtk_snapshot_append_outset_shadow (snapshot, &round, &shade, 0, 1, 1, 3);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &white, &disc);
  gtk_snapshot_pop (snapshot);
}

static void
sf_compare_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SfCompare *self = SF_COMPARE (widget);
  graphene_rect_t rect, half;

  if (self->left == NULL && self->right == NULL)
    return;

  get_rect (self, &rect);
  float x = rect.origin.x + (float) self->share * rect.size.width;
  half = rect;
  half.size.width = x - rect.origin.x;
  draw_half (snapshot, self->left, &rect, &half);
  half.origin.x = x;
  half.size.width = rect.origin.x + rect.size.width - x;
  draw_half (snapshot, self->right, &rect, &half);
  draw_handle (snapshot, &rect, x);
}

static void
drag_to (SfCompare *self, double x)
{
  graphene_rect_t rect;

  if (self->left == NULL && self->right == NULL)
    return;
  get_rect (self, &rect);
  set_share (self, (x - rect.origin.x) / rect.size.width);
}

static void
drag_begin_cb (SfCompare *self, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = x;
  drag_to (self, x);
}

static void
drag_update_cb (SfCompare *self, double dx, double dy)
{
  drag_to (self, self->drag_x + dx);
}

static gboolean
move_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  SfCompare *self = SF_COMPARE (widget);
  double step;

  g_variant_get (arguments, "(d)", &step);
  set_share (self, self->share + step);
  return TRUE;
}

static void
sf_compare_dispose (GObject *object)
{
  SfCompare *self = SF_COMPARE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->left);
  g_clear_object (&self->right);
  G_OBJECT_CLASS (sf_compare_parent_class)->dispose (object);
}

static void
sf_compare_class_init (SfCompareClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_compare_dispose;
  widget_class->snapshot = sf_compare_snapshot;

  signals[FAILED] = g_signal_new ("failed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, move_cb, "(d)", -KEY_STEP);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, move_cb, "(d)", KEY_STEP);
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
sf_compare_init (SfCompare *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Share of the first picture"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 100.0, -1);
  set_share (self, 0.5);
}
