/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Taking back changes of the draft. */

#include "sf-settings.h"
#include "sf-undo.h"

typedef struct
{
  GSettings *settings;
  SfUndo *undo;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->settings = sf_settings_new (&error);
  g_assert_no_error (error);
  g_settings_set_boolean (self->settings, "seed-locked", TRUE);
  self->undo = sf_undo_new (self->settings);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_settings_revert (self->settings);
  g_assert_finalize_object (self->undo);
  g_object_unref (self->settings);
}

static gboolean
can (Fixture *self, const char *property)
{
  gboolean value;

  g_object_get (self->undo, property, &value, NULL);
  return value;
}

static void
set_steps (Fixture *self, guint steps)
{
  sf_undo_end_step (self->undo);
  g_settings_set_uint (self->settings, "steps", steps);
}

static void
check_steps (Fixture *self, guint steps)
{
  g_assert_cmpuint (g_settings_get_uint (self->settings, "steps"), ==, steps);
}

static void
test_there_and_back (Fixture *self, gconstpointer data)
{
  g_assert_false (can (self, "can-undo"));
  set_steps (self, 30);
  set_steps (self, 40);
  g_assert_true (can (self, "can-undo"));
  g_assert_false (can (self, "can-redo"));

  sf_undo_undo (self->undo);
  check_steps (self, 30);
  sf_undo_undo (self->undo);
  check_steps (self, 20);
  sf_undo_undo (self->undo);
  check_steps (self, 20);
  g_assert_false (can (self, "can-undo"));

  sf_undo_redo (self->undo);
  sf_undo_redo (self->undo);
  check_steps (self, 40);
  g_assert_false (can (self, "can-redo"));

  /* A new change ends what could be done again. */
  sf_undo_undo (self->undo);
  set_steps (self, 50);
  g_assert_false (can (self, "can-redo"));
  sf_undo_undo (self->undo);
  check_steps (self, 30);
}

/* What one act changes is one step, and so is a drag. */
static void
test_one_act (Fixture *self, gconstpointer data)
{
  g_autoptr (SfRequest) request = sf_request_new ();

  set_steps (self, 11);
  for (guint steps = 12; steps <= 20; steps++)
    g_settings_set_uint (self->settings, "steps", steps);
  g_settings_set_uint (self->settings, "steps", 60);
  sf_undo_end_step (self->undo);

  g_free (request->prompt);
  request->prompt = g_strdup ("other");
  request->steps = 7;
  sf_settings_reuse (self->settings, request, SF_REUSE_ALL);
  check_steps (self, 7);
  sf_undo_undo (self->undo);
  check_steps (self, 60);
  g_autofree char *prompt = g_settings_get_string (self->settings, "prompt");
  g_assert_cmpstr (prompt, ==, "");
  sf_undo_undo (self->undo);
  check_steps (self, 20);
  g_assert_false (can (self, "can-undo"));
}

/* Neither preferences nor a seed that is rolled for each picture. */
static void
test_no_change (Fixture *self, gconstpointer data)
{
  g_settings_set_uint (self->settings, "preview-every", 5);
  g_settings_set_uint (self->settings, "steps", 20);
  g_assert_false (can (self, "can-undo"));

  g_settings_set_boolean (self->settings, "seed-locked", FALSE);
  sf_undo_undo (self->undo);
  g_settings_set_boolean (self->settings, "seed-locked", FALSE);
  sf_undo_end_step (self->undo);
  sf_settings_roll_seed (self->settings);
  sf_undo_undo (self->undo);
  g_assert_true (g_settings_get_boolean (self->settings, "seed-locked"));
  g_assert_false (can (self, "can-undo"));
}

static void
test_bounded (Fixture *self, gconstpointer data)
{
  guint n_steps = 0;

  for (guint i = 0; i < SF_UNDO_MAX_STEPS + 50; i++)
    set_steps (self, 1 + i % 2);
  for (; can (self, "can-undo"); n_steps++)
    sf_undo_undo (self->undo);
  g_assert_cmpuint (n_steps, ==, SF_UNDO_MAX_STEPS);
}

#define ADD_TEST(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/undo/there-and-back", test_there_and_back);
  ADD_TEST ("/undo/one-act", test_one_act);
  ADD_TEST ("/undo/no-change", test_no_change);
  ADD_TEST ("/undo/bounded", test_bounded);
  return g_test_run ();
}
