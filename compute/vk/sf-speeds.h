/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-pipeline.h"

G_BEGIN_DECLS

/* What was learned of the speed of a device's pipelines (SfPipeline.slowness) in earlier processes. It lies in
 * $XDG_CACHE_HOME/sfumato/speeds-<device and driver id>; a file that cannot be read is as none. */

/* Reads the file when the device is opened. */
void sf_speeds_open (SfDevice *device);
void sf_speeds_close (SfDevice *device);

/* The slowness that was kept, or 0. */
double sf_speeds_find (SfDevice *device, const SfPipeline *pipeline);

G_END_DECLS
