/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-gallery.h"

#include "sf-browser.h"
#include "sf-compare.h"
#include "sf-compat.h"
#include "sf-model-settings.h"
#include "sf-pixbuf.h"
#include "sf-settings.h"
#include "sf-viewer.h"
#include "sf-wallpaper.h"

#include <glib/gi18n.h>

struct _SfGallery
{
  AdwBin parent_instance;

  GtkStack *stack;
  SfBrowser *browser;
  SfViewer *viewer;
  SfCompare *compare;

  GSettings *settings;
  SfLibrary *library;
  SfModelIndex *models;
  GArray *trashed; /* that can be brought back */
};

enum
{
  NOTICE,
  TRASHED,
  FAILED,
  REUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfGallery, sf_gallery, ADW_TYPE_BIN)

static gboolean
is_page (SfGallery *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) == 0;
}

/* What an action is about: the picture that is seen large, or those that are selected. */
static GPtrArray *
get_targets (SfGallery *self)
{
  if (!is_page (self, "viewer"))
    return sf_browser_get_selected (self->browser);

  GPtrArray *targets = g_ptr_array_new_with_free_func (g_object_unref);
  if (sf_viewer_get_entry (self->viewer) != NULL)
    g_ptr_array_add (targets, g_object_ref (sf_viewer_get_entry (self->viewer)));
  return targets;
}

static SfEntry *
get_target (SfGallery *self)
{
  g_autoptr (GPtrArray) targets = get_targets (self);

  return targets->len > 0 ? g_object_ref (targets->pdata[0]) : NULL;
}

static void
update_actions (SfGallery *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean large = is_page (self, "viewer");
  guint n_selected = large ? 1 : sf_browser_count_selected (self->browser);
  const char *const for_any[] = { "gallery.favourite", "gallery.trash" };
  const char *const for_one[] = { "gallery.reuse", "gallery.copy", "gallery.copy-prompt",
                                  "gallery.show-in-folder", "picture.set-wallpaper" };

  for (guint i = 0; i < G_N_ELEMENTS (for_any); i++)
    gtk_widget_action_set_enabled (widget, for_any[i], n_selected > 0);
  for (guint i = 0; i < G_N_ELEMENTS (for_one); i++)
    gtk_widget_action_set_enabled (widget, for_one[i], n_selected == 1);
  gtk_widget_action_set_enabled (widget, "gallery.compare", !large && n_selected == 2);
}

static void
show_page (SfGallery *self, const char *name, GtkWidget *focus)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  update_actions (self);
  gtk_widget_grab_focus (focus);
}

static void
show_large (SfGallery *self, guint position)
{
  GListModel *list = G_LIST_MODEL (sf_browser_get_list (self->browser));
  g_autoptr (SfEntry) entry = g_list_model_get_item (list, position);

  if (entry == NULL)
    return;
  sf_browser_select (self->browser, position);
  sf_viewer_show (self->viewer, entry);
  if (!is_page (self, "viewer"))
    show_page (self, "viewer", GTK_WIDGET (self->viewer));
}

/* By its position now: pictures may have come and gone. */
static void
step_cb (SfGallery *self, int n)
{
  SfEntry *entry = sf_viewer_get_entry (self->viewer);
  SfEntryList *list = sf_browser_get_list (self->browser);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));
  guint position;

  if (entry == NULL || !sf_entry_list_find (list, sf_entry_get_record (entry)->id, &position))
    return;
  if ((n < 0 && position == 0) || (n > 0 && position + 1 >= n_items))
    return;
  show_large (self, (guint) ((int) position + n));
}

static void
show_grid (SfGallery *self)
{
  sf_viewer_show (self->viewer, NULL);
  show_page (self, "browser", GTK_WIDGET (self->browser));
}

static void
look_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  guint position = sf_browser_get_first_selected (self->browser);

  if (position != GTK_INVALID_LIST_POSITION && is_page (self, "browser"))
    show_large (self, position);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);

  if (is_page (self, "browser"))
    sf_browser_select (self->browser, GTK_INVALID_LIST_POSITION);
  else
    show_grid (self);
}

static void
favourite_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (GPtrArray) targets = get_targets (self);
  gboolean favourite = !sf_entry_are_favourites (targets);

  for (guint i = 0; i < targets->len; i++)
    sf_library_set_favourite (self->library, targets->pdata[i], favourite);
  sf_browser_update (self->browser);
}

