/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_SANITIZE_CHECK_H
#define TESTS_SUPPORT_SANITIZE_CHECK_H

#include "core/base/str.h"

/*
 * What must hold for everything that sanitize() lets out, written down apart from how it does it:
 * by ranges, not by the tables it uses. For the unit test and the fuzzer.
 */

/* NULL when OUT is fit for a terminal, else a word about what is wrong. */
const char *sanitize_fault(struct str out, unsigned flags);

#endif
