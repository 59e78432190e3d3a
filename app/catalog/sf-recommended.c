/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-recommended.h"

#include "sf-model-layout.h"
#include "sf-catalog-resources.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define FILE_NAME "recommended-models.json"
#define RESOURCE "/io/github/sfumato/Sfumato/" FILE_NAME

#define MAX_BYTES (1024 * 1024)
#define MAX_ENTRIES 1000
#define MAX_DEPTH 8
#define MAX_FILE_BYTES (G_GUINT64_CONSTANT (1) << 40)
#define SHA256_DIGITS 64

static const struct
{
  const char *name;
  SfModelKind kind;
} kinds[] = {
  { "checkpoint", SF_MODEL_KIND_CHECKPOINT },
  { "vae", SF_MODEL_KIND_VAE },
  { "taesd", SF_MODEL_KIND_TAESD },
  { "text-encoder", SF_MODEL_KIND_TEXT_ENCODER },
  { "lora", SF_MODEL_KIND_LORA },
  { "embedding", SF_MODEL_KIND_EMBEDDING },
  { "controlnet", SF_MODEL_KIND_CONTROLNET },
  { "upscaler", SF_MODEL_KIND_UPSCALER },
};

void
sf_recommended_free (SfRecommended *self)
{
  g_free (self->name);
  g_free (self->author);
  g_free (self->licence);
  g_free (self->page);
  g_free (self->family);
  g_free (self->file);
  g_free (self->sha256);
  g_free (self->address);
  g_free (self);
}

/* JSON-GLib goes as deep as the text does. */
static gboolean
is_shallow (const char *text, gsize length)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        in_string = !in_string;
      else if (!in_string && (text[i] == '[' || text[i] == '{') && ++depth > MAX_DEPTH)
        return FALSE;
      else if (!in_string && (text[i] == ']' || text[i] == '}') && depth > 0)
        depth--;
    }
  return TRUE;
}

static char *
dup_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_dup_string (node);
}

static gboolean
is_web_address (const char *address)
{
  g_autoptr (GUri) uri = address != NULL ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0')
    return FALSE;
  return g_str_equal (g_uri_get_scheme (uri), "https")
         || (g_str_equal (g_uri_get_scheme (uri), "http")
             && (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "localhost")));
}

static gboolean
is_sha256 (const char *text)
{
  return strlen (text) == SHA256_DIGITS && strspn (text, "0123456789abcdef") == SHA256_DIGITS;
}

static gboolean
read_kind (SfRecommended *self, JsonObject *object)
{
  g_autofree char *name = dup_string (object, "kind");

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      {
        self->kind = kinds[i].kind;
        return TRUE;
      }
  return FALSE;
}

static const char *
check (const SfRecommended *self, gint64 n_bytes)
{
  if (self->name == NULL || *self->name == '\0')
    return "it has no name";
  if (self->file == NULL || *self->file == '.' || strchr (self->file, '/') != NULL
      || !sf_model_layout_fits (self->file, SF_MODEL_KIND_UNKNOWN))
    return "its file is not the plain name of a model file";
  if (!is_web_address (self->address))
    return "its address does not begin with https://";
  if (self->page != NULL && !is_web_address (self->page))
    return "its page does not begin with https://";
  if (self->sha256 != NULL && !is_sha256 (self->sha256))
    return "its sha256 is not of 64 lower-case hex digits";
  if (n_bytes < 0 || (guint64) n_bytes > MAX_FILE_BYTES)
    return "its bytes are out of range";
  return NULL;
}

static SfRecommended *
read_entry (JsonObject *object)
{
  SfRecommended *self = g_new0 (SfRecommended, 1);
  const gboolean has_kind = read_kind (self, object);
  gint64 n_bytes = json_object_get_int_member_with_default (object, "bytes", 0);
  const char *complaint;

  self->name = dup_string (object, "name");
  self->author = dup_string (object, "author");
  self->licence = dup_string (object, "licence");
  self->page = dup_string (object, "page");
  self->family = dup_string (object, "family");
  self->file = dup_string (object, "file");
  self->sha256 = dup_string (object, "sha256");
  self->address = dup_string (object, "address");
  self->n_bytes = (guint64) n_bytes;

  complaint = has_kind ? check (self, n_bytes) : "its kind is unknown";
  if (complaint == NULL)
    return self;
  g_warning ("A recommended model, “%s”, is left out: %s", self->name != NULL ? self->name : "",
             complaint);
  sf_recommended_free (self);
  return NULL;
}

GPtrArray *
sf_recommended_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (GPtrArray)
      entries = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_recommended_free);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  const gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;
  JsonNode *root = NULL;
  JsonNode *models = NULL;

  if (n_bytes > MAX_BYTES || !is_shallow (text, n_bytes)
      || !g_utf8_validate_len (text, n_bytes, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("read the recommended models: the file is too large, too deep or not UTF-8"));
      return NULL;
    }
  if (!json_parser_load_from_data (parser, text, (gssize) n_bytes, error))
    return NULL;

  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    models = json_object_get_member (json_node_get_object (root), "models");
  if (models == NULL || !JSON_NODE_HOLDS_ARRAY (models))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("read the recommended models: there is no list \"models\" in the file"));
      return NULL;
    }
  for (guint i = 0; i < MIN (json_array_get_length (json_node_get_array (models)), MAX_ENTRIES);
       i++)
    {
      JsonNode *node = json_array_get_element (json_node_get_array (models), i);
      SfRecommended *entry = JSON_NODE_HOLDS_OBJECT (node)
                                 ? read_entry (json_node_get_object (node))
                                 : NULL;

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}

/* Of two for the same file the first counts. */
static void
add_new (GPtrArray *entries, GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    {
      SfRecommended *entry = more->pdata[i];
      gboolean is_new = TRUE;

      for (guint j = 0; j < entries->len && is_new; j++)
        is_new = !g_str_equal (((SfRecommended *) entries->pdata[j])->file, entry->file);
      if (is_new)
        g_ptr_array_add (entries, entry);
      else
        sf_recommended_free (entry);
    }
  g_ptr_array_set_free_func (more, NULL);
}

GPtrArray *
sf_recommended_list (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autoptr (GBytes) built_in = g_resource_lookup_data (sf_catalog_get_resource (), RESOURCE,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GPtrArray *entries = sf_recommended_parse (g_bytes_get_data (built_in, NULL),
                                             (gssize) g_bytes_get_size (built_in), NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_warning ("%s", error->message);
      return entries;
    }
  g_autoptr (GPtrArray) own = sf_recommended_parse (text, (gssize) length, &error);
  if (own != NULL)
    add_new (entries, own);
  else
    g_warning ("%s: %s", path, error->message);
  return entries;
}

const char *
sf_recommended_get_refusal (const SfRecommended *self)
{
  if (self->kind == SF_MODEL_KIND_LORA || self->kind == SF_MODEL_KIND_CONTROLNET
      || self->kind == SF_MODEL_KIND_UPSCALER)
    return _ ("Models of this kind cannot be used yet");
  if (self->family != NULL && !g_str_has_prefix (self->family, "SD 1")
      && !g_str_has_prefix (self->family, "SD 2"))
    return _ ("Models of this family cannot be used yet");
  return NULL;
}
