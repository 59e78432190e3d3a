/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-pickle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/sf-pickle-classes.h"

#define BLOCK_VALUES 1024
#define MAX_PROTOCOL 5
#define SHOWN_NAME_BYTES 120

struct _SfPickle
{
  GPtrArray *blocks; /* of BLOCK_VALUES values each */
  guint n_values;
  GStringChunk *class_names;
  GPtrArray *persistents;
  const SfPickleValue *root;
};

/* The machine that a pickle is the program of. */
typedef struct
{
  SfPickle *pickle;
  const guint8 *at;
  const guint8 *end;
  GPtrArray *stack; /* of SfPickleValue */
  GArray *marks;    /* of guint: heights of the stack */
  GHashTable *memo; /* index → SfPickleValue */
} Machine;

/* The instructions of Python's pickletools that PyTorch's files have. */
enum
{
  OP_PROTO = 0x80,
  OP_FRAME = 0x95,
  OP_STOP = '.',
  OP_MARK = '(',
  OP_POP = '0',
  OP_POP_MARK = '1',
  OP_DUP = '2',
  OP_NONE = 'N',
  OP_NEWTRUE = 0x88,
  OP_NEWFALSE = 0x89,
  OP_BININT = 'J',
  OP_BININT1 = 'K',
  OP_BININT2 = 'M',
  OP_LONG1 = 0x8a,
  OP_LONG4 = 0x8b,
  OP_BINFLOAT = 'G',
  OP_BINUNICODE = 'X',
  OP_SHORT_BINUNICODE = 0x8c,
  OP_BINUNICODE8 = 0x8d,
  OP_BINSTRING = 'T',
  OP_SHORT_BINSTRING = 'U',
  OP_BINBYTES = 'B',
  OP_SHORT_BINBYTES = 'C',
  OP_BINBYTES8 = 0x8e,
  OP_EMPTY_TUPLE = ')',
  OP_TUPLE = 't',
  OP_TUPLE1 = 0x85,
  OP_TUPLE2 = 0x86,
  OP_TUPLE3 = 0x87,
  OP_EMPTY_LIST = ']',
  OP_LIST = 'l',
  OP_APPEND = 'a',
  OP_APPENDS = 'e',
  OP_EMPTY_SET = 0x8f,
  OP_ADDITEMS = 0x90,
  OP_FROZENSET = 0x91,
  OP_EMPTY_DICT = '}',
  OP_DICT = 'd',
  OP_SETITEM = 's',
  OP_SETITEMS = 'u',
  OP_GLOBAL = 'c',
  OP_STACK_GLOBAL = 0x93,
  OP_REDUCE = 'R',
  OP_NEWOBJ = 0x81,
  OP_NEWOBJ_EX = 0x92,
  OP_BUILD = 'b',
  OP_BINPERSID = 'Q',
  OP_BINGET = 'h',
  OP_LONG_BINGET = 'j',
  OP_BINPUT = 'q',
  OP_LONG_BINPUT = 'r',
  OP_MEMOIZE = 0x94,
};

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static gboolean
fail_damaged (GError **error)
{
  return fail (error, _ ("its pickle is damaged"));
}

static SfPickleValue *
new_value (SfPickle *self, SfPickleKind kind)
{
  SfPickleValue *value = NULL;

  if (self->n_values % BLOCK_VALUES == 0)
    g_ptr_array_add (self->blocks, g_new0 (SfPickleValue, BLOCK_VALUES));
  value = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  value += self->n_values++ % BLOCK_VALUES;
  value->kind = kind;
  return value;
}

static gboolean
push (Machine *self, SfPickleValue *value)
{
  g_ptr_array_add (self->stack, value);
  return TRUE;
}

static guint
get_mark (const Machine *self)
{
  return self->marks->len > 0 ? g_array_index (self->marks, guint, self->marks->len - 1) : 0;
}

/* NULL when nothing is left above the last mark. */
static SfPickleValue *
pop (Machine *self)
{
  return self->stack->len > get_mark (self)
             ? g_ptr_array_remove_index (self->stack, self->stack->len - 1)
             : NULL;
}

static SfPickleValue *
peek (const Machine *self)
{
  return self->stack->len > get_mark (self) ? g_ptr_array_index (self->stack, self->stack->len - 1)
                                            : NULL;
}

