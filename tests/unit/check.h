/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

/* cmocka with the headers it needs before it, and an assertion for counted strings. A test program
 * runs one group, because a second group would print a second TAP plan. */

#include "core/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* S has exactly the bytes of the C string WANT. */
#define assert_str(s, want)                                                                        \
	do {                                                                                       \
		struct str got_ = (s);                                                             \
		assert_int_equal(got_.len, strlen(want));                                          \
		assert_memory_equal(got_.len > 0 ? got_.at : "", (want), got_.len);                \
	} while (0)

#endif
