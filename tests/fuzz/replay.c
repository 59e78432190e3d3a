/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include <gio/gio.h>

#include "fuzz.h"

/* Runs a target over every file of a folder, for builds without libFuzzer. */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name = NULL;
  guint n_files = 0;

  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *contents = NULL;
      gsize n_bytes = 0;

      g_file_get_contents (path, &contents, &n_bytes, &error);
      g_assert_no_error (error);
      LLVMFuzzerTestOneInput ((const uint8_t *) contents, n_bytes);
      n_files++;
    }
  printf ("%u inputs\n", n_files);
  return n_files > 0 ? 0 : 1;
}
