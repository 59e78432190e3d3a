/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-infotext.h"

#include <string.h>

#include "base/sf-json.h"

#define NEGATIVE_PREFIX "Negative prompt:"
#define LEAST_PAIRS 3
#define MAX_PAIRS 1000
#define LEAST_KEY_BYTES 2

typedef struct
{
  char *key;
  char *value;
} Pair;

struct _SfInfotext
{
  char *prompt;
  char *negative_prompt;
  GArray *pairs; /* of Pair */
};

static void
clear_pair (gpointer data)
{
  Pair *pair = data;

  g_free (pair->key);
  g_free (pair->value);
}

static SfInfotext *
infotext_take (char *prompt, char *negative_prompt)
{
  SfInfotext *self = g_new0 (SfInfotext, 1);

  self->prompt = prompt;
  self->negative_prompt = negative_prompt;
  self->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_array_set_clear_func (self->pairs, clear_pair);
  return self;
}

SfInfotext *
sf_infotext_new (const char *prompt, const char *negative_prompt)
{
  g_return_val_if_fail (prompt != NULL, NULL);

  return infotext_take (g_strdup (prompt),
                        g_strdup (negative_prompt != NULL ? negative_prompt : ""));
}

void
sf_infotext_free (SfInfotext *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->pairs);
  g_free (self->negative_prompt);
  g_free (self->prompt);
  g_free (self);
}

const char *
sf_infotext_get_prompt (const SfInfotext *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->prompt;
}

const char *
sf_infotext_get_negative_prompt (const SfInfotext *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->negative_prompt;
}

static Pair *
find_pair (const SfInfotext *self, const char *key)
{
  for (guint i = 0; i < self->pairs->len; i++)
    {
      Pair *pair = &g_array_index (self->pairs, Pair, i);

      if (g_str_equal (pair->key, key))
        return pair;
    }
  return NULL;
}

/* Takes both strings over. */
static void
put (SfInfotext *self, char *key, char *value)
{
  Pair *old = find_pair (self, key);
  Pair pair = { key, value };

  if (old == NULL)
    {
      g_array_append_val (self->pairs, pair);
      return;
    }
  clear_pair (old);
  *old = pair;
}

static gboolean
is_word (char character)
{
  return g_ascii_isalnum (character) || character == '_' || (guchar) character >= 0x80;
}

/* The length of the key at the start of a text: \w[\w \-/]+ */
static gsize
key_length (const char *text)
{
  gsize length = 0;

  if (!is_word (*text))
    return 0;
  while (is_word (text[length]) || (text[length] != '\0' && strchr (" -/", text[length]) != NULL))
    length++;
  return length >= LEAST_KEY_BYTES ? length : 0;
}

void
sf_infotext_set (SfInfotext *self, const char *key, const char *value)
{
  g_return_if_fail (self != NULL && key != NULL && value != NULL);
  g_return_if_fail (*key != '\0' && key_length (key) == strlen (key));

  put (self, g_strdup (key), g_strdup (value));
}

void
sf_infotext_set_number (SfInfotext *self, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  sf_infotext_set (self, key, g_ascii_formatd (text, sizeof text, "%.10g", value));
}

void
sf_infotext_set_integer (SfInfotext *self, const char *key, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  sf_infotext_set (self, key, text);
}

const char *
sf_infotext_get (const SfInfotext *self, const char *key)
{
  const Pair *pair = NULL;

  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  pair = find_pair (self, key);
  return pair != NULL ? pair->value : NULL;
}

gboolean
sf_infotext_get_size (const SfInfotext *self, const char *key, guint *width, guint *height)
{
  const char *value = sf_infotext_get (self, key);
  g_auto (GStrv) sides = NULL;
  guint64 first = 0, second = 0;

  if (value == NULL)
    return FALSE;
  sides = g_strsplit (value, "x", 3);
  if (g_strv_length (sides) != 2
      || !g_ascii_string_to_unsigned (sides[0], 10, 1, G_MAXINT, &first, NULL)
      || !g_ascii_string_to_unsigned (sides[1], 10, 1, G_MAXINT, &second, NULL))
    return FALSE;
  *width = first;
  *height = second;
  return TRUE;
}

guint
sf_infotext_get_n_pairs (const SfInfotext *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->pairs->len;
}

