/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-undo.h"

/* Changes of several settings so close together are of one act, and so are those of one setting with longer pauses. */
#define SAME_ACT_USEC (G_USEC_PER_SEC / 20)
#define SAME_DRAG_USEC G_USEC_PER_SEC

struct _SfUndo
{
  GObject parent_instance;

  GSettings *settings;
  GHashTable *values; /* GVariant by key, as they were last seen */
  GQueue undo;        /* of steps, the latest first */
  GQueue redo;
  gint64 last_change; /* microseconds, monotonic */
  gboolean applying;
};

enum
{
  PROP_0,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfUndo, sf_undo, G_TYPE_OBJECT)

static const char *const draft_keys[] = {
  "prompt",
  "negative-prompt",
  "styles",
  "model",
  "width",
  "height",
  "steps",
  "guidance",
  "sampler",
  "schedule",
  "seed",
  "seed-locked",
  "count",
  "noise",
  "clip-skip",
  "variation-seed",
  "variation-strength",
  "other-settings",
  "vae",
  NULL,
};

/* Steps are tables: the values that keys had before, by key. */
static GHashTable *
step_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_variant_unref);
}

static void
clear_steps (GQueue *steps)
{
  g_queue_clear_full (steps, (GDestroyNotify) g_hash_table_unref);
}

static void
notify (SfUndo *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
}

static gboolean
goes_on (SfUndo *self, const char *key)
{
  GHashTable *step = g_queue_peek_head (&self->undo);
  gint64 pause = g_get_monotonic_time () - self->last_change;

  if (step == NULL || pause > SAME_DRAG_USEC)
    return FALSE;
  return pause <= SAME_ACT_USEC
         || (g_hash_table_size (step) == 1 && g_hash_table_contains (step, key));
}

static gboolean
counts (SfUndo *self, const char *key)
{
  return !g_str_equal (key, "seed") || g_settings_get_boolean (self->settings, "seed-locked");
}

static void
changed_cb (SfUndo *self, const char *key)
{
  gpointer own_key, value;

  if (!g_hash_table_lookup_extended (self->values, key, &own_key, &value))
    return;

  g_autoptr (GVariant) old = g_variant_ref (value);
  g_autoptr (GVariant) new = g_settings_get_value (self->settings, key);
  if (g_variant_equal (old, new))
    return;
  g_hash_table_insert (self->values, own_key, g_variant_ref (new));
  if (self->applying || !counts (self, key))
    return;

  if (!goes_on (self, key))
    g_queue_push_head (&self->undo, step_new ());
  GHashTable *step = g_queue_peek_head (&self->undo);
  if (!g_hash_table_contains (step, key))
    g_hash_table_insert (step, own_key, g_steal_pointer (&old));
  if (self->undo.length > SF_UNDO_MAX_STEPS)
    g_hash_table_unref (g_queue_pop_tail (&self->undo));
  clear_steps (&self->redo);
  self->last_change = g_get_monotonic_time ();
  notify (self);
}

/* Gives the settings of a step the values that it has for them, and remembers the present ones as a step in @back. */
static void
apply (SfUndo *self, GQueue *steps, GQueue *back)
{
  g_autoptr (GHashTable) step = g_queue_pop_head (steps);
  GHashTableIter iter;
  gpointer key, value;

  if (step == NULL)
    return;

  GHashTable *present = step_new ();
  self->applying = TRUE;
  g_hash_table_iter_init (&iter, step);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_hash_table_insert (present, key, g_settings_get_value (self->settings, key));
      g_settings_set_value (self->settings, key, value);
    }
  self->applying = FALSE;
  g_queue_push_head (back, present);
  sf_undo_end_step (self);
  notify (self);
}

SfUndo *
sf_undo_new (GSettings *settings)
{
  SfUndo *self = g_object_new (SF_TYPE_UNDO, NULL);

  self->settings = g_object_ref (settings);
  for (guint i = 0; draft_keys[i] != NULL; i++)
    g_hash_table_insert (self->values, (gpointer) draft_keys[i],
                         g_settings_get_value (settings, draft_keys[i]));
  g_signal_connect_object (settings, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
sf_undo_undo (SfUndo *self)
{
  g_return_if_fail (SF_IS_UNDO (self));

  apply (self, &self->undo, &self->redo);
}

void
sf_undo_redo (SfUndo *self)
{
  g_return_if_fail (SF_IS_UNDO (self));

  apply (self, &self->redo, &self->undo);
}

void
sf_undo_end_step (SfUndo *self)
{
  g_return_if_fail (SF_IS_UNDO (self));

  self->last_change = G_MININT64 / 2;
}

static void
sf_undo_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfUndo *self = SF_UNDO (object);

  switch (id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, !g_queue_is_empty (&self->undo));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, !g_queue_is_empty (&self->redo));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_undo_finalize (GObject *object)
{
  SfUndo *self = SF_UNDO (object);

  clear_steps (&self->undo);
  clear_steps (&self->redo);
  g_hash_table_unref (self->values);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sf_undo_parent_class)->finalize (object);
}

static void
sf_undo_class_init (SfUndoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sf_undo_get_property;
  object_class->finalize = sf_undo_finalize;
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_undo_init (SfUndo *self)
{
  self->values = step_new ();
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
  sf_undo_end_step (self);
}