static void
reuse_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  const char *which = g_variant_get_string (parameter, NULL);
  g_autoptr (SfEntry) entry = get_target (self);
  g_autoptr (SfRequest) request = NULL;
  g_autofree char *missing = NULL;
  g_autoptr (GError) error = NULL;

  if (entry == NULL)
    return;
  request = sf_request_new_from_infotext (sf_entry_get_record (entry)->infotext, &error);
  if (request == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, _ ("The settings cannot be used"), error);
      return;
    }
  missing = sf_model_settings_reuse (self->settings, self->models, request,
                                     sf_entry_get_record (entry)->infotext,
                                     g_str_equal (which, "prompts")        ? SF_REUSE_PROMPTS
                                     : g_str_equal (which, "all-but-seed") ? SF_REUSE_ALL_BUT_SEED
                                                                           : SF_REUSE_ALL);
  g_signal_emit (self, signals[REUSED], 0, missing);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfGallery) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPainting) painting = sf_pixbuf_load_painting_finish (result, &error);

  if (painting == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, _ ("The picture cannot be copied"), error);
      return;
    }
  g_autoptr (GdkTexture) texture = sf_painting_dup_exact_texture (painting);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), texture);
  g_signal_emit (self, signals[NOTICE], 0, _ ("Picture copied"));
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (SfEntry) entry = get_target (self);

  if (entry != NULL)
    sf_pixbuf_load_painting_async (sf_entry_get_record (entry)->path, "", NULL, copied_cb,
                                   g_object_ref (self));
}

static void
copy_prompt_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (SfEntry) entry = get_target (self);

  if (entry == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), sf_entry_get_record (entry)->prompt);
  g_signal_emit (self, signals[NOTICE], 0, _ ("Prompt copied"));
}

static void
show_in_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (SfEntry) entry = get_target (self);

  if (entry != NULL)
    sf_compat_show_in_folder (GTK_WINDOW (gtk_widget_get_root (widget)),
                              sf_entry_get_record (entry)->path);
}

static void
wallpaper_asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sf_wallpaper_ask_finish (result, &error))
    g_signal_emit (source, signals[FAILED], 0, _ ("The picture cannot become the wallpaper"),
                   error);
}

static void
set_wallpaper_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (SfEntry) entry = get_target (self);

  if (entry != NULL)
    sf_wallpaper_ask_async (self, sf_entry_get_record (entry)->path, wallpaper_asked_cb, NULL);
}

static void
compare_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (GPtrArray) targets = sf_browser_get_selected (self->browser);

  if (targets->len != 2)
    return;
  sf_compare_load (self->compare, sf_entry_get_record (targets->pdata[0])->path,
                   sf_entry_get_record (targets->pdata[1])->path);
  show_page (self, "compare", GTK_WIDGET (self->compare));
}

static void
trashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfGallery) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->library == NULL) /* closed meanwhile */
    return;
  if (!sf_library_change_finish (self->library, result, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, _ ("The picture could not be moved to the Trash"),
                     error);
      return;
    }

  guint n = self->trashed != NULL ? self->trashed->len : 0;
  g_autofree char *text = g_strdup_printf (ngettext ("%u picture moved to the Trash",
                                                     "%u pictures moved to the Trash", n),
                                           n);
  g_signal_emit (self, signals[TRASHED], 0, text);
}

void
sf_gallery_trash (SfGallery *self, GArray *ids)
{
  g_return_if_fail (SF_IS_GALLERY (self));

  g_clear_pointer (&self->trashed, g_array_unref);
  self->trashed = g_array_ref (ids);
  sf_library_trash_async (self->library, ids, trashed_cb, g_object_ref (self));
}

/* What is seen large makes way for its neighbour. */
static void
make_way (SfGallery *self)
{
  SfEntry *before = sf_viewer_get_entry (self->viewer);

  step_cb (self, 1);
  if (sf_viewer_get_entry (self->viewer) == before)
    step_cb (self, -1);
  if (sf_viewer_get_entry (self->viewer) == before)
    show_grid (self);
}

static void
trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfGallery *self = SF_GALLERY (widget);
  g_autoptr (GPtrArray) targets = get_targets (self);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < targets->len; i++)
    {
      gint64 id = sf_entry_get_record (targets->pdata[i])->id;

      g_array_append_val (ids, id);
    }
  if (is_page (self, "viewer"))
    make_way (self);
  if (ids->len > 0)
    sf_gallery_trash (self, ids);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfGallery) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->library != NULL && !sf_library_change_finish (self->library, result, &error))
    g_signal_emit (self, signals[FAILED], 0, _ ("The picture is still in the Trash"), error);
}

void
sf_gallery_undo (SfGallery *self)
{
  g_return_if_fail (SF_IS_GALLERY (self));

  g_autoptr (GArray) ids = g_steal_pointer (&self->trashed);

  if (ids != NULL)
    sf_library_restore_async (self->library, ids, restored_cb, g_object_ref (self));
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sf_gallery_undo (SF_GALLERY (widget));
}

static void
failed_cb (SfGallery *self, const char *sentence, GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, sentence, error);
}

