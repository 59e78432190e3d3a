/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "formats/sf-infotext.h"

G_BEGIN_DECLS

/* The settings in the graph that ComfyUI keeps as "prompt" in its pictures, as an infotext; NULL when @graph is no
 * such graph or has no sampler in it. It is an object of nodes,
 *
 *   "3": { "class_type": "KSampler", "inputs": { "steps": 20, "model": ["4", 0], … } }
 *
 * where a list names another node and its output. Nodes are known by their inputs rather than
 * their names, so that those of extensions are understood as well: a sampler has a latent and steps or
 * sigmas, a prompt has a text. Of several samplers the first counts that starts from an empty latent.
 *
 * Samplers and schedules keep ComfyUI's names. "RNG: CPU" and "Compatibility: ComfyUI" are added. */
SfInfotext *sf_comfyui_read (JsonObject *graph) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
