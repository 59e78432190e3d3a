/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Reading the JSON that other programs put into pictures and beside models, which anybody may have written. */

#define SF_FOREIGN_JSON_MAX_BYTES (4 * 1024 * 1024)
#define SF_FOREIGN_JSON_MAX_VALUES 200000
#define SF_FOREIGN_JSON_MAX_DEPTH 64

/* The object that @text is, or NULL when it is no JSON object or is beyond one of the bounds, which
 * are checked before anything is built. NaN and Infinity, which Python writes, become null. */
JsonObject *sf_foreign_json_read (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* The member of that name, or NULL when there is none or it is of another kind. Owned by @object. */
JsonObject *sf_foreign_json_get_object (JsonObject *object, const char *name);
JsonArray *sf_foreign_json_get_array (JsonObject *object, const char *name);
const char *sf_foreign_json_get_string (JsonObject *object, const char *name);

/* What @node, which may be NULL, holds as the value of an infotext: a string as it is, a number in
 * the C locale without needless digits, "True" or "False". Integers are taken as unsigned, since seeds
 * go to 2^64 - 1; JSON-GLib wraps around what is beyond 2^63, as it does what is negative. NULL for anything else. */
char *sf_foreign_json_dup_value (JsonNode *node) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
