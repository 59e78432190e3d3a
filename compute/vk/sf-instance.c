/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-instance.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define VALIDATION_LAYER "VK_LAYER_KHRONOS_validation"

static void
set_no_device (GError **error)
{
  g_set_error_literal (error, SF_VK_ERROR, SF_VK_ERROR_NO_DEVICE,
                       _ ("list the Vulkan devices: this system has none; install a Vulkan driver, "
                          "for example the package mesa-vulkan-drivers, which also runs without a "
                          "graphics card"));
}

static VkBool32 VKAPI_PTR
message_cb (VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT types,
            const VkDebugUtilsMessengerCallbackDataEXT *data, void *user_data)
{
  SfInstance *self = user_data;

  g_atomic_int_inc (&self->n_messages);
  g_printerr ("Vulkan validation: %s\n", data->pMessage);
  return VK_FALSE;
}

static gboolean
check_validation_layer (const SfVkGlobal *global, GError **error)
{
  guint32 n_layers = 0;
  if (!sf_vk_check (global->EnumerateInstanceLayerProperties (&n_layers, NULL), error,
                    _ ("list the Vulkan layers")))
    return FALSE;
  g_autofree VkLayerProperties *layers = g_new0 (VkLayerProperties, n_layers);
  if (!sf_vk_check (global->EnumerateInstanceLayerProperties (&n_layers, layers), error,
                    _ ("list the Vulkan layers")))
    return FALSE;

  for (guint32 i = 0; i < n_layers; i++)
    if (strcmp (layers[i].layerName, VALIDATION_LAYER) == 0)
      return TRUE;

  g_set_error_literal (
      error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE,
      _ ("start Vulkan: SFUMATO_VALIDATION is 1 and the validation layer is not installed; "
         "install the package vulkan-validationlayers"));
  return FALSE;
}

static gboolean
create_messenger (SfInstance *self, const SfVkGlobal *global,
                  const VkDebugUtilsMessengerCreateInfoEXT *info, GError **error)
{
  PFN_vkCreateDebugUtilsMessengerEXT create =
      (PFN_vkCreateDebugUtilsMessengerEXT)
          global->GetInstanceProcAddr (self->handle, "vkCreateDebugUtilsMessengerEXT");
  self->destroy_messenger = (PFN_vkDestroyDebugUtilsMessengerEXT)
                                global->GetInstanceProcAddr (self->handle,
                                                             "vkDestroyDebugUtilsMessengerEXT");
  return sf_vk_check (create (self->handle, info, NULL, &self->messenger), error,
                      _ ("listen to the Vulkan validation layer"));
}

SfInstance *
sf_instance_new (GError **error)
{
  const SfVkGlobal *global = sf_vk_load (error);
  if (global == NULL)
    return NULL;

  gboolean validate = g_strcmp0 (g_getenv ("SFUMATO_VALIDATION"), "1") == 0;
  if (validate && !check_validation_layer (global, error))
    return NULL;

  g_autoptr (SfInstance) self = g_new0 (SfInstance, 1);

  VkDebugUtilsMessengerCreateInfoEXT messenger_info = {
    .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
    .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                       | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
    .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
    .pfnUserCallback = message_cb,
    .pUserData = self,
  };
  const VkValidationFeatureEnableEXT checks[] = {
    VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT
  };
  VkValidationFeaturesEXT validation = {
    .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
    .pNext = &messenger_info,
    .enabledValidationFeatureCount = G_N_ELEMENTS (checks),
    .pEnabledValidationFeatures = checks,
  };
  const char *const layers[] = { VALIDATION_LAYER };
  const char *const extensions[] = { VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
                                     VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME };
  VkApplicationInfo application = {
    .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
    .pApplicationName = "Sfumato",
    .pEngineName = "Sfumato",
    .apiVersion = VK_API_VERSION_1_2,
  };
  VkInstanceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
    .pNext = validate ? &validation : NULL,
    .pApplicationInfo = &application,
    .enabledLayerCount = validate ? G_N_ELEMENTS (layers) : 0,
    .ppEnabledLayerNames = layers,
    .enabledExtensionCount = validate ? G_N_ELEMENTS (extensions) : 0,
    .ppEnabledExtensionNames = extensions,
  };
  VkResult result = global->CreateInstance (&info, NULL, &self->handle);
  if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
    {
      set_no_device (error);
      return NULL;
    }
  if (!sf_vk_check (result, error, _ ("start Vulkan")))
    return NULL;
  if (!sf_vk_load_instance (&self->vk, global, self->handle, error))
    return NULL;
  if (validate && !create_messenger (self, global, &messenger_info, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sf_instance_free (SfInstance *self)
{
  if (self->messenger != VK_NULL_HANDLE)
    self->destroy_messenger (self->handle, self->messenger, NULL);
  if (self->vk.DestroyInstance != NULL)
    self->vk.DestroyInstance (self->handle, NULL);
  g_free (self);
}

gboolean
sf_instance_list (SfInstance *self, VkPhysicalDevice **devices, guint32 *n_devices, GError **error)
{
  guint32 n_found = 0;
  if (!sf_vk_check (self->vk.EnumeratePhysicalDevices (self->handle, &n_found, NULL), error,
                    _ ("list the Vulkan devices")))
    return FALSE;
  g_autofree VkPhysicalDevice *found = g_new0 (VkPhysicalDevice, n_found);
  if (!sf_vk_check (self->vk.EnumeratePhysicalDevices (self->handle, &n_found, found), error,
                    _ ("list the Vulkan devices")))
    return FALSE;
  if (n_found == 0)
    {
      set_no_device (error);
      return FALSE;
    }
  *devices = g_steal_pointer (&found);
  *n_devices = n_found;
  return TRUE;
}
