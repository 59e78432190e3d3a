/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-downloads.h"
#include "catalog/sf-model-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_MODELS_WINDOW (sf_models_window_get_type ())
G_DECLARE_FINAL_TYPE (SfModelsWindow, sf_models_window, SF, MODELS_WINDOW, AdwWindow)

/**
 * SfModelsWindow: the models that there are, by kind, the folders that they are in, and those that can be downloaded.
 */
SfModelsWindow *sf_models_window_new (GtkWindow *parent, GSettings *settings, SfModelIndex *index,
                                      SfDownloads *downloads);

G_END_DECLS