/* The little-endian number of the next @n bytes. */
static gboolean
take_number (Machine *self, guint n, guint64 *number)
{
  *number = 0;
  if ((gsize) (self->end - self->at) < n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    *number |= (guint64) self->at[i] << (8 * i);
  self->at += n;
  return TRUE;
}

static gboolean
push_integer (Machine *self, guint n_bytes, gboolean is_signed, GError **error)
{
  SfPickleValue *value = NULL;
  guint64 number;

  if (!take_number (self, n_bytes, &number))
    return fail_damaged (error);
  value = new_value (self->pickle, SF_PICKLE_INTEGER);
  value->integer = is_signed ? (gint32) number : (gint64) number;
  return push (self, value);
}

/* The text or bytes behind a length of @length_bytes. */
static SfPickleValue *
take_text (Machine *self, guint length_bytes, SfPickleKind kind, GError **error)
{
  SfPickleValue *value = NULL;
  guint64 n_bytes;

  if (!take_number (self, length_bytes, &n_bytes) || n_bytes > (gsize) (self->end - self->at))
    {
      fail_damaged (error);
      return NULL;
    }
  value = new_value (self->pickle, kind);
  value->text = (const char *) self->at;
  value->n_bytes = (guint32) n_bytes;
  self->at += n_bytes;
  if (kind == SF_PICKLE_TEXT && !g_utf8_validate_len (value->text, n_bytes, NULL))
    value->kind = SF_PICKLE_BYTES;
  return value;
}

static gboolean
push_text (Machine *self, guint length_bytes, SfPickleKind kind, GError **error)
{
  SfPickleValue *value = take_text (self, length_bytes, kind, error);

  return value != NULL && push (self, value);
}

/* An integer of any length, kept as bytes when it has more than 64 bits. */
static gboolean
push_long (Machine *self, guint length_bytes, GError **error)
{
  SfPickleValue *value = take_text (self, length_bytes, SF_PICKLE_BYTES, error);
  guint64 bits = 0;

  if (value == NULL)
    return FALSE;
  if (value->n_bytes <= 8)
    {
      const guint8 *bytes = (const guint8 *) value->text;

      for (guint i = 0; i < 8; i++)
        {
          guint8 sign = value->n_bytes > 0 && bytes[value->n_bytes - 1] & 0x80 ? 0xff : 0;

          bits |= (guint64) (i < value->n_bytes ? bytes[i] : sign) << (8 * i);
        }
      value->kind = SF_PICKLE_INTEGER;
      value->integer = (gint64) bits;
    }
  return push (self, value);
}

static gboolean
push_float (Machine *self, GError **error)
{
  SfPickleValue *value = NULL;
  guint64 bits;

  if (!take_number (self, 8, &bits))
    return fail_damaged (error);
  bits = GUINT64_SWAP_LE_BE (bits); /* the only number in a pickle that is big-endian */
  value = new_value (self->pickle, SF_PICKLE_FLOAT);
  memcpy (&value->real, &bits, sizeof bits);
  return push (self, value);
}

static GPtrArray *
get_items (SfPickleValue *value)
{
  if (value->items == NULL)
    value->items = g_ptr_array_new ();
  return value->items;
}

/* Moves what is above the last mark to the end of @items, and the mark away. */
static gboolean
take_marked (Machine *self, GPtrArray *items)
{
  const guint mark = get_mark (self);

  if (self->marks->len == 0)
    return FALSE;
  for (guint i = mark; i < self->stack->len; i++)
    g_ptr_array_add (items, g_ptr_array_index (self->stack, i));
  g_ptr_array_set_size (self->stack, (int) mark);
  g_array_set_size (self->marks, self->marks->len - 1);
  return TRUE;
}

/* A container of what is above the last mark. */
static gboolean
push_marked (Machine *self, SfPickleKind kind, GError **error)
{
  SfPickleValue *value = new_value (self->pickle, kind);

  if (!take_marked (self, get_items (value))
      || (kind == SF_PICKLE_DICT && value->items->len % 2 != 0))
    return fail_damaged (error);
  return push (self, value);
}

static gboolean
push_tuple (Machine *self, guint n_items, GError **error)
{
  SfPickleValue *value = new_value (self->pickle, SF_PICKLE_TUPLE);

  if (n_items > 0)
    g_ptr_array_set_size (get_items (value), (int) n_items);
  for (guint i = n_items; i > 0; i--)
    {
      value->items->pdata[i - 1] = pop (self);
      if (value->items->pdata[i - 1] == NULL)
        return fail_damaged (error);
    }
  return push (self, value);
}

/* Puts @n_items values from the top of the stack, or with 0 those above the last mark, into the
 * container below them. */
static gboolean
put_items (Machine *self, guint n_items, gboolean in_pairs, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  SfPickleValue *container = NULL;

  if (n_items == 0)
    {
      if (!take_marked (self, items))
        return fail_damaged (error);
    }
  else
    {
      g_ptr_array_set_size (items, (int) n_items);
      for (guint i = n_items; i > 0; i--)
        items->pdata[i - 1] = pop (self);
    }
  container = peek (self);
  if (container == NULL || (in_pairs && items->len % 2 != 0)
      || (container->kind != (in_pairs ? SF_PICKLE_DICT : SF_PICKLE_LIST)
          && container->kind != SF_PICKLE_OBJECT))
    return fail_damaged (error);
  g_ptr_array_extend (get_items (container), items, NULL, NULL);
  return TRUE;
}

static gboolean
push_class (Machine *self, const char *module, gsize module_bytes, const char *name,
            gsize name_bytes, GError **error)
{
  g_autofree char *full_name = g_strdup_printf ("%.*s.%.*s", (int) module_bytes, module,
                                                (int) name_bytes, name);
  SfPickleValue *value = NULL;

  if (strlen (full_name) != module_bytes + 1 + name_bytes)
    return fail_damaged (error);
  if (!sf_pickle_class_is_known (full_name))
    {
      g_autofree char *valid = g_utf8_make_valid (full_name, -1);
      g_autofree char *shown = g_strescape (valid, NULL);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("its pickle asks for %.*s, which no weights need; nothing of it was run"),
                   SHOWN_NAME_BYTES, shown);
      return FALSE;
    }
  value = new_value (self->pickle, SF_PICKLE_CLASS);
  value->text = g_string_chunk_insert_const (self->pickle->class_names, full_name);
  value->n_bytes = (guint32) strlen (full_name);
  return push (self, value);
}

