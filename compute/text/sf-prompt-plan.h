/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text/sf-emphasis.h"
#include "text/sf-prompt-chunk.h"
#include "text/sf-prompt-embeddings.h"
#include "text/sf-prompt-tags.h"

G_BEGIN_DECLS

#define SF_PROMPT_MAX_BYTES (1 << 20)            /* of a prompt, before and after wildcards */
#define SF_PROMPT_MAX_SCHEDULED_BYTES (16 << 20) /* of all that its schedules make of it */
#define SF_PROMPT_MAX_PARTS 64                   /* joined by AND */
#define SF_PROMPT_MAX_STEPS 10000
#define SF_PROMPT_COMMA_BACKTRACKING 20 /* what stable-diffusion-webui begins with */

typedef enum
{
  SF_PROMPT_GRAMMAR_A1111,   /* stable-diffusion-webui, see also sf-prompt-schedule.h */
  SF_PROMPT_GRAMMAR_COMFYUI, /* ComfyUI, see sf-prompt-weights.h */
  SF_PROMPT_GRAMMAR_PLAIN,   /* the text as it is, cut off after one chunk, as diffusers does */
} SfPromptGrammar;

typedef struct
{
  SfPromptGrammar grammar;
  gboolean is_negative; /* A1111's grammar knows neither AND nor tags in negative prompts */
  /* How many tokens after the last comma, 0 to 74, may move to the next chunk; A1111's grammar only. */
  guint comma_backtracking;
  gint32 pad; /* SF_TOKENIZER_END for CLIP ViT-L, 0 for OpenCLIP */
  SfPromptEmbeddings embeddings;
  guint64 wildcard_seed;
  const char *wildcard_folder; /* NULL: "__name__" is mere text */
} SfPromptOptions;

#define SF_PROMPT_OPTIONS_INIT                                                  \
  {                                                                             \
    .comma_backtracking = SF_PROMPT_COMMA_BACKTRACKING, .pad = SF_TOKENIZER_END \
  }

/* One of the texts that a prompt comes to, in chunks for the encoder. */
typedef struct
{
  char *text;            /* with brackets and weights, without schedules */
  SfPromptChunk *chunks; /* at least one */
  guint n_chunks;
  gsize n_tokens; /* without begin and end; a chunk that is not the last counts 75 */
} SfPromptText;

/* denoised = unconditional + Σ weight · scale · (conditional - unconditional) over the parts. */
typedef struct
{
  guint text; /* index */
  float weight;
} SfPromptPart;

/**
 * SfPromptPlan: what a prompt says for each step, ready to be encoded.
 *
 * Comments go, wildcards are chosen, tags are taken out, AND splits the rest into parts, a part's
 * schedule ("[a:b:0.5]", "[a|b]") gives texts, and a text gives chunks. Texts are numbered; each is
 * encoded once, whatever the number of steps that use it.
 *
 * A malformed prompt means what the program whose grammar it is makes of it. Only size is
 * an error: see the limits above. Takes time linear in the prompt and in the texts.
 *
 * Reference counted (atomic), immutable; any thread may use it.
 */
typedef struct _SfPromptPlan SfPromptPlan;

/* @n_steps: those that schedules count, which is calls of the model in stable-diffusion-webui: twice
 * the steps for heun, dpm2, dpm2_a, dpmpp_2s_a and dpmpp_sde. @text need not be valid UTF-8. */
SfPromptPlan *sf_prompt_plan_new (SfTokenizer *tokenizer, const char *text, guint n_steps,
                                  const SfPromptOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
SfPromptPlan *sf_prompt_plan_ref (SfPromptPlan *self);
void sf_prompt_plan_unref (SfPromptPlan *self);

const SfPromptText *sf_prompt_plan_get_texts (const SfPromptPlan *self, guint *n_texts);
guint sf_prompt_plan_get_n_parts (const SfPromptPlan *self);
/* @step: the number of calls of the model before this one, as stable-diffusion-webui counts; a schedule's first step
 * therefore lasts for the calls 0 and 1. */
SfPromptPart sf_prompt_plan_get_part (const SfPromptPlan *self, guint part, guint step);
/* Whether all parts have the same texts in both steps. */
gboolean sf_prompt_plan_is_same_step (const SfPromptPlan *self, guint step, guint other_step);

const SfPromptTag *sf_prompt_plan_get_tags (const SfPromptPlan *self, guint *n_tags);
/* The prompt with its wildcards chosen, for people and for the settings in a picture. */
const char *sf_prompt_plan_get_chosen_text (const SfPromptPlan *self);
/* The most tokens and chunks of all texts, for a display as "80/150". */
gsize sf_prompt_plan_get_n_tokens (const SfPromptPlan *self);
guint sf_prompt_plan_get_n_chunks (const SfPromptPlan *self);

/* Applies the weights to what the encoder made of the texts: @encodings [n_texts] of
 * [n_chunks, 77, width] each, changed in place. As in stable-diffusion-webui the mean of
 * SF_EMPHASIS_ORIGINAL is taken over all texts of a part together, chunk by chunk.
 * @empty: [1, 77, width], of sf_prompt_chunk_init_empty(); SF_EMPHASIS_COMFYUI needs it. */
void sf_prompt_plan_apply_emphasis (const SfPromptPlan *self, SfEmphasis emphasis,
                                    SfArray *const *encodings, const SfArray *empty);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPromptPlan, sf_prompt_plan_unref)

G_END_DECLS
