/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-op.h"

gsize
sf_format_get_bytes (SfFormat format)
{
  return format == SF_FORMAT_F16 ? 2 : 4;
}

guint
sf_shape_get_stored_channels (const SfShape *shape)
{
  return (shape->channels + SF_CHANNEL_GROUP - 1) / SF_CHANNEL_GROUP * SF_CHANNEL_GROUP;
}

guint64
sf_shape_get_rows (const SfShape *shape)
{
  return (guint64) shape->batch * shape->height * shape->width;
}

guint64
sf_shape_get_bytes (const SfShape *shape, SfFormat format)
{
  guint channels = format == SF_FORMAT_U32 ? shape->channels : sf_shape_get_stored_channels (shape);

  return sf_shape_get_rows (shape) * channels * sf_format_get_bytes (format);
}
