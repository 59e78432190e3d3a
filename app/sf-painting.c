/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-painting.h"

#include "sf-texture.h"

struct _SfPainting
{
  GObject parent_instance;

  SfRequest *request;
  SfPicture *picture;
  GdkTexture *texture;
  char *path;
  double fraction;
};

enum
{
  PROP_0,
  PROP_TEXTURE,
  PROP_PROMPT,
  PROP_RUNNING,
  PROP_FRACTION,
  PROP_PATH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfPainting, sf_painting, G_TYPE_OBJECT)

SfPainting *
sf_painting_new (const SfRequest *request)
{
  SfPainting *self = g_object_new (SF_TYPE_PAINTING, NULL);

  self->request = sf_request_copy (request);
  self->request->count = 1;
  return self;
}

void
sf_painting_set_preview (SfPainting *self, const SfPicture *preview)
{
  g_return_if_fail (SF_IS_PAINTING (self));

  g_clear_object (&self->texture);
  self->texture = sf_texture_new_smooth (preview, sf_painting_get_width (self),
                                         sf_painting_get_height (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXTURE]);
}

void
sf_painting_set_fraction (SfPainting *self, double fraction)
{
  g_return_if_fail (SF_IS_PAINTING (self));

  self->fraction = fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

void
sf_painting_complete (SfPainting *self, SfPicture *picture, const char *path)
{
  g_return_if_fail (SF_IS_PAINTING (self));
  g_return_if_fail (self->picture == NULL);

  self->picture = sf_picture_ref (picture);
  self->request->seed = picture->seed;
  self->path = g_strdup (path);
  sf_painting_set_preview (self, picture);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

void
sf_painting_set_path (SfPainting *self, const char *path)
{
  g_return_if_fail (SF_IS_PAINTING (self));

  g_free (self->path);
  self->path = g_strdup (path);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

gboolean
sf_painting_is_running (SfPainting *self)
{
  return self->picture == NULL;
}

const SfRequest *
sf_painting_get_request (SfPainting *self)
{
  return self->request;
}

guint
sf_painting_get_width (SfPainting *self)
{
  return self->picture != NULL ? self->picture->width : self->request->width;
}

guint
sf_painting_get_height (SfPainting *self)
{
  return self->picture != NULL ? self->picture->height : self->request->height;
}

SfPicture *
sf_painting_get_picture (SfPainting *self)
{
  return self->picture;
}

const char *
sf_painting_get_path (SfPainting *self)
{
  return self->path;
}

GdkTexture *
sf_painting_get_texture (SfPainting *self)
{
  return self->texture;
}

GdkTexture *
sf_painting_dup_exact_texture (SfPainting *self)
{
  return self->picture != NULL ? sf_texture_new (self->picture) : NULL;
}

static void
sf_painting_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfPainting *self = SF_PAINTING (object);

  switch (id)
    {
    case PROP_TEXTURE:
      g_value_set_object (value, self->texture);
      break;
    case PROP_PROMPT:
      g_value_set_string (value, self->request->prompt);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, sf_painting_is_running (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_painting_finalize (GObject *object)
{
  SfPainting *self = SF_PAINTING (object);

  g_clear_pointer (&self->request, sf_request_free);
  g_clear_pointer (&self->picture, sf_picture_unref);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (sf_painting_parent_class)->finalize (object);
}

static void
sf_painting_class_init (SfPaintingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sf_painting_get_property;
  object_class->finalize = sf_painting_finalize;

  properties[PROP_TEXTURE] = g_param_spec_object ("texture", NULL, NULL, GDK_TYPE_TEXTURE, flags);
  properties[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, TRUE, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_painting_init (SfPainting *self)
{
}
