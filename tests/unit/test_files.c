/* SPDX-License-Identifier: MIT */
/* The workspace's files for an editor: saves and their versions, what other programs do meanwhile,
 * and drafts that outlive their process. */
#include "core/base/file.h"
#include "core/engine/drafts.h"
#include "core/engine/files.h"
#include "core/loop/loop.h"

#include "tests/unit/check.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct world {
	struct arena arena;
	const char *folder;
	struct engine *engine;
	/* of the last save, the last change */
	bool done;
	enum save_outcome outcome;
	int64_t version;
	struct file_stamp stamp;
	struct str disk;
	char error[512];
	bool changed;
	struct str found;
};

static struct engine *open_engine(struct world *w)
{
	struct engine_options options = {.path = w->folder};
	struct engine *engine;
	struct err e = ERR_INIT;
	if (!engine_new(&options, &engine, &e))
		fail_msg("%s", e.text);
	return engine;
}

static void write_file(struct world *w, const char *name, const char *text)
{
	struct err e = ERR_INIT;
	assert_true(file_write(path_join(&w->arena, w->folder, name), str_from(text), 0644, &e));
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	const char *top = getenv("TMPDIR");
	struct str path = str_format(&w->arena, "%s/files-XXXXXX", top != NULL ? top : "/tmp");
	char *name = arena_copy(&w->arena, path.at, path.len);
	assert_non_null(mkdtemp(name));
	w->folder = name;
	write_file(w, "lathe.yaml", "name: test\n");
	write_file(w, "p.txt", "one");
	w->engine = open_engine(w);
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
	struct err e = ERR_INIT;
	assert_true(engine_free(w->engine, &e));
	nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&w->arena);
	free(w);
	return 0;
}

static void on_saved(void *ctx, const struct file_saved *saved)
{
	struct world *w = ctx;
	w->outcome = saved->outcome;
	w->version = saved->version;
	w->stamp = saved->stamp;
	w->disk = str_copy(&w->arena, saved->disk);
	w->error[0] = '\0';
	if (saved->error != NULL)
		snprintf(w->error, sizeof w->error, "%s", saved->error->text);
	w->done = true;
}

static enum save_outcome save(struct world *w, const char *path, const char *text)
{
	w->done = false;
	struct file_stamp expected = w->stamp;
	engine_save_file(w->engine, path, str_from(text), &expected, on_saved, w);
	assert_false(w->done);
	loop_run_until(engine_loop(w->engine), &w->done);
	return w->outcome;
}

static struct str open_file(struct world *w, const char *path)
{
	struct str bytes;
	struct err e = ERR_INIT;
	if (!engine_read_file(w->engine, path, &w->arena, &bytes, &w->stamp, &e))
		fail_msg("%s", e.text);
	return bytes;
}

static void saves_are_versions(void **state)
{
	struct world *w = *state;
	char first[CONTENT_HASH];
	assert_str(open_file(w, "p.txt"), "one");
	memcpy(first, w->stamp.hash, sizeof first);
	assert_int_equal(engine_version(w->engine, "p.txt", first), 0);
	/* What was in the file before is the first version. */
	assert_int_equal(save(w, "p.txt", "two"), SAVE_DONE);
	assert_int_equal(w->version, 2);
	assert_int_equal(engine_version(w->engine, "p.txt", first), 1);
	assert_int_equal(save(w, "p.txt", "two"), SAVE_DONE);
	assert_int_equal(w->version, 2);
	assert_int_equal(save(w, "p.txt", "one"), SAVE_DONE);
	assert_int_equal(w->version, 3);
	assert_int_equal(engine_version(w->engine, "p.txt", first), 3);
	/* A new file, and one that is no prompt. */
	w->stamp = (struct file_stamp){.exists = false};
	assert_int_equal(save(w, "new.txt", "fresh"), SAVE_DONE);
	assert_int_equal(w->version, 1);
	assert_str(open_file(w, "new.txt"), "fresh");
	w->stamp = (struct file_stamp){.exists = false};
	assert_int_equal(save(w, "data.csv", "a,b\n"), SAVE_DONE);
	assert_int_equal(w->version, 0);
}

