/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-toast.h"

#define READING_SECONDS 4
#define PRESSING_SECONDS 10

AdwToast *
sf_toast_new (const char *text, const char *button)
{
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_button_label (toast, button);
  adw_toast_set_timeout (toast, button != NULL ? PRESSING_SECONDS : READING_SECONDS);
  return toast;
}

void
sf_toast_replace (AdwToastOverlay *overlay, AdwToast **shown, AdwToast *toast)
{
  if (*shown != NULL)
    adw_toast_dismiss (*shown);
  g_set_object (shown, toast);
  adw_toast_overlay_add_toast (overlay, toast);
}
