/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-item.h"

#include <string.h>

#define LEAST_DIGITS 8

struct _SfModelItem
{
  GObject parent_instance;

  SfModelRecord *record;
  char *hash;
  char *brief;
  gint64 last_used;
};

enum
{
  PROP_0,
  PROP_HASH,
  PROP_LAST_USED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfModelItem, sf_model_item, G_TYPE_OBJECT)

SfModelItem *
sf_model_item_new (SfModelRecord *record)
{
  SfModelItem *self = g_object_new (SF_TYPE_MODEL_ITEM, NULL);

  self->record = sf_model_record_ref (record);
  return self;
}

const SfModelRecord *
sf_model_item_get_record (SfModelItem *self)
{
  return self->record;
}

const char *
sf_model_item_get_setting (SfModelItem *self)
{
  return self->record->is_starter ? "" : self->record->path;
}

gboolean
sf_model_item_is_usable (SfModelItem *self)
{
  return self->record->refusal == NULL;
}

const char *
sf_model_item_get_hash (SfModelItem *self)
{
  return self->hash;
}

void
sf_model_item_set_hash (SfModelItem *self, const char *hash, const char *brief)
{
  g_free (self->hash);
  self->hash = g_strdup (hash);
  g_free (self->brief);
  self->brief = g_strdup (brief);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HASH]);
}

gboolean
sf_model_item_matches (SfModelItem *self, const char *hash)
{
  const gsize n_digits = strlen (hash);

  if (n_digits < LEAST_DIGITS)
    return FALSE;
  return (self->hash != NULL && g_ascii_strncasecmp (self->hash, hash, n_digits) == 0)
         || (self->brief != NULL && g_ascii_strcasecmp (self->brief, hash) == 0);
}

gint64
sf_model_item_get_last_used (SfModelItem *self)
{
  return self->last_used;
}

void
sf_model_item_set_last_used (SfModelItem *self, gint64 seconds)
{
  if (self->last_used == seconds)
    return;
  self->last_used = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_USED]);
}

static void
sf_model_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfModelItem *self = SF_MODEL_ITEM (object);

  switch (id)
    {
    case PROP_HASH:
      g_value_set_string (value, self->hash);
      break;
    case PROP_LAST_USED:
      g_value_set_int64 (value, self->last_used);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_model_item_finalize (GObject *object)
{
  SfModelItem *self = SF_MODEL_ITEM (object);

  sf_model_record_unref (self->record);
  g_free (self->hash);
  g_free (self->brief);
  G_OBJECT_CLASS (sf_model_item_parent_class)->finalize (object);
}

static void
sf_model_item_class_init (SfModelItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sf_model_item_get_property;
  object_class->finalize = sf_model_item_finalize;

  properties[PROP_HASH] = g_param_spec_string ("hash", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_LAST_USED] = g_param_spec_int64 ("last-used", NULL, NULL, 0, G_MAXINT64, 0,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_model_item_init (SfModelItem *self)
{
}
