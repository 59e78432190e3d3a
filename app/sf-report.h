/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-studio.h"

G_BEGIN_DECLS

/* What a bug report should hold about a failure: versions, device, settings without the prompts,
 * and @error. In English. */
char *sf_report_new (GSettings *settings, SfStudio *studio, const char *sentence,
                     const GError *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
