/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-application.h"

#include <glib/gi18n.h>
#include <locale.h>

/* Where the program was built rather than installed, its catalogues and its schema lie in the
 * build tree around it; otherwise NULL. */
static char *
find_build_tree (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program == NULL)
    return NULL;

  g_autofree char *app = g_path_get_dirname (program);
  g_autofree char *tree = g_path_get_dirname (app);
  g_autofree char *schemas = g_build_filename (tree, "data", "gschemas.compiled", NULL);
  return g_file_test (schemas, G_FILE_TEST_EXISTS) ? g_steal_pointer (&tree) : NULL;
}

int
main (int argc, char **argv)
{
  g_autofree char *tree = find_build_tree ();
  g_autofree char *locale_dir = tree != NULL ? g_build_filename (tree, "po", NULL)
                                             : g_strdup (SF_LOCALE_DIR);

  if (tree != NULL)
    {
      g_autofree char *schema_dir = g_build_filename (tree, "data", NULL);

      g_setenv ("GSETTINGS_SCHEMA_DIR", schema_dir, FALSE);
    }

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Sfumato");

  g_autoptr (SfApplication) application = sf_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
