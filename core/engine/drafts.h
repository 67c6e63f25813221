/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_DRAFTS_H
#define CORE_ENGINE_DRAFTS_H

#include "core/base/content_hash.h"
#include "core/engine/engine.h"

/*
 * Texts that were typed and not saved yet, kept for when the program does not get to ask: a crash,
 * a lost connection, a power cut. They lie in .lathe/drafts, of a folder that is no workspace in
 * the user's state folder. Each is written whole beside what it replaces, with the path it belongs
 * to and the hash of the content that was being edited.
 *
 * Every process has drafts of its own and a lock on a file that says that it lives. It sees its own
 * and those that the dead have left, never those of another that is still editing.
 */

struct draft {
	const char *path; /* relative to the workspace's root */
	char base[CONTENT_HASH]; /* of what the file held, "" when there was no file */
	struct str text;
	int64_t at_ns; /* when it was kept */
};

/* Keeps the draft on another thread, in place of the one before. */
void engine_keep_draft(struct engine *engine, const struct draft *draft);
/* Keeps it now, waiting for nothing else: the program is being ended. */
bool engine_keep_draft_now(
	struct engine *engine, const struct draft *draft, struct err *e) WARN_UNUSED;
/* Forgets our drafts of PATH: saved, or given up. */
void engine_drop_draft(struct engine *engine, const char *path);
/* The newest draft of PATH that is ours or nobody's any more; it is ours from then on. False when
 * there is none; damaged ones count as none. */
bool engine_find_draft(struct engine *engine, const char *path, struct arena *a, struct draft *out);
/* Why the last draft could not be kept, or NULL. The next one is tried all the same. */
const struct err *engine_drafts_problem(const struct engine *engine);

#endif
