/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-library.h"
#include "prompt/sf-completion.h"

G_BEGIN_DECLS

/* The folders of the settings and the prompts of the library, looked through on other threads. */
void sf_completion_load_async (SfLibrary *library, GSettings *settings,
                               GAsyncReadyCallback callback, gpointer user_data);
SfCompletion *sf_completion_load_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
