/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-device-advice.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define CARDS_FOLDER "/sys/class/drm"
#define SANDBOX_FILE "/.flatpak-info"

SfSurroundings
sf_surroundings_look (void)
{
  SfSurroundings self = { .sandboxed = g_file_test (SANDBOX_FILE, G_FILE_TEST_EXISTS) };
  g_autoptr (GDir) cards = g_dir_open (CARDS_FOLDER, 0, NULL);
  const char *name;

  while (cards != NULL && (name = g_dir_read_name (cards)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      {
        g_autofree char *node = g_build_filename ("/dev/dri", name, NULL);

        self.has_card = TRUE;
        self.may_use_card |= access (node, R_OK | W_OK) == 0;
      }
  return self;
}

static gboolean
is_processor (const SfEngineDevice *device)
{
  return g_str_equal (device->kind, "cpu");
}

static char *
advise_driver (const SfSurroundings *surroundings)
{
  if (surroundings->sandboxed)
    return g_strdup (
        _ ("Sfumato paints on the graphics card or, more slowly, on the processor. Both need a "
           "Vulkan driver, which Flatpak has as an extension. This installs it:\n\n"
           "<tt>flatpak install org.freedesktop.Platform.GL.default</tt>"));
  return g_strdup (
      _ ("Sfumato paints on the graphics card or, more slowly, on the processor. Both need a "
         "Vulkan driver. Install the one for your graphics card, or Mesa’s drivers, which "
         "suit most cards and the processor: the package mesa-vulkan-drivers."));
}

static char *
advise_newer_driver (const SfEngineDevice *device)
{
  g_autofree char *name = g_markup_escape_text (device->name, -1);
  g_autofree char *problem = g_markup_escape_text (device->problem, -1);

  /* Translators: name of a graphics card, and in English what it lacks */
  return g_strdup_printf (_ ("%s cannot be used: %s.\n\nA newer driver may help. Mesa’s can also "
                             "paint on the processor: the package mesa-vulkan-drivers."),
                          name, problem);
}

static char *
advise_card (const SfSurroundings *surroundings)
{
  if (!surroundings->has_card)
    return g_strdup (_ ("This computer has no graphics card that Sfumato can use, so pictures take "
                        "longer."));
  if (!surroundings->may_use_card && surroundings->sandboxed)
    return g_strdup_printf (_ ("Sfumato may not use the graphics card. This allows it:\n\n"
                               "<tt>flatpak override --user --device=dri %s</tt>"),
                            SF_APPLICATION_ID);
  if (!surroundings->may_use_card)
    return g_strdup (_ ("You may not use the graphics card. This allows it after the next "
                        "login:\n\n<tt>sudo usermod -aG render $USER</tt>"));
  if (surroundings->sandboxed)
    return g_strdup (_ ("The graphics card has no Vulkan driver here, so pictures take longer. "
                        "This looks for one:\n\n<tt>flatpak update</tt>"));
  return g_strdup (_ ("The graphics card has no Vulkan driver, so pictures take longer. Install "
                      "the one for it; for most cards that is the package "
                      "mesa-vulkan-drivers."));
}

SfDeviceAdvice *
sf_device_advice_new (GPtrArray *devices, const SfSurroundings *surroundings)
{
  SfDeviceAdvice *self = g_new0 (SfDeviceAdvice, 1);
  const SfEngineDevice *best = devices != NULL && devices->len > 0 ? devices->pdata[0] : NULL;

  g_return_val_if_fail (surroundings != NULL, self);

  self->can_paint = best != NULL && best->problem == NULL;
  if (best == NULL)
    {
      self->title = g_strdup (_ ("No Device to Paint On"));
      self->text = advise_driver (surroundings);
    }
  else if (!self->can_paint)
    {
      self->title = g_strdup (_ ("No Suitable Device"));
      self->text = advise_newer_driver (best);
    }
  else if (is_processor (best))
    {
      self->title = g_strdup (_ ("Painting on the Processor"));
      self->text = advise_card (surroundings);
    }
  return self;
}

void
sf_device_advice_free (SfDeviceAdvice *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->title);
  g_free (self->text);
  g_free (self);
}
