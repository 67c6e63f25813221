/* SPDX-License-Identifier: MIT */
/* Saving: what a file is besides its bytes stays, nothing is overwritten unseen, and what cannot be
 * saved leaves everything as it was. */
#include "core/base/save.h"

#include "core/base/file.h"

#include "tests/unit/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

struct world {
	struct arena arena;
	const char *folder;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	const char *top = getenv("TMPDIR");
	struct str path = str_format(&w->arena, "%s/save-XXXXXX", top != NULL ? top : "/tmp");
	char *name = arena_copy(&w->arena, path.at, path.len);
	assert_non_null(mkdtemp(name));
	w->folder = name;
	*state = w;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static int tear_down(void **state)
{
	struct world *w = *state;
	nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&w->arena);
	free(w);
	return 0;
}

static const char *in(struct world *w, const char *name)
{
	return path_join(&w->arena, w->folder, name);
}

static const char *make(struct world *w, const char *name, const char *text, mode_t mode)
{
	const char *path = in(w, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static struct str read_all(struct world *w, const char *path)
{
	struct str out;
	struct err e = ERR_INIT;
	assert_true(file_read(&w->arena, path, SAVE_MAX, &out, &e));
	return out;
}

static struct stat look(const char *path)
{
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static size_t entries(const char *folder)
{
	size_t count = 0;
	DIR *dir = opendir(folder);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count - 2;
}

static enum save_outcome save(
	struct world *w, const char *path, const char *text, struct save_result *out, struct err *e)
{
	struct save_request r = {.path = path, .bytes = str_from(text), .mode = 0644};
	return save_file(&w->arena, &r, out, e);
}

static void assert_saved(struct world *w, const char *path, const char *text)
{
	struct save_result out;
	struct err e = ERR_INIT;
	char hash[CONTENT_HASH];
	if (save(w, path, text, &out, &e) != SAVE_DONE)
		fail_msg("%s %s", e.text, e.hint);
	assert_str(read_all(w, path), text);
	assert_string_equal(out.stamp.hash, content_hash(str_from(text), hash));
	assert_true(stamp_holds(path, &out.stamp));
}

static void mode_and_attributes_stay(void **state)
{
	struct world *w = *state;
	static const mode_t modes[] = {0600, 0640, 0755, 0664, 04755};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		const char *path = make(w, "file", "old", modes[i]);
		assert_saved(w, path, "new");
		assert_int_equal(look(path).st_mode & 07777, modes[i]);
	}
	const char *path = make(w, "file", "old", 0644);
	if (setxattr(path, "user.note", "kept", 4, 0) == 0) {
		char value[16];
		assert_saved(w, path, "new");
		assert_int_equal(getxattr(path, "user.note", value, sizeof value), 4);
	}
	assert_int_equal(entries(w->folder), 1);
}

static void a_new_file_takes_the_umask(void **state)
{
	struct world *w = *state;
	mode_t before = umask(027);
	const char *path = in(w, "fresh");
	assert_saved(w, path, "text");
	assert_int_equal(look(path).st_mode & 07777, 0640);
	assert_int_equal(umask(before), 027);
}

static void links_stay_links(void **state)
{
	struct world *w = *state;
	const char *target = make(w, "target", "old", 0640);
	const char *link_path = in(w, "link");
	assert_int_equal(symlink("target", link_path), 0);
	assert_saved(w, link_path, "through");
	assert_true(S_ISLNK(look(link_path).st_mode));
	assert_str(read_all(w, target), "through");
	const char *hard = in(w, "hard");
	assert_int_equal(link(target, hard), 0);
	assert_saved(w, target, "a longer text than before");
	assert_str(read_all(w, hard), "a longer text than before");
	assert_saved(w, hard, "short");
	assert_str(read_all(w, target), "short");
	assert_int_equal(look(target).st_ino, look(hard).st_ino);
	assert_int_equal(look(target).st_nlink, 2);
	assert_int_equal(entries(w->folder), 3);
	const char *nowhere = in(w, "nowhere");
	struct save_result out;
	struct err e = ERR_INIT;
	assert_int_equal(symlink("not there", nowhere), 0);
	assert_int_equal(save(w, nowhere, "x", &out, &e), SAVE_FAILED);
	assert_non_null(strstr(e.text, "a link to a file that is not there"));
	assert_int_equal(entries(w->folder), 4);
}

static void the_owner_stays(void **state)
{
	struct world *w = *state;
	if (geteuid() != 0)
		skip();
	const char *path = make(w, "file", "old", 0664);
	assert_int_equal(chown(path, 1234, 4321), 0);
	assert_saved(w, path, "new");
	struct stat st = look(path);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(st.st_gid, 4321);
	assert_int_equal(st.st_mode & 07777, 0664);
}

static void nothing_is_overwritten_unseen(void **state)
{
	struct world *w = *state;
	const char *path = make(w, "file", "opened", 0644);
	struct file_stamp opened;
	struct str bytes;
	struct err e = ERR_INIT;
	assert_true(stamp_read(&w->arena, path, SAVE_MAX, &bytes, &opened, &e));
	make(w, "file", "theirs", 0644);
	struct save_request r = {.path = path, .bytes = STR("mine"), .expected = opened.hash};
	struct save_result out;
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_CONFLICT);
	assert_str(out.before, "theirs");
	assert_str(read_all(w, path), "theirs");
	r.expected = out.stamp.hash;
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_DONE);
	assert_str(out.before, "theirs");
	assert_str(read_all(w, path), "mine");
	/* The same content with another date is no conflict. */
	static const struct timespec times[2] = {{1, 0}, {1, 0}};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_false(stamp_holds(path, &out.stamp));
	r = (struct save_request){
		.path = path, .bytes = STR("mine too"), .expected = out.stamp.hash};
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_DONE);
	/* One that is gone, and one that must not be there. */
	r.expected = out.stamp.hash;
	unlink(path);
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_CONFLICT);
	assert_false(out.stamp.exists);
	make(w, "file", "came", 0644);
	r.expected = "";
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_CONFLICT);
	assert_str(read_all(w, path), "came");
	assert_int_equal(entries(w->folder), 1);
}

