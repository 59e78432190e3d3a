/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-file-chooser.h"

void
sf_file_chooser_show (GtkFileChooserNative *chooser, GCallback callback, gpointer object)
{
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_swapped (chooser, "response", callback, object);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

char *
sf_file_chooser_take_path (GtkFileChooserNative **chooser, int response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (*chooser));
  g_clear_object (chooser);

  return file != NULL ? g_file_get_path (file) : NULL;
}
