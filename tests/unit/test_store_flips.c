/* SPDX-License-Identifier: MIT */
/* Flipped bits (trust.md F-14): whenever a flip changes what the tables say, or keeps them from
 * being read, fsck reports it. Flips in free space change nothing and need no report. */
#include "core/store/fsck.h"
#include "core/store/place.h"

#include "tests/unit/store_world.h"

#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>

enum { RUNS = 12, FLIPS = 500 };

static const char *const tables[] = {"meta", "blob", "run", "span", "attempt", "partial", "log",
	"prompt", "response_cache", "cache_use", "calibration", "sqlite_schema"};

static void add_column(crypto_generichash_state *state, sqlite3_stmt *s, int column)
{
	const void *bytes = sqlite3_column_blob(s, column);
	int head[2] = {sqlite3_column_type(s, column), sqlite3_column_bytes(s, column)};
	crypto_generichash_update(state, (const unsigned char *)head, sizeof head);
	if (bytes != NULL)
		crypto_generichash_update(state, bytes, (size_t)head[1]);
}

/* A hash over all that can be read from the tables themselves, not their indexes; false when not
 * all of it can. */
static bool read_everything(const char *path, unsigned char out[32])
{
	sqlite3 *db = NULL;
	crypto_generichash_state state;
	bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;
	crypto_generichash_init(&state, NULL, 0, 32);
	for (size_t i = 0; ok && i < sizeof tables / sizeof *tables; i++) {
		char sql[80];
		sqlite3_stmt *s = NULL;
		/* The rowids of the schema's own rows mean nothing. */
		snprintf(sql, sizeof sql, "SELECT %s* FROM %s NOT INDEXED ORDER BY rowid",
			strcmp(tables[i], "sqlite_schema") == 0 ? "" : "rowid, ", tables[i]);
		ok = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK;
		int rc = SQLITE_DONE;
		while (ok && (rc = sqlite3_step(s)) == SQLITE_ROW)
			for (int column = 0; column < sqlite3_column_count(s); column++)
				add_column(&state, s, column);
		ok = ok && rc == SQLITE_DONE;
		sqlite3_finalize(s);
	}
	crypto_generichash_final(&state, out, 32);
	sqlite3_close(db);
	return ok;
}

static bool is_reported(struct world *w)
{
	struct fsck_report report;
	struct err e = ERR_INIT;
	return !fsck_check(w->folder, &w->arena, &report, &e) || report.faults > 0;
}

static void add_to_cache(struct world *w, uint64_t run, const char *text)
{
	char key[33] = {0};
	snprintf(key, sizeof key, "%032llx", (unsigned long long)run);
	struct store_cached cached = {.key = {key, 32},
		.parts = STR("{\"model\":\"tiny\"}"),
		.result = str_from(text),
		.run = run,
		.attempt = run,
		.at_ns = 5};
	struct store_cache_use use = {.key = {key, 32},
		.run = run,
		.attempt = run,
		.at_ns = 6,
		.stored_run = run,
		.stored_ns = 5};
	store_add_cached(w->store, &cached);
	store_use_cached(w->store, &use);
}

static void make_database(struct world *w)
{
	char text[64];
	world_open(w);
	for (int i = 0; i < RUNS; i++) {
		snprintf(text, sizeof text, "Answer question %d from {{passages}}.", i / 3);
		uint64_t run = world_run(w, "prompts/answer.prompty", text);
		struct store_log log = {
			.run = run, .at_ns = 5, .level = STR("info"), .text = STR("Model: tiny.")};
		store_add_log(w->store, &log);
		add_to_cache(w, run, text);
	}
	struct store_calibration learned = {.model = STR("tiny"),
		.script = STR("words"),
		.samples = 3,
		.factor_ppm = 1200000,
		.learned_seq = 12};
	store_put_calibration(w->store, &learned);
	uint64_t run = world_begin_run(w, "flow", "nodes: []");
	uint64_t span = world_begin_span(w, run, 0);
	struct store_partial partial = {.span = span, .kind = STR("text"), .bytes = STR("half")};
	store_add_partial(w->store, &partial);
	world_settle(w);
	world_close(w);
}

/* What was done to the file and what came of it. */
struct tally {
	const char *path;
	unsigned char whole[32]; /* what the tables say when nothing is wrong */
	int tried, changed, reported;
};

