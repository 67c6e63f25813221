/* SPDX-License-Identifier: MIT */
#include "core/net/retry_after.h"

#include <curl/curl.h>

static const int64_t second = INT64_C(1000000000);
static const int64_t day = INT64_C(86400) * INT64_C(1000000000);

static int64_t bounded(double ns)
{
	if (!(ns > 0))
		return 0;
	return ns < (double)day ? (int64_t)ns : day;
}

int64_t retry_after(struct str ms, struct str seconds, int64_t now_ns)
{
	struct arena a = ARENA_INIT;
	double number;
	int64_t wait = 0;

	if (str_to_double(str_trim(ms), &number) && number > 0) {
		wait = bounded(number * 1e6);
	} else if (str_to_double(str_trim(seconds), &number)) {
		wait = bounded(number * 1e9);
	} else if (seconds.len) {
		const time_t when = curl_getdate(str_cstr(&a, seconds), NULL);
		if (when > 0)
			wait = bounded((double)((int64_t)when * second - now_ns));
	}
	arena_release(&a);
	return wait;
}
