/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-library.h"

#include "engine/sfumato.h"

G_BEGIN_DECLS

#define TIMEOUT_SECONDS 300

/* A library of its own, in a folder that goes with it. */
typedef struct
{
  char *root;
  char *pictures; /* watched */
  char *database;
  SfLibrary *library;
  guint n_troubles;
} Fixture;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);

/* Opens the library, or closes it and opens it again. */
void fixture_open (Fixture *self);
void fixture_close (Fixture *self);

/* Runs the main loop until *@done, or until no scan is under way and all is written. */
void fixture_wait (const gboolean *done);
void fixture_settle (Fixture *self);

/* Paints a small picture into the watched folder, with its settings. Returns its path. */
char *fixture_paint (Fixture *self, const char *name, const char *prompt, const char *model);
SfRequest *fixture_make_request (const char *prompt, guint64 seed, guint count);

/* What a filter takes, in its order. */
GPtrArray *fixture_find (Fixture *self, const SfFilter *filter);
guint fixture_count (Fixture *self, const SfFilter *filter);

G_END_DECLS
