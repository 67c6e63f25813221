/* SPDX-License-Identifier: MIT */
/* Files inside the program are found by name, walked by folder, and equal those in the source. */
#include "core/base/embedded.h"
#include "core/base/file.h"

#include "tests/unit/check.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

static void every_file_equals_its_source(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	const char *top = getenv("top_srcdir");
	assert_non_null(top);
	assert_true(embedded_count > 0);
	for (size_t i = 0; i < embedded_count; i++) {
		struct err e = ERR_INIT;
		struct str bytes;
		const struct embedded_file *file = &embedded_files[i];
		if (!file_read(&a, path_join(&a, top, file->path), 1 << 26, &bytes, &e))
			fail_msg("%s", e.text);
		assert_int_equal(file->size, bytes.len);
		assert_memory_equal(file->bytes, bytes.at, bytes.len);
		assert_int_equal(file->bytes[file->size], 0);
		assert_ptr_equal(embedded_find(file->path), file);
		arena_reset(&a);
	}
	arena_release(&a);
}

static int check_sample(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)walk;
	const char *name = strstr(path, "data/samples/");
	if (kind == FTW_F && (name == NULL || embedded_find(name) == NULL))
		fail_msg("%s is not named in data/local.mk", path);
	return 0;
}

static void the_whole_sample_is_embedded(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	const char *folder = path_join(&a, getenv("top_srcdir"), "data/samples");
	assert_int_equal(nftw(folder, check_sample, 8, FTW_PHYS), 0);
	arena_release(&a);
}

static void folders_are_walked_in_order(void **state)
{
	(void)state;
	size_t count = 0;
	const struct embedded_file *file = NULL, *last = NULL;
	while ((file = embedded_next("data/schema/", file)) != NULL) {
		assert_true(str_starts(str_from(file->path), STR("data/schema/")));
		if (last != NULL)
			assert_true(strcmp(last->path, file->path) < 0);
		last = file;
		count++;
	}
	assert_true(count >= 2);
	assert_null(embedded_next("data/schema0", NULL));
	assert_null(embedded_next("~", NULL));
	assert_null(embedded_find("data/schema/"));
	assert_null(embedded_find(""));
	size_t all = 0;
	for (file = NULL; (file = embedded_next("", file)) != NULL;)
		all++;
	assert_int_equal(all, embedded_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_equals_its_source),
		cmocka_unit_test(the_whole_sample_is_embedded),
		cmocka_unit_test(folders_are_walked_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
