/* SPDX-License-Identifier: MIT */
#include "core/engine/draft_file.h"

#include "core/base/file.h"
#include "core/base/save.h"
#include "core/data/json.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { NAME_DIGITS = 16, HEAD_MAX = 64 << 10 };

const char *draft_lock_path(struct arena *a, const char *folder, const char *token)
{
	return path_join(a, folder, str_format(a, "%s.lock", token).at);
}

static struct str name_of(struct arena *a, const char *path)
{
	char hash[CONTENT_HASH];
	return str_copy(a, str_slice(str_from(content_hash(str_from(path), hash)), 0, NAME_DIGITS));
}

const char *draft_path(struct arena *a, const char *folder, const char *path, const char *token,
	const char *suffix)
{
	struct str name =
		str_format(a, "%.*s-%s%s.draft", STR_ARG(name_of(a, path)), token, suffix);
	return path_join(a, folder, name.at);
}

bool draft_write(struct arena *a, const char *file, const struct draft *draft, struct err *e)
{
	char hash[CONTENT_HASH];
	struct value head = value_dict(a);
	struct buf bytes = BUF_INIT(SAVE_MAX);
	struct save_result out;
	value_set(head, STR("path"), value_cstr(draft->path));
	value_set(head, STR("base"), value_cstr(draft->base));
	value_set(head, STR("hash"), value_cstr(content_hash(draft->text, hash)));
	value_set(head, STR("at_ns"), value_int(draft->at_ns));
	buf_add_str(&bytes, json_text(a, head, JSON_COMPACT));
	buf_add_char(&bytes, '\n');
	buf_add_str(&bytes, draft->text);
	struct save_request request = {.path = file, .bytes = buf_str(&bytes), .mode = 0600};
	bool ok = !bytes.full && save_file(a, &request, &out, e) == SAVE_DONE;
	if (bytes.full)
		err_set(e, ERR_LIMIT, "The draft of %s is too large to be kept.", draft->path);
	buf_free(&bytes);
	return ok;
}

static bool read_draft(struct arena *a, const char *file, const char *path, struct draft *out)
{
	struct err ignored = ERR_INIT; /* what is no draft is none */
	struct str bytes;
	struct value head;
	char hash[CONTENT_HASH];
	if (!file_read(a, file, SAVE_MAX, &bytes, &ignored))
		return false;
	struct str line = str_cut(bytes, '\n', &out->text);
	if (line.len > HEAD_MAX || !json_read(a, line, file, &head, &ignored) ||
		head.kind != VALUE_DICT)
		return false;
	struct str base = value_get_str(head, "base", STR_NONE);
	const struct value *at = value_get_cstr(head, "at_ns");
	if (!str_is(value_get_str(head, "path", STR_NONE), path) || base.len >= CONTENT_HASH ||
		at == NULL || at->kind != VALUE_INT ||
		!str_is(value_get_str(head, "hash", STR_NONE), content_hash(out->text, hash)))
		return false;
	out->path = arena_copy(a, path, strlen(path));
	memcpy(out->base, str_cstr(a, base), base.len + 1);
	out->at_ns = at->u.integer;
	return true;
}

/* The process that keeps drafts with this token is gone: nobody holds its lock. */
static bool is_dead(struct arena *a, const char *folder, const char *token)
{
	int fd = open(draft_lock_path(a, folder, token), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	bool dead = flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return dead;
}

bool draft_token(const char *name, char token[DRAFT_TOKEN])
{
	if (!str_ends(str_from(name), STR(".draft")) ||
		strlen(name) < NAME_DIGITS + DRAFT_TOKEN + sizeof ".draft" - 1)
		return false;
	memcpy(token, name + NAME_DIGITS + 1, DRAFT_TOKEN - 1);
	token[DRAFT_TOKEN - 1] = '\0';
	return strspn(token, "0123456789abcdef") == DRAFT_TOKEN - 1;
}

bool draft_find(struct arena *a, const char *folder, const char *path, const char *token,
	struct draft *out, const char **file)
{
	DIR *dir = opendir(folder);
	struct str hash = name_of(a, path);
	const struct dirent *entry;
	bool found = false;
	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL) {
		char whose[DRAFT_TOKEN];
		struct draft draft;
		if (!str_starts(str_from(entry->d_name), hash) ||
			!draft_token(entry->d_name, whose) ||
			(strcmp(whose, token) != 0 && !is_dead(a, folder, whose)))
			continue;
		const char *one = path_join(a, folder, entry->d_name);
		if (!read_draft(a, one, path, &draft) || (found && draft.at_ns <= out->at_ns))
			continue;
		*out = draft;
		*file = one;
		found = true;
	}
	closedir(dir);
	return found;
}
