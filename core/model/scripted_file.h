/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_SCRIPTED_FILE_H
#define CORE_MODEL_SCRIPTED_FILE_H

#include "core/model/provider.h"

/* The script of the scripted provider (scripted.h says what it holds): reading, checking, and the
 * choice of a reply. */

/* Reads the script at PATH into a list of replies; unknown keys and bad values are errors with
 * their place. */
bool scripted_file_read(
	struct arena *a, const char *path, struct value *replies, struct err *e) WARN_UNUSED;

/* The number of the first reply that fits the request and of which USED (counts by number, USED_LEN
 * of them) leaves some; SIZE_MAX when there is none. */
size_t scripted_file_choose(struct value replies, const struct model_request *request,
	const uint64_t *used, size_t used_len);

/* The pieces of a reply, cut as it asks: a list of deltas in the form of the chat API, or of
 * {"wait_ms"}. */
struct value scripted_file_pieces(struct arena *a, struct value reply);

#endif
