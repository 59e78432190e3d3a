/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-view.h"

#include <glib/gi18n.h>

#define MAX_LINES 6

struct _SfPromptView
{
  AdwBin parent_instance;

  GtkScrolledWindow *scrolled;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkLabel *placeholder;
  GtkLabel *counter;

  SfTokenizer *tokenizer;
  char *text;
  char *label;
  guint lines;
};

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_PLACEHOLDER,
  PROP_LABEL,
  PROP_LINES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfPromptView, sf_prompt_view, ADW_TYPE_BIN)

static void
update_counter (SfPromptView *self)
{
  if (self->tokenizer == NULL)
    return;

  const SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan)
      plan = sf_prompt_plan_new (self->tokenizer, self->text, 1, &options, NULL);
  g_autofree char *text = NULL;
  g_autofree char *tooltip = NULL;
  guint used, room;

  gtk_widget_set_visible (GTK_WIDGET (self->counter), plan != NULL);
  if (plan == NULL)
    return;

  used = (guint) sf_prompt_plan_get_n_tokens (plan);
  room = sf_prompt_plan_get_n_chunks (plan) * SF_PROMPT_CHUNK_TOKENS;
  text = g_strdup_printf ("%u/%u", used, room);
  /* Translators: a token is a short word or a part of a longer one */
  tooltip = g_strdup_printf (_ ("%u of %u tokens used; more are read in chunks of %d"), used, room,
                             SF_PROMPT_CHUNK_TOKENS);
  gtk_label_set_label (self->counter, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->counter), tooltip);
}

static void
buffer_changed_cb (SfPromptView *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  g_free (self->text);
  self->text = gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *self->text == '\0');
  update_counter (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

void
sf_prompt_view_set_text (SfPromptView *self, const char *text)
{
  g_return_if_fail (SF_IS_PROMPT_VIEW (self));

  if (g_strcmp0 (self->text, text) != 0)
    gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
}

void
sf_prompt_view_set_tokenizer (SfPromptView *self, SfTokenizer *tokenizer)
{
  g_return_if_fail (SF_IS_PROMPT_VIEW (self));

  g_clear_pointer (&self->tokenizer, sf_tokenizer_unref);
  self->tokenizer = sf_tokenizer_ref (tokenizer);
  update_counter (self);
}

/* Height in lines of the font that is in use. */
static void
sf_prompt_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  SfPromptView *self = SF_PROMPT_VIEW (widget);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), "Ág");
  int line_height;
  int margins = gtk_text_view_get_top_margin (self->view)
                + gtk_text_view_get_bottom_margin (self->view);

  GTK_WIDGET_CLASS (sf_prompt_view_parent_class)->css_changed (widget, change);
  pango_layout_get_pixel_size (layout, NULL, &line_height);
  gtk_scrolled_window_set_max_content_height (self->scrolled, MAX_LINES * line_height + margins);
  gtk_scrolled_window_set_min_content_height (self->scrolled,
                                              (int) self->lines * line_height + margins);
}

static gboolean
sf_prompt_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SF_PROMPT_VIEW (widget)->view));
}

static void
card_pressed_cb (SfPromptView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
sf_prompt_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfPromptView *self = SF_PROMPT_VIEW (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_PLACEHOLDER:
      g_value_set_string (value, gtk_label_get_label (self->placeholder));
      break;
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_LINES:
      g_value_set_uint (value, self->lines);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_prompt_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfPromptView *self = SF_PROMPT_VIEW (object);

  switch (id)
    {
    case PROP_TEXT:
      sf_prompt_view_set_text (self, g_value_get_string (value));
      break;
    case PROP_PLACEHOLDER:
      gtk_label_set_label (self->placeholder, g_value_get_string (value));
      break;
    case PROP_LABEL:
      g_free (self->label);
      self->label = g_value_dup_string (value);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      self->label, -1);
      break;
    case PROP_LINES:
      self->lines = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_prompt_view_finalize (GObject *object)
{
  SfPromptView *self = SF_PROMPT_VIEW (object);

  g_clear_pointer (&self->tokenizer, sf_tokenizer_unref);
  g_free (self->text);
  g_free (self->label);
  G_OBJECT_CLASS (sf_prompt_view_parent_class)->finalize (object);
}

static void
sf_prompt_view_class_init (SfPromptViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sf_prompt_view_get_property;
  object_class->set_property = sf_prompt_view_set_property;
  object_class->finalize = sf_prompt_view_finalize;
  widget_class->css_changed = sf_prompt_view_css_changed;
  widget_class->grab_focus = sf_prompt_view_grab_focus;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  properties[PROP_PLACEHOLDER] = g_param_spec_string ("placeholder", NULL, NULL, "", flags);
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, "", flags);
  properties[PROP_LINES] = g_param_spec_uint ("lines", NULL, NULL, 1, MAX_LINES, 1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-prompt-view.ui");
  gtk_widget_class_bind_template_child (widget_class, SfPromptView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, SfPromptView, view);
  gtk_widget_class_bind_template_child (widget_class, SfPromptView, buffer);
  gtk_widget_class_bind_template_child (widget_class, SfPromptView, placeholder);
  gtk_widget_class_bind_template_child (widget_class, SfPromptView, counter);
  gtk_widget_class_bind_template_callback (widget_class, buffer_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, card_pressed_cb);
}

static void
sf_prompt_view_init (SfPromptView *self)
{
  self->text = g_strdup ("");
  self->lines = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
