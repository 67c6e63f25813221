/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_FAILPOINT_H
#define CORE_BASE_FAILPOINT_H

#include "config.h"

/*
 * Places where a test can end the program or make a step fail: LATHE_FAIL=POINT:NTH:ACTION in the
 * environment acts the NTH time (from 1) that POINT is passed. Actions: "kill" (SIGKILL to itself),
 * "abort", "crash" (SIGSEGV), "error" (failpoint_error says true; FAILPOINT ignores it), "stop"
 * (SIGSTOP, so that a test can look around and then continue or kill it).
 *
 * Built in only with ./configure --enable-failpoints; otherwise both come to nothing.
 */

#ifdef ENABLE_FAILPOINTS
#include <stdbool.h>

/* Passes the point: may not return. True when the step should fail. */
bool failpoint_error(const char *point);
#define FAILPOINT(point) ((void)failpoint_error(point))
#else
#define failpoint_error(point) false
#define FAILPOINT(point)       ((void)0)
#endif

#endif
