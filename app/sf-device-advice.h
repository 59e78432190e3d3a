/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/* What decides, beside the devices themselves, why there is no better one. */
typedef struct
{
  gboolean sandboxed; /* runs as a Flatpak */
  gboolean has_card;  /* the kernel knows a graphics card */
  gboolean may_use_card;
} SfSurroundings;

SfSurroundings sf_surroundings_look (void);

/**
 * SfDeviceAdvice: what to tell someone about the devices of this computer.
 */
typedef struct
{
  gboolean can_paint; /* otherwise there is no device for it */
  char *title;        /* NULL where all is well, then @text is as well */
  char *text;         /* what is the matter and what to do; Pango markup */
} SfDeviceAdvice;

/* @devices: as sf_engine_list_devices() has them; NULL or empty where there are none. */
SfDeviceAdvice *sf_device_advice_new (GPtrArray *devices, const SfSurroundings *surroundings)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_device_advice_free (SfDeviceAdvice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfDeviceAdvice, sf_device_advice_free)

G_END_DECLS
