/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For shaders whose invocations each take one group of 8 values, in the order of memory.
 * The workgroups go on along y where x ends: grid_width of them are along x. */

layout (local_size_x = 64) in;

#define FLAT_INDEX(grid_width) \
  ((gl_WorkGroupID.y * (grid_width) + gl_WorkGroupID.x) * 64u + gl_LocalInvocationID.x)
