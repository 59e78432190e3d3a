/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-search-provider.h"

#include "sf-pixbuf.h"

#define MAX_RESULTS 50
#define ICON_PIXELS 128
#define INACTIVITY_MS 10000

struct _SfSearchProvider
{
  GObject parent_instance;

  GApplication *application; /* which owns this */
  GDBusConnection *connection;
  guint registration;
  SfLibrary *library;
};

enum
{
  ACTIVATED,
  LAUNCHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfSearchProvider, sf_search_provider, G_TYPE_OBJECT)

static const char interface_xml[] =
    "<node><interface name='org.gnome.Shell.SearchProvider2'>"
    "<method name='GetInitialResultSet'>"
    "<arg type='as' name='terms' direction='in'/><arg type='as' name='results' direction='out'/>"
    "</method>"
    "<method name='GetSubsearchResultSet'>"
    "<arg type='as' name='previous_results' direction='in'/><arg type='as' name='terms' direction='in'/>"
    "<arg type='as' name='results' direction='out'/>"
    "</method>"
    "<method name='GetResultMetas'>"
    "<arg type='as' name='identifiers' direction='in'/><arg type='aa{sv}' name='metas' direction='out'/>"
    "</method>"
    "<method name='ActivateResult'>"
    "<arg type='s' name='identifier' direction='in'/><arg type='as' name='terms' direction='in'/>"
    "<arg type='u' name='timestamp' direction='in'/>"
    "</method>"
    "<method name='LaunchSearch'>"
    "<arg type='as' name='terms' direction='in'/><arg type='u' name='timestamp' direction='in'/>"
    "</method>"
    "</interface></node>";

/* A question that is being answered; the application stays as long. */
typedef struct
{
  SfSearchProvider *provider;
  GDBusMethodInvocation *invocation;
} Question;

static Question *
question_new (SfSearchProvider *self, GDBusMethodInvocation *invocation)
{
  Question *question = g_new (Question, 1);

  question->provider = g_object_ref (self);
  question->invocation = invocation;
  g_application_hold (self->application);
  return question;
}

static void
question_free (Question *question)
{
  g_application_release (question->provider->application);
  g_object_unref (question->provider);
  g_free (question);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = sf_library_find_finish (result, &error);
  GVariantBuilder results;

  g_variant_builder_init (&results, G_VARIANT_TYPE ("as"));
  for (guint i = 0; ids != NULL && i < MIN (ids->len, MAX_RESULTS); i++)
    g_variant_builder_add_value (&results, g_variant_new_printf ("%" G_GINT64_FORMAT,
                                                                 g_array_index (ids, gint64, i)));
  if (error != NULL)
    g_dbus_method_invocation_return_gerror (question->invocation, error);
  else
    g_dbus_method_invocation_return_value (question->invocation, g_variant_new ("(as)", &results));
  g_variant_builder_clear (&results);
  question_free (question);
}

static void
find (SfSearchProvider *self, const char *const *terms, GDBusMethodInvocation *invocation)
{
  g_autofree char *text = g_strjoinv (" ", (char **) terms);

  sf_library_find_async (self->library, &(SfFilter){ .text = text }, NULL, found_cb,
                         question_new (self, invocation));
}

static SfEntry *
find_entry (SfSearchProvider *self, const char *identifier)
{
  guint64 id;

  if (!g_ascii_string_to_unsigned (identifier, 10, 1, G_MAXINT64, &id, NULL))
    return NULL;
  return sf_library_get_entry (self->library, (gint64) id);
}

/* What the desktop shows of a picture. */
typedef struct
{
  char *identifier;
  char *prompt;
  char *path;
} Meta;

static void
meta_free (gpointer data)
{
  Meta *meta = data;

  g_free (meta->identifier);
  g_free (meta->prompt);
  g_free (meta->path);
  g_free (meta);
}

/* The thumbnail goes over the bus, since a sandbox has paths of its own. */
static void
describe_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GPtrArray *metas = task_data;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < metas->len; i++)
    {
      const Meta *meta = metas->pdata[i];
      g_autofree char *name = g_path_get_basename (meta->path);
      g_autoptr (GdkPixbuf) pixbuf = sf_pixbuf_load (meta->path, ICON_PIXELS, NULL);

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (meta->identifier));
      g_variant_builder_add (&builder, "{sv}", "name",
                             g_variant_new_string (*meta->prompt != '\0' ? meta->prompt : name));
      g_variant_builder_add (&builder, "{sv}", "description", g_variant_new_string (name));
      g_variant_builder_add (&builder, "{sv}", "clipboardText",
                             g_variant_new_string (meta->prompt));
      if (pixbuf != NULL)
        {
          g_autoptr (GVariant) icon = g_icon_serialize (G_ICON (pixbuf));

          g_variant_builder_add (&builder, "{sv}", "icon", icon);
        }
      g_variant_builder_close (&builder);
    }
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_builder_end (&builder)),
                         (GDestroyNotify) g_variant_unref);
}

