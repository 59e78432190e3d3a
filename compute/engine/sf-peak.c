/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-peak.h"

#include <time.h>

#define LANES 8
#define SUMS 12 /* enough to hide an addition's latency behind the others */
#define ROUNDS 1000000
#define REPEATS 4

typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float))));

#ifdef __x86_64__
__attribute__ ((target ("avx2,fma")))
#endif
static float
multiply_and_add (void)
{
  const Lanes factor = { 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f };
  /* all different, or the compiler would make one of them */
  Lanes a = factor, b = factor + 1, c = factor + 2, d = factor + 3, e = factor + 4, f = factor + 5;
  Lanes g = -a, h = -b, i = -c, j = -d, k = -e, l = -f;

  for (guint round = 0; round < ROUNDS; round++)
    {
      a = a * factor + factor;
      b = b * factor + factor;
      c = c * factor + factor;
      d = d * factor + factor;
      e = e * factor + factor;
      f = f * factor + factor;
      g = g * factor + factor;
      h = h * factor + factor;
      i = i * factor + factor;
      j = j * factor + factor;
      k = k * factor + factor;
      l = l * factor + factor;
    }

  a += b + c + d + e + f + g + h + i + j + k + l;
  return a[0] + a[LANES - 1];
}

static double
get_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

double
sf_peak_get_cpu_seconds (void)
{
  return get_seconds (CLOCK_PROCESS_CPUTIME_ID);
}

double
sf_peak_measure (void)
{
  volatile float kept;
  double best = G_MAXDOUBLE;

#ifdef __x86_64__
  if (!__builtin_cpu_supports ("avx2") || !__builtin_cpu_supports ("fma"))
    return 0;
#endif
  for (guint i = 0; i < REPEATS; i++)
    {
      const double started = get_seconds (CLOCK_THREAD_CPUTIME_ID);

      kept = multiply_and_add ();
      best = MIN (best, get_seconds (CLOCK_THREAD_CPUTIME_ID) - started);
    }
  (void) kept;

  return 2.0 * LANES * SUMS * ROUNDS / best * g_get_num_processors ();
}
