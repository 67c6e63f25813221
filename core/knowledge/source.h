/* SPDX-License-Identifier: MIT */
#ifndef CORE_KNOWLEDGE_SOURCE_H
#define CORE_KNOWLEDGE_SOURCE_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/text/segment.h"

/*
 * The documents of a workspace as chunks: .md and .txt files below folders that a retrieve node
 * names. Markdown is split at its headings, and what is still long at sentence borders, into
 * pieces of about 800 letters or 400 CJK characters; a table stays in one piece while it can.
 *
 * Bounds: 4 MiB a file, 64 MiB and 5,000 files in all, 12 levels; links are not followed, hidden
 * names are left out. Files are read in byte order of their paths, so the same files give the same
 * chunks everywhere.
 */

struct chunk {
	struct str id; /* "handbook/leave.zh.md#年假"; "…#年假/2" for the section's second piece */
	struct str file; /* relative to the root */
	struct str path; /* the headings above and of it: "休假 > 年假" */
	struct str heading; /* "年假"; "" where no heading stands above */
	struct str text; /* the document's bytes from start to end */
	size_t start, end;
	unsigned line; /* of its first character, 1-based */
	enum language language;
};

/* A file that was left out, and why. */
struct source_skip {
	struct str file;
	struct str why; /* a sentence */
};

struct source {
	struct arena arena; /* owns all below */
	struct chunk *chunks;
	size_t len, cap;
	struct source_skip *skipped;
	size_t skipped_len, skipped_cap;
	size_t files, bytes;
	uint64_t stamp; /* of the files' names, sizes and times */
};

/* Reads FOLDERS (or single files), which are relative to the folder ROOT and stay below it ("." is
 * all of it). A file that cannot be used is noted in skipped; a folder that is not there, or too
 * much in all, is an error. Release with source_release in either case. */
bool source_read(struct source *s, const char *root, const struct str *folders, size_t count,
	struct err *e) WARN_UNUSED;
void source_release(struct source *s);

/* What source_read's stamp would be now: differs when a file came, went or changed. 0 when the
 * folders cannot be read. */
uint64_t source_stamp_now(const char *root, const struct str *folders, size_t count);

/* Cuts TEXT of FILE into chunks, appended to S; both are borrowed. */
void source_split(struct source *s, struct str file, struct str text);

#endif
