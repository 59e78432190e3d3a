/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_ERROR_BANNER (sf_error_banner_get_type ())
G_DECLARE_FINAL_TYPE (SfErrorBanner, sf_error_banner, SF, ERROR_BANNER, AdwBin)

/**
 * SfErrorBanner: a sentence about what went wrong, over the whole width, until it is closed;
 * with a button that copies the details for a report.
 */

void sf_error_banner_show (SfErrorBanner *self, const char *sentence, const char *details);
void sf_error_banner_hide (SfErrorBanner *self);

G_END_DECLS
