#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_KHR_cooperative_matrix : require

/* Whether the compiler at hand knows cooperative matrices; see meson.build. */

layout (local_size_x = 1) in;

void
main ()
{
}
