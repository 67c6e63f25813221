/* SPDX-License-Identifier: MIT */
#include "core/trace/event.h"

static const char *const status_words[] = {"running", "ok", "error", "truncated", "filtered",
	"cancelled", "bypassed", "interrupted", "paused"};

const char *trace_status_word(enum trace_status status)
{
	return status_words[status];
}

bool trace_status_from_word(struct str word, enum trace_status *out)
{
	for (size_t i = 0; i < sizeof status_words / sizeof *status_words; i++) {
		if (!str_is(word, status_words[i]))
			continue;
		*out = (enum trace_status)i;
		return true;
	}
	return false;
}

const char *trace_delta_word(enum trace_delta_kind kind)
{
	static const char *const words[] = {"text", "reasoning", "refusal", "tool"};
	return words[kind];
}
