/* SPDX-License-Identifier: MIT */
#include "tui/part/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static char *scaled(double n, const char *unit, char out[UNIT_TEXT])
{
	int digits = n < 9.95 ? 1 : 0;
	snprintf(out, UNIT_TEXT, "%.*f %s", digits, n, unit);
	return out;
}

char *unit_duration(int64_t ns, char out[UNIT_TEXT])
{
	double ms = (double)ns / 1e6;
	int64_t seconds = ns / 1000000000;
	if (ms < 0.05)
		snprintf(out, UNIT_TEXT, "0 ms");
	else if (ms < 999.5)
		return scaled(ms, "ms", out);
	else if (seconds < 60)
		snprintf(out, UNIT_TEXT, "%.*f s", ms < 9995 ? 2 : 1, ms / 1000);
	else if (seconds < 3600)
		snprintf(out, UNIT_TEXT, "%" PRId64 " m %02" PRId64 " s", seconds / 60,
			seconds % 60);
	else
		snprintf(out, UNIT_TEXT, "%" PRId64 " h %02" PRId64 " m", seconds / 3600,
			seconds / 60 % 60);
	return out;
}

char *unit_bytes(int64_t bytes, char out[UNIT_TEXT])
{
	static const char *const units[] = {"KB", "MB", "GB"};
	double n = (double)bytes / 1000;
	if (bytes < 1000) {
		snprintf(out, UNIT_TEXT, "%" PRId64 " B", bytes);
		return out;
	}
	int unit = 0;
	for (; n >= 999.5 && unit < 2; unit++)
		n /= 1000;
	return scaled(n, units[unit], out);
}

char *unit_tokens(int64_t tokens, bool estimated, char out[UNIT_TEXT])
{
	snprintf(out, UNIT_TEXT, "%s%" PRId64 " tok", estimated ? "≈" : "", tokens);
	return out;
}

char *unit_time(int64_t ns, int64_t now_ns, char out[UNIT_TEXT])
{
	time_t seconds = (time_t)(ns / 1000000000), now_seconds = (time_t)(now_ns / 1000000000);
	struct tm then, now;
	localtime_r(&seconds, &then);
	localtime_r(&now_seconds, &now);
	bool this_year = then.tm_year == now.tm_year;
	bool today = this_year && then.tm_yday == now.tm_yday;
	strftime(out, UNIT_TEXT, today ? "%H:%M" : this_year ? "%m-%d" : "%Y-%m-%d", &then);
	return out;
}
