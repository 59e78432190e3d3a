/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-library.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_FILTER_BUTTON (sf_filter_button_get_type ())
G_DECLARE_FINAL_TYPE (SfFilterButton, sf_filter_button, SF, FILTER_BUTTON, AdwBin)

/**
 * SfFilterButton: order of the pictures, and which are left out, in a popover. What there is to choose from is looked up each
 * time that it opens.
 *
 * Signal "changed".
 */

/* To be called once. */
void sf_filter_button_connect (SfFilterButton *self, SfLibrary *library);

/* Writes what is chosen into a filter. */
void sf_filter_button_fill (SfFilterButton *self, SfFilter *filter);
void sf_filter_button_reset (SfFilterButton *self);

G_END_DECLS
