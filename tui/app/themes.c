/* SPDX-License-Identifier: MIT */
#include "tui/app/themes.h"

#include "core/base/embedded.h"
#include "core/base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THEME_MAX = 1 << 16 };

static bool find(void *ctx, struct str name, struct arena *a, struct str *text)
{
	struct err e = ERR_INIT;
	(void)ctx;
	struct str file = str_format(a, "themes/%.*s.yaml", STR_ARG(name));
	if (str_find(name, STR("/"), 0) != SIZE_MAX)
		return false;
	if (file_read(a, path_join(a, path_config(a), file.at), THEME_MAX, text, &e))
		return true;
	const struct embedded_file *inside = embedded_find(file.at);
	if (inside != NULL)
		*text = embedded_str(inside);
	return inside != NULL;
}

/* COLORFGBG is "15;0" or "0;default;15": the last number is the background, of the 16 colours. */
static bool is_light(void)
{
	const char *value = getenv("COLORFGBG");
	struct str text = str_from(value);
	size_t last = str_find_last(text, STR(";"));
	int64_t n;
	if (last == SIZE_MAX || !str_to_int(str_slice(text, last + 1, text.len), &n))
		return false;
	return n == 7 || n == 15;
}

static const char *remembered(struct arena *a)
{
	struct err e = ERR_INIT;
	struct str text;
	if (!file_read(a, path_join(a, path_state(a), "theme"), THEME_NAME, &text, &e))
		return "";
	return str_cstr(a, str_trim(text));
}

const char *themes_name(const char *picked, char out[THEME_NAME])
{
	struct arena a = ARENA_INIT;
	const char *asked = getenv("LATHE_THEME");
	const char *name = picked[0] != '\0'		       ? picked
			   : asked != NULL && asked[0] != '\0' ? asked
							       : remembered(&a);
	snprintf(out, THEME_NAME, "%s", name[0] != '\0' ? name : THEME_AUTO);
	arena_release(&a);
	return out;
}

bool themes_choose(struct theme *out, const char *picked, enum colour_depth depth,
	enum theme_terminal terminal, struct err *e)
{
	char name[THEME_NAME];
	bool light = terminal == TERMINAL_ANY ? is_light() : terminal == TERMINAL_LIGHT;
	if (depth == DEPTH_MONO)
		return theme_load(out, STR("mono"), find, NULL, e);
	if (strcmp(themes_name(picked, name), THEME_AUTO) == 0)
		return theme_load(out, light ? STR("light") : STR("dark"), find, NULL, e);
	return theme_load(out, str_from(name), find, NULL, e);
}

bool themes_remember(const char *picked, struct err *e)
{
	struct arena a = ARENA_INIT;
	const char *folder = path_state(&a);
	bool good = file_make_folder(folder, 0700, e) &&
		    file_write(path_join(&a, folder, "theme"), str_from(picked), 0600, e);
	arena_release(&a);
	return good;
}

struct themes {
	struct arena *arena;
	struct theme_row *rows;
	size_t len, cap;
};

/* FILE is "dark.yaml", or of another kind. */
static void add(struct themes *t, struct str file)
{
	struct theme theme;
	struct err e = ERR_INIT;
	if (!str_ends(file, STR(".yaml")) || file.len >= THEME_NAME)
		return;
	const char *name = str_cstr(t->arena, str_slice(file, 0, file.len - 5));
	for (size_t i = 0; i < t->len; i++)
		if (strcmp(t->rows[i].name, name) == 0)
			return;
	if (!theme_load(&theme, str_from(name), find, NULL, &e))
		return;
	t->rows = arena_reserve(t->arena, t->rows, t->len, &t->cap, t->len + 1, sizeof *t->rows);
	t->rows[t->len++] = (struct theme_row){name, theme.terminal};
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct theme_row *)a)->name, ((const struct theme_row *)b)->name);
}

size_t themes_list(struct arena *a, struct theme_row **rows)
{
	struct themes t = {.arena = a};
	const struct embedded_file *inside = NULL;
	DIR *folder = opendir(path_join(a, path_config(a), "themes"));
	const struct dirent *entry;
	while ((inside = embedded_next("themes/", inside)) != NULL)
		add(&t, str_from(path_name(inside->path)));
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		add(&t, str_from(entry->d_name));
	if (folder != NULL)
		closedir(folder);
	if (t.len > 0)
		qsort(t.rows, t.len, sizeof *t.rows, by_name);
	*rows = t.rows;
	return t.len;
}
