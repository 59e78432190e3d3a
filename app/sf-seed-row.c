/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-seed-row.h"

#include <glib/gi18n.h>

struct _SfSeedRow
{
  AdwEntryRow parent_instance;

  GtkToggleButton *lock;

  guint64 seed;
  gboolean updating; /* the text follows the seed, not the user */
};

enum
{
  PROP_0,
  PROP_SEED,
  PROP_LOCKED,
  PROP_LOCKABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfSeedRow, sf_seed_row, ADW_TYPE_ENTRY_ROW)

static void
show_seed (SfSeedRow *self)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, self->seed);

  self->updating = TRUE;
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self), text);
  self->updating = FALSE;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
}

static void
set_seed (SfSeedRow *self, guint64 seed)
{
  if (self->seed == seed)
    return;

  self->seed = seed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEED]);
}

static void
text_changed_cb (SfSeedRow *self)
{
  guint64 seed;

  if (self->updating)
    return;

  if (!g_ascii_string_to_unsigned (gtk_editable_get_text (GTK_EDITABLE (self)), 10, 0, G_MAXUINT64,
                                   &seed, NULL))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "error");
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  set_seed (self, seed);
  gtk_toggle_button_set_active (self->lock, TRUE);
}

static void
focus_left_cb (SfSeedRow *self)
{
  show_seed (self);
}

static void
dice_cb (SfSeedRow *self)
{
  set_seed (self, g_random_int ());
  show_seed (self);
}

static void
lock_toggled_cb (SfSeedRow *self)
{
  gboolean locked = gtk_toggle_button_get_active (self->lock);

  gtk_button_set_icon_name (GTK_BUTTON (self->lock),
                            locked ? "changes-prevent-symbolic" : "changes-allow-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->lock),
                               locked ? _ ("Take a new seed for each run") : _ ("Keep this seed"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

static void
sf_seed_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfSeedRow *self = SF_SEED_ROW (object);

  switch (id)
    {
    case PROP_SEED:
      g_value_set_uint64 (value, self->seed);
      break;
    case PROP_LOCKED:
      g_value_set_boolean (value, gtk_toggle_button_get_active (self->lock));
      break;
    case PROP_LOCKABLE:
      g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->lock)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_seed_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfSeedRow *self = SF_SEED_ROW (object);

  switch (id)
    {
    case PROP_SEED:
      if (self->seed != g_value_get_uint64 (value))
        {
          set_seed (self, g_value_get_uint64 (value));
          show_seed (self);
        }
      break;
    case PROP_LOCKED:
      gtk_toggle_button_set_active (self->lock, g_value_get_boolean (value));
      break;
    case PROP_LOCKABLE:
      gtk_widget_set_visible (GTK_WIDGET (self->lock), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_seed_row_class_init (SfSeedRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sf_seed_row_get_property;
  object_class->set_property = sf_seed_row_set_property;

  properties[PROP_SEED] = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_LOCKED] = g_param_spec_boolean ("locked", NULL, NULL, FALSE, flags);
  properties[PROP_LOCKABLE] = g_param_spec_boolean ("lockable", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-seed-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfSeedRow, lock);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, focus_left_cb);
  gtk_widget_class_bind_template_callback (widget_class, dice_cb);
  gtk_widget_class_bind_template_callback (widget_class, lock_toggled_cb);
}

static void
sf_seed_row_init (SfSeedRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  show_seed (self);
}
