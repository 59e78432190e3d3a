/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-device-advice.h"

#include <pango/pango.h>
#include <string.h>

typedef struct
{
  const char *path;
  const char *kind; /* of the only device; NULL: there is none */
  const char *problem;
  SfSurroundings surroundings;
  gboolean can_paint;
  const char *word; /* in the text, NULL: there is no advice */
} Case;

static const Case cases[] = {
  { "/device-advice/none", .word = "mesa-vulkan-drivers" },
  { "/device-advice/none-in-sandbox", .surroundings = { TRUE, TRUE, TRUE },
    .word = "flatpak install" },
  { "/device-advice/unsuitable",
    "discrete",
    "it has Vulkan 1.0",
    { FALSE, TRUE, TRUE },
    FALSE,
    "A &lt;card&gt; cannot be used: it has Vulkan 1.0." },
  { "/device-advice/card", "discrete", NULL, { FALSE, TRUE, TRUE }, TRUE, NULL },
  { "/device-advice/processor", "cpu", NULL, { FALSE, FALSE, FALSE }, TRUE, "no graphics card" },
  { "/device-advice/card-without-driver",
    "cpu",
    NULL,
    { FALSE, TRUE, TRUE },
    TRUE,
    "mesa-vulkan-drivers" },
  { "/device-advice/card-without-driver-in-sandbox",
    "cpu",
    NULL,
    { TRUE, TRUE, TRUE },
    TRUE,
    "flatpak update" },
  { "/device-advice/closed-card", "cpu", NULL, { FALSE, TRUE, FALSE }, TRUE, "usermod -aG render" },
  { "/device-advice/closed-card-in-sandbox",
    "cpu",
    NULL,
    { TRUE, TRUE, FALSE },
    TRUE,
    "flatpak override --user --device=dri " SF_APPLICATION_ID },
};

static void
check (gconstpointer data)
{
  const Case *expected = data;
  SfEngineDevice device = {
    .name = (char *) "A <card>",
    .kind = (char *) expected->kind,
    .problem = (char *) expected->problem,
  };
  g_autoptr (GPtrArray) devices = expected->kind != NULL ? g_ptr_array_new () : NULL;
  if (devices != NULL)
    g_ptr_array_add (devices, &device);

  g_autoptr (SfDeviceAdvice) advice = sf_device_advice_new (devices, &expected->surroundings);

  g_assert_cmpint (advice->can_paint, ==, expected->can_paint);
  if (expected->word == NULL)
    {
      g_assert_null (advice->title);
      g_assert_null (advice->text);
      return;
    }
  g_assert_nonnull (advice->title);
  g_assert_nonnull (strstr (advice->text, expected->word));
  g_assert_true (pango_parse_markup (advice->text, -1, 0, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], check);
  return g_test_run ();
}
