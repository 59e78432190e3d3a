/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-model-index.h"
#include "sf-settings.h"

G_BEGIN_DECLS

/* What the settings have to do with models: where they lie, which are chosen, when they were used. On the main thread. */

/* Gives @index the places of the settings, now and whenever they change, and its items the time of their last use. */
void sf_model_settings_connect (GSettings *settings, SfModelIndex *index);

/* A folder or a file that is to be watched. FALSE when it is already. */
gboolean sf_model_settings_add_place (GSettings *settings, const char *path);
void sf_model_settings_remove_place (GSettings *settings, const char *path);

/* Chooses a model for what it is: the checkpoint, the VAE, the tiny decoder, or the folder that embeddings are in; once more
 * chooses the ordinary again, where there is one. */
gboolean sf_model_settings_can_choose (SfModelItem *item);
void sf_model_settings_choose (GSettings *settings, SfModelItem *item);
gboolean sf_model_settings_is_chosen (GSettings *settings, SfModelItem *item);

/* Notes that a job with these models begins. */
void sf_model_settings_mark_used (GSettings *settings, const SfRequest *request);

/* sf_settings_reuse() for a picture of any program: bare names of models are looked up in @index, by the hashes in the
 * text that the settings came from too. Returns the name of the checkpoint if that is wanted and not there, else NULL. */
char *sf_model_settings_reuse (GSettings *settings, SfModelIndex *index, const SfRequest *request,
                               const char *infotext, SfReuse which) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
