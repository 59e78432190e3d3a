/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Windows-1252 as the WHATWG encoding standard has it: every byte means a
 * character, the five unused ones the control character of the same number. */
gunichar sf_windows_1252_to_unichar (guint8 byte);

/* The byte that means a character, or -1. Control characters U+0080 to U+009F mean themselves. */
int sf_windows_1252_from_unichar (gunichar character);

G_END_DECLS
