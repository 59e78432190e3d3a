/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_PREFERENCES (sf_preferences_get_type ())
G_DECLARE_FINAL_TYPE (SfPreferences, sf_preferences, SF, PREFERENCES, AdwPreferencesWindow)

/**
 * SfPreferences: what holds for all pictures: device and precision, folders, names of files, preview, notifications.
 */
SfPreferences *sf_preferences_new (GtkWindow *parent, GSettings *settings)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
