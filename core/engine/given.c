/* SPDX-License-Identifier: MIT */
#include "core/engine/given.h"

#include "core/base/file.h"
#include "core/data/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { GIVEN_FILE_MAX = 16 << 20 };

static const char *path_of(struct engine *engine, struct arena *a, const char *name)
{
	const char *folder = path_join(a, engine_workspace(engine)->store, ".lathe");
	return path_join(a, folder, name);
}

struct value given_read(struct engine *engine, struct arena *a)
{
	struct err none = ERR_INIT;
	struct str text;
	struct value v;
	if (!engine_has_store(engine) ||
		!file_read(a, path_of(engine, a, "inputs.json"), GIVEN_FILE_MAX, &text, &none) ||
		!json_read(a, text, NULL, &v, &none) || v.kind != VALUE_DICT)
		return value_dict(a);
	return v;
}

/* Without waiting for the disk. */
static bool write_file(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool good = write(fd, text.at, text.len) == (ssize_t)text.len;
	return close(fd) == 0 && good;
}

void given_keep(struct engine *engine, struct value given)
{
	struct arena a = ARENA_INIT;
	if (engine_has_store(engine)) {
		const char *fresh = path_of(engine, &a, "inputs.json.new");
		struct str text = json_text(&a, given, JSON_INDENTED);
		/* What cannot be kept is typed again: no reason to interrupt anybody. */
		if (write_file(fresh, text))
			(void)rename(fresh, path_of(engine, &a, "inputs.json"));
	}
	arena_release(&a);
}
