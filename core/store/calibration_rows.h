/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_CALIBRATION_ROWS_H
#define CORE_STORE_CALIBRATION_ROWS_H

#include "core/base/err.h"
#include "core/store/store.h"

/* What was learned of a model's tokens, and the requests there are to learn from. */

struct calibration_rows {
	struct store_calibration *rows; /* those whose hash is right */
	size_t len;
};

bool calibration_rows_list(struct store *store, struct arena *a, struct str model,
	struct calibration_rows *out, struct err *e) WARN_UNUSED;

/* An answered request whose input tokens its provider told. */
struct told_request {
	int64_t seq;
	int64_t input_tokens;
	int64_t request_blob; /* blob_rows_read; 0: none */
};

struct told_requests {
	struct told_request *rows;
	size_t len;
};

/* The newest LIMIT of the model's after the request SEQ, oldest first. Looks through the last few
 * thousand requests of all models only. */
bool calibration_rows_told(struct store *store, struct arena *a, struct str model, int64_t seq,
	int64_t limit, struct told_requests *out, struct err *e) WARN_UNUSED;

#endif
