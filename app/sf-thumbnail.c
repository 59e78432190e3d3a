/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-thumbnail.h"

#include <glib/gi18n.h>

#define RADIUS 6
#define STAR_SIZE 16
#define STAR_MARGIN 6

struct _SfThumbnail
{
  GtkWidget parent_instance;

  SfThumbnailer *thumbnailer;
  SfEntry *entry;
  GdkTexture *texture;
  GCancellable *cancellable; /* of loading */
  GtkIconPaintable *star;
  int size;
};

G_DEFINE_FINAL_TYPE (SfThumbnail, sf_thumbnail, GTK_TYPE_WIDGET)

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfThumbnail) self = user_data;
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = sf_thumbnailer_load_finish (self->thumbnailer, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->texture);
  self->texture = texture;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
give_up (SfThumbnail *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
load (SfThumbnail *self)
{
  const SfPictureRecord *record = sf_entry_get_record (self->entry);
  int pixels = self->size * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkTexture *texture = sf_thumbnailer_peek (self->thumbnailer, record->path, record->modified,
                                             pixels);

  give_up (self);
  if (texture != NULL)
    {
      g_set_object (&self->texture, texture);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  self->cancellable = g_cancellable_new ();
  sf_thumbnailer_load_async (self->thumbnailer, record->path, record->modified, pixels,
                             self->cancellable, loaded_cb, g_object_ref (self));
}

static void
describe (SfThumbnail *self)
{
  const char *prompt = sf_entry_get_record (self->entry)->prompt;
  const char *name = *prompt != '\0' ? prompt : _ ("Picture without a prompt");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
}

void
sf_thumbnail_set_entry (SfThumbnail *self, SfEntry *entry)
{
  g_return_if_fail (SF_IS_THUMBNAIL (self));

  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  g_set_object (&self->entry, entry);
  give_up (self);
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (entry == NULL)
    return;

  g_signal_connect_object (entry, "notify::path", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "notify::prompt", G_CALLBACK (describe), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "notify::favourite", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  describe (self);
  load (self);
}

SfEntry *
sf_thumbnail_get_entry (SfThumbnail *self)
{
  return self->entry;
}

void
sf_thumbnail_set_size (SfThumbnail *self, int size)
{
  g_return_if_fail (SF_IS_THUMBNAIL (self));

  if (self->size == size)
    return;
  self->size = size;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  if (self->entry != NULL)
    load (self);
}

GtkWidget *
sf_thumbnail_new (SfThumbnailer *thumbnailer)
{
  SfThumbnail *self = g_object_new (SF_TYPE_THUMBNAIL, NULL);

  self->thumbnailer = g_object_ref (thumbnailer);
  return GTK_WIDGET (self);
}

static void
draw_texture (SfThumbnail *self, GtkSnapshot *snapshot, float width, float height)
{
  float texture_width = (float) gdk_texture_get_width (self->texture);
  float texture_height = (float) gdk_texture_get_height (self->texture);
  float scale = MIN (width / texture_width, height / texture_height);
  graphene_rect_t rect = GRAPHENE_RECT_INIT ((width - scale * texture_width) / 2,
                                             (height - scale * texture_height) / 2,
                                             scale * texture_width, scale * texture_height);
  GskRoundedRect frame;

  gsk_rounded_rect_init_from_rect (&frame, &rect, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &frame);
  gtk_snapshot_append_texture (snapshot, self->texture, &rect);
  gtk_snapshot_pop (snapshot);
}

/* White on a dark disc, so that it is seen on any picture. */
static void
draw_star (SfThumbnail *self, GtkSnapshot *snapshot, float width)
{
  const GdkRGBA white = { 1, 1, 1, 1 };
  const GdkRGBA shade = { 0, 0, 0, 0.55f };
  float disc = STAR_SIZE + 8;
  graphene_rect_t rect = GRAPHENE_RECT_INIT (width - disc - STAR_MARGIN, STAR_MARGIN, disc, disc);
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (&round, &rect, disc / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &shade, &rect);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rect.origin.x + 4, rect.origin.y + 4));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->star), snapshot,
                                            STAR_SIZE, STAR_SIZE, &white, 1);
  gtk_snapshot_restore (snapshot);
}

static void
sf_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SfThumbnail *self = SF_THUMBNAIL (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);

  if (self->texture != NULL)
    draw_texture (self, snapshot, width, height);
  else
    {
      graphene_rect_t rect = GRAPHENE_RECT_INIT (0, 0, width, height);
      GskRoundedRect frame;
      GdkRGBA color;

      gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
      color.alpha *= 0.08f;
      gsk_rounded_rect_init_from_rect (&frame, &rect, RADIUS);
      gtk_snapshot_push_rounded_clip (snapshot, &frame);
      gtk_snapshot_append_color (snapshot, &color, &rect);
      gtk_snapshot_pop (snapshot);
    }
  if (self->entry != NULL && sf_entry_get_record (self->entry)->favourite)
    draw_star (self, snapshot, width);
}

static void
sf_thumbnail_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SF_THUMBNAIL (widget)->size;
}

static void
sf_thumbnail_dispose (GObject *object)
{
  SfThumbnail *self = SF_THUMBNAIL (object);

  sf_thumbnail_set_entry (self, NULL);
  g_clear_object (&self->thumbnailer);
  g_clear_object (&self->star);
  G_OBJECT_CLASS (sf_thumbnail_parent_class)->dispose (object);
}

static void
sf_thumbnail_class_init (SfThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_thumbnail_dispose;
  widget_class->snapshot = sf_thumbnail_snapshot;
  widget_class->measure = sf_thumbnail_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sf_thumbnail_init (SfThumbnail *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->size = 160;
  self->star = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (
                                               gtk_widget_get_display (widget)),
                                           "starred-symbolic", NULL, STAR_SIZE, 1,
                                           gtk_widget_get_direction (widget), 0);
}
