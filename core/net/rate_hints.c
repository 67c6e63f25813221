/* SPDX-License-Identifier: MIT */
#include "core/net/rate_hints.h"

struct rate_hints rate_hints_none(void)
{
	const struct rate_window unknown = {-1, -1, -1};

	return (struct rate_hints){unknown, unknown};
}
