/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_WORKSPACE_H
#define CORE_ENGINE_WORKSPACE_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * A workspace is a plain folder: the nearest parent of where the user points that holds lathe.yaml
 * or .lathe/. Its text files are the truth and belong to the user; .lathe holds what can be moved
 * or deleted. Where there is no workspace, the pointed-at folder serves as the root and runs are
 * recorded in the user's state folder (is_loose).
 */

enum file_kind {
	FILE_OTHER,
	FILE_FOLDER,
	FILE_PROMPT, /* .prompty .jinja2 .j2, and .txt/.md below a folder named prompts */
	FILE_FLOW, /* flow.dag.yaml */
	FILE_SUITE, /* promptfooconfig.yaml */
	FILE_DATA, /* .jsonl .csv .tsv .json */
	FILE_DOCUMENT /* .md .txt elsewhere */
};

struct workspace_file {
	struct str path; /* relative to the root, '/' between parts; ends in NUL */
	enum file_kind kind;
	int depth; /* 0 at the root */
	int64_t size;
};

struct workspace {
	struct arena *arena;
	const char *root; /* canonical, absolute */
	const char *store; /* the folder whose .lathe has the database: root, or one in the state
			      folder */
	const char *name; /* lathe.yaml's name, or the folder's */
	bool is_loose;
};

/* Finds the workspace of PATH (a folder or file; NULL: the current folder). */
bool workspace_find(
	struct arena *a, const char *path, struct workspace *out, struct err *e) WARN_UNUSED;

/* Everything below the root in display order (folders before files at each level, names by bytes),
 * without hidden entries; at most LIMIT entries and 12 levels; *MORE tells that there is more. */
bool workspace_list(const struct workspace *ws, struct arena *a, size_t limit,
	struct workspace_file **out, size_t *count, bool *more, struct err *e) WARN_UNUSED;

enum file_kind workspace_file_kind(const char *path);

/* What a run of the file would be: FILE_PROMPT (also any .txt or .md), FILE_FLOW (any .yaml or .yml
 * that is not lathe's own), else FILE_OTHER, which does not run. */
enum file_kind workspace_run_kind(const char *path);

/* Makes a workspace in the folder DIR (created when missing): a commented lathe.yaml and a first
 * prompt, or a copy of the welcome workspace. Files that exist are never touched: when one of the
 * names is taken nothing is written. */
bool workspace_make(const char *dir, bool welcome, struct err *e) WARN_UNUSED;

#endif
