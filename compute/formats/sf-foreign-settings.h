/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "formats/sf-infotext.h"

G_BEGIN_DECLS

/* The settings that a program keeps as members of one JSON object, as an infotext; NULL when it is
 * none of
 *
 *   InvokeAI 3 and later    "invokeai_metadata" (invokeai: app/invocations/metadata.py)
 *   InvokeAI 2              "sd-metadata"
 *   Fooocus                 its own scheme (modules/meta_parser.py)
 *   RuinedFooocus
 *   SwarmUI                 "sui_image_params"
 *   NovelAI                 "Comment"
 *   Easy Diffusion          both spellings of its fields
 *
 * Samplers, schedules and models keep the names that the program gave; a model file is named without folder and
 * extension. What decides about the picture beside the settings themselves is added: "RNG: CPU" where
 * noise is drawn on the CPU, "Compatibility: ComfyUI" or "diffusers" for the way that a
 * program samples, "Lora weights". */
SfInfotext *sf_foreign_settings_read (JsonObject *settings) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
