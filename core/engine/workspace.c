/* SPDX-License-Identifier: MIT */
#include "core/engine/workspace.h"

#include "core/base/alloc.h"
#include "core/base/embedded.h"
#include "core/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 12 };

static bool is_root(struct arena *a, const char *folder)
{
	return file_exists(path_join(a, folder, "lathe.yaml")) ||
	       file_is_folder(path_join(a, folder, ".lathe"));
}

static bool is_top(const char *folder)
{
	return strcmp(folder, "/") == 0;
}

bool workspace_find(struct arena *a, const char *path, struct workspace *out, struct err *e)
{
	const char *start = path_real(a, path != NULL ? path : ".");
	if (start == NULL) {
		err_set(e, ERR_IO, "There is no file or folder '%s'.", path != NULL ? path : ".");
		return false;
	}
	if (!file_is_folder(start))
		start = path_folder(a, start);
	*out = (struct workspace){.arena = a, .root = start, .is_loose = true};
	for (const char *folder = start;; folder = path_folder(a, folder)) {
		if (is_root(a, folder)) {
			out->root = folder;
			out->is_loose = false;
			break;
		}
		if (is_top(folder))
			break;
	}
	out->store = out->is_loose ? path_join(a, path_state(a), "loose") : out->root;
	out->name = is_top(out->root) ? "/" : path_name(out->root);
	return true;
}

static bool has_ending(const char *path, const char *const *endings)
{
	const char *extension = path_extension(path);
	for (; *endings != NULL; endings++)
		if (strcmp(extension, *endings) == 0)
			return true;
	return false;
}

static bool is_below_prompts(const char *path)
{
	return strncmp(path, "prompts/", 8) == 0 || strstr(path, "/prompts/") != NULL;
}

enum file_kind workspace_file_kind(const char *path)
{
	static const char *const prompts[] = {".prompty", ".jinja2", ".j2", NULL};
	static const char *const texts[] = {".md", ".txt", NULL};
	static const char *const data[] = {".jsonl", ".csv", ".tsv", ".json", NULL};
	const char *name = path_name(path);
	if (strcmp(name, "flow.dag.yaml") == 0 || strcmp(name, "flow.dag.yml") == 0)
		return FILE_FLOW;
	if (strncmp(name, "promptfooconfig.", 16) == 0)
		return FILE_SUITE;
	if (has_ending(path, prompts))
		return FILE_PROMPT;
	if (has_ending(path, texts))
		return is_below_prompts(path) ? FILE_PROMPT : FILE_DOCUMENT;
	return has_ending(path, data) ? FILE_DATA : FILE_OTHER;
}

enum file_kind workspace_run_kind(const char *path)
{
	static const char *const yaml[] = {".yaml", ".yml", NULL};
	enum file_kind kind = workspace_file_kind(path);
	if (has_ending(path, yaml) && kind != FILE_SUITE &&
		strcmp(path_name(path), "lathe.yaml") != 0)
		return FILE_FLOW;
	return kind == FILE_DOCUMENT ? FILE_PROMPT : kind;
}

struct listing {
	struct arena *arena;
	struct workspace_file *files;
	size_t count;
	size_t cap;
	size_t limit;
	bool more;
};

struct entry {
	char *name;
	bool is_folder;
	int64_t size;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->is_folder != y->is_folder)
		return x->is_folder ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct entry *read_folder(struct arena *a, DIR *d, size_t *count)
{
	struct entry *entries = NULL;
	size_t cap = 0;
	*count = 0;
	for (struct dirent *next; (next = readdir(d)) != NULL;) {
		struct stat st;
		if (next->d_name[0] == '.' ||
			fstatat(dirfd(d), next->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISLNK(st.st_mode) &&
			(fstatat(dirfd(d), next->d_name, &st, 0) != 0 || S_ISDIR(st.st_mode)))
			continue; /* a link to a folder may lead round in a circle */
		if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
			continue;
		entries = array_reserve(entries, &cap, *count + 1, sizeof *entries);
		entries[(*count)++] =
			(struct entry){arena_copy(a, next->d_name, strlen(next->d_name)),
				S_ISDIR(st.st_mode), st.st_size};
	}
	if (*count > 0)
		qsort(entries, *count, sizeof *entries, compare_entries);
	return entries;
}

static void list_folder(struct listing *l, const char *absolute, const char *relative, int depth)
{
	DIR *d = opendir(absolute);
	if (d == NULL)
		return; /* not readable: its line stands there without anything below it */
	size_t count;
	struct entry *entries = read_folder(l->arena, d, &count);
	closedir(d);
	for (size_t i = 0; i < count; i++) {
		if (l->count == l->limit) {
			l->more = true;
			break;
		}
		const char *path = path_join(l->arena, relative, entries[i].name);
		l->files = arena_reserve(
			l->arena, l->files, l->count, &l->cap, l->count + 1, sizeof *l->files);
		l->files[l->count++] = (struct workspace_file){.path = str_from(path),
			.kind = entries[i].is_folder ? FILE_FOLDER : workspace_file_kind(path),
			.depth = depth,
			.size = entries[i].size};
		if (entries[i].is_folder && depth + 1 < DEEPEST)
			list_folder(
				l, path_join(l->arena, absolute, entries[i].name), path, depth + 1);
	}
	free(entries);
}

bool workspace_list(const struct workspace *ws, struct arena *a, size_t limit,
	struct workspace_file **out, size_t *count, bool *more, struct err *e)
{
	struct listing l = {.arena = a, .limit = limit};
	DIR *d = opendir(ws->root);
	if (d == NULL)
		return err_set(
			e, ERR_IO, "Cannot read the folder %s: %s.", ws->root, strerror(errno));
	closedir(d);
	list_folder(&l, ws->root, "", 0);
	*out = l.files;
	*count = l.count;
	*more = l.more;
	return true;
}

/* The embedded files of a workspace to make are all below PREFIX. */
static bool check_free(struct arena *a, const char *dir, const char *prefix, struct err *e)
{
	const struct embedded_file *f = NULL;
	while ((f = embedded_next(prefix, f)) != NULL) {
		const char *path = path_join(a, dir, f->path + strlen(prefix));
		if (!file_exists(path))
			continue;
		err_set(e, ERR_IO, "%s is there already; nothing was written.", path);
		return err_hint(e, "Name an empty or a new folder.");
	}
	return true;
}

static bool write_files(struct arena *a, const char *dir, const char *prefix, struct err *e)
{
	const struct embedded_file *f = NULL;
	while ((f = embedded_next(prefix, f)) != NULL) {
		const char *path = path_join(a, dir, f->path + strlen(prefix));
		if (!file_make_folder(path_folder(a, path), 0777, e) ||
			!file_write(path, embedded_str(f), 0666, e))
			return false;
	}
	return true;
}

bool workspace_make(const char *dir, bool welcome, struct err *e)
{
	struct arena a = ARENA_INIT;
	const char *prefix = welcome ? "data/samples/welcome/" : "data/samples/bare/";
	bool ok = check_free(&a, dir, prefix, e) && file_make_folder(dir, 0777, e) &&
		  write_files(&a, dir, prefix, e);
	arena_release(&a);
	return ok;
}
