/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-engine.h"
#include "engine/sf-session.h"
#include "samplers/sf-sampler.h"

G_BEGIN_DECLS

/* Carries out a request on the calling thread, which must be the session's. @event is called on it, too.
 *
 * The contexts of both prompts are made once; then each picture goes from the noise of its seed through the
 * sampler to the decoder. Returns the finished pictures: elements SfPicture, unreferenced with the array. */
GPtrArray *sf_generation_run (SfSession *session, const SfRequest *request, SfEventFunc event,
                              gpointer event_data, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* How the request's sampler works on a model. */
SfSamplerPlan *sf_generation_plan (const SfRequest *request, const SfModelConfig *config,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
