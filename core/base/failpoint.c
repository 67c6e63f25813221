/* SPDX-License-Identifier: MIT */
#include "core/base/failpoint.h"

#ifdef ENABLE_FAILPOINTS

#include "core/base/err.h"
#include "core/base/str.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

bool failpoint_error(const char *point)
{
	/* The one counter that is no struct's: it exists in test builds only and counts for the
	 * whole process, whichever thread passes. */
	static atomic_long passed;
	const char *wanted = getenv("LATHE_FAIL");
	if (wanted == NULL)
		return false;
	struct str rest;
	int64_t nth = 0;
	if (!str_is(str_cut(str_from(wanted), ':', &rest), point))
		return false;
	if (!str_to_int(str_cut(rest, ':', &rest), &nth) || nth < 1)
		BUG("LATHE_FAIL is not POINT:NTH:ACTION");
	if (atomic_fetch_add(&passed, 1) + 1 != nth)
		return false;
	if (str_is(rest, "kill"))
		raise(SIGKILL);
	else if (str_is(rest, "abort"))
		abort();
	else if (str_is(rest, "crash"))
		raise(SIGSEGV);
	else if (str_is(rest, "stop"))
		raise(SIGSTOP);
	else if (!str_is(rest, "error"))
		BUG("LATHE_FAIL has an unknown action");
	return str_is(rest, "error");
}

#else

/* A translation unit is not empty. */
typedef int failpoint_nothing;

#endif
