/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which family of kernels is chosen, and by what. */

#include "ops/sf-family.h"

#include <string.h>

static SfDevice *
open_device (const char *kernels)
{
  g_autoptr (GError) error = NULL;
  SfDevice *device;

  if (kernels != NULL)
    g_setenv ("SFUMATO_KERNELS", kernels, TRUE);
  else
    g_unsetenv ("SFUMATO_KERNELS");
  device = sf_device_open (NULL, &error);
  g_assert_no_error (error);
  return device;
}

static void
assert_described (const SfKernels *kernels, const char *part)
{
  g_autofree char *text = sf_kernels_describe (kernels);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, part));
}

static void
test_processor (void)
{
  g_autoptr (SfDevice) device = open_device (NULL);
  SfKernels kernels;

  if (sf_device_get_info (device)->kind != SF_DEVICE_CPU)
    {
      g_test_skip ("the device is no processor");
      return;
    }
  kernels = sf_kernels_choose (device, SF_FORMAT_F16);
  g_assert_cmpint (kernels.family, ==, SF_FAMILY_DIRECT);
  assert_described (&kernels, "the device is a processor");
}

static void
test_asked (void)
{
  static const struct
  {
    const char *name;
    SfFamily family;
  } asked[] = { { "direct", SF_FAMILY_DIRECT }, { "shared", SF_FAMILY_SHARED } };

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autoptr (SfDevice) device = open_device (asked[i].name);
      SfKernels kernels = sf_kernels_choose (device, SF_FORMAT_F32);

      g_assert_cmpint (kernels.family, ==, asked[i].family);
      assert_described (&kernels, asked[i].name);
    }
}

static void
test_wrong (void)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("SFUMATO_KERNELS", "fastest", TRUE);
  g_assert_null (sf_device_open (NULL, &error));
  g_assert_error (error, SF_VK_ERROR, SF_VK_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "“fastest”"));
}

static void
test_measured (void)
{
  g_autoptr (SfDevice) device = open_device ("measure");
  SfKernels kernels = sf_kernels_choose (device, SF_FORMAT_F16);
  g_autofree char *note = sf_device_dup_note (device, "kernels-f16");

  g_assert_true (sf_kernels_can_run (device, SF_FORMAT_F16, kernels.family));
  g_assert_nonnull (note);
  g_assert_nonnull (strstr (note, "shared 8×8"));
  g_assert_nonnull (strstr (note, "direct"));
  assert_described (&kernels, "GFLOP/s");
  g_assert_cmpuint (sf_device_get_validation_messages (device), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/family/processor", test_processor);
  g_test_add_func ("/family/asked", test_asked);
  g_test_add_func ("/family/wrong", test_wrong);
  g_test_add_func ("/family/measured", test_measured);
  return g_test_run ();
}
