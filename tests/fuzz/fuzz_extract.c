/* SPDX-License-Identifier: MIT */
#include "core/base/err.h"
#include "core/model/extract.h"

/* Any prompt ends in an answer within bounds, the same each time. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	size_t cut = size > 0 ? data[0] * size / 256 : 0;
	struct str text = {(const char *)data, size};
	struct message m[] = {{.role = ROLE_SYSTEM, .content = str_slice(text, 0, cut)},
		{.role = ROLE_USER, .content = str_slice(text, cut, size)}};
	struct extract_answer one = extract_answer(&a, m, 2);
	struct extract_answer two = extract_answer(&a, m, 2);
	if (one.len == 0 || one.len > EXTRACT_MAX_PIECES || one.len != two.len)
		BUG("%zu and %zu pieces", one.len, two.len);
	for (size_t i = 0; i < one.len; i++)
		if (!str_eq(one.pieces[i], two.pieces[i]))
			BUG("the answer changes");
	if (one.support < 0 || one.support > 1.000001)
		BUG("support is %f", one.support);
	arena_release(&a);
	return 0;
}
