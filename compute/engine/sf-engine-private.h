/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-engine.h"
#include "engine/sf-worker.h"

G_BEGIN_DECLS

/* Runs a job on the engine's thread and waits for it. */
gpointer sf_engine_run_job (SfEngine *self, SfJobFunc run, gpointer data, GCancellable *cancellable,
                            GError **error);

G_END_DECLS
