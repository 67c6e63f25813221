/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_SECRET_SCAN_H
#define CORE_NET_SECRET_SCAN_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * Finds what is left of secrets where none should be: not whole values, which redaction would have
 * taken out, but any SECRET_SCAN_WINDOW bytes in a row of any form that the redactor knows (as it
 * is, base64, base64url, hex, percent, JSON). In hex a window has twice as many digits, so that it
 * stands for as many bytes: hashes are full of short runs of digits.
 *
 * A vendor's mark at the start of a key ("sk-ant-api03-") is no secret and not looked for, nor is a
 * window of one byte over and over.
 */

struct secret_scan;

enum { SECRET_SCAN_WINDOW = 8, SECRET_SCAN_OVERLAP = 2 * SECRET_SCAN_WINDOW - 1 };

struct secret_scan *secret_scan_new(void);
void secret_scan_free(struct secret_scan *scan);
/* NAME is for people. A value with fewer bytes than a window is left out. */
bool secret_scan_add(
	struct secret_scan *scan, struct str name, struct str value, struct err *e) WARN_UNUSED;
size_t secret_scan_count(const struct secret_scan *scan); /* values that are looked for */

/* The place in BYTES, from FROM on, where a window begins, and whose it is; SIZE_MAX when there is
 * none. What comes in pieces has to overlap by SECRET_SCAN_OVERLAP bytes. */
size_t secret_scan_find(
	const struct secret_scan *scan, struct str bytes, size_t from, struct str *name);

#endif
