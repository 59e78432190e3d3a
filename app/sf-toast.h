/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A toast that says @text, which is not markup; with a button, unless @button is NULL, long enough to be pressed. */
AdwToast *sf_toast_new (const char *text, const char *button) G_GNUC_WARN_UNUSED_RESULT;

/* Shows a toast, which it takes, in place of *@shown, so that they do not line up. *@shown then is a reference to it. */
void sf_toast_replace (AdwToastOverlay *overlay, AdwToast **shown, AdwToast *toast);

G_END_DECLS
