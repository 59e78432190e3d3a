/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-before-button.h"

struct _SfBeforeButton
{
  AdwBin parent_instance;

  GtkToggleButton *button;

  SfCanvas *canvas;
  GListModel *paintings;
};

enum
{
  PROP_0,
  PROP_CANVAS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfBeforeButton, sf_before_button, ADW_TYPE_BIN)

static gboolean
has_shape (SfPainting *painting, SfPainting *other)
{
  return sf_painting_get_width (painting) * sf_painting_get_height (other)
         == sf_painting_get_height (painting) * sf_painting_get_width (other);
}

/* The next older one that there is something to see of. */
static SfPainting *
dup_before (SfBeforeButton *self)
{
  g_autoptr (SfPainting) shown = NULL;
  gboolean is_older = FALSE;

  g_object_get (self->canvas, "painting", &shown, NULL);
  for (guint i = 0; shown != NULL && i < g_list_model_get_n_items (self->paintings); i++)
    {
      g_autoptr (SfPainting) painting = g_list_model_get_item (self->paintings, i);

      if (is_older)
        return sf_painting_get_texture (painting) != NULL && has_shape (painting, shown)
                   ? g_steal_pointer (&painting)
                   : NULL;
      is_older = painting == shown;
    }
  return NULL;
}

static void
toggled_cb (SfBeforeButton *self)
{
  g_autoptr (SfPainting) before = NULL;

  if (gtk_toggle_button_get_active (self->button))
    before = dup_before (self);
  sf_canvas_set_before (self->canvas, before != NULL ? sf_painting_get_texture (before) : NULL);
}

static void
update (SfBeforeButton *self)
{
  g_autoptr (SfPainting) before = dup_before (self);

  gtk_toggle_button_set_active (self->button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), before != NULL);
}

static gboolean
key_pressed_cb (SfBeforeButton *self, guint key, guint code, GdkModifierType state)
{
  if (key != GDK_KEY_b || (state & gtk_accelerator_get_default_mod_mask ()) != 0
      || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return GDK_EVENT_PROPAGATE;
  gtk_toggle_button_set_active (self->button, TRUE);
  return GDK_EVENT_STOP;
}

static void
key_released_cb (SfBeforeButton *self, guint key)
{
  if (key == GDK_KEY_b)
    gtk_toggle_button_set_active (self->button, FALSE);
}

void
sf_before_button_set_paintings (SfBeforeButton *self, GListModel *paintings)
{
  g_return_if_fail (SF_IS_BEFORE_BUTTON (self));
  g_return_if_fail (self->paintings == NULL);

  GtkEventController *keys = gtk_event_controller_key_new ();

  self->paintings = g_object_ref (paintings);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (key_released_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->canvas), keys);
  g_signal_connect_object (self->canvas, "notify::painting", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (paintings, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
sf_before_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_CANVAS:
      g_value_set_object (value, SF_BEFORE_BUTTON (object)->canvas);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_before_button_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_CANVAS:
      g_set_object (&SF_BEFORE_BUTTON (object)->canvas, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_before_button_dispose (GObject *object)
{
  SfBeforeButton *self = SF_BEFORE_BUTTON (object);

  g_clear_object (&self->canvas);
  g_clear_object (&self->paintings);
  G_OBJECT_CLASS (sf_before_button_parent_class)->dispose (object);
}

static void
sf_before_button_class_init (SfBeforeButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sf_before_button_get_property;
  object_class->set_property = sf_before_button_set_property;
  object_class->dispose = sf_before_button_dispose;
  properties[PROP_CANVAS] = g_param_spec_object ("canvas", NULL, NULL, SF_TYPE_CANVAS,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-before-button.ui");
  gtk_widget_class_bind_template_child (widget_class, SfBeforeButton, button);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
sf_before_button_init (SfBeforeButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
