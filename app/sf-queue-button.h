/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_QUEUE_BUTTON (sf_queue_button_get_type ())
G_DECLARE_FINAL_TYPE (SfQueueButton, sf_queue_button, SF, QUEUE_BUTTON, AdwBin)

/**
 * SfQueueButton: how many jobs there are and how far the one is that runs; its popover lists them.
 */

/* To be called once. */
void sf_queue_button_connect (SfQueueButton *self, SfStudio *studio);

void sf_queue_button_open (SfQueueButton *self);

G_END_DECLS