static void a_folder_that_went_is_made_again(void **state)
{
	struct world *w = *state;
	struct save_result out;
	struct err e = ERR_INIT;
	struct save_request r = {.path = in(w, "a/b/file"), .bytes = STR("text"), .mode = 0644};
	/* Whoever expects a file hears first that it is gone. */
	r.expected = "some hash";
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_CONFLICT);
	assert_false(out.stamp.exists);
	assert_int_equal(entries(w->folder), 0);
	r.expected = NULL;
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_FAILED);
	r.expected = "";
	assert_int_equal(save_file(&w->arena, &r, &out, &e), SAVE_DONE);
	assert_str(read_all(w, r.path), "text");
}

static void what_cannot_be_saved_stays(void **state)
{
	struct world *w = *state;
	struct save_result out;
	struct err e = ERR_INIT;
	const char *path = make(w, "locked", "old", 0444);
	assert_int_equal(save(w, path, "new", &out, &e), SAVE_FAILED);
	assert_non_null(strstr(e.text, "marked read-only"));
	assert_str(read_all(w, path), "old");
	assert_int_equal(save(w, in(w, "none/file"), "new", &out, &e), SAVE_FAILED);
	assert_non_null(strstr(e.text, "No such file"));
	assert_int_equal(save(w, w->folder, "new", &out, &e), SAVE_FAILED);
	assert_non_null(strstr(e.text, "directory"));
	assert_int_equal(mkfifo(in(w, "pipe"), 0600), 0);
	assert_int_equal(save(w, in(w, "pipe"), "new", &out, &e), SAVE_FAILED);
	assert_int_equal(entries(w->folder), 2);
}

/* A disk of 64 KiB: replacing does not fit, and neither does growing in place. */
static void a_full_disk_costs_nothing(void **state)
{
	struct world *w = *state;
	const char *disk = in(w, "disk");
	assert_int_equal(mkdir(disk, 0700), 0);
	if (mount("lathe-test", disk, "tmpfs", 0, "size=64k") != 0)
		skip();
	char *old = arena_alloc(&w->arena, 40001, 1), *new = arena_alloc(&w->arena, 60001, 1);
	memset(old, 'o', 40000);
	memset(new, 'n', 60000);
	const char *path = make(w, "disk/file", old, 0640);
	struct save_result out;
	struct err e = ERR_INIT;
	for (int linked = 0; linked < 2; linked++) {
		if (linked)
			assert_int_equal(link(path, in(w, "disk/other")), 0);
		enum save_outcome outcome = save(w, path, new, &out, &e);
		struct str now = read_all(w, path);
		bool same = str_is(now, old);
		size_t count = entries(disk);
		if (outcome != SAVE_FAILED || !same || count != 1 + (size_t)linked ||
			strstr(e.text, "No space left") == NULL) {
			umount(disk);
			fail_msg("%s", e.text);
		}
	}
	assert_int_equal(umount(disk), 0);
}

static void leftovers_are_swept_when_old(void **state)
{
	struct world *w = *state;
	static const struct timespec times[2] = {{1, 0}, {1, 0}};
	const char *path = make(w, "file", "old", 0644);
	const char *stale = make(w, ".file.lathe~0badcafe", "half", 0600);
	const char *recent = make(w, ".file.lathe~12345678", "half", 0600);
	const char *foreign = make(w, ".other.lathe~0badcafe", "half", 0600);
	utimensat(AT_FDCWD, stale, times, 0);
	utimensat(AT_FDCWD, foreign, times, 0);
	assert_saved(w, path, "new");
	assert_false(file_exists(stale));
	assert_true(file_exists(recent));
	assert_true(file_exists(foreign));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mode_and_attributes_stay),
		TEST(a_new_file_takes_the_umask),
		TEST(links_stay_links),
		TEST(the_owner_stays),
		TEST(nothing_is_overwritten_unseen),
		TEST(a_folder_that_went_is_made_again),
		TEST(what_cannot_be_saved_stays),
		TEST(a_full_disk_costs_nothing),
		TEST(leftovers_are_swept_when_old),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
