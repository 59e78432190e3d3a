/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-pipeline.h"

#include "vk/sf-speeds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static guint
pipeline_hash (gconstpointer key)
{
  const SfPipeline *self = key;
  guint hash = g_direct_hash (self->shader);
  for (guint i = 0; i < self->shader->n_constants; i++)
    hash = hash * 31 + self->constants[i];
  return hash;
}

static gboolean
pipeline_equal (gconstpointer a, gconstpointer b)
{
  const SfPipeline *first = a;
  const SfPipeline *second = b;
  return first->shader == second->shader
         && memcmp (first->constants, second->constants, sizeof first->constants) == 0;
}

static void
pipeline_free (SfPipeline *self)
{
  SfDevice *device = self->device;

  device->vk.DestroyPipeline (device->handle, self->handle, NULL);
  device->vk.DestroyPipelineLayout (device->handle, self->layout, NULL);
  device->vk.DestroyDescriptorSetLayout (device->handle, self->set_layout, NULL);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPipeline, pipeline_free)

GHashTable *
sf_pipeline_table_new (void)
{
  return g_hash_table_new_full (pipeline_hash, pipeline_equal, (GDestroyNotify) pipeline_free,
                                NULL);
}

VkDescriptorType
sf_binding_kind_get_descriptor_type (SfBindingKind kind)
{
  return kind == SF_BINDING_STORAGE ? VK_DESCRIPTOR_TYPE_STORAGE_BUFFER
                                    : VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
}

static VkResult
create_layouts (SfPipeline *self)
{
  SfDevice *device = self->device;
  const SfShader *shader = self->shader;
  VkDescriptorSetLayoutBinding bindings[SF_SHADER_MAX_BINDINGS];

  for (guint i = 0; i < shader->n_bindings; i++)
    bindings[i] = (VkDescriptorSetLayoutBinding){
      .binding = i,
      .descriptorType = sf_binding_kind_get_descriptor_type (shader->bindings[i]),
      .descriptorCount = 1,
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
    };
  VkDescriptorSetLayoutCreateInfo set_info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .bindingCount = shader->n_bindings,
    .pBindings = bindings,
  };
  VkResult result = device->vk.CreateDescriptorSetLayout (device->handle, &set_info, NULL,
                                                          &self->set_layout);
  if (result != VK_SUCCESS)
    return result;

  VkPushConstantRange push = { VK_SHADER_STAGE_COMPUTE_BIT, 0, shader->push_bytes };
  VkPipelineLayoutCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = 1,
    .pSetLayouts = &self->set_layout,
    .pushConstantRangeCount = shader->push_bytes > 0 ? 1 : 0,
    .pPushConstantRanges = &push,
  };
  return device->vk.CreatePipelineLayout (device->handle, &info, NULL, &self->layout);
}

static VkResult
create_pipeline (SfPipeline *self)
{
  SfDevice *device = self->device;
  const SfShader *shader = self->shader;
  VkSpecializationMapEntry entries[SF_SHADER_MAX_CONSTANTS];

  for (guint i = 0; i < shader->n_constants; i++)
    entries[i] = (VkSpecializationMapEntry){ i, i * sizeof (guint32), sizeof (guint32) };
  VkSpecializationInfo specialization = {
    .mapEntryCount = shader->n_constants,
    .pMapEntries = entries,
    .dataSize = shader->n_constants * sizeof (guint32),
    .pData = self->constants,
  };
  VkShaderModuleCreateInfo module_info = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = shader->code_bytes,
    .pCode = shader->code,
  };
  VkShaderModule module;
  VkResult result = device->vk.CreateShaderModule (device->handle, &module_info, NULL, &module);
  if (result != VK_SUCCESS)
    return result;

  VkComputePipelineCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .flags = VK_PIPELINE_CREATE_DISPATCH_BASE_BIT,
    .stage = {
      .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
      .module = module,
      .pName = "main",
      .pSpecializationInfo = &specialization,
    },
    .layout = self->layout,
  };
  result = device->vk.CreateComputePipelines (device->handle, device->pipeline_cache, 1, &info,
                                              NULL, &self->handle);
  device->vk.DestroyShaderModule (device->handle, module, NULL);
  return result;
}

SfPipeline *
sf_pipeline_get (SfDevice *device, const SfShader *shader, const guint32 *constants,
                 guint n_constants, GError **error)
{
  g_return_val_if_fail (device != NULL && shader != NULL, NULL);
  g_return_val_if_fail (n_constants == shader->n_constants
                            && (constants != NULL || n_constants == 0),
                        NULL);

  g_autoptr (SfPipeline) self = g_new0 (SfPipeline, 1);
  self->device = device;
  self->shader = shader;
  for (guint i = 0; i < n_constants; i++)
    self->constants[i] = constants[i];

  SfPipeline *known = g_hash_table_lookup (device->pipelines, self);
  if (known != NULL)
    return known;

  VkResult result = create_layouts (self);
  if (result == VK_SUCCESS)
    result = create_pipeline (self);
  if (!sf_vk_check (result, error, _ ("build the shader %s for %s"), shader->name,
                    device->info->name))
    return NULL;

  SfPipeline *made = g_steal_pointer (&self);
  made->slowness = sf_speeds_find (device, made);
  g_hash_table_add (device->pipelines, made);
  return made;
}