static void others_are_not_overwritten(void **state)
{
	struct world *w = *state;
	open_file(w, "p.txt");
	write_file(w, "p.txt", "theirs");
	assert_int_equal(save(w, "p.txt", "mine"), SAVE_CONFLICT);
	assert_str(w->disk, "theirs");
	assert_str(open_file(w, "p.txt"), "theirs");
	assert_int_equal(save(w, "p.txt", "mine"), SAVE_DONE);
	/* Theirs is not lost: it is the version before. */
	assert_int_equal(w->version, 2);
	w->stamp = (struct file_stamp){.exists = false};
	assert_int_equal(save(w, "../outside.txt", "x"), SAVE_FAILED);
	assert_non_null(strstr(w->error, "leads out of the folder"));
}

/* What is on the screen runs, whatever the file holds, and is a version of it. */
static void a_text_runs_without_being_saved(void **state)
{
	struct world *w = *state;
	struct str text = STR("Hello {{ who }}, typed.");
	struct run_spec spec = {.path = "p.txt", .text = &text, .inputs = value_dict(&w->arena)};
	struct input_field *fields;
	struct model_choice choice;
	char hash[CONTENT_HASH];
	size_t count;
	uint64_t id;
	struct err e = ERR_INIT;
	assert_true(engine_inputs(w->engine, &spec, &w->arena, &fields, &count, &e));
	assert_int_equal(count, 1);
	assert_str(fields[0].name, "who");
	assert_true(engine_choose_model(w->engine, &spec, &w->arena, &choice, &e));
	value_set(spec.inputs, STR("who"), value_str(STR("you")));
	if (!engine_start_run(w->engine, &spec, &id, &e))
		fail_msg("%s %s", e.text, e.hint);
	engine_wait_run(w->engine, id);
	engine_release_run(w->engine, id);
	assert_int_equal(engine_version(w->engine, "p.txt", content_hash(text, hash)), 1);
	assert_str(open_file(w, "p.txt"), "one");
	assert_int_equal(engine_version(w->engine, "p.txt", w->stamp.hash), 0);
}

static void on_changed(void *ctx, struct str bytes, const struct file_stamp *stamp)
{
	struct world *w = ctx;
	w->found = str_copy(&w->arena, bytes);
	w->stamp = *stamp;
	w->changed = true;
}

static void on_time(void *ctx)
{
	struct world *w = ctx;
	w->done = true;
}

static void changes_of_others_are_noticed(void **state)
{
	struct world *w = *state;
	struct loop *loop = engine_loop(w->engine);
	open_file(w, "p.txt");
	struct file_watch *watch = file_watch_new(w->engine, "p.txt", &w->stamp, on_changed, w);
	assert_non_null(watch);
	write_file(w, "p.txt", "theirs");
	loop_run_until(loop, &w->changed);
	assert_str(w->found, "theirs");
	/* Our own save is none of it, and neither is another file. */
	w->changed = false;
	assert_int_equal(save(w, "p.txt", "mine"), SAVE_DONE);
	file_watch_know(watch, &w->stamp);
	write_file(w, "other.txt", "x");
	w->done = false;
	struct loop_timer timer = {.due_ns = 0};
	loop_timer_start(loop, &timer, 200000000, on_time, w);
	loop_run_until(loop, &w->done);
	assert_false(w->changed);
	unlink(path_join(&w->arena, w->folder, "p.txt"));
	loop_run_until(loop, &w->changed);
	assert_false(w->stamp.exists);
	file_watch_free(watch);
}

static void keep(struct engine *engine, const char *path, const char *text)
{
	struct draft draft = {.path = path, .base = "abc", .text = str_from(text)};
	struct err e = ERR_INIT;
	assert_true(engine_keep_draft_now(engine, &draft, &e));
}

/* Keeps a draft in another process, which is killed or goes on (until READ_END is closed). */
static pid_t keep_elsewhere(struct world *w, const char *text, bool lives)
{
	int ready[2];
	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct engine *engine = open_engine(w);
		keep(engine, "p.txt", text);
		_exit(write(ready[1], "x", 1) == 1 && lives ? pause() : 0);
	}
	char byte;
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	if (!lives)
		waitpid(pid, NULL, 0);
	return pid;
}

