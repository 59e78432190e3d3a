/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-report.h"

#include "sf-settings.h"

#include <adwaita.h>

char *
sf_report_new (GSettings *settings, SfStudio *studio, const char *sentence, const GError *error)
{
  g_autoptr (SfRequest) request = sf_settings_dup_request (settings);
  g_autofree char *device = sf_engine_dup_device_name (sf_studio_get_engine (studio));
  GString *report = g_string_new (NULL);

  g_string_append_printf (report, "%s\n%s (%s %d)\n\n", sentence, error->message,
                          g_quark_to_string (error->domain), error->code);
  g_string_append_printf (report, "Sfumato %s, GTK %u.%u.%u, libadwaita %u.%u.%u\n", SF_VERSION,
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version ());
  g_string_append_printf (report, "Device: %s\n", device != NULL ? device : "not opened");
  g_string_append_printf (report, "Model: %s\n",
                          request->model != NULL ? request->model : "starter");
  g_string_append_printf (report, "%u × %u, %u steps, guidance %.1f, %s, %s, %u pictures\n",
                          request->width, request->height, request->steps, request->guidance,
                          request->sampler, request->schedule, request->count);
  return g_string_free (report, FALSE);
}
