/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The settings in the "Dream" text of InvokeAI before version 3, a command line such as
 *
 *   "a cat [blurry]" -s 50 -S 1234 -W 512 -H 512 -C 7.5 -A k_lms
 *
 * as the object that the same program's "sd-metadata" is (formats/sf-foreign-settings.h), or NULL when it is none. */
JsonObject *sf_dream_read (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Cuts what stands in square brackets out of a prompt, which is how InvokeAI marked it as negative, and
 * returns it: "a cat [blurry] on a mat" becomes "a cat on a mat" and "blurry". */
char *sf_dream_take_negative (char **prompt) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
