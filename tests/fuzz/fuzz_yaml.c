/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/data/yaml.h"

/* Every text is read within the bounds or refused with a sentence; what was read can be written. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value v, again;
	if (yaml_read(&a, (struct str){(const char *)data, size}, "x.yaml", 0, &v, &e)) {
		struct str text = json_text(&a, v, JSON_COMPACT);
		if (text.len > 0 && !json_read(&a, text, "x", &again, &e))
			BUG("what YAML gave is no JSON: %s", e.text);
	} else if (e.code == ERR_NONE || e.text[0] == '\0') {
		BUG("refused without a sentence");
	}
	arena_release(&a);
	return 0;
}
