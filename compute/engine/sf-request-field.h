/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-request.h"
#include "samplers/sf-named.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SF_FIELD_TEXT,     /* char *: any UTF-8; NULL is "" */
  SF_FIELD_PATH,     /* char *: a path or name; NULL is "" */
  SF_FIELD_CHOICE,   /* char *: the name of one of the choices */
  SF_FIELD_ENUM,     /* an enumeration whose values count the choices from 0 */
  SF_FIELD_SWITCH,   /* gboolean: "on" or "off" */
  SF_FIELD_UNSIGNED, /* guint */
  SF_FIELD_SEED,     /* guint64, 0 … SF_REQUEST_MAX_SEED */
  SF_FIELD_NUMBER,   /* double */
} SfRequestFieldKind;

/**
 * SfRequestField: one of the settings of a request, for whatever treats all of them alike: the command line, files
 * that keep requests, validation, copying.
 *
 * Given noise (SfRequest.noise and noise_sequence) is no field: it is too large for a text.
 */
typedef struct
{
  const char *name; /* on the command line and in files: "clip-skip" */
  const char *noun; /* in sentences: "clip skip" */
  const char *help; /* one line for --help */
  SfRequestFieldKind kind;
  gsize offset;
  double least, most;                           /* of numbers */
  const SfNamed *const *(*list_choices) (void); /* of choices and enumerations */
} SfRequestField;

/* All of them, in the order in which people think of them. Static. */
const SfRequestField *sf_request_list_fields (guint *n_fields);
/* NULL when there is none of that name. */
const SfRequestField *sf_request_find_field (const char *name);

/* "20", "karras", "on". Numbers are written so that they are read back the same, in the C locale. */
char *sf_request_field_get (const SfRequestField *self, const SfRequest *request)
    G_GNUC_WARN_UNUSED_RESULT;

/* Takes a value from its text. Fails with G_NUMBER_PARSER_ERROR_INVALID where a number was to be and none is, and
 * with G_IO_ERROR_INVALID_ARGUMENT where the value is none that the field can have; the request is as before then. */
gboolean sf_request_field_set (const SfRequestField *self, SfRequest *request, const char *text,
                               GError **error);

/* Whether the request's value is one that the field can have. */
gboolean sf_request_field_check (const SfRequestField *self, const SfRequest *request,
                                 GError **error);

/* What of a request is not as in sf_request_new(), as a JSON object of texts by field name. */
char *sf_request_to_json (const SfRequest *self) G_GNUC_WARN_UNUSED_RESULT;

/* A valid request. Members of other names are passed over, so that a later version's requests can be read. */
SfRequest *sf_request_new_from_json (const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
