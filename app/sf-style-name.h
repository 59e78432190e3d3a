/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a style is called for people: one that came with the program in their language, the user's own as it is. */
const char *sf_style_name_translate (const char *name);

G_END_DECLS
