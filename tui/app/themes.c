/* SPDX-License-Identifier: MIT */
#include "tui/app/themes.h"

#include "core/base/embedded.h"
#include "core/base/file.h"

#include <stdlib.h>

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

bool themes_are_named(void)
{
	const char *asked = getenv("LATHE_THEME");
	return asked != NULL && asked[0] != '\0';
}

bool themes_choose(
	struct theme *out, enum colour_depth depth, enum theme_terminal terminal, struct err *e)
{
	bool light = terminal == TERMINAL_ANY ? is_light() : terminal == TERMINAL_LIGHT;
	const char *name = depth == DEPTH_MONO ? "mono" : light ? "light" : "dark";
	if (themes_are_named() && depth != DEPTH_MONO)
		name = getenv("LATHE_THEME");
	return theme_load(out, str_from(name), find, NULL, e);
}
