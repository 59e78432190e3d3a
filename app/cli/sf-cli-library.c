/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli.h"

#include "library/sf-library.h"
#include "library/sf-search.h"

#include <stdio.h>

static SfDatabase *
open_database (gboolean *was_damaged, GError **error)
{
  g_autofree char *path = sf_library_dup_default_path ();

  return sf_library_open_database (path, was_damaged, error);
}

static void
print_counts (const SfCli *cli, const SfScanCounts *counts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!cli->json)
    {
      printf ("%u pictures, %u of them new, changed or read anew; %u gone; %u files are no "
              "pictures\n",
              counts->n_seen, counts->n_stored, counts->n_gone, counts->n_unreadable);
      return;
    }
  json_builder_begin_object (builder);
  sf_cli_json_int (builder, "pictures", counts->n_seen);
  sf_cli_json_int (builder, "stored", counts->n_stored);
  sf_cli_json_int (builder, "gone", counts->n_gone);
  sf_cli_json_int (builder, "unreadable", counts->n_unreadable);
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

static gboolean
add_folders (SfDatabase *database, char **folders, GError **error)
{
  for (guint i = 0; folders != NULL && folders[i] != NULL; i++)
    {
      g_autofree char *path = g_canonicalize_filename (folders[i], NULL);

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, "%s is no folder", folders[i]);
          return FALSE;
        }
      if (!sf_records_add_folder (database, path, error))
        return FALSE;
    }
  return TRUE;
}

static SfCliStatus
scan (const SfCli *cli, SfDatabase *database, SfScanFlags flags)
{
  SfScanCounts counts = { 0 };
  GError *error = NULL;

  if (!sf_scan_all (database, flags, &counts, sf_cli_get_cancellable (), &error))
    return sf_cli_fail (error);
  print_counts (cli, &counts);
  return SF_CLI_DONE;
}

static SfCliStatus
run_rebuild (char **argv)
{
  const SfCliUsage usage = {
    .name = "library rebuild",
    .arguments = "[FOLDER…]",
    .summary =
        "Reads every picture of the watched folders, and of those that are named, anew. A damaged "
        "library is moved aside; favourites, tags and collections are kept otherwise.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (SfDatabase) database = NULL;
  g_autofree char *standard = sf_library_dup_default_folder ();
  gboolean was_damaged = FALSE;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  database = open_database (&was_damaged, &error);
  if (database != NULL && !sf_database_check (database, NULL))
    {
      g_autofree char *path = sf_library_dup_default_path ();

      was_damaged = TRUE;
      g_clear_pointer (&database, sf_database_close);
      sf_library_move_aside (path);
      database = open_database (NULL, &error);
    }
  if (database == NULL || !add_folders (database, cli.rest, &error)
      || (g_file_test (standard, G_FILE_TEST_IS_DIR)
          && !sf_records_add_folder (database, standard, &error)))
    return sf_cli_fail (error);
  if (was_damaged && !cli.quiet)
    fprintf (stderr, "The library was damaged and was moved aside.\n");
  return scan (&cli, database, SF_SCAN_REREAD);
}

static SfCliStatus
run_import (char **argv)
{
  const SfCliUsage usage = {
    .name = "library import",
    .arguments = "FOLDER…",
    .summary =
        "Watches folders from now on and takes in the pictures in them, where they are, with their "
        "settings.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (SfDatabase) database = NULL;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  if (cli.rest == NULL)
    return sf_cli_wrong_usage ("library import needs a folder");
  database = open_database (NULL, &error);
  if (database == NULL || !add_folders (database, cli.rest, &error))
    return sf_cli_fail (error);
  return scan (&cli, database, SF_SCAN_DEFAULT);
}

static SfCliStatus
print_found (const SfCli *cli, SfDatabase *database, GArray *ids)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "pictures");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ids->len; i++)
    {
      GError *error = NULL;
      g_autoptr (SfPictureRecord)
          record = sf_records_load (database, g_array_index (ids, gint64, i), &error);

      if (error != NULL)
        return sf_cli_fail (error);
      if (cli->json)
        json_builder_add_string_value (builder, record->path);
      else
        printf ("%s\n", record->path);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (cli->json)
    sf_cli_print_json (builder);
  return SF_CLI_DONE;
}

static SfCliStatus
run_search (char **argv)
{
  const SfCliUsage usage = {
    .name = "library search",
    .arguments = "[WORD…]",
    .summary =
        "Prints the paths of pictures whose prompt, negative prompt or model has all these words, the "
        "newest first.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (SfDatabase) database = NULL;
  g_autoptr (SfSearch) search = sf_search_new ();
  g_autoptr (GArray) ids = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  text = cli.rest != NULL ? g_strjoinv (" ", cli.rest) : NULL;
  database = open_database (NULL, &error);
  if (database != NULL)
    ids = sf_search_run (search, database, &(SfFilter){ .text = text }, &error);
  return ids != NULL ? print_found (&cli, database, ids) : sf_cli_fail (error);
}

SfCliStatus
sf_cli_library (char **argv)
{
  const struct
  {
    const char *name;
    SfCliStatus (*run) (char **argv);
  } actions[] = {
    { "rebuild", run_rebuild },
    { "import", run_import },
    { "search", run_search },
  };

  if (argv[1] == NULL)
    return sf_cli_wrong_usage ("library needs what to do: rebuild, import or search");

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (argv[1], actions[i].name))
      return actions[i].run (argv + 1);

  return sf_cli_wrong_usage ("library cannot “%s”; it can rebuild, import, search", argv[1]);
}