static void
described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) metas = g_task_propagate_pointer (G_TASK (result), NULL);

  g_dbus_method_invocation_return_value (question->invocation, g_variant_new ("(@aa{sv})", metas));
  question_free (question);
}

static void
describe (SfSearchProvider *self, const char *const *identifiers, GDBusMethodInvocation *invocation)
{
  GPtrArray *metas = g_ptr_array_new_with_free_func (meta_free);
  g_autoptr (GTask) task = g_task_new (self, NULL, described_cb, question_new (self, invocation));

  for (guint i = 0; identifiers[i] != NULL && i < MAX_RESULTS; i++)
    {
      g_autoptr (SfEntry) entry = find_entry (self, identifiers[i]);

      if (entry == NULL)
        continue;

      Meta *meta = g_new (Meta, 1);
      meta->identifier = g_strdup (identifiers[i]);
      meta->prompt = g_utf8_make_valid (sf_entry_get_record (entry)->prompt, -1);
      meta->path = g_strdup (sf_entry_get_record (entry)->path);
      g_ptr_array_add (metas, meta);
    }
  g_task_set_task_data (task, metas, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, describe_thread);
}

static void
called_cb (GDBusConnection *connection, const char *sender, const char *object_path,
           const char *interface_name, const char *method_name, GVariant *parameters,
           GDBusMethodInvocation *invocation, gpointer user_data)
{
  SfSearchProvider *self = user_data;
  g_autofree const char **words = NULL;

  if (self->library == NULL)
    {
      g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                             "the library is not open yet");
      return;
    }
  if (gtk_application_get_active_window (GTK_APPLICATION (self->application)) == NULL)
    g_application_set_inactivity_timeout (self->application, INACTIVITY_MS);

  if (g_str_equal (method_name, "GetInitialResultSet"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      find (self, words, invocation);
    }
  else if (g_str_equal (method_name, "GetSubsearchResultSet"))
    {
      g_autofree const char **previous = NULL;

      g_variant_get (parameters, "(^a&s^a&s)", &previous, &words);
      find (self, words, invocation);
    }
  else if (g_str_equal (method_name, "GetResultMetas"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      describe (self, words, invocation);
    }
  else if (g_str_equal (method_name, "ActivateResult"))
    {
      const char *identifier;

      g_variant_get (parameters, "(&s^a&su)", &identifier, &words, NULL);
      g_autoptr (SfEntry) entry = find_entry (self, identifier);
      if (entry != NULL)
        g_signal_emit (self, signals[ACTIVATED], 0, entry);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else
    {
      g_variant_get (parameters, "(^a&su)", &words, NULL);
      g_autofree char *text = g_strjoinv (" ", (char **) words);
      g_signal_emit (self, signals[LAUNCHED], 0, text);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
}

SfSearchProvider *
sf_search_provider_new (GApplication *application, GDBusConnection *connection,
                        const char *object_path, GError **error)
{
  static const GDBusInterfaceVTable functions = { .method_call = called_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, error);
  g_autoptr (SfSearchProvider) self = g_object_new (SF_TYPE_SEARCH_PROVIDER, NULL);

  if (node == NULL)
    return NULL;
  self->application = application;
  self->connection = g_object_ref (connection);
  self->registration = g_dbus_connection_register_object (connection, object_path,
                                                          node->interfaces[0], &functions, self,
                                                          NULL, error);
  return self->registration != 0 ? g_steal_pointer (&self) : NULL;
}

void
sf_search_provider_set_library (SfSearchProvider *self, SfLibrary *library)
{
  g_return_if_fail (SF_IS_SEARCH_PROVIDER (self));

  g_set_object (&self->library, library);
}

static void
sf_search_provider_dispose (GObject *object)
{
  SfSearchProvider *self = SF_SEARCH_PROVIDER (object);

  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (sf_search_provider_parent_class)->dispose (object);
}

static void
sf_search_provider_class_init (SfSearchProviderClass *klass)
{
  GType type = G_OBJECT_CLASS_TYPE (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_search_provider_dispose;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, SF_TYPE_ENTRY);
  signals[LAUNCHED] = g_signal_new ("launched", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sf_search_provider_init (SfSearchProvider *self)
{
}