void
sf_infotext_get_pair (const SfInfotext *self, guint index, const char **key, const char **value)
{
  const Pair *pair = NULL;

  g_return_if_fail (self != NULL && index < self->pairs->len);

  pair = &g_array_index (self->pairs, Pair, index);
  *key = pair->key;
  *value = pair->value;
}

static gboolean
needs_quotes (const char *value)
{
  return *value == '\0' || strpbrk (value, ",\n\r\t:\"") != NULL || g_ascii_isspace (*value)
         || g_ascii_isspace (value[strlen (value) - 1]);
}

char *
sf_infotext_to_string (const SfInfotext *self)
{
  GString *text = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (self->prompt);
  if (*self->negative_prompt != '\0')
    g_string_append_printf (text, "\n" NEGATIVE_PREFIX " %s", self->negative_prompt);
  for (guint i = 0; i < self->pairs->len; i++)
    {
      const Pair *pair = &g_array_index (self->pairs, Pair, i);

      g_string_append_printf (text, "%s%s: ", i == 0 ? "\n" : ", ", pair->key);
      if (needs_quotes (pair->value))
        sf_json_append_string (text, pair->value);
      else
        g_string_append (text, pair->value);
    }
  return g_string_free (text, FALSE);
}

/* The value at *text, up to a comma or @end; a JSON string loses its quotes. */
static char *
read_value (const char **text, const char *end)
{
  SfJsonScanner scanner = { *text, end };
  g_autofree char *string = sf_json_take_string (&scanner);
  gsize n_bytes = strcspn (*text, ",");
  char *value = NULL;

  if (string != NULL && (sf_json_is_done (&scanner) || *scanner.at == ','))
    {
      *text = scanner.at;
      return g_steal_pointer (&string);
    }
  value = g_strstrip (g_strndup (*text, n_bytes));
  *text += n_bytes;
  return value;
}

/* The pairs of a line; what lies between two commas and is none is left out. */
static void
read_pairs (SfInfotext *self, const char *line)
{
  const char *end = line + strlen (line);

  while (*(line += strspn (line, " \t,")) != '\0' && self->pairs->len < MAX_PAIRS)
    {
      gsize n_bytes = key_length (line);
      char *key = NULL;

      if (n_bytes == 0 || line[n_bytes] != ':')
        {
          line += strcspn (line, ",");
          continue;
        }
      key = g_strchomp (g_strndup (line, n_bytes));
      line += n_bytes + 1;
      put (self, key, read_value (&line, end));
    }
}

SfInfotext *
sf_infotext_parse (const char *text)
{
  g_autofree char *valid = NULL;
  g_autoptr (SfInfotext) self = NULL;
  char *last_line = NULL, *negative = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_strstrip (g_utf8_make_valid (text, -1));
  last_line = strrchr (valid, '\n');
  self = infotext_take (NULL, NULL);
  read_pairs (self, last_line != NULL ? last_line + 1 : valid);
  if (self->pairs->len < LEAST_PAIRS)
    g_array_set_size (self->pairs, 0);
  else if (last_line != NULL)
    *last_line = '\0';
  else
    *valid = '\0';

  negative = g_str_has_prefix (valid, NEGATIVE_PREFIX) ? valid
                                                       : strstr (valid, "\n" NEGATIVE_PREFIX);
  if (negative != NULL)
    {
      self->negative_prompt = g_strdup (g_strstrip (strchr (negative, ':') + 1));
      *negative = '\0';
    }
  else
    {
      self->negative_prompt = g_strdup ("");
    }
  self->prompt = g_strdup (g_strstrip (valid));
  return g_steal_pointer (&self);
}

char *
sf_infotext_dup_model_name (const char *path)
{
  static const char *const extensions[] = {
    ".safetensors", ".ckpt", ".pt", ".pth", ".gguf", ".bin"
  };
  const char *start;
  char *name;

  g_return_val_if_fail (path != NULL, NULL);

  start = MAX (strrchr (path, '/'), strrchr (path, '\\'));
  name = g_strdup (start != NULL ? start + 1 : path);

  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_str_has_suffix (name, extensions[i]))
      {
        name[strlen (name) - strlen (extensions[i])] = '\0';
        break;
      }

  return name;
}