static void drafts_outlive_their_process(void **state)
{
	struct world *w = *state;
	struct draft draft;
	assert_false(engine_find_draft(w->engine, "p.txt", &w->arena, &draft));
	keep_elsewhere(w, "older", false);
	keep_elsewhere(w, "typed, not saved", false);
	pid_t living = keep_elsewhere(w, "still being typed", true);
	assert_false(engine_find_draft(w->engine, "other.txt", &w->arena, &draft));
	assert_true(engine_find_draft(w->engine, "p.txt", &w->arena, &draft));
	assert_str(draft.text, "typed, not saved");
	assert_string_equal(draft.base, "abc");
	/* It is ours now: another one that starts sees only what nobody has. */
	struct engine *second = open_engine(w);
	assert_true(engine_find_draft(second, "p.txt", &w->arena, &draft));
	assert_str(draft.text, "older");
	engine_drop_draft(second, "p.txt");
	assert_false(engine_find_draft(second, "p.txt", &w->arena, &draft));
	engine_drop_draft(w->engine, "p.txt");
	assert_false(engine_find_draft(w->engine, "p.txt", &w->arena, &draft));
	kill(living, SIGKILL);
	waitpid(living, NULL, 0);
	assert_true(engine_find_draft(second, "p.txt", &w->arena, &draft));
	assert_str(draft.text, "still being typed");
	struct err e = ERR_INIT;
	assert_true(engine_free(second, &e));
}

/* Waiting for the engine's end is waiting for its drafts. */
static void the_last_of_many_drafts_is_kept(void **state)
{
	struct world *w = *state;
	struct draft found, draft = {.path = "p.txt"};
	struct err e = ERR_INIT;
	for (int i = 0; i < 50; i++) {
		draft.text = str_format(&w->arena, "text %d", i);
		engine_keep_draft(w->engine, &draft);
	}
	assert_true(engine_free(w->engine, &e));
	w->engine = open_engine(w);
	assert_true(engine_find_draft(w->engine, "p.txt", &w->arena, &found));
	assert_str(found.text, "text 49");
	/* Given up while it is being kept. */
	engine_keep_draft(w->engine, &draft);
	engine_drop_draft(w->engine, "p.txt");
	assert_true(engine_free(w->engine, &e));
	w->engine = open_engine(w);
	assert_false(engine_find_draft(w->engine, "p.txt", &w->arena, &found));
}

static void make_folder(struct world *w, const char *name)
{
	struct err e = ERR_INIT;
	assert_true(file_make_folder(path_join(&w->arena, w->folder, name), 0700, &e));
}

static struct engine *open_loose(struct world *w, const char *name)
{
	struct engine_options options = {.path = path_join(&w->arena, w->folder, name)};
	struct engine *engine;
	struct err e = ERR_INIT;
	if (!engine_new(&options, &engine, &e))
		fail_msg("%s", e.text);
	return engine;
}

/* Outside of workspaces all drafts lie in one folder: files of one name are told apart. */
static void drafts_of_loose_files_are_told_apart(void **state)
{
	struct world *w = *state;
	struct draft draft;
	struct err e = ERR_INIT;
	unlink(path_join(&w->arena, w->folder, "lathe.yaml"));
	setenv("XDG_STATE_HOME", path_join(&w->arena, w->folder, "state"), 1);
	make_folder(w, "here");
	make_folder(w, "there");
	struct engine *here = open_loose(w, "here"), *there = open_loose(w, "there");
	assert_true(engine_workspace(here)->is_loose);
	keep(here, "p.txt", "typed here");
	assert_true(engine_free(here, &e));
	assert_false(engine_find_draft(there, "p.txt", &w->arena, &draft));
	assert_true(engine_free(there, &e));
	here = open_loose(w, "here");
	assert_true(engine_find_draft(here, "p.txt", &w->arena, &draft));
	assert_str(draft.text, "typed here");
	assert_string_equal(draft.path, "p.txt");
	engine_drop_draft(here, "p.txt");
	assert_false(engine_find_draft(here, "p.txt", &w->arena, &draft));
	assert_true(engine_free(here, &e));
}

static void no_room_for_drafts_is_said(void **state)
{
	struct world *w = *state;
	struct draft draft = {.path = "p.txt", .text = STR("x")};
	write_file(w, ".lathe", "in the way");
	assert_null(engine_drafts_problem(w->engine));
	engine_keep_draft(w->engine, &draft);
	const struct err *problem = engine_drafts_problem(w->engine);
	assert_non_null(problem);
	assert_non_null(strstr(problem->text, "Drafts cannot be kept: "));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(saves_are_versions),
		TEST(others_are_not_overwritten),
		TEST(a_text_runs_without_being_saved),
		TEST(changes_of_others_are_noticed),
		TEST(drafts_outlive_their_process),
		TEST(the_last_of_many_drafts_is_kept),
		TEST(drafts_of_loose_files_are_told_apart),
		TEST(no_room_for_drafts_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
