/* SPDX-License-Identifier: MIT */
#include "core/engine/git_head.h"

#include "core/base/file.h"

#include <string.h>

enum { SMALL = 4096, LARGEST_PACKED = 16 << 20 };

static struct str read_line(struct arena *a, const char *path)
{
	struct str text, line = STR_NONE;
	struct err ignored = ERR_INIT; /* not there: no commit to name */
	if (!file_exists(path) || !file_read(a, path, SMALL, &text, &ignored))
		return STR_NONE;
	return str_next_line(&text, &line) ? str_trim(line) : STR_NONE;
}

/* The repository's folder: .git itself, or where the file .git points to (a work tree of its own).
 */
static const char *find_repository(struct arena *a, const char *folder)
{
	for (;; folder = path_folder(a, folder)) {
		const char *git = path_join(a, folder, ".git");
		if (file_is_folder(git))
			return git;
		struct str line = read_line(a, git);
		if (str_starts(line, STR("gitdir: ")))
			return path_join(a, folder, str_cstr(a, str_slice(line, 8, line.len)));
		if (strcmp(folder, "/") == 0 || strcmp(folder, ".") == 0)
			return NULL;
	}
}

static struct str find_packed(struct arena *a, const char *common, struct str name)
{
	struct str text, line;
	struct err ignored = ERR_INIT;
	const char *path = path_join(a, common, "packed-refs");
	if (!file_exists(path) || !file_read(a, path, LARGEST_PACKED, &text, &ignored))
		return STR_NONE;
	while (str_next_line(&text, &line)) {
		struct str rest, hash = str_cut(line, ' ', &rest);
		if (str_eq(rest, name))
			return hash;
	}
	return STR_NONE;
}

static bool is_hash(struct str s)
{
	bool hex = s.len == 40 || s.len == 64;
	for (size_t i = 0; hex && i < s.len; i++)
		hex = strchr("0123456789abcdef", s.at[i]) != NULL && s.at[i] != '\0';
	return hex;
}

struct str git_head(struct arena *a, const char *folder)
{
	const char *repository = find_repository(a, folder);
	if (repository == NULL)
		return STR_NONE;
	struct str head = read_line(a, path_join(a, repository, "HEAD"));
	if (!str_starts(head, STR("ref: ")))
		return is_hash(head) ? head : STR_NONE;
	struct str name = str_slice(head, 5, head.len);
	struct str shared = read_line(a, path_join(a, repository, "commondir"));
	const char *common =
		shared.len > 0 ? path_join(a, repository, str_cstr(a, shared)) : repository;
	struct str hash = read_line(a, path_join(a, common, str_cstr(a, name)));
	if (!is_hash(hash))
		hash = find_packed(a, common, name);
	return is_hash(hash) ? hash : STR_NONE;
}
