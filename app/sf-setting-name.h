/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a setting of a request, or SF_AXIS_REPLACE, is called for people, translated. */
const char *sf_setting_name (const char *setting);

G_END_DECLS
