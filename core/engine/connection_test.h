/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_CONNECTION_TEST_H
#define CORE_ENGINE_CONNECTION_TEST_H

#include "core/engine/connections.h"

/*
 * Tries a connection out: asks the server for its models (GET base_url/models) and, where it has no
 * such list, asks the default model for an answer of one token. A scripted connection's file is
 * looked for. Nothing is recorded.
 */

enum { CONNECTION_TEST_MS = 15000 }; /* longer is no answer */

struct connection_report {
	struct err error; /* ERR_NONE: it works */
	int status; /* of HTTP; 0: none */
	int64_t took_ns; /* from the request to its end */
	bool answered; /* no list of models here, but the model answered */
	const struct str *models; /* as the server lists them */
	size_t model_count;
	struct str note; /* worth knowing although it works: a sentence, or "" */
};

struct connection_test;

/* REPORT is borrowed for the call; after it the test is gone. */
typedef void connection_test_fn(void *ctx, const struct connection_report *report);

/* Starts; FORM is copied. DONE is called once, from the loop, not from within this call. NULL with
 * E set when it cannot even be tried. */
struct connection_test *connection_test_start(struct engine *engine,
	const struct connection_form *form, connection_test_fn *done, void *ctx, struct err *e);
/* Ends it at once, DONE is not called. TEST may be NULL. */
void connection_test_cancel(struct connection_test *test);

#endif
