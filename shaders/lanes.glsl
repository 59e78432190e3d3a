/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A unit is 8 lanes that share operands: SHARED of them (8 unless said otherwise).
 *
 * BROADCAST: a unit is a subgroup of 8 and a workgroup of its own. Of 8 shared operands each
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
#define SHARED_LOADS 1
#define SHARED_INDEX(load) LANE
#define SPREAD(Type, values)                                                        \
  Type[8] (subgroupBroadcast (values[0], 0), subgroupBroadcast (values[0], 1), \
           subgroupBroadcast (values[0], 2), subgroupBroadcast (values[0], 3), \
           subgroupBroadcast (values[0], 4), subgroupBroadcast (values[0], 5), \
           subgroupBroadcast (values[0], 6), subgroupBroadcast (values[0], 7))

#else

layout (local_size_x = 8, local_size_y = 4) in;

#define LANE gl_LocalInvocationID.x
#define UNITS 4u
#define UNIT (gl_WorkGroupID.x * UNITS + gl_LocalInvocationID.y)
#define SHARED_LOADS SHARED
#define SHARED_INDEX(load) uint (load)
#define SPREAD(Type, values) values

#endif
