/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-device-private.h"

G_BEGIN_DECLS

struct _SfPipeline
{
  SfDevice *device; /* which owns this object */
  const SfShader *shader;
  guint32 constants[SF_SHADER_MAX_CONSTANTS];
  VkDescriptorSetLayout set_layout;
  VkPipelineLayout layout;
  VkPipeline handle;
  double slowness;   /* see sf_pace_estimate() */
  gboolean was_used; /* it was in a submission */
};

/* The device's set of pipelines. */
GHashTable *sf_pipeline_table_new (void) G_GNUC_WARN_UNUSED_RESULT;

VkDescriptorType sf_binding_kind_get_descriptor_type (SfBindingKind kind);

G_END_DECLS
