/* SPDX-License-Identifier: MIT */
#ifndef CORE_EVAL_STATISTICS_H
#define CORE_EVAL_STATISTICS_H

#include <stddef.h>

/* Figures that stand beside rates. */

struct interval {
	double low;
	double high;
};

/* The 95% Wilson score interval of HITS of TOTAL (E. B. Wilson, 1927), as fractions: with p = h/n
 * and z = 1.96, (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). No cases: [0, 1]. */
struct interval wilson_interval(size_t hits, size_t total);

#endif
