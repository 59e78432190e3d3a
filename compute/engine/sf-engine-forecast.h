/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-engine.h"

G_BEGIN_DECLS

/* What a request will take. */
typedef struct
{
  guint width; /* pixels */
  guint height;

  SfMemoryMode memory;  /* that it would run in; not SF_MEMORY_AUTO */
  gboolean tiled;       /* the VAE works in strips */
  guint64 weight_bytes; /* device memory of weights, those that stay and those that pass through */
  guint64 activation_bytes; /* and of what the networks compute with */
  guint64 available_bytes;  /* what the device has for this program now */

  double flop;
  /* Of all pictures once the model is loaded, previews not counted; negative where the device has not been measured: it
   * is by painting and by sf_engine_bench(), and keeps what it learned. */
  double seconds;
  double step_seconds; /* of these: a model call at a step, the decoding of a picture */
  double decode_seconds;
} SfEngineForecast;

/* Opens device and model but uploads nothing. Waits for its turn. The memory is exact: what sf_engine_get_peak_device_bytes() says after
 * the request, if the engine did nothing before. */
gboolean sf_engine_forecast (SfEngine *self, const SfRequest *request, SfEngineForecast *forecast,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
