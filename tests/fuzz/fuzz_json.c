/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"

/* What was read and written again reads as the same text. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value first, second;
	if (json_read(&a, (struct str){(const char *)data, size}, "x", &first, &e)) {
		struct str once = json_text(&a, first, JSON_COMPACT);
		if (!json_read(&a, once, "again", &second, &e))
			BUG("its own JSON is refused: %s", e.text);
		if (!str_eq(once, json_text(&a, second, JSON_COMPACT)))
			BUG("writing is not stable");
		if (!json_read(&a, json_text(&a, first, JSON_INDENTED), "again", &second, &e))
			BUG("its own indented JSON is refused: %s", e.text);
	} else if (e.code == ERR_NONE || e.text[0] == '\0') {
		BUG("refused without a sentence");
	}
	arena_release(&a);
	return 0;
}
