/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_CONNECT_H
#define TUI_LAYER_CONNECT_H

#include "core/engine/connection_test.h"
#include "tui/layer/layer.h"
#include "tui/part/form.h"
#include "tui/part/list_view.h"

/*
 * The connections: at the left those of lathe.yaml and what could become one (a variable that is
 * set, a server that runs on this machine), at the right the chosen one as a form, and what a test
 * of it said. Commands it gives: connect.save, .test, .keep-key (the form as arguments), .remove,
 * .default ({"name"}), .stop-test.
 *
 * A row that stands in lathe.yaml has a `was`; every other one is a suggestion that saving makes
 * real. What is typed is kept until it is saved or dropped with Esc.
 */

enum connect_kind { CONNECT_SAVED, CONNECT_OFFERED, CONNECT_FOUND, CONNECT_NEW };

struct connect_row {
	enum connect_kind kind;
	struct connection_form form; /* in the layer's arena */
	struct str note; /* why it is offered; sanitized */
	bool is_default;
};

enum { CONNECT_ROWS = 256, CONNECT_RESULT = 640 };

struct connect {
	struct arena arena;
	const struct words *words;
	struct connect_row rows[CONNECT_ROWS];
	size_t count;
	struct list_view list;
	struct form form;
	size_t provider; /* the chosen row's, among those that the form knows */
	uint64_t clean; /* the form's state as it was loaded */
	bool in_form; /* the keys are the form's */
	bool dropping; /* Esc was pressed once over unsaved changes */
	bool testing;
	enum role result_role;
	char result[CONNECT_RESULT]; /* of the last test, "" none; sanitized */
	struct str *models; /* that it listed; sanitized */
	size_t model_count;
	int w, h;
	struct area left, right;
};

extern const struct layer_class connect_layer;

struct connect *connect_new(const struct words *words);
/* The rows anew: forget, add what there is, then choose the one called NAME ("": the first). */
void connect_forget_rows(struct connect *c);
void connect_add(struct connect *c, enum connect_kind kind, const struct connection_form *form,
	struct str note, bool is_default);
void connect_choose(struct connect *c, struct str name);
/* What is wrong with a part of the form. */
void connect_fault(struct connect *c, enum connection_part part, struct str sentence);
/* Another text in the field of the key. */
void connect_set_secret(struct connect *c, struct str reference);
/* A test began, or ended. */
void connect_testing(struct connect *c);
void connect_tested(struct connect *c, const struct connection_report *report);

#endif
