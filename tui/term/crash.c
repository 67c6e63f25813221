/* SPDX-License-Identifier: MIT */
#include "tui/term/crash.h"

#include "core/base/alloc.h"
#include "tui/term/screen.h"

#include <signal.h>
#include <stdlib.h>

static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGQUIT};

enum { NUMBERS = sizeof numbers / sizeof numbers[0], STACK_BYTES = 32 << 10 };

/* What was there before, for handing on. A handler has no other way to know. */
static struct sigaction before[NUMBERS];
static void *stack;

static void on_crash(int number)
{
	screen_emergency();
	for (int i = 0; i < NUMBERS; i++)
		if (numbers[i] == number)
			sigaction(number, &before[i], NULL);
	/* Blocked until we return: then the old action takes it. */
	raise(number);
}

void crash_watch(void)
{
	stack_t now;
	if (stack == NULL && sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE)) {
		stack = xmalloc(STACK_BYTES);
		stack_t own = {.ss_sp = stack, .ss_size = STACK_BYTES};
		sigaltstack(&own, NULL);
	}
	struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
	sigemptyset(&action.sa_mask);
	for (int i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &action, &before[i]);
}

void crash_forget(void)
{
	for (int i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &before[i], NULL);
	if (stack != NULL) {
		stack_t none = {.ss_flags = SS_DISABLE};
		sigaltstack(&none, NULL);
		free(stack);
		stack = NULL;
	}
}
