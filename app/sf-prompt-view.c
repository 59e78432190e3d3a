/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-view.h"

#include "prompt/sf-prompt-weight.h"
#include "sf-completion-popover.h"

#include <glib/gi18n.h>
#include <string.h>

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
  SfPromptHistory *history;
  SfCompletion *completion;
  SfCompletionPopover *popover;
  GArray *matches;         /* of SfCompletionMatch, what the popover shows; of the completion */
  guint completion_source; /* the text has changed, and the caret will be somewhere soon */
  gboolean editing;        /* the text is changed by the view itself */
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

static gsize
get_byte (SfPromptView *self, const GtkTextIter *iter)
{
  return (gsize) (g_utf8_offset_to_pointer (self->text, gtk_text_iter_get_offset (iter))
                  - self->text);
}

static void
get_iter (SfPromptView *self, gsize byte, GtkTextIter *iter)
{
  gtk_text_buffer_get_iter_at_offset (self->buffer, iter,
                                      (int) g_utf8_pointer_to_offset (self->text,
                                                                      self->text + byte));
}

/* As one step of the text's undo. */
static void
apply (SfPromptView *self, const SfPromptEdit *edit)
{
  GtkTextIter start, end;

  if (edit == NULL)
    return;

  self->editing = TRUE;
  gtk_text_buffer_begin_user_action (self->buffer);
  get_iter (self, edit->end, &end);
  get_iter (self, edit->start, &start);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, edit->text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  self->editing = FALSE;

  get_iter (self, edit->select_start, &start);
  get_iter (self, edit->select_end, &end);
  gtk_text_buffer_select_range (self->buffer, &end, &start);
  gtk_text_view_scroll_mark_onscreen (self->view, gtk_text_buffer_get_insert (self->buffer));
}

static void
close_popover (SfPromptView *self)
{
  g_clear_handle_id (&self->completion_source, g_source_remove);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/* Under what is completed. */
static void
open_popover (SfPromptView *self)
{
  const SfCompletionMatch *match = &g_array_index (self->matches, SfCompletionMatch, 0);
  GtkTextIter iter;
  GdkRectangle rect;
  int x, y;
  double window_x, window_y;

  get_iter (self, match->start, &iter);
  gtk_text_view_get_iter_location (self->view, &iter, &rect);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, rect.x, rect.y, &x,
                                         &y);
  gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (self), x, y, &window_x,
                                    &window_y);
  rect.x = (int) window_x;
  rect.y = (int) window_y;
  rect.width = 1;
  sf_completion_popover_set_matches (self->popover, self->matches);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &rect);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static gsize
get_caret (SfPromptView *self)
{
  GtkTextIter caret;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret,
                                    gtk_text_buffer_get_insert (self->buffer));
  return get_byte (self, &caret);
}

static gboolean
complete_cb (gpointer user_data)
{
  SfPromptView *self = user_data;

  self->completion_source = 0;
  g_clear_pointer (&self->matches, g_array_unref);
  self->matches = sf_completion_find (self->completion, self->text, get_caret (self));
  if (self->matches->len > 0 && gtk_widget_has_focus (GTK_WIDGET (self->view)))
    open_popover (self);
  else
    close_popover (self);
  return G_SOURCE_REMOVE;
}

static void
caret_moved_cb (SfPromptView *self)
{
  if (self->completion_source == 0)
    close_popover (self);
}

static void
accept (SfPromptView *self, int index)
{
  g_autoptr (SfPromptEdit)
      edit = sf_completion_make_edit (&g_array_index (self->matches, SfCompletionMatch, index),
                                      get_caret (self));

  apply (self, edit);
  close_popover (self);
}

static void
chosen_cb (SfPromptView *self)
{
  accept (self, sf_completion_popover_get_selected (self->popover));
}

/* Keys while the list is there. Enter is a new line as ever until something of the list was selected. */
static gboolean
complete_by_key (SfPromptView *self, guint key)
{
  int selected = sf_completion_popover_get_selected (self->popover);

  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      sf_completion_popover_move (self->popover, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      sf_completion_popover_move (self->popover, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Tab:
      accept (self, MAX (selected, 0));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (selected < 0)
        return GDK_EVENT_PROPAGATE;
      accept (self, selected);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      close_popover (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
nudge (SfPromptView *self, int n_steps)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_selection_bounds (self->buffer, &start, &end);
  g_autoptr (SfPromptEdit) edit = sf_prompt_weight_nudge (self->text, get_byte (self, &start),
                                                          get_byte (self, &end), n_steps);
  apply (self, edit);
}

static void
walk (SfPromptView *self, gboolean older)
{
  const char *prompt = NULL;

  if (self->history != NULL)
    prompt = older ? sf_prompt_history_get_older (self->history, self->text)
                   : sf_prompt_history_get_newer (self->history, self->text);
  if (prompt == NULL)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }

  SfPromptEdit edit = { .end = strlen (self->text), .text = (char *) prompt };
  edit.select_start = edit.select_end = strlen (prompt);
  apply (self, &edit);
}

/* Before the text view has its turn. */
static gboolean
key_pressed_cb (SfPromptView *self, guint key, guint code, GdkModifierType state)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  gboolean up = key == GDK_KEY_Up || key == GDK_KEY_KP_Up;
  gboolean down = key == GDK_KEY_Down || key == GDK_KEY_KP_Down;

  if (modifiers == 0 && gtk_widget_get_visible (GTK_WIDGET (self->popover)))
    return complete_by_key (self, key);
  if ((!up && !down) || (modifiers != GDK_CONTROL_MASK && modifiers != GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;

  close_popover (self);
  if (modifiers == GDK_CONTROL_MASK)
    nudge (self, up ? 1 : -1);
  else
    walk (self, up);
  return GDK_EVENT_STOP;
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

  if (self->completion != NULL && self->completion_source == 0 && !self->editing
      && gtk_widget_has_focus (GTK_WIDGET (self->view)))
    self->completion_source = g_idle_add (complete_cb, self);
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

void
sf_prompt_view_set_history (SfPromptView *self, SfPromptHistory *history)
{
  g_return_if_fail (SF_IS_PROMPT_VIEW (self));

  self->history = history;
}

void
sf_prompt_view_set_completion (SfPromptView *self, SfCompletion *completion)
{
  g_return_if_fail (SF_IS_PROMPT_VIEW (self));

  close_popover (self);
  g_clear_pointer (&self->matches, g_array_unref);
  g_clear_pointer (&self->completion, sf_completion_unref);
  self->completion = sf_completion_ref (completion);
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
sf_prompt_view_dispose (GObject *object)
{
  SfPromptView *self = SF_PROMPT_VIEW (object);

  g_clear_handle_id (&self->completion_source, g_source_remove);
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
  G_OBJECT_CLASS (sf_prompt_view_parent_class)->dispose (object);
}

static void
sf_prompt_view_finalize (GObject *object)
{
  SfPromptView *self = SF_PROMPT_VIEW (object);

  g_clear_pointer (&self->matches, g_array_unref);
  g_clear_pointer (&self->completion, sf_completion_unref);
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
  object_class->dispose = sf_prompt_view_dispose;
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
  gtk_widget_class_bind_template_callback (widget_class, caret_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_popover);
  gtk_widget_class_bind_template_callback (widget_class, card_pressed_cb);
}

static void
sf_prompt_view_init (SfPromptView *self)
{
  self->text = g_strdup ("");
  self->lines = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->popover = sf_completion_popover_new ();
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  g_signal_connect_object (self->popover, "chosen", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
}