/* "module\nname\n" in the stream. */
static gboolean
push_global (Machine *self, GError **error)
{
  const guint8 *module = self->at;
  const guint8 *module_end = memchr (module, '\n', (gsize) (self->end - module));
  const guint8 *name = module_end != NULL ? module_end + 1 : NULL;
  const guint8 *name_end = name != NULL ? memchr (name, '\n', (gsize) (self->end - name)) : NULL;

  if (name_end == NULL)
    return fail_damaged (error);
  self->at = name_end + 1;
  return push_class (self, (const char *) module, (gsize) (module_end - module),
                     (const char *) name, (gsize) (name_end - name), error);
}

static gboolean
push_stack_global (Machine *self, GError **error)
{
  const SfPickleValue *name = pop (self), *module = pop (self);

  if (name == NULL || module == NULL || name->kind != SF_PICKLE_TEXT
      || module->kind != SF_PICKLE_TEXT)
    return fail_damaged (error);
  return push_class (self, module->text, module->n_bytes, name->text, name->n_bytes, error);
}

static gboolean
push_object (Machine *self, gboolean has_keywords, GError **error)
{
  const SfPickleValue *keywords = has_keywords ? pop (self) : NULL;
  const SfPickleValue *arguments = pop (self);
  const SfPickleValue *callee = pop (self);
  SfPickleValue *value = NULL;

  if ((has_keywords && (keywords == NULL || keywords->kind != SF_PICKLE_DICT)) || arguments == NULL
      || arguments->kind != SF_PICKLE_TUPLE || callee == NULL || callee->kind != SF_PICKLE_CLASS)
    return fail_damaged (error);
  value = new_value (self->pickle, SF_PICKLE_OBJECT);
  value->callee = callee;
  value->arguments = arguments;
  return push (self, value);
}

static gboolean
set_state (Machine *self, GError **error)
{
  const SfPickleValue *state = pop (self);
  SfPickleValue *object = peek (self);

  if (state == NULL || object == NULL || object->kind != SF_PICKLE_OBJECT)
    return fail_damaged (error);
  object->state = state;
  return TRUE;
}

/* Old files name a class of a network by ('module', class, path, source). */
static gboolean
push_persistent (Machine *self, GError **error)
{
  const SfPickleValue *id = pop (self);
  SfPickleValue *value = NULL;

  if (id == NULL || id->kind != SF_PICKLE_TUPLE)
    return fail_damaged (error);
  if (sf_pickle_value_is_text (sf_pickle_value_get (id, 0), "module")
      && sf_pickle_value_get (id, 1) != NULL)
    return push (self, (SfPickleValue *) sf_pickle_value_get (id, 1));
  value = new_value (self->pickle, SF_PICKLE_PERSISTENT);
  value->arguments = id;
  g_ptr_array_add (self->pickle->persistents, value);
  return push (self, value);
}

