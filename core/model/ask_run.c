/* SPDX-License-Identifier: MIT */
#include "core/model/ask_run.h"

void ask_run_init(struct ask_run *run, uint64_t group, uint64_t seed)
{
	*run = (struct ask_run){.group = group, .jitter = {seed}};
}

void ask_run_resume(struct ask_run *run)
{
	run->pause = ASK_GO_ON;
	run->resume_at_ns = 0;
	run->stop_count = 0;
	err_clear(&run->why);
}

const char *ask_pause_word(enum ask_pause pause)
{
	static const char *const words[] = {
		"", "until", "key", "quota", "budget", "retries", "network"};

	return words[pause];
}
