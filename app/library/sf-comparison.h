/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-axis.h"

G_BEGIN_DECLS

#define SF_COMPARISON_MAX_CELLS 200

/**
 * SfComparison: a table of pictures in which one setting changes from column to column and another from row to row, while
 * all others are the same. Immutable, reference counted.
 */
typedef struct _SfComparison SfComparison;

/* @x, @y: copied; NULL for a single column or row, but not both. Every cell is checked: an error says what is wrong with the
 * first that could not be painted, or that there are too many. */
SfComparison *sf_comparison_new (const SfRequest *base, const SfAxis *x, const SfAxis *y,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
SfComparison *sf_comparison_ref (SfComparison *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_comparison_unref (SfComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfComparison, sf_comparison_unref)

/* Without what all cells share, and back; NULL where it is none. */
char *sf_comparison_to_json (const SfComparison *self) G_GNUC_WARN_UNUSED_RESULT;
SfComparison *sf_comparison_new_from_json (const SfRequest *base, const char *json, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

const SfRequest *sf_comparison_get_base (const SfComparison *self);
const SfAxis *sf_comparison_get_x (const SfComparison *self);
const SfAxis *sf_comparison_get_y (const SfComparison *self);
guint sf_comparison_get_n_columns (const SfComparison *self);
guint sf_comparison_get_n_rows (const SfComparison *self);
guint sf_comparison_get_n_cells (const SfComparison *self);

/* Cells in the order in which they are painted: what is most work to change changes least often. */
SfRequest *sf_comparison_dup_cell (const SfComparison *self, guint index) G_GNUC_WARN_UNUSED_RESULT;
void sf_comparison_get_place (const SfComparison *self, guint index, guint *column, guint *row);

/* @infotext, of one of its pictures, as that of the sheet: with both lists, as stable-diffusion-webui writes them. */
char *sf_comparison_extend_infotext (const SfComparison *self, const char *infotext)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
