/* SPDX-License-Identifier: MIT */
#include "core/flow/flow_check.h"

/* Any flow file is read and checked, or refused with a sentence. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct flow f;
	struct graph graph;
	struct str text = {(const char *)data, size};
	bool ok = flow_parse(&a, "/proc/self/fdinfo", "flow.dag.yaml", text, &f, &e) &&
		  flow_check(&f, &a, &graph, &e);
	if (!ok && (e.code == ERR_NONE || e.text[0] == '\0'))
		BUG("refused without a sentence");
	arena_release(&a);
	return 0;
}
