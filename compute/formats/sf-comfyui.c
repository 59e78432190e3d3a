/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-comfyui.h"

#include <string.h>

#include "formats/sf-foreign-json.h"

/* How far links are followed: graphs may be circular. */
#define MAX_LINKS 200
#define MAX_NODES 5000

typedef JsonObject *Inputs; /* of a node */

typedef struct
{
  JsonObject *nodes;
  guint n_links; /* followed so far in this search */
} Graph;

/* The inputs of the node that @link names, and which output of it; NULL when it is no link. */
static Inputs
follow (Graph *graph, JsonNode *link, const char **class_type, gint64 *output)
{
  g_autofree char *id = NULL;
  JsonObject *node;
  JsonArray *pair;

  if (link == NULL || !JSON_NODE_HOLDS_ARRAY (link) || graph->n_links >= MAX_LINKS)
    return NULL;
  pair = json_node_get_array (link);
  if (json_array_get_length (pair) != 2)
    return NULL;
  id = sf_foreign_json_dup_value (json_array_get_element (pair, 0));
  node = id != NULL ? sf_foreign_json_get_object (graph->nodes, id) : NULL;
  if (node == NULL)
    return NULL;

  graph->n_links++;
  if (class_type != NULL)
    *class_type = sf_foreign_json_get_string (node, "class_type");
  if (output != NULL)
    {
      JsonNode *number = json_array_get_element (pair, 1);

      *output = JSON_NODE_HOLDS_VALUE (number) && json_node_get_value_type (number) == G_TYPE_INT64
                    ? json_node_get_int (number)
                    : 0;
    }

  return sf_foreign_json_get_object (node, "inputs");
}

static Inputs
follow_input (Graph *graph, Inputs inputs, const char *name)
{
  return follow (graph, json_object_get_member (inputs, name), NULL, NULL);
}

/* The value of an input, which another node may provide under the same name or one that nodes for values use. NULL
 * when there is no such input. */
static char *
dup_input (Graph *graph, Inputs inputs, const char *name)
{
  static const char *const names[] = { "value", "text",  "string", "String", "prompt",
                                       "int",   "float", "seed",   "number" };

  JsonNode *node = json_object_get_member (inputs, name);
  char *value;

  graph->n_links = 0;
  while ((value = sf_foreign_json_dup_value (node)) == NULL
         && (inputs = follow (graph, node, NULL, NULL)) != NULL)
    {
      node = json_object_get_member (inputs, name);
      for (guint i = 0; i < G_N_ELEMENTS (names) && node == NULL; i++)
        node = json_object_get_member (inputs, names[i]);
    }

  return value;
}

static gboolean
has (Inputs inputs, const char *name)
{
  return json_object_has_member (inputs, name);
}

static gboolean
is_sampler (Inputs inputs)
{
  return has (inputs, "latent_image")
         && (has (inputs, "sigmas") || (has (inputs, "steps") && has (inputs, "sampler_name")));
}

/* The node upstream of an input that has @wanted, through nodes that pass on what they are given as one of @passing. */
static Inputs
find_upstream (Graph *graph, Inputs inputs, const char *name, const char *wanted,
               const char *const *passing)
{
  graph->n_links = 0;
  for (inputs = follow_input (graph, inputs, name); inputs != NULL && !has (inputs, wanted);)
    {
      Inputs next = NULL;

      for (guint i = 0; passing[i] != NULL && next == NULL; i++)
        next = follow_input (graph, inputs, passing[i]);
      inputs = next;
    }

  return inputs;
}

static const char *const latent_inputs[] = { "samples", "latent", "latent_image", NULL };
static const char *const model_inputs[] = { "model", "model1", "basic_pipe", NULL };
static const char *const clip_inputs[] = { "clip", "clip1", NULL };

/* The empty latent that a sampler starts from, not by way of another sampler. */
static Inputs
find_empty_latent (Graph *graph, Inputs sampler)
{
  Inputs inputs = sampler;

  graph->n_links = 0;
  do
    {
      Inputs next = NULL;

      for (guint i = 0; latent_inputs[i] != NULL && next == NULL; i++)
        next = follow_input (graph, inputs, latent_inputs[i]);
      inputs = next;
      if (inputs != NULL && has (inputs, "width") && has (inputs, "height")
          && !has (inputs, "samples"))
        return inputs;
    }
  while (inputs != NULL && !is_sampler (inputs));

  return NULL;
}

static Inputs
find_sampler (Graph *graph)
{
  g_autoptr (GList) ids = json_object_get_members (graph->nodes);
  Inputs first = NULL;

  for (GList *id = ids; id != NULL; id = id->next)
    {
      JsonObject *node = sf_foreign_json_get_object (graph->nodes, id->data);
      Inputs inputs = node != NULL ? sf_foreign_json_get_object (node, "inputs") : NULL;

      if (inputs == NULL || !is_sampler (inputs))
        continue;
      if (find_empty_latent (graph, inputs) != NULL)
        return inputs;
      if (first == NULL)
        first = inputs;
    }

  return first;
}

