/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-device.h"

G_BEGIN_DECLS

/**
 * SfTransfer: copies between the host and memory that it does not see, through
 * one staging buffer, piece by piece.
 */
typedef struct _SfTransfer SfTransfer;

SfTransfer *sf_transfer_new (SfDevice *device, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_transfer_free (SfTransfer *self);

gboolean sf_transfer_upload (SfTransfer *self, VkBuffer target, guint64 offset, gconstpointer data,
                             gsize n_bytes, GError **error);
gboolean sf_transfer_download (SfTransfer *self, VkBuffer source, guint64 offset, gpointer data,
                               gsize n_bytes, GError **error);

G_END_DECLS
