/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/* Asks for the Vulkan devices in a thread: loading the drivers takes longer than a frame. @owner is
 * the source object of @callback and lives until then. */
void sf_devices_list_async (gpointer owner, GAsyncReadyCallback callback, gpointer user_data);

/* The devices as sf_engine_list_devices() has them; no devices at all is an error. */
GPtrArray *sf_devices_list_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
