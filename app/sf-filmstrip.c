/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-filmstrip.h"

struct _SfFilmstrip
{
  AdwBin parent_instance;

  GtkListView *list;
  GtkSingleSelection *selection;
};

enum
{
  PROP_0,
  PROP_SELECTED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfFilmstrip, sf_filmstrip, ADW_TYPE_BIN)

static void
select_position (SfFilmstrip *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  gtk_single_selection_set_selected (self->selection, position);
}

static void
items_changed_cb (SfFilmstrip *self, guint position, guint removed, guint added)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);
  gboolean follows = selected == GTK_INVALID_LIST_POSITION || selected == added;

  if (n_items > 0 && position == 0 && follows)
    select_position (self, 0);
}

static void
selected_changed_cb (SfFilmstrip *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

void
sf_filmstrip_set_paintings (SfFilmstrip *self, GListModel *paintings)
{
  g_return_if_fail (SF_IS_FILMSTRIP (self));

  gtk_single_selection_set_model (self->selection, paintings);
}

SfPainting *
sf_filmstrip_get_selected (SfFilmstrip *self)
{
  g_return_val_if_fail (SF_IS_FILMSTRIP (self), NULL);

  return gtk_single_selection_get_selected_item (self->selection);
}

void
sf_filmstrip_select_newest (SfFilmstrip *self)
{
  g_return_if_fail (SF_IS_FILMSTRIP (self));

  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    select_position (self, 0);
}

void
sf_filmstrip_select (SfFilmstrip *self, SfPainting *painting)
{
  g_return_if_fail (SF_IS_FILMSTRIP (self));

  GListModel *paintings = G_LIST_MODEL (self->selection);

  for (guint i = 0; i < g_list_model_get_n_items (paintings); i++)
    {
      g_autoptr (SfPainting) other = g_list_model_get_item (paintings, i);

      if (other == painting)
        select_position (self, i);
    }
}

void
sf_filmstrip_move_selection (SfFilmstrip *self, int n)
{
  g_return_if_fail (SF_IS_FILMSTRIP (self));

  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (selected != GTK_INVALID_LIST_POSITION)
    select_position (self, (guint) CLAMP ((int) selected + n, 0, (int) n_items - 1));
}

static void
sf_filmstrip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfFilmstrip *self = SF_FILMSTRIP (object);

  switch (id)
    {
    case PROP_SELECTED:
      g_value_set_object (value, sf_filmstrip_get_selected (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_filmstrip_class_init (SfFilmstripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_PAINTING);

  object_class->get_property = sf_filmstrip_get_property;

  properties[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, SF_TYPE_PAINTING,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-filmstrip.ui");
  gtk_widget_class_bind_template_child (widget_class, SfFilmstrip, list);
  gtk_widget_class_bind_template_child (widget_class, SfFilmstrip, selection);
  gtk_widget_class_bind_template_callback (widget_class, items_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_changed_cb);
}

static void
sf_filmstrip_init (SfFilmstrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
