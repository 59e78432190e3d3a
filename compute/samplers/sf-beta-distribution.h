/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The value that a variable of the beta distribution with parameters @a and @b, both
 * above 0, stays below with probability @p, 0 ... 1: the inverse of the regularised
 * incomplete beta function, to about 1e-14 (DLMF 8.17). */
double sf_beta_distribution_quantile (double p, double a, double b);

G_END_DECLS
