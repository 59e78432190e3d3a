/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much of the device's memory is used. The picture is the same in all modes. */
typedef enum
{
  SF_MEMORY_AUTO,   /* the first of the others that fits */
  SF_MEMORY_NORMAL, /* all weights stay on the device */
  SF_MEMORY_LOW, /* as many of the UNet's as fit into SF_MEMORY_LOW_BYTES; the others pass through at every step */
  SF_MEMORY_LOWEST, /* none, and the VAE works in strips */
} SfMemoryMode;

/* Of weights and activations. */
#define SF_MEMORY_LOW_BYTES (G_GUINT64_CONSTANT (608) << 20)

G_END_DECLS
