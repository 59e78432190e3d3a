/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-filter-button.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* Position 0 of a row takes everything; `values` are those from position 1 on. */
typedef struct
{
  AdwComboRow *row;
  char **values;
} Choice;

enum
{
  CHOICE_MODEL,
  CHOICE_SIZE,
  CHOICE_TAG,
  CHOICE_COLLECTION,
  N_CHOICES
};

struct _SfFilterButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  AdwComboRow *sort_row;
  AdwComboRow *date_row;
  AdwComboRow *model_row;
  AdwComboRow *size_row;
  AdwComboRow *tag_row;
  AdwComboRow *collection_row;

  SfLibrary *library;
  Choice choices[N_CHOICES];
  gboolean filling;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfFilterButton, sf_filter_button, ADW_TYPE_BIN)

static const char *
get_value (const Choice *choice)
{
  guint position = adw_combo_row_get_selected (choice->row);

  if (choice->values == NULL || position == 0 || position == GTK_INVALID_LIST_POSITION)
    return NULL;
  return choice->values[position - 1];
}

static char *
make_title (guint choice, const char *value)
{
  guint width, height;

  if (choice == CHOICE_MODEL && *value == '\0')
    return g_strdup (_ ("Starter"));
  if (choice == CHOICE_SIZE && sscanf (value, "%ux%u", &width, &height) == 2)
    return g_strdup_printf ("%u × %u", width, height);
  return g_strdup (value);
}

/* Takes @values; what was chosen stays so if it is still there. */
static void
set_values (SfFilterButton *self, guint index, char **values)
{
  Choice *choice = &self->choices[index];
  g_autofree char *chosen = g_strdup (get_value (choice));
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (titles, _ ("All"));
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *title = make_title (index, values[i]);

      gtk_string_list_append (titles, title);
      if (g_strcmp0 (values[i], chosen) == 0)
        selected = i + 1;
    }
  self->filling = TRUE;
  g_strfreev (choice->values);
  choice->values = values;
  adw_combo_row_set_model (choice->row, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (choice->row, selected);
  gtk_widget_set_visible (GTK_WIDGET (choice->row), values[0] != NULL);
  self->filling = FALSE;
}

static void
listed (SfFilterButton *self, guint index, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  char **values = sf_library_list_facet_finish (result, &error);

  if (values != NULL)
    set_values (self, index, values);
  g_object_unref (self);
}

static void
models_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  listed (user_data, CHOICE_MODEL, result);
}

static void
sizes_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  listed (user_data, CHOICE_SIZE, result);
}

static void
shown_cb (SfFilterButton *self)
{
  sf_library_list_facet_async (self->library, SF_FACET_MODEL, models_listed_cb,
                               g_object_ref (self));
  sf_library_list_facet_async (self->library, SF_FACET_SIZE, sizes_listed_cb, g_object_ref (self));
  set_values (self, CHOICE_TAG, sf_library_list_labels (self->library, NULL, SF_LABEL_TAG));
  set_values (self, CHOICE_COLLECTION,
              sf_library_list_labels (self->library, NULL, SF_LABEL_COLLECTION));
}

static void
selected_cb (SfFilterButton *self)
{
  SfFilter filter = { 0 };

  if (self->filling)
    return;
  sf_filter_button_fill (self, &filter);
  if (sf_filter_is_open (&filter))
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "accent");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "accent");
  g_free (filter.model);
  g_free (filter.tag);
  g_free (filter.collection);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* From midnight on. */
static gint64
get_since (guint position)
{
  static const int days[] = { -1, 0, 6, 29, 364 };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime)
      midnight = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                                        g_date_time_get_day_of_month (now), 0, 0, 0);

  if (position == 0 || position >= G_N_ELEMENTS (days) || midnight == NULL)
    return 0;
  g_autoptr (GDateTime) first = g_date_time_add_days (midnight, -days[position]);
  return g_date_time_to_unix (first) * G_USEC_PER_SEC;
}

void
sf_filter_button_fill (SfFilterButton *self, SfFilter *filter)
{
  g_return_if_fail (SF_IS_FILTER_BUTTON (self));

  const char *size = get_value (&self->choices[CHOICE_SIZE]);

  filter->sort = (SfSort) adw_combo_row_get_selected (self->sort_row);
  filter->since = get_since (adw_combo_row_get_selected (self->date_row));
  filter->model = g_strdup (get_value (&self->choices[CHOICE_MODEL]));
  filter->tag = g_strdup (get_value (&self->choices[CHOICE_TAG]));
  filter->collection = g_strdup (get_value (&self->choices[CHOICE_COLLECTION]));
  if (size != NULL)
    sscanf (size, "%ux%u", &filter->width, &filter->height);
}

void
sf_filter_button_reset (SfFilterButton *self)
{
  g_return_if_fail (SF_IS_FILTER_BUTTON (self));

  self->filling = TRUE;
  adw_combo_row_set_selected (self->date_row, 0);
  for (guint i = 0; i < N_CHOICES; i++)
    adw_combo_row_set_selected (self->choices[i].row, 0);
  self->filling = FALSE;
  selected_cb (self);
}

void
sf_filter_button_connect (SfFilterButton *self, SfLibrary *library)
{
  g_return_if_fail (SF_IS_FILTER_BUTTON (self));
  g_return_if_fail (self->library == NULL);

  self->library = g_object_ref (library);
}

static void
sf_filter_button_dispose (GObject *object)
{
  g_clear_object (&SF_FILTER_BUTTON (object)->library);
  G_OBJECT_CLASS (sf_filter_button_parent_class)->dispose (object);
}

static void
sf_filter_button_finalize (GObject *object)
{
  for (guint i = 0; i < N_CHOICES; i++)
    g_strfreev (SF_FILTER_BUTTON (object)->choices[i].values);
  G_OBJECT_CLASS (sf_filter_button_parent_class)->finalize (object);
}

static void
sf_filter_button_class_init (SfFilterButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_filter_button_dispose;
  G_OBJECT_CLASS (klass)->finalize = sf_filter_button_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-filter-button.ui");
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, button);
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, sort_row);
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, date_row);
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, model_row);
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, size_row);
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, tag_row);
  gtk_widget_class_bind_template_child (widget_class, SfFilterButton, collection_row);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, sf_filter_button_reset);
}

static void
sf_filter_button_init (SfFilterButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->choices[CHOICE_MODEL].row = self->model_row;
  self->choices[CHOICE_SIZE].row = self->size_row;
  self->choices[CHOICE_TAG].row = self->tag_row;
  self->choices[CHOICE_COLLECTION].row = self->collection_row;
}