/* Puts BYTES in the database's place and compares what can be read with what fsck says. */
static void try_bytes(struct world *w, struct tally *t, struct str bytes, const char *what)
{
	unsigned char now[32];
	FILE *out = fopen(t->path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, out), bytes.len);
	fclose(out);
	unlink(world_path(w, ".lathe/lathe.db-wal"));
	unlink(world_path(w, ".lathe/lathe.db-shm"));
	bool differs = !read_everything(t->path, now) || memcmp(now, t->whole, sizeof now) != 0;
	bool found = is_reported(w);
	t->tried++;
	t->changed += differs;
	t->reported += found;
	if (differs && !found)
		fail_msg("%s is not reported", what);
}

static struct str begin(struct world *w, struct tally *t)
{
	struct str file;
	world_init(w);
	make_database(w);
	*t = (struct tally){.path = world_path(w, ".lathe/lathe.db")};
	assert_ok(file_read(&w->arena, t->path, 1 << 26, &file, &e));
	assert_true(read_everything(t->path, t->whole));
	assert_false(is_reported(w));
	return (struct str){arena_copy(&w->arena, file.at, file.len), file.len};
}

static int64_t choose_seed(void)
{
	struct timespec t;
	int64_t seed = 0;
	const char *given = getenv("SEED");
	clock_gettime(CLOCK_REALTIME, &t);
	if (given != NULL)
		assert_true(str_to_int(str_from(given), &seed));
	return given != NULL ? seed : (int64_t)t.tv_nsec;
}

static void every_flip_that_matters_is_reported(void **state)
{
	(void)state;
	struct world w;
	struct tally t;
	struct str file = begin(&w, &t);
	char *bytes = arena_copy(&w.arena, file.at, file.len);
	int64_t seed = choose_seed();
	uint64_t random = (uint64_t)seed;
	char what[96];
	while (t.tried < FLIPS) {
		/* Knuth's linear congruential generator; the high bits are good. */
		random = random * 6364136223846793005u + 1442695040888963407u;
		size_t at = (size_t)((random >> 24) % file.len);
		if (bytes[at] == 0 && t.tried % 4 != 0)
			continue; /* most zeros are free space */
		char bit = (char)(1 << (random >> 61));
		snprintf(what, sizeof what, "seed %lld: a flip of %d at byte %zu", (long long)seed,
			bit, at);
		bytes[at] ^= bit;
		try_bytes(&w, &t, (struct str){bytes, file.len}, what);
		bytes[at] ^= bit;
	}
	print_message("# seed %lld: %d flips in %zu bytes, %d changed what is read, %d reported\n",
		(long long)seed, t.tried, file.len, t.changed, t.reported);
	assert_true(t.changed > FLIPS / 4);
	world_release(&w);
}

static void lost_and_swapped_pages_are_reported(void **state)
{
	(void)state;
	enum { PAGE = 4096 };
	struct world w;
	struct tally t;
	struct str file = begin(&w, &t);
	char *bytes = arena_copy(&w.arena, file.at, file.len);
	char what[96], page[PAGE];
	assert_int_equal(file.len % PAGE, 0);
	for (size_t at = 0; at < file.len; at += PAGE) {
		memset(bytes + at, 0, PAGE);
		snprintf(what, sizeof what, "page %zu of zeros", at / PAGE);
		try_bytes(&w, &t, (struct str){bytes, file.len}, what);
		memcpy(bytes + at, file.at + at, PAGE);
		snprintf(what, sizeof what, "a file that ends at page %zu", at / PAGE);
		if (at > 0) /* an empty file is a new database */
			try_bytes(&w, &t, (struct str){bytes, at}, what);
		size_t next = (at + PAGE) % file.len;
		memcpy(page, bytes + at, PAGE);
		memcpy(bytes + at, bytes + next, PAGE);
		memcpy(bytes + next, page, PAGE);
		snprintf(what, sizeof what, "page %zu swapped with the next", at / PAGE);
		if (memcmp(bytes, file.at, file.len) != 0) /* two empty tables look alike */
			try_bytes(&w, &t, (struct str){bytes, file.len}, what);
		memcpy(bytes, file.at, file.len);
	}
	assert_int_equal(t.reported, t.tried);
	world_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flip_that_matters_is_reported),
		cmocka_unit_test(lost_and_swapped_pages_are_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
