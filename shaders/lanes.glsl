/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A unit is 8 lanes that share operands: SHARED of them, 8 unless said otherwise.
 *
 * BROADCAST: a unit is a subgroup of 8 and a workgroup of its own. Of every 8 shared operands each
 * lane loads the one of its own number, and subgroupBroadcast spreads the values.
 * Otherwise a workgroup is 4 units, and each lane loads all shared operands.
 *
 * SHARED_INDEX (load): which of the shared operands a lane's load takes.
 * SPREAD (Type, values): the values of all, given the lane's values[SHARED_LOADS]. */

#define LANES 8u

#ifndef SHARED
#define SHARED 8
#endif

#ifdef BROADCAST

#extension GL_KHR_shader_subgroup_ballot : require

layout (local_size_x = 8) in;

#define LANE gl_SubgroupInvocationID
#define UNITS 1u
#define UNIT gl_WorkGroupID.x
#define SHARED_LOADS (SHARED / 8)
#define SHARED_INDEX(load) (LANES * uint (load) + LANE)
#define SPREAD_8(value)                                                                                   \
  subgroupBroadcast (value, 0), subgroupBroadcast (value, 1), subgroupBroadcast (value, 2),               \
      subgroupBroadcast (value, 3), subgroupBroadcast (value, 4), subgroupBroadcast (value, 5),           \
      subgroupBroadcast (value, 6), subgroupBroadcast (value, 7)
#if SHARED == 8
#define SPREAD(Type, values) Type[8] (SPREAD_8 (values[0]))
#elif SHARED == 16
#define SPREAD(Type, values) Type[16] (SPREAD_8 (values[0]), SPREAD_8 (values[1]))
#elif SHARED == 32
#define SPREAD(Type, values) \
  Type[32] (SPREAD_8 (values[0]), SPREAD_8 (values[1]), SPREAD_8 (values[2]), SPREAD_8 (values[3]))
#endif

#else

layout (local_size_x = 8, local_size_y = 4) in;

#define LANE gl_LocalInvocationID.x
#define UNITS 4u
#define UNIT (gl_WorkGroupID.x * UNITS + gl_LocalInvocationID.y)
#define SHARED_LOADS SHARED
#define SHARED_INDEX(load) uint (load)
#define SPREAD(Type, values) values

#endif
