/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/* The program's settings. They are written in bundles, a moment after the last change, so that
 * typing never waits for a disk; g_settings_apply() writes them now. Without the schema the
 * program cannot run: an error. */
GSettings *sf_settings_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The draft in @settings as a request. */
SfRequest *sf_settings_dup_request (GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

/* Makes @request the draft. Its seed is locked, so that the next picture is the same one. */
void sf_settings_store_request (GSettings *settings, const SfRequest *request);

/* Makes what another picture was made from the draft, as far as that can hold it: of sizes and numbers the nearest that
 * there is, the model only if it is the one that is chosen or is installed, and not the number of pictures. */
typedef enum
{
  SF_REUSE_ALL, /* the seed is locked, so that the next picture is the same one */
  SF_REUSE_ALL_BUT_SEED,
  SF_REUSE_PROMPTS,
} SfReuse;

void sf_settings_reuse (GSettings *settings, const SfRequest *request, SfReuse which);

/* Makes only that the draft which no widget of its own shows, with the noise generator: the settings that
 * compatibility is about. */
void sf_settings_store_compatibility (GSettings *settings, const SfRequest *request);

/* Where pictures are saved; need not exist yet. */
char *sf_settings_dup_pictures_folder (GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

/* A new seed, of the 32 bits that every program of this kind takes. */
guint64 sf_settings_roll_seed (GSettings *settings);

G_END_DECLS
