/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a workgroup of the matrix kernels that go through shared memory brings in its operands: STEP texels of each of its
 * TILE_ROWS rows and PANEL_COLUMNS columns at a time. Of the texels of a row, neighbouring threads take neighbouring
 * ones; each thread stays with the same place in a step and the same ROW_LOADS rows throughout.
 *
 * What comes before: THREADS of the workgroup, a multiple of STEP, TILE_ROWS, STEP. */

#define PANEL_COLUMNS 64u
#define PANEL_GROUPS (PANEL_COLUMNS / 8u)

const uint ROW_LOADS = (TILE_ROWS * STEP + THREADS - 1u) / THREADS;
const uint COLUMN_LOADS = (PANEL_COLUMNS * STEP + THREADS - 1u) / THREADS;

/* Where the thread is in its rows: the texel of a pixel under a tap, and where that tap's pixels begin, -1 outside the
 * picture. */
uint row_texel;
uint row_tap;
int row_starts[ROW_LOADS];
Place row_places[ROW_LOADS];

void
find_starts ()
{
  uint tap_y = row_tap / kernel;
  [[unroll]] for (uint i = 0u; i < ROW_LOADS; i++)
    row_starts[i] = row_tap < kernel * kernel ? find_texel (row_places[i], tap_y, row_tap - tap_y * kernel) : -1;
}

void
advance_rows (uint n_texels)
{
  row_texel += n_texels;
  if (row_texel < in_texels)
    return;
  while (row_texel >= in_texels)
    {
      row_texel -= in_texels;
      row_tap++;
    }
  find_starts ();
}

/* The row of the tile that a thread's load takes, and the place in the step. */
uint
row_of_load (uint load)
{
  return (gl_LocalInvocationIndex + THREADS * load) / STEP;
}

uint
place_of_loads ()
{
  return gl_LocalInvocationIndex % STEP;
}

void
begin_rows (uint first_row)
{
  row_texel = 0u;
  row_tap = 0u;
  [[unroll]] for (uint i = 0u; i < ROW_LOADS; i++)
    row_places[i] = find_place (first_row + row_of_load (i));
  find_starts ();
  advance_rows (place_of_loads ());
}

Texel
fetch_row (uint load)
{
  int start = row_starts[load];
  Texel texel = FETCH (x, uint (max (start, 0)) + row_texel);
  return start >= 0 ? texel : Texel (0);
}

/* Texel number @texel of all texels of a column, the one at @position in the panel's order; see sf-matrix-layout.h. */
Texel
fetch_column (uint panel, uint texel, uint position)
{
  uint depth = kernel * kernel * in_texels;
  Texel value = FETCH (weight, (panel * depth + min (texel, depth - 1u)) * PANEL_COLUMNS + position);
  return texel < depth ? value : Texel (0);
}

Group
fetch_bias (uint group)
{
  Group offset = FETCH_VECTOR_GROUP (bias, has_bias != 0u ? min (group, out_groups - 1u) : 0u);
  if (has_bias == 0u)
    offset = Group (vec4 (0.0), vec4 (0.0));
  return offset;
}
