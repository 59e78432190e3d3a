/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything newer than GTK 4.8 and libadwaita 1.2, with what stands in for it there. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Draws @texture with hard pixels: gtk_snapshot_append_scaled_texture() is of GTK 4.10. */
void sf_compat_append_pixelated (GtkSnapshot *snapshot, GdkTexture *texture,
                                 const graphene_rect_t *bounds);

/* Tells a screen reader; silent before GTK 4.14. */
void sf_compat_announce (GtkWidget *widget, const char *message);

/* Opens a folder in the file manager: GtkFileLauncher is of GTK 4.10. */
void sf_compat_show_folder (GtkWindow *parent, const char *path);

/* Opens the folder of a file in the file manager, with the file selected where the file manager
 * can do that. */
void sf_compat_show_in_folder (GtkWindow *parent, const char *path);

/* Opens a web page: GtkUriLauncher is of GTK 4.10. */
void sf_compat_show_uri (GtkWindow *parent, const char *uri);

G_END_DECLS