static gboolean
get_memo (Machine *self, guint index_bytes, GError **error)
{
  SfPickleValue *value = NULL;
  guint64 index;

  if (!take_number (self, index_bytes, &index))
    return fail_damaged (error);
  value = g_hash_table_lookup (self->memo, GUINT_TO_POINTER ((guint) index));
  return value != NULL ? push (self, value) : fail_damaged (error);
}

/* With @index_bytes 0 the index is the number of values that are there. */
static gboolean
put_memo (Machine *self, guint index_bytes, GError **error)
{
  SfPickleValue *value = peek (self);
  guint64 index = g_hash_table_size (self->memo);

  if (value == NULL || (index_bytes > 0 && !take_number (self, index_bytes, &index)))
    return fail_damaged (error);
  g_hash_table_insert (self->memo, GUINT_TO_POINTER ((guint) index), value);
  return TRUE;
}

static gboolean
skip (Machine *self, guint n_bytes, GError **error)
{
  guint64 number;

  return take_number (self, n_bytes, &number) || fail_damaged (error);
}

static gboolean
check_protocol (Machine *self, GError **error)
{
  guint64 protocol;

  if (!take_number (self, 1, &protocol))
    return fail_damaged (error);
  if (protocol > MAX_PROTOCOL)
    return fail (error, _ ("its pickle is of a protocol that is not known"));
  return TRUE;
}

static gboolean
push_simple (Machine *self, SfPickleKind kind, gint64 integer)
{
  SfPickleValue *value = new_value (self->pickle, kind);

  value->integer = integer;
  return push (self, value);
}

static gboolean
pop_checked (Machine *self, GError **error)
{
  return pop (self) != NULL || fail_damaged (error);
}

static gboolean
pop_marked (Machine *self, GError **error)
{
  g_autoptr (GPtrArray) dropped = g_ptr_array_new ();

  return take_marked (self, dropped) || fail_damaged (error);
}

static gboolean
duplicate (Machine *self, GError **error)
{
  SfPickleValue *value = peek (self);

  return value != NULL ? push (self, value) : fail_damaged (error);
}

static gboolean
push_mark (Machine *self)
{
  g_array_append_val (self->marks, self->stack->len);
  return TRUE;
}

static gboolean
fail_unknown (guint8 op, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("its pickle has the instruction 0x%02x, which PyTorch does not write"), op);
  return FALSE;
}

