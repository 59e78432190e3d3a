/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What other programs call our samplers and schedules. Case does not count. */

/* The name of the sampler that @text means: a title of A1111's, or one of the names of ComfyUI, InvokeAI, NovelAI,
 * SD.Next or stable-diffusion.cpp. NULL when we have none such.
 *
 * Many programs write the schedule behind the sampler, as A1111 did before 1.9: "DPM++ 2M Karras",
 * "euler_a karras". Its name is put into *@schedule then; NULL where nothing stands behind. */
const char *sf_foreign_sampler_find (const char *text, const char **schedule);

/* The name of the schedule that @text means, or NULL. "Automatic" is none: it depends on the sampler. */
const char *sf_foreign_schedule_find (const char *text);

G_END_DECLS
