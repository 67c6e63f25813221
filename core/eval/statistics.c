/* SPDX-License-Identifier: MIT */
#include "core/eval/statistics.h"

#include <math.h>

struct interval wilson_interval(size_t hits, size_t total)
{
	static const double z = 1.959963984540054;
	if (total == 0)
		return (struct interval){0, 1};
	double n = (double)total, p = (double)hits / n, zz = z * z;
	double middle = (p + zz / (2 * n)) / (1 + zz / n);
	double half = z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n);
	double low = middle - half, high = middle + half;
	return (struct interval){low > 0 ? low : 0, high < 1 ? high : 1};
}
