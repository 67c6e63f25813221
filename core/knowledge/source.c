/* SPDX-License-Identifier: MIT */
#include "core/knowledge/source.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/text/utf8.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_FILE = 4 << 20, MAX_TOTAL = 64 << 20, MAX_FILES = 5000, MAX_LEVELS = 12 };

/* The files found, before any is read. */
struct walk {
	struct arena *arena;
	const char *root;
	const char **paths; /* relative to the root */
	size_t len, cap;
	uint64_t stamp;
	struct err *e;
};

static bool is_document(const char *name)
{
	const char *extension = path_extension(name);
	return strcmp(extension, ".md") == 0 || strcmp(extension, ".txt") == 0;
}

static bool add_file(struct walk *w, const char *path, const struct stat *st)
{
	if (w->len >= MAX_FILES) {
		err_set(w->e, ERR_LIMIT, "The document folders hold more than %d files.",
			MAX_FILES);
		return err_hint(w->e, "Name the folders that matter in the retrieve node.");
	}
	w->paths = arena_reserve(w->arena, w->paths, w->len, &w->cap, w->len + 1, sizeof *w->paths);
	w->paths[w->len++] = path;
	const uint64_t parts[] = {str_hash(str_from(path)), (uint64_t)st->st_size,
		(uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec};
	w->stamp += str_hash((struct str){(const char *)parts, sizeof parts});
	return true;
}

static bool walk_path(struct walk *w, const char *path, int level);

static bool walk_folder(struct walk *w, const char *path, int level)
{
	DIR *folder = opendir(path_join(w->arena, w->root, path));
	if (folder == NULL) {
		err_set(w->e, ERR_IO, "The folder %s cannot be read.", path);
		return err_hint(w->e, "Check that it exists and may be read.");
	}
	bool ok = true;
	struct dirent *entry;
	while (ok && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			ok = walk_path(w, path_join(w->arena, path, entry->d_name), level + 1);
	closedir(folder);
	return ok;
}

/* A file or folder below the root; links and other kinds are passed over. */
static bool walk_path(struct walk *w, const char *path, int level)
{
	struct stat st;
	if (lstat(path_join(w->arena, w->root, path), &st) != 0) {
		if (level > 0)
			return true; /* it went away just now */
		err_set(w->e, ERR_CONFIG, "There is no document folder %s in this workspace.",
			path);
		return err_hint(w->e, "Make it, or name another one in the retrieve node.");
	}
	if (S_ISDIR(st.st_mode))
		return level >= MAX_LEVELS || walk_folder(w, path, level);
	if (S_ISREG(st.st_mode) && (is_document(path) || level == 0))
		return add_file(w, path, &st);
	if (level == 0)
		return err_set(
			w->e, ERR_CONFIG, "%s is not a folder or a file of the workspace.", path);
	return true;
}

static bool stays_below(const char *path)
{
	if (path[0] == '/' || path[0] == '\0')
		return false;
	for (const char *p = path; p != NULL; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || p[2] == '\0'))
			return false;
	}
	return true;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool walk_all(struct walk *w, const struct str *folders, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str name = folders[i];
		while (name.len > 1 && name.at[name.len - 1] == '/')
			name.len--;
		if (str_starts(name, STR("./")))
			name = str_slice(name, 2, name.len);
		const char *path = str_cstr(w->arena, name);
		if (str_is(name, ".")) {
			if (!walk_folder(w, "", 0))
				return false;
			continue;
		}
		if (!stays_below(path)) {
			err_set(w->e, ERR_CONFIG,
				"The document folder \"%s\" is not below the workspace.", path);
			return err_hint(w->e, "Name it relative to the workspace, without \"..\".");
		}
		if (!walk_path(w, path, 0))
			return false;
	}
	if (w->len > 1)
		qsort(w->paths, w->len, sizeof *w->paths, by_bytes);
	return true;
}

static void skip(struct source *s, struct str file, const char *why)
{
	s->skipped = arena_reserve(&s->arena, s->skipped, s->skipped_len, &s->skipped_cap,
		s->skipped_len + 1, sizeof *s->skipped);
	s->skipped[s->skipped_len++] =
		(struct source_skip){file, str_copy(&s->arena, str_from(why))};
}

static void read_one(struct source *s, const char *root, struct str file)
{
	struct err why = ERR_INIT;
	struct str text;
	if (!file_read_under(&s->arena, root, file.at, MAX_FILE, &text, &why))
		skip(s, file, why.text);
	else if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)
		skip(s, file, "It has NUL bytes in it, so it is not text.");
	else if (!utf8_valid(text, NULL))
		skip(s, file, "It is not UTF-8.");
	else {
		s->files++;
		s->bytes += text.len;
		source_split(s, file, text);
	}
}

bool source_read(
	struct source *s, const char *root, const struct str *folders, size_t count, struct err *e)
{
	*s = (struct source){.arena = ARENA_INIT};
	struct walk w = {.arena = &s->arena, .root = root, .e = e};
	if (!walk_all(&w, folders, count))
		return false;
	s->stamp = w.stamp;
	for (size_t i = 0; i < w.len; i++) {
		if (i > 0 && strcmp(w.paths[i], w.paths[i - 1]) == 0)
			continue; /* named twice */
		read_one(s, root, str_from(w.paths[i]));
		if (s->bytes > MAX_TOTAL) {
			err_set(e, ERR_LIMIT, "The documents are more than %d MiB together.",
				MAX_TOTAL >> 20);
			return err_hint(e, "Name the folders that matter in the retrieve node.");
		}
	}
	return true;
}

void source_release(struct source *s)
{
	arena_release(&s->arena);
	*s = (struct source){.arena = ARENA_INIT};
}

uint64_t source_stamp_now(const char *root, const struct str *folders, size_t count)
{
	struct arena scratch = ARENA_INIT;
	struct walk w = {.arena = &scratch, .root = root};
	bool ok = walk_all(&w, folders, count);
	arena_release(&scratch);
	return ok ? w.stamp : 0;
}