/* The node with a text that a conditioning comes from. Of nodes that have both prompts, such as those of a
 * ControlNet, the output that leads here tells which; a zeroed conditioning comes from none. */
static Inputs
find_prompt (Graph *graph, Inputs sampler, const char *name)
{
  static const char *const passing[] = { "conditioning", "conditioning_1", "conditioning_to",
                                         "cond1", NULL };
  const char *class_type = NULL;
  gint64 output = 0;
  Inputs inputs = sampler;
  JsonNode *link = json_object_get_member (sampler, name);

  graph->n_links = 0;
  while ((inputs = follow (graph, link, &class_type, &output)) != NULL)
    {
      link = NULL;
      if (class_type != NULL && g_str_equal (class_type, "ConditioningZeroOut"))
        return NULL;
      if (has (inputs, "text") || has (inputs, "text_g"))
        return inputs;
      if (has (inputs, "positive") && has (inputs, "negative"))
        link = json_object_get_member (inputs, output == 1 ? "negative" : "positive");
      for (guint i = 0; passing[i] != NULL && link == NULL; i++)
        link = json_object_get_member (inputs, passing[i]);
    }

  return NULL;
}

static char *
dup_prompt (Graph *graph, Inputs node)
{
  char *text;

  if (node == NULL)
    return g_strdup ("");

  text = dup_input (graph, node, has (node, "text") ? "text" : "text_g");
  return text != NULL ? text : g_strdup ("");
}

static void
set_input (SfInfotext *infotext, const char *key, Graph *graph, Inputs inputs, const char *name)
{
  g_autofree char *value = inputs != NULL ? dup_input (graph, inputs, name) : NULL;

  if (value != NULL && *value != '\0')
    sf_infotext_set (infotext, key, value);
}

/* A KSampler has everything; the custom ones have a node for each part. */
static void
set_sampling (SfInfotext *infotext, Graph *graph, Inputs sampler, Inputs guider)
{
  Inputs noise = follow_input (graph, sampler, "noise");
  Inputs choice = follow_input (graph, sampler, "sampler");
  Inputs sigmas = find_upstream (graph, sampler, "sigmas", "steps",
                                 (const char *const[]){ "sigmas", "high_sigmas", NULL });
  g_autofree char *denoise = NULL;

  set_input (infotext, "Steps", graph, sigmas != NULL ? sigmas : sampler, "steps");
  set_input (infotext, "Sampler", graph, choice != NULL ? choice : sampler, "sampler_name");
  set_input (infotext, "Schedule type", graph, sigmas != NULL ? sigmas : sampler, "scheduler");
  set_input (infotext, "CFG scale", graph, guider, "cfg");
  set_input (infotext, "Seed", graph, noise != NULL ? noise : sampler,
             has (noise != NULL ? noise : sampler, "noise_seed") ? "noise_seed" : "seed");
  denoise = dup_input (graph, sigmas != NULL ? sigmas : sampler, "denoise");
  if (denoise != NULL && !g_str_equal (denoise, "1"))
    sf_infotext_set (infotext, "Denoising strength", denoise);
}

/* Schedules that are nodes of their own have no input that names them. */
static void
set_schedule_of_node (SfInfotext *infotext, Graph *graph, Inputs sampler)
{
  static const struct
  {
    const char *class_type;
    const char *schedule;
  } schedules[] = {
    { "KarrasScheduler", "karras" },
    { "ExponentialScheduler", "exponential" },
    { "PolyexponentialScheduler", "polyexponential" },
    { "AlignYourStepsScheduler", "ays" },
    { "BetaSamplingScheduler", "beta" },
  };
  const char *class_type = NULL;

  graph->n_links = 0;
  follow (graph, json_object_get_member (sampler, "sigmas"), &class_type, NULL);
  for (guint i = 0; class_type != NULL && i < G_N_ELEMENTS (schedules); i++)
    if (g_str_equal (class_type, schedules[i].class_type))
      sf_infotext_set (infotext, "Schedule type", schedules[i].schedule);
}

static void
set_file (SfInfotext *infotext, const char *key, Graph *graph, Inputs inputs, const char *name)
{
  g_autofree char *path = inputs != NULL ? dup_input (graph, inputs, name) : NULL;
  g_autofree char *file = path != NULL ? sf_infotext_dup_model_name (path) : NULL;

  if (file != NULL && *file != '\0')
    sf_infotext_set (infotext, key, file);
}

static void
set_loras (SfInfotext *infotext, Graph *graph, Inputs guider)
{
  g_autoptr (GString) loras = g_string_new (NULL);
  Inputs inputs = guider;

  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *path = NULL;
      g_autofree char *name = NULL;
      g_autofree char *weight = NULL;

      inputs = find_upstream (graph, inputs, "model", "lora_name", model_inputs);
      if (inputs == NULL)
        break;
      path = dup_input (graph, inputs, "lora_name");
      weight = dup_input (graph, inputs, "strength_model");
      if (path == NULL || weight == NULL)
        continue;
      name = sf_infotext_dup_model_name (path);
      g_string_append_printf (loras, "%s%s: %s", loras->len > 0 ? ", " : "", name, weight);
    }

  if (loras->len > 0)
    sf_infotext_set (infotext, "Lora weights", loras->str);
}

