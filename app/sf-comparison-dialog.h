/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_COMPARISON_DIALOG (sf_comparison_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SfComparisonDialog, sf_comparison_dialog, SF, COMPARISON_DIALOG, AdwWindow)

/**
 * SfComparisonDialog: asks which settings are to be compared and with which values. What was entered last is there again.
 *
 * Signal "asked" (gpointer SfComparison): it is to be made.
 */

/* @base: what all pictures share, copied. */
SfComparisonDialog *sf_comparison_dialog_new (GtkWindow *parent, GSettings *settings,
                                              SfStudio *studio, const SfRequest *base)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
