/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-picture-texts.h"

G_BEGIN_DECLS

/* How a picture was made, in the words of an infotext (formats/sf-infotext.h), whichever of these programs made it:
 * stable-diffusion-webui and all that write as it does, whose text is returned as it is; ComfyUI
 * (formats/sf-comfyui.h); InvokeAI, Fooocus, SwarmUI, NovelAI and Easy Diffusion (formats/sf-foreign-settings.h).
 * NULL when the picture does not say. */
char *sf_picture_infotext_find (const SfPictureTexts *texts) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
