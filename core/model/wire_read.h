/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_WIRE_READ_H
#define CORE_MODEL_WIRE_READ_H

#include "core/model/wire.h"
#include "core/net/sse.h"

/*
 * Reads an answer in any wire format from its bytes, however they are cut: what wire_call.c does
 * with what HTTP brings. Told the head, then the bytes, then how it ended; judges what came.
 */

enum wire_mode {
	WIRE_MODE_NONE, /* no byte of a body has come */
	WIRE_MODE_STREAM,
	WIRE_MODE_WHOLE,
	WIRE_MODE_FAILED /* the status is an error: the body says why */
};

struct wire_read {
	const struct wire *wire;
	struct wire_answer *answer; /* its delta and ctx are the caller's to set */
	struct str origin; /* whose answer it is, NUL-terminated, for sentences */
	bool stream; /* was asked for */
	bool cancelled; /* by the caller */
	int status; /* 0: no head came */
	struct str type; /* the content type; in the answer's arena */
	enum wire_mode mode;
	struct sse sse; /* WIRE_SSE */
	struct buf body; /* of a whole answer; the line under way of WIRE_LINES */
	struct buf raw; /* the first WIRE_RAW_MAX bytes of any */
	struct err error; /* what is wrong with what came */
};

/* An answer to REQUEST. R stays where it is until it is freed. */
void wire_read_init(struct wire_read *r, const struct wire *wire,
	const struct connection *connection, const struct model_request *request);
void wire_read_free(struct wire_read *r);

void wire_read_head(struct wire_read *r, int status, struct str type);
/* False: nothing more is wanted. After r->answer->done nothing more is needed. */
bool wire_read_feed(struct wire_read *r, struct str bytes);
/* The end: FAILED is what the carrier says about it (ERR_NONE: all of it came). Fills the status,
 * the answer and, where it is not OK, the error of OUT; strings live until wire_read_free. */
void wire_read_end(struct wire_read *r, const struct err *failed, struct model_result *out);

#endif
