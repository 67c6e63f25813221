/* SPDX-License-Identifier: MIT */
/* How fast the editor is with 10 MB: prints what it takes to open a file of lines and one of a
 * single line until their first picture, and what a key takes from typing to the picture, in the
 * middle of either. */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "tui/pane/editor_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SIZE = 10 << 20, KEYS = 2000, WIDTH = 110, HEIGHT = 46 };

struct bench {
	struct clock clock;
	struct surface surface;
	struct editor_file *file;
	const char *folder;
};

static void picture(struct bench *b)
{
	struct area area = {0, 0, WIDTH, HEIGHT};
	surface_resize(&b->surface, WIDTH, HEIGHT);
	editor_file_fit(b->file, WIDTH, HEIGHT);
	editor_file_draw(b->file, pen_new(&b->surface), area, true);
}

/* Opens a file of these lines, over and over; milliseconds. */
static double open_ms(struct bench *b, const char *line)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct buf text = BUF_INIT(SIZE + 4096);
	while (text.len < SIZE)
		if (!buf_add_cstr(&text, line))
			BUG("no room");
	struct workspace_file file = {.path = STR("bench_edit.prompty"), .kind = FILE_PROMPT};
	if (!file_write(path_join(&a, b->folder, file.path.at), buf_str(&text), 0600, &e))
		BUG("%s", e.text);
	buf_free(&text);
	int64_t start = clock_now(&b->clock);
	b->file = editor_file_new(&file);
	editor_file_load(b->file, b->folder);
	picture(b);
	double ms = (double)(clock_now(&b->clock) - start) / 1e6;
	if (b->file->error[0] != '\0')
		BUG("%s", b->file->error);
	unlink(path_join(&a, b->folder, file.path.at));
	arena_release(&a);
	return ms;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Types in the middle, a picture after each key; microseconds. */
static void type(struct bench *b, const char *name)
{
	static int64_t took[KEYS];
	struct edit *edit = &b->file->edit;
	edit_go(edit, edit_size(edit) / 2, false);
	picture(b);
	for (int i = 0; i < KEYS; i++) {
		int64_t start = clock_now(&b->clock);
		if (i % 50 == 49)
			edit_undo(edit);
		else if (i % 10 == 9)
			edit_move(edit, EDIT_UP, false);
		else
			edit_type(edit, i % 7 == 0 ? STR("年") : STR("x"));
		picture(b);
		took[i] = clock_now(&b->clock) - start;
	}
	qsort(took, KEYS, sizeof took[0], by_size);
	printf("%s_key_us %.1f\n", name, (double)took[KEYS / 2] / 1e3);
	printf("%s_key_p99_us %.1f\n", name, (double)took[KEYS * 99 / 100] / 1e3);
}

static void measure(struct bench *b, const char *name, const char *line)
{
	printf("%s_open_ms %.1f\n", name, open_ms(b, line));
	type(b, name);
	editor_file_free(b->file);
}

int main(void)
{
	const char *folder = getenv("TMPDIR");
	struct bench b = {.clock = clock_real(), .folder = folder != NULL ? folder : "/tmp"};
	setlocale(LC_ALL, "");
	measure(&b, "lines",
		"A line of a prompt, {{ like }} others, 和一些中文字, and its end here.\n");
	measure(&b, "one_line", "words and words, 和一些中文字, without any line break, ");
	surface_free(&b.surface);
	return 0;
}