void
sf_gallery_search (SfGallery *self)
{
  g_return_if_fail (SF_IS_GALLERY (self));

  if (!is_page (self, "browser"))
    show_grid (self);
  sf_browser_focus_search (self->browser);
}

void
sf_gallery_show (SfGallery *self, SfEntry *entry)
{
  guint position;

  g_return_if_fail (SF_IS_GALLERY (self));

  if (sf_entry_list_find (sf_browser_get_list (self->browser), sf_entry_get_record (entry)->id,
                          &position))
    sf_browser_select (self->browser, position);
  sf_viewer_show (self->viewer, entry);
  show_page (self, "viewer", GTK_WIDGET (self->viewer));
}

void
sf_gallery_show_found (SfGallery *self, const char *text)
{
  g_return_if_fail (SF_IS_GALLERY (self));

  show_grid (self);
  sf_browser_set_text (self->browser, text);
}

void
sf_gallery_toggle_panel (SfGallery *self)
{
  g_return_if_fail (SF_IS_GALLERY (self));

  sf_browser_toggle_panel (self->browser);
}

void
sf_gallery_set_models (SfGallery *self, SfModelIndex *models)
{
  g_return_if_fail (SF_IS_GALLERY (self));

  g_set_object (&self->models, models);
}

void
sf_gallery_connect (SfGallery *self, GSettings *settings, SfLibrary *library)
{
  g_return_if_fail (SF_IS_GALLERY (self));
  g_return_if_fail (self->library == NULL);

  self->settings = g_object_ref (settings);
  self->library = g_object_ref (library);
  sf_browser_connect (self->browser, settings, library);
  update_actions (self);
}

static gboolean
sf_gallery_grab_focus (GtkWidget *widget)
{
  SfGallery *self = SF_GALLERY (widget);

  return gtk_widget_grab_focus (is_page (self, "viewer") ? GTK_WIDGET (self->viewer)
                                                         : GTK_WIDGET (self->browser));
}

static void
sf_gallery_dispose (GObject *object)
{
  SfGallery *self = SF_GALLERY (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->library);
  g_clear_object (&self->models);
  g_clear_pointer (&self->trashed, g_array_unref);
  G_OBJECT_CLASS (sf_gallery_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
    guint key;
    GdkModifierType modifiers;
    const char *target;
  } actions[] = {
    { "gallery.look", NULL, look_action, GDK_KEY_space, GDK_ALT_MASK },
    { "gallery.back", NULL, back_action, GDK_KEY_Escape, 0 },
    { "gallery.favourite", NULL, favourite_action, GDK_KEY_d, GDK_CONTROL_MASK },
    { "gallery.reuse", "s", reuse_action, GDK_KEY_r, GDK_CONTROL_MASK, "all" },
    { "gallery.copy", NULL, copy_action, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "gallery.copy-prompt", NULL, copy_prompt_action, GDK_KEY_c, GDK_CONTROL_MASK },
    { "gallery.show-in-folder", NULL, show_in_folder_action, GDK_KEY_o, GDK_ALT_MASK },
    { "gallery.compare", NULL, compare_action, GDK_KEY_m, GDK_CONTROL_MASK },
    { "gallery.trash", NULL, trash_action, GDK_KEY_Delete, 0 },
    { "gallery.undo", NULL, undo_action, GDK_KEY_z, GDK_CONTROL_MASK },
  };

  /* As the details name it. */
  gtk_widget_class_install_action (widget_class, "picture.set-wallpaper", NULL,
                                   set_wallpaper_action);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                       actions[i].activate);
      gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers,
                                           actions[i].name, actions[i].parameter,
                                           actions[i].target);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-gallery.ui");
  gtk_widget_class_bind_template_child (widget_class, SfGallery, stack);
  gtk_widget_class_bind_template_child (widget_class, SfGallery, browser);
  gtk_widget_class_bind_template_child (widget_class, SfGallery, viewer);
  gtk_widget_class_bind_template_child (widget_class, SfGallery, compare);
  gtk_widget_class_bind_template_callback (widget_class, show_large);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
  gtk_widget_class_bind_template_callback (widget_class, step_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_grid);
  gtk_widget_class_bind_template_callback (widget_class, failed_cb);
}

static void
sf_gallery_class_init (SfGalleryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_OBJECT_CLASS_TYPE (klass);

  g_type_ensure (SF_TYPE_BROWSER);
  g_type_ensure (SF_TYPE_COMPARE);
  g_type_ensure (SF_TYPE_VIEWER);

  G_OBJECT_CLASS (klass)->dispose = sf_gallery_dispose;
  widget_class->grab_focus = sf_gallery_grab_focus;

  signals[NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TRASHED] = g_signal_new ("trashed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
  signals[REUSED] = g_signal_new ("reused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  install_actions (widget_class);
  bind_template (widget_class);
}

static void
sf_gallery_init (SfGallery *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
