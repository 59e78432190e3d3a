/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-details.h"

#include "sf-shown-path.h"

#include <glib/gi18n.h>

struct _SfDetails
{
  AdwBin parent_instance;

  GtkLabel *prompt;
  GtkLabel *negative_title;
  GtkLabel *negative;
  GtkLabel *model;
  GtkLabel *size;
  GtkLabel *steps;
  GtkLabel *guidance;
  GtkLabel *sampler;
  GtkLabel *seed;
  GtkLabel *noise;
  GtkLabel *clip_skip;
  GtkWidget *seconds_title;
  GtkLabel *seconds;
  GtkLabel *file;
  GtkWidget *copy_button;

  char *infotext;
};

G_DEFINE_FINAL_TYPE (SfDetails, sf_details, ADW_TYPE_BIN)

static const char *
find_title (const SfNamed *const *choices, const char *name)
{
  for (guint i = 0; choices[i] != NULL; i++)
    if (g_str_equal (choices[i]->name, name))
      return choices[i]->title;
  return name;
}

static void G_GNUC_PRINTF (2, 3) set_text (GtkLabel *label, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  gtk_label_set_label (label, text);
}

void
sf_details_show (SfDetails *self, const SfRequest *request, const char *infotext, double seconds,
                 const char *path)
{
  g_return_if_fail (SF_IS_DETAILS (self));

  const char *negative = request->negative_prompt;
  gboolean has_negative = negative != NULL && *negative != '\0';
  g_autofree char *file = path != NULL ? sf_shown_path (path) : NULL;
  g_autofree char *model = request->model != NULL ? g_path_get_basename (request->model) : NULL;

  gtk_label_set_label (self->prompt, request->prompt);
  gtk_label_set_label (self->negative, has_negative ? negative : "");
  gtk_widget_set_visible (GTK_WIDGET (self->negative), has_negative);
  gtk_widget_set_visible (GTK_WIDGET (self->negative_title), has_negative);
  gtk_label_set_label (self->model, model != NULL ? model : _ ("Starter"));
  set_text (self->size, "%u × %u", request->width, request->height);
  set_text (self->steps, "%u", request->steps);
  set_text (self->guidance, "%.1f", request->guidance);
  set_text (self->sampler, "%s · %s", find_title (sf_sampler_list (), request->sampler),
            find_title (sf_schedule_list (), request->schedule));
  set_text (self->seed, "%" G_GUINT64_FORMAT, request->seed);
  gtk_label_set_label (self->noise, request->rng == SF_NOISE_PHILOX ? _ ("GPU") : _ ("CPU"));
  set_text (self->clip_skip, "%u", request->clip_skip);
  /* Translators: a duration in seconds */
  set_text (self->seconds, _ ("%.1f s"), seconds);
  gtk_widget_set_visible (GTK_WIDGET (self->seconds), seconds > 0);
  gtk_widget_set_visible (self->seconds_title, seconds > 0);
  gtk_label_set_label (self->file, file != NULL ? file : _ ("Not saved"));

  g_free (self->infotext);
  self->infotext = g_strdup (infotext);
  gtk_widget_set_sensitive (self->copy_button, infotext != NULL && *infotext != '\0');
}

static GtkPopover *
get_popover (SfDetails *self)
{
  return GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER));
}

/* Otherwise the first label has the focus, with its text selected. */
static void
mapped_cb (SfDetails *self)
{
  gtk_label_select_region (self->prompt, 0, 0);
  if (get_popover (self) != NULL)
    gtk_widget_grab_focus (self->copy_button);
}

static void
copy_settings_cb (SfDetails *self)
{
  if (self->infotext != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->infotext);
  if (get_popover (self) != NULL)
    gtk_popover_popdown (get_popover (self));
}

static void
sf_details_finalize (GObject *object)
{
  g_free (SF_DETAILS (object)->infotext);
  G_OBJECT_CLASS (sf_details_parent_class)->finalize (object);
}

static void
sf_details_class_init (SfDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sf_details_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-details.ui");
  gtk_widget_class_bind_template_child (widget_class, SfDetails, prompt);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, negative_title);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, negative);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, model);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, size);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, steps);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, guidance);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, sampler);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, seed);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, noise);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, clip_skip);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, seconds_title);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, seconds);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, file);
  gtk_widget_class_bind_template_child (widget_class, SfDetails, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, mapped_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_settings_cb);
}

static void
sf_details_init (SfDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
