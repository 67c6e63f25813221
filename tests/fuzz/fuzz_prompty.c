/* SPDX-License-Identifier: MIT */
#include "core/flow/prompty.h"

/* Any prompt file is read or refused with a sentence. It lies in a folder without other files, so
 * references lead nowhere. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct prompt p;
	struct prompt_file file = {.root = "/proc/self/fdinfo", .path = "x.prompty"};
	struct str text = {(const char *)data, size};
	if (prompt_parse(&a, &file, text, &p, &e)) {
		if (p.template_line > size || p.template.len > size)
			BUG("a template longer than its file");
	} else if (e.code == ERR_NONE || e.text[0] == '\0') {
		BUG("refused without a sentence");
	}
	arena_release(&a);
	return 0;
}