/* The checkpoint and what is changed about it on its way to the sampler. */
static void
set_model (SfInfotext *infotext, Graph *graph, Inputs guider)
{
  Inputs checkpoint = find_upstream (graph, guider, "model", "ckpt_name", model_inputs);
  Inputs sampling = find_upstream (graph, guider, "model", "zsnr", model_inputs);
  Inputs rescale = find_upstream (graph, guider, "model", "multiplier", model_inputs);
  g_autofree char *zsnr = NULL;

  if (checkpoint != NULL)
    set_file (infotext, "Model", graph, checkpoint, "ckpt_name");
  else
    set_file (infotext, "Model", graph,
              find_upstream (graph, guider, "model", "unet_name", model_inputs), "unet_name");
  set_loras (infotext, graph, guider);
  set_input (infotext, "CFG rescale", graph, rescale, "multiplier");
  set_input (infotext, "Prediction", graph, sampling, "sampling");
  zsnr = sampling != NULL ? dup_input (graph, sampling, "zsnr") : NULL;
  if (g_strcmp0 (zsnr, "True") == 0)
    sf_infotext_set (infotext, "Noise Schedule", "Zero Terminal SNR");
}

static void
set_clip_skip (SfInfotext *infotext, Graph *graph, Inputs prompt)
{
  Inputs layer = prompt != NULL
                     ? find_upstream (graph, prompt, "clip", "stop_at_clip_layer", clip_inputs)
                     : NULL;
  g_autofree char *number = layer != NULL ? dup_input (graph, layer, "stop_at_clip_layer") : NULL;
  const gint64 skip = number != NULL ? -(gint64) g_ascii_strtoull (number, NULL, 10) : 1;

  if (skip > 1 && skip < 100)
    sf_infotext_set_integer (infotext, "Clip skip", (guint64) skip);
}

static void
set_size (SfInfotext *infotext, Graph *graph, Inputs latent)
{
  g_autofree char *width = dup_input (graph, latent, "width");
  g_autofree char *height = dup_input (graph, latent, "height");
  g_autofree char *size = g_strdup_printf ("%sx%s", width, height);
  g_autofree char *count = dup_input (graph, latent, "batch_size");

  if (width != NULL && height != NULL)
    sf_infotext_set (infotext, "Size", size);
  if (count != NULL && !g_str_equal (count, "1"))
    sf_infotext_set (infotext, "Batch size", count);
}

/* The file of a separate VAE, which decodes or encodes somewhere in the graph. */
static void
set_vae (SfInfotext *infotext, Graph *graph)
{
  g_autoptr (GList) ids = json_object_get_members (graph->nodes);

  for (GList *id = ids; id != NULL; id = id->next)
    {
      JsonObject *node = sf_foreign_json_get_object (graph->nodes, id->data);
      Inputs inputs = node != NULL ? sf_foreign_json_get_object (node, "inputs") : NULL;

      if (inputs == NULL || !has (inputs, "samples") || !has (inputs, "vae"))
        continue;
      graph->n_links = 0;
      inputs = follow_input (graph, inputs, "vae");
      if (inputs != NULL && has (inputs, "vae_name"))
        set_file (infotext, "VAE", graph, inputs, "vae_name");
    }
}

SfInfotext *
sf_comfyui_read (JsonObject *nodes)
{
  Graph graph = { nodes, 0 };
  g_autofree char *prompt = NULL;
  g_autofree char *negative = NULL;
  Inputs sampler, guider, latent, positive_node;
  SfInfotext *infotext;

  g_return_val_if_fail (nodes != NULL, NULL);

  if (json_object_get_size (nodes) > MAX_NODES)
    return NULL;
  sampler = find_sampler (&graph);
  if (sampler == NULL)
    return NULL;

  graph.n_links = 0;
  guider = follow_input (&graph, sampler, "guider");
  if (guider == NULL)
    guider = sampler;
  positive_node = find_prompt (&graph, guider,
                               has (guider, "positive") ? "positive" : "conditioning");
  prompt = dup_prompt (&graph, positive_node);
  negative = dup_prompt (&graph, find_prompt (&graph, guider, "negative"));
  infotext = sf_infotext_new (prompt, negative);

  graph.n_links = 0;
  set_sampling (infotext, &graph, sampler, guider);
  set_schedule_of_node (infotext, &graph, sampler);
  latent = find_empty_latent (&graph, sampler);
  if (latent != NULL)
    set_size (infotext, &graph, latent);
  set_model (infotext, &graph, guider);
  set_vae (infotext, &graph);
  set_clip_skip (infotext, &graph, positive_node);
  sf_infotext_set (infotext, "RNG", "CPU");
  sf_infotext_set (infotext, "Compatibility", "ComfyUI");
  sf_infotext_set (infotext, "Version", "ComfyUI");

  return infotext;
}
