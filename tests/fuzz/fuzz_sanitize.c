/* SPDX-License-Identifier: MIT */
#include "core/base/err.h"
#include "core/text/sanitize.h"
#include "tests/support/sanitize_check.h"

#include <string.h>

/* Any bytes, cut anywhere: the first byte chooses the flags, the second seeds where the chunks
 * end. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed_in_chunks(struct str text, unsigned flags, uint32_t seed, struct buf *out)
{
	struct sanitizer s;
	sanitize_start(&s, flags);
	for (size_t at = 0; at < text.len;) {
		seed = seed * 1664525u + 1013904223u;
		size_t len = 1 + (seed >> 24) % 7;
		sanitize_feed(&s, str_slice(text, at, at + len), out);
		at += len;
	}
	sanitize_end(&s, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	unsigned flags = data[0] & (SANITIZE_ONE_LINE | SANITIZE_BREAK_MARKS);
	struct str text = {(const char *)data + 2, size - 2};
	struct arena a = ARENA_INIT;
	struct buf chunked = BUF_INIT(0);
	struct str once = sanitize(&a, text, flags);
	const char *fault = sanitize_fault(once, flags);
	if (fault != NULL)
		BUG("let out %s", fault);
	if (once.len > text.len * 4)
		BUG("%zu bytes became %zu", text.len, once.len);
	if (!str_eq(once, sanitize(&a, once, flags)))
		BUG("sanitizing twice changes the text");
	feed_in_chunks(text, flags, data[1], &chunked);
	if (!str_eq(once, buf_str(&chunked)))
		BUG("the cuts change the text");
	buf_free(&chunked);
	arena_release(&a);
	return 0;
}
