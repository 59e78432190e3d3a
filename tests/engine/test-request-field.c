/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-field.h"

#include <math.h>
#include <string.h>

/* A value that the field can have and a new request has not. */
static char *
make_other_value (const SfRequestField *field, const SfRequest *request)
{
  g_autofree char *usual = sf_request_field_get (field, request);

  switch (field->kind)
    {
    case SF_FIELD_TEXT:
      return g_strdup ("a \"quoted\" cat,\nэто \\ кот");
    case SF_FIELD_PATH:
      return g_strdup ("/models/my model.safetensors");
    case SF_FIELD_SWITCH:
      return g_strdup (g_str_equal (usual, "on") ? "off" : "on");
    case SF_FIELD_SEED:
      return g_strdup ("9007199254740993");
    case SF_FIELD_UNSIGNED:
      return g_strdup_printf ("%.0f", g_str_equal (field->name, "width")
                                              || g_str_equal (field->name, "height")
                                          ? 192
                                          : field->most);
    case SF_FIELD_NUMBER:
      return g_strdup ("0.30000000000000004");
    case SF_FIELD_CHOICE:
    case SF_FIELD_ENUM:
      for (const SfNamed *const *choice = field->list_choices (); *choice != NULL; choice++)
        if (!g_str_equal ((*choice)->name, usual))
          return g_strdup ((*choice)->name);
    }

  g_return_val_if_reached (NULL);
}

/* Every field: set, copied, written and read again. */
static void
test_there_and_back (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autoptr (SfRequest) copy = NULL;
  g_autoptr (SfRequest) back = NULL;
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      char *value = make_other_value (&fields[i], request);

      g_ptr_array_add (values, value);
      sf_request_field_set (&fields[i], request, value, &error);
      g_assert_no_error (error);
    }

  copy = sf_request_copy (request);
  json = sf_request_to_json (copy);
  back = sf_request_new_from_json (json, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *value = sf_request_field_get (&fields[i], back);

      g_assert_cmpstr (value, ==, values->pdata[i]);
      g_assert_true (sf_request_find_field (fields[i].name) == &fields[i]);
    }
}

static void
test_defaults (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autofree char *json = sf_request_to_json (request);
  g_autoptr (SfRequest) back = sf_request_new_from_json ("{}", NULL);
  g_autofree char *again = sf_request_to_json (back);

  g_assert_cmpstr (json, ==, "{}");
  g_assert_cmpstr (again, ==, "{}");
}

static void
test_bad_texts (void)
{
  const struct
  {
    const char *name, *text;
    GQuark domain;
    int code;
  } cases[] = {
    { "steps", "many", G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID },
    { "steps", "", G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID },
    { "steps", "20.5", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "steps", "-1", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "width", "1e300", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "cfg", "nan", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "cfg", "7,5", G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID },
    { "seed", "-1", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "seed", "9223372036854775808", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "seed", "dice", G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID },
    { "sampler", "eular", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "rng", "", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
    { "prompt", "\xff", G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT },
  };
  g_autoptr (SfRequest) request = sf_request_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SfRequestField *field = sf_request_find_field (cases[i].name);
      g_autoptr (GError) error = NULL;
      g_autofree char *json = NULL;

      g_assert_false (sf_request_field_set (field, request, cases[i].text, &error));
      g_assert_error (error, cases[i].domain, cases[i].code);
      json = sf_request_to_json (request);
      g_assert_cmpstr (json, ==, "{}");
    }

  g_assert_null (sf_request_find_field ("colour"));
}

static void
test_bad_json (void)
{
  const char *const bad[] = {
    "",
    "{",
    "[]",
    "{\"steps\"}",
    "{\"steps\":20}",
    "{\"steps\":\"20\"",
    "{\"steps\":\"20\",}",
    "{} more",
    "{\"steps\":\"0\"}",
    "{\"width\":\"100\"}",
  };
  g_autoptr (SfRequest) later = sf_request_new_from_json ("{\"new\":\"1\",\"steps\":\"7\"}", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sf_request_new_from_json (bad[i], &error));
      g_assert_nonnull (error);
    }
  g_assert_cmpuint (later->steps, ==, 7);
}

static void
test_compatibility (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();

  g_assert_cmpint (sf_request_get_compatibility (request), ==, SF_COMPATIBILITY_PLAIN);
  for (SfCompatibility i = SF_COMPATIBILITY_PLAIN; i < SF_COMPATIBILITY_CUSTOM; i++)
    {
      sf_request_set_compatibility (request, i);
      g_assert_cmpint (sf_request_get_compatibility (request), ==, i);
    }

  request->emphasis = SF_EMPHASIS_NO_NORM;
  g_assert_cmpint (sf_request_get_compatibility (request), ==, SF_COMPATIBILITY_CUSTOM);
  sf_request_set_compatibility (request, SF_COMPATIBILITY_CUSTOM);
  g_assert_cmpint (request->emphasis, ==, SF_EMPHASIS_NO_NORM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request-field/there-and-back", test_there_and_back);
  g_test_add_func ("/request-field/defaults", test_defaults);
  g_test_add_func ("/request-field/bad-texts", test_bad_texts);
  g_test_add_func ("/request-field/bad-json", test_bad_json);

  g_test_add_func ("/request-field/compatibility", test_compatibility);

  return g_test_run ();
}
