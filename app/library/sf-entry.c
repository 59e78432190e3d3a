/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-entry.h"

struct _SfEntry
{
  GObject parent_instance;

  SfPictureRecord *record;
};

enum
{
  PROP_0,
  PROP_PATH,
  PROP_PROMPT,
  PROP_FAVOURITE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfEntry, sf_entry, G_TYPE_OBJECT)

SfEntry *
sf_entry_new (SfPictureRecord *record)
{
  SfEntry *self = g_object_new (SF_TYPE_ENTRY, NULL);

  self->record = record;
  return self;
}

void
sf_entry_take_record (SfEntry *self, SfPictureRecord *record)
{
  g_return_if_fail (SF_IS_ENTRY (self));
  g_return_if_fail (record->id == self->record->id);

  g_autoptr (SfPictureRecord) old = self->record;

  self->record = record;
  if (!g_str_equal (old->path, record->path) || old->modified != record->modified)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  if (!g_str_equal (old->prompt, record->prompt))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROMPT]);
  if (old->favourite != record->favourite)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAVOURITE]);
}

const SfPictureRecord *
sf_entry_get_record (SfEntry *self)
{
  return self->record;
}

void
sf_entry_set_favourite (SfEntry *self, gboolean favourite)
{
  g_return_if_fail (SF_IS_ENTRY (self));

  if (self->record->favourite == favourite)
    return;
  self->record->favourite = favourite;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAVOURITE]);
}

gboolean
sf_entry_are_favourites (GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (!sf_entry_get_record (entries->pdata[i])->favourite)
      return FALSE;
  return entries->len > 0;
}

static void
sf_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfEntry *self = SF_ENTRY (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->record->path);
      break;
    case PROP_PROMPT:
      g_value_set_string (value, self->record->prompt);
      break;
    case PROP_FAVOURITE:
      g_value_set_boolean (value, self->record->favourite);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_entry_finalize (GObject *object)
{
  sf_picture_record_free (SF_ENTRY (object)->record);
  G_OBJECT_CLASS (sf_entry_parent_class)->finalize (object);
}

static void
sf_entry_class_init (SfEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sf_entry_get_property;
  object_class->finalize = sf_entry_finalize;

  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  properties[PROP_FAVOURITE] = g_param_spec_boolean ("favourite", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_entry_init (SfEntry *self)
{
}
