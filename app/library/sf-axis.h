/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

#define SF_AXIS_MAX_VALUES 100
#define SF_AXIS_MAX_TEXT (64 * 1024) /* bytes that are read of a list */

/**
 * SfAxis: a setting and the values that it takes along a side of a comparison. Immutable.
 *
 * Lists are written as in stable-diffusion-webui's X/Y/Z plot: values between commas, those with a comma in quotation
 * marks, two such marks for one in them. For numbers also ranges, both ends included:
 *
 *   1-5         1, 2, 3, 4, 5
 *   1-10 (+3)   1, 4, 7, 10
 *   10-1 (-3)   10, 7, 4, 1
 *   1-10 [4]    four values: 1, 4, 7, 10
 *
 * Search and replace puts each value in the place of the first wherever that is in prompt and negative prompt.
 */
typedef struct _SfAxis SfAxis;

#define SF_AXIS_REPLACE "prompt-replace" /* the name of the setting for search and replace */

/* Settings that a comparison can be about: the request's fields but for those that do not change a picture, and
 * SF_AXIS_REPLACE. NULL-terminated. */
const char *const *sf_axis_list_settings (void);

/* An error where the list is empty or too long, or a value is none that the setting can have. */
SfAxis *sf_axis_new (const char *setting, const char *list, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* From values as they are. */
SfAxis *sf_axis_new_from_values (const char *setting, const char *const *values, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
SfAxis *sf_axis_copy (const SfAxis *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_axis_free (SfAxis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfAxis, sf_axis_free)

const char *sf_axis_get_setting (const SfAxis *self);
/* NULL-terminated. */
const char *const *sf_axis_get_values (const SfAxis *self);
guint sf_axis_get_n_values (const SfAxis *self);

/* How much work it is to change the setting, for putting off the greatest: a model is loaded anew. */
guint sf_axis_get_weight (const SfAxis *self);

/* Gives @request the value; an error where the request could not be made then, or there is nothing to replace. */
gboolean sf_axis_set (const SfAxis *self, guint index, SfRequest *request, GError **error);

/* A value for people: paths by their last part, choices by their title. */
char *sf_axis_describe_value (const SfAxis *self, guint index) G_GNUC_WARN_UNUSED_RESULT;

/* What stable-diffusion-webui calls the setting there: "CFG Scale". */
const char *sf_axis_get_infotext_name (const SfAxis *self);

/* The values as a list that sf_axis_new() reads. */
char *sf_axis_dup_list (const SfAxis *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
