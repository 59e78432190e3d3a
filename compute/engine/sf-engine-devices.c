/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine.h"

#include "vk/sf-device.h"

void
sf_engine_device_free (SfEngineDevice *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->driver);
  g_free (self->problem);
  g_free (self->kind);
  g_strfreev (self->features);
  g_free (self);
}

static const char *
name_kind (SfDeviceKind kind)
{
  switch (kind)
    {
    case SF_DEVICE_DISCRETE:
      return "discrete";
    case SF_DEVICE_INTEGRATED:
      return "integrated";
    case SF_DEVICE_VIRTUAL:
      return "virtual";
    case SF_DEVICE_CPU:
      return "cpu";
    case SF_DEVICE_OTHER:
    default:
      return "other";
    }
}

static char **
name_features (const SfDeviceInfo *info)
{
  const struct
  {
    gboolean there;
    const char *name;
  } features[] = {
    { info->half_storage, "half storage" },
    { info->half_arithmetic, "half arithmetic" },
    { info->cooperative_matrix, "cooperative matrix" },
    { info->subgroup_broadcast, "subgroup broadcast" },
    { info->texel_operands, "texel operands" },
    { info->memory_budget, "memory budget" },
  };
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    if (features[i].there)
      g_strv_builder_add (names, features[i].name);

  return g_strv_builder_end (names);
}

static gpointer
describe_device (gconstpointer item, gpointer user_data)
{
  const SfDeviceInfo *info = item;
  SfEngineDevice *device = g_new0 (SfEngineDevice, 1);

  *device = (SfEngineDevice){
    .index = info->index,
    .name = g_strdup (info->name),
    .driver = g_strdup (info->driver),
    .problem = g_strdup (sf_device_info_get_problem (info)),
    .kind = g_strdup (name_kind (info->kind)),
    .memory_bytes = info->memory_bytes,
    .features = name_features (info),
  };

  return device;
}

GPtrArray *
sf_engine_list_devices (GError **error)
{
  g_autoptr (GPtrArray) infos = sf_device_list (error);
  GPtrArray *devices;

  if (infos == NULL)
    return NULL;

  devices = g_ptr_array_copy (infos, describe_device, NULL);
  g_ptr_array_set_free_func (devices, (GDestroyNotify) sf_engine_device_free);

  return devices;
}