static gboolean
run_instruction (Machine *self, guint8 op, GError **error)
{
  switch (op)
    {
    case OP_PROTO:
      return check_protocol (self, error);
    case OP_FRAME:
      return skip (self, 8, error);
    case OP_MARK:
      return push_mark (self);
    case OP_POP:
      return pop_checked (self, error);
    case OP_POP_MARK:
      return pop_marked (self, error);
    case OP_DUP:
      return duplicate (self, error);
    case OP_NONE:
      return push_simple (self, SF_PICKLE_NONE, 0);
    case OP_NEWTRUE:
    case OP_NEWFALSE:
      return push_simple (self, SF_PICKLE_BOOL, op == OP_NEWTRUE);
    case OP_BININT:
      return push_integer (self, 4, TRUE, error);
    case OP_BININT1:
      return push_integer (self, 1, FALSE, error);
    case OP_BININT2:
      return push_integer (self, 2, FALSE, error);
    case OP_LONG1:
      return push_long (self, 1, error);
    case OP_LONG4:
      return push_long (self, 4, error);
    case OP_BINFLOAT:
      return push_float (self, error);
    case OP_SHORT_BINUNICODE:
    case OP_SHORT_BINSTRING:
      return push_text (self, 1, SF_PICKLE_TEXT, error);
    case OP_BINUNICODE:
    case OP_BINSTRING:
      return push_text (self, 4, SF_PICKLE_TEXT, error);
    case OP_BINUNICODE8:
      return push_text (self, 8, SF_PICKLE_TEXT, error);
    case OP_SHORT_BINBYTES:
      return push_text (self, 1, SF_PICKLE_BYTES, error);
    case OP_BINBYTES:
      return push_text (self, 4, SF_PICKLE_BYTES, error);
    case OP_BINBYTES8:
      return push_text (self, 8, SF_PICKLE_BYTES, error);
    case OP_EMPTY_TUPLE:
      return push_tuple (self, 0, error);
    case OP_TUPLE1:
    case OP_TUPLE2:
    case OP_TUPLE3:
      return push_tuple (self, op - OP_TUPLE1 + 1u, error);
    case OP_TUPLE:
      return push_marked (self, SF_PICKLE_TUPLE, error);
    case OP_EMPTY_LIST:
    case OP_EMPTY_SET:
      return push_simple (self, SF_PICKLE_LIST, 0);
    case OP_LIST:
    case OP_FROZENSET:
      return push_marked (self, SF_PICKLE_LIST, error);
    case OP_APPEND:
      return put_items (self, 1, FALSE, error);
    case OP_APPENDS:
    case OP_ADDITEMS:
      return put_items (self, 0, FALSE, error);
    case OP_EMPTY_DICT:
      return push_simple (self, SF_PICKLE_DICT, 0);
    case OP_DICT:
      return push_marked (self, SF_PICKLE_DICT, error);
    case OP_SETITEM:
      return put_items (self, 2, TRUE, error);
    case OP_SETITEMS:
      return put_items (self, 0, TRUE, error);
    case OP_GLOBAL:
      return push_global (self, error);
    case OP_STACK_GLOBAL:
      return push_stack_global (self, error);
    case OP_REDUCE:
    case OP_NEWOBJ:
    case OP_NEWOBJ_EX:
      return push_object (self, op == OP_NEWOBJ_EX, error);
    case OP_BUILD:
      return set_state (self, error);
    case OP_BINPERSID:
      return push_persistent (self, error);
    case OP_BINGET:
      return get_memo (self, 1, error);
    case OP_LONG_BINGET:
      return get_memo (self, 4, error);
    case OP_BINPUT:
      return put_memo (self, 1, error);
    case OP_LONG_BINPUT:
      return put_memo (self, 4, error);
    case OP_MEMOIZE:
      return put_memo (self, 0, error);
    default:
      return fail_unknown (op, error);
    }
}

static gboolean
run (Machine *self, GError **error)
{
  /* An instruction makes at most one value. */
  while (self->at < self->end && self->pickle->n_values < SF_PICKLE_MAX_VALUES)
    {
      const guint8 op = *self->at++;

      if (op == OP_STOP)
        {
          self->pickle->root = pop (self);
          return self->pickle->root != NULL || fail_damaged (error);
        }
      if (!run_instruction (self, op, error))
        return FALSE;
    }
  return fail (error, _ ("its pickle has no end, or is too large"));
}

SfPickle *
sf_pickle_read (const guint8 *bytes, gsize n_bytes, gsize *n_read, GError **error)
{
  g_autoptr (SfPickle) self = NULL;
  Machine machine = { 0 };
  gboolean well = FALSE;

  g_return_val_if_fail (bytes != NULL && n_read != NULL, NULL);

  self = g_new0 (SfPickle, 1);
  self->blocks = g_ptr_array_new ();
  self->class_names = g_string_chunk_new (1024);
  self->persistents = g_ptr_array_new ();
  machine = (Machine){
    .pickle = self,
    .at = bytes,
    .end = bytes + MIN (n_bytes, SF_PICKLE_MAX_BYTES),
    .stack = g_ptr_array_new (),
    .marks = g_array_new (FALSE, FALSE, sizeof (guint)),
    .memo = g_hash_table_new (NULL, NULL),
  };
  well = run (&machine, error);
  *n_read = (gsize) (machine.at - bytes);
  g_ptr_array_unref (machine.stack);
  g_array_unref (machine.marks);
  g_hash_table_unref (machine.memo);
  return well ? g_steal_pointer (&self) : NULL;
}

void
sf_pickle_free (SfPickle *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      SfPickleValue *values = g_ptr_array_index (self->blocks, i);

      for (guint j = 0; j < BLOCK_VALUES; j++)
        g_clear_pointer (&values[j].items, g_ptr_array_unref);
      g_free (values);
    }
  g_ptr_array_unref (self->blocks);
  g_string_chunk_free (self->class_names);
  g_ptr_array_unref (self->persistents);
  g_free (self);
}

const SfPickleValue *
sf_pickle_get_root (const SfPickle *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->root;
}

const GPtrArray *
sf_pickle_get_persistents (const SfPickle *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->persistents;
}
