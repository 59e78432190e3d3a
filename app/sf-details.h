/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_DETAILS (sf_details_get_type ())
G_DECLARE_FINAL_TYPE (SfDetails, sf_details, SF, DETAILS, AdwBin)

/**
 * SfDetails: everything that a picture was made from.
 */

/* @seconds: that its making took, 0 where nobody knows. @path may be NULL: it is not saved. Without @infotext
 * nothing but the size in @request is known. */
void sf_details_show (SfDetails *self, const SfRequest *request, const char *infotext,
                      double seconds, const char *path);

G_END_DECLS
