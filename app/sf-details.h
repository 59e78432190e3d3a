/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-painting.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_DETAILS (sf_details_get_type ())
G_DECLARE_FINAL_TYPE (SfDetails, sf_details, SF, DETAILS, GtkPopover)

/**
 * SfDetails: everything that a picture was made from.
 */

/* @painting must be complete. */
void sf_details_show_painting (SfDetails *self, SfPainting *painting);

G_END_DECLS
