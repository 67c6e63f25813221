/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_TOKEN_METER_H
#define TUI_PANE_TOKEN_METER_H

#include "core/engine/token_gauge.h"
#include "tui/part/edit.h"

/*
 * How many tokens a text is while it is typed, as the run's model counts them. A change costs what
 * the lines around it cost: where a line begins with a visible character no token reaches over the
 * break, so what lies between two such places is counted by itself.
 *
 * A text of more than a megabyte, or with lines too long for that, is estimated until it was
 * counted elsewhere.
 */

struct token_meter {
	struct token_gauge gauge;
	size_t units; /* see estimate_units */
	int64_t base; /* tokens by the gauge's tokenizer; TOKENS_UNCOUNTED, TOKENS_TOO_MANY */
	enum token_script script;
};

enum { TOKENS_UNCOUNTED = -1, TOKENS_TOO_MANY = -2 };

void token_meter_init(struct token_meter *m);
/* Another way of counting: TEXT is counted anew. */
void token_meter_use(struct token_meter *m, const struct token_gauge *gauge, struct str text);
/* The whole is another text. */
void token_meter_reset(struct token_meter *m, struct str text);
/* Around a change of EDIT's text: before it and after it. */
void token_meter_before(
	struct token_meter *m, const struct edit *edit, const struct edit_changed *c);
void token_meter_after(
	struct token_meter *m, const struct edit *edit, const struct edit_changed *c);

/* The text is too long to be counted here: somebody else may count it and tell. */
bool token_meter_wants(const struct token_meter *m);
/* TOKENS, by the gauge's tokenizer, is what the text has now. */
void token_meter_told(struct token_meter *m, int64_t tokens);

struct token_count token_meter_count(const struct token_meter *m);

#endif
