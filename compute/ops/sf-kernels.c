/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-kernels.h"

#include "base/sf-array.h"

#include <gio/gio.h>

#define MAX_WORKGROUPS 65535
#define FLAT_LOCAL_SIZE 64 /* of flat.glsl */

guint
sf_kernels_get_storage_variant (const SfKernels *kernels)
{
  return (kernels->format == SF_FORMAT_F16 ? SF_VARIANT_F16 : 0)
         | (kernels->texel ? SF_VARIANT_TEXEL : 0);
}

guint
sf_kernels_get_lane_variant (const SfKernels *kernels)
{
  return sf_kernels_get_storage_variant (kernels) | (kernels->broadcast ? SF_VARIANT_BROADCAST : 0);
}

guint
sf_kernels_get_units (const SfKernels *kernels)
{
  return kernels->broadcast ? 1 : 4;
}

guint
sf_kernels_get_group_threads (const SfKernels *kernels)
{
  return kernels->family == SF_FAMILY_DIRECT ? 8 : 32;
}

guint
sf_format_get_texel_values (SfFormat format)
{
  return 16 / sf_format_get_bytes (format);
}

guint
sf_grid_fold (guint64 n_workgroups, guint groups[3])
{
  guint64 n_lines = (n_workgroups + MAX_WORKGROUPS - 1) / MAX_WORKGROUPS;

  groups[0] = (n_workgroups + n_lines - 1) / n_lines;
  groups[1] = n_lines;
  return groups[0];
}

guint
sf_shape_get_groups (const SfShape *shape)
{
  return sf_shape_get_rows (shape) * (sf_shape_get_stored_channels (shape) / SF_CHANNEL_GROUP);
}

guint
sf_flat_get_workgroups (guint n_groups)
{
  return n_groups / FLAT_LOCAL_SIZE + (n_groups % FLAT_LOCAL_SIZE != 0);
}

char *
sf_shape_to_string (const SfShape *shape)
{
  const gsize dims[] = { shape->batch, shape->height, shape->width, shape->channels };

  return sf_shape_describe (G_N_ELEMENTS (dims), dims);
}

gboolean
sf_op_check_tensor (const SfTensorView *view, SfFormat format, const char *what, GError **error)
{
  const SfShape *shape = &view->shape;
  g_autofree char *described = sf_shape_to_string (shape);

  if (shape->batch == 0 || shape->height == 0 || shape->width == 0 || shape->channels == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "the %s is empty: %s", what,
                   described);
      return FALSE;
    }
  if (view->format != format)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "the %s is stored in another format", what);
      return FALSE;
    }
  if ((double) shape->batch * shape->height * shape->width * shape->channels > G_MAXINT32)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "the %s is too large: %s", what,
                   described);
      return FALSE;
    }
  return TRUE;
}

gboolean
sf_op_check_optional (const SfTensorView *view, const SfShape *shape, SfFormat format,
                      const char *what, GError **error)
{
  g_autofree char *has = NULL;
  g_autofree char *wants = NULL;

  if (!SF_TENSOR_IS_SET (*view))
    return TRUE;
  if (!sf_op_check_tensor (view, format, what, error))
    return FALSE;
  if (view->shape.batch == shape->batch && view->shape.height == shape->height
      && view->shape.width == shape->width && view->shape.channels == shape->channels)
    return TRUE;

  has = sf_shape_to_string (&view->shape);
  wants = sf_shape_to_string (shape);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "the %s is %s, not %s", what, has,
               wants);
  return FALSE;
}

double
sf_op_get_traffic (const SfOpCall *call)
{
  double n_bytes = sf_shape_get_bytes (&call->output.shape, call->output.format);

  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    if (SF_TENSOR_IS_SET (call->inputs[i]))
      n_bytes += sf_shape_get_bytes (&call->inputs[i].shape, call->inputs[i].format);
  return n_bytes;
}

SfRange
sf_range_or (const SfRange *range, const SfRange *instead)
{
  return range->n_bytes != 0 ? *range : *instead;
}
