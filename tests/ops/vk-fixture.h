/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-recording.h"

/* What the tests of the Vulkan layer do again and again. Every function ends the test when it fails. */

SfDevice *vk_open (void);

/* Closes the device; the validation layer must have said nothing. */
void vk_close (SfDevice *device);

SfRange vk_new_range (SfDevice *device, guint64 n_bytes);
void vk_free_range (SfRange *range);

/* Part of a range, in floats. */
SfRange vk_floats (SfRange range, guint64 first, guint64 count);

void vk_upload (const SfRange *range, gconstpointer data);
void vk_download (const SfRange *range, gpointer data);

/* count values 0, 1, … 999, 0, 1, … */
float *vk_new_ramp (guint count);

SfRecording *vk_new_recording (SfDevice *device);
void vk_run (SfRecording *recording);

/* y = x · factor + addend on as many floats as y has. */
void vk_add_scale (SfDevice *device, SfRecording *recording, const SfShader *shader, SfRange x,
                   SfRange y, float factor, guint32 addend);

/* 16 words a workgroup; see spin.comp. The declared cost is @flop_factor times the true one. */
void vk_add_spin (SfDevice *device, SfRecording *recording, SfRange result, guint rounds,
                  guint columns, guint rows, double flop_factor);
void vk_assert_spun (const SfRange *result, guint rounds, guint columns, guint rows);
