/* SPDX-License-Identifier: MIT */
#include "tests/support/flow_files.h"

#include "core/base/file.h"

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void fail(const struct err *e)
{
	char text[700];
	BUG("a test cannot write its files: %s", err_format(e, text, sizeof text));
}

static struct str content(struct arena *a, struct value v)
{
	struct str base64 = value_get_str(v, "base64", STR_NONE);
	if (v.kind == VALUE_STR)
		return v.u.str;
	size_t len = 0;
	unsigned char *to = arena_alloc(a, base64.len + 1, 1);
	if (sodium_base642bin(to, base64.len + 1, base64.at, base64.len, "\n", &len, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0)
		BUG("a test's file is not base64");
	return (struct str){(const char *)to, len};
}

const char *flow_files_write(struct arena *a, struct value files)
{
	struct err e = ERR_INIT;
	const char *tmp = getenv("TMPDIR");
	char *root = arena_alloc(a, 4096, 1);
	snprintf(root, 4096, "%s/flow.XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(root) == NULL)
		BUG("a test cannot make a folder below %s", tmp);
	const char *real = path_real(a, root);
	for (size_t i = 0; files.kind == VALUE_DICT && i < files.u.dict->len; i++) {
		const struct value_entry *entry = &files.u.dict->entries[i];
		const char *path = path_join(a, real, str_cstr(a, entry->key.u.str));
		if (!file_make_folder(path_folder(a, path), 0700, &e) ||
			!file_write(path, content(a, entry->value), 0600, &e))
			fail(&e);
	}
	return real;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void flow_files_remove(const char *root)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
