/* SPDX-License-Identifier: MIT */
#include "tui/term/modes.h"

#include <curses.h>
#include <stdlib.h>
#include <term.h>

/* A capability, or "" when this terminal has none of that name. */
static const char *capability(const char *name)
{
	const char *value = tigetstr(name);
	return value == NULL || value == (const char *)-1 ? "" : value;
}

bool modes_is_ansi(void)
{
	return str_starts(str_from(capability("cup")), STR("\033["));
}

bool modes_can_move(void)
{
	return capability("cup")[0] != '\0' && tigetnum("cols") != 0;
}

bool modes_mouse(struct buf *out, bool is_ansi, bool on)
{
	if (!is_ansi)
		return true;
	return buf_add_cstr(out, on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

bool modes_enter(struct buf *out, bool is_ansi, bool mouse)
{
	if (!is_ansi)
		return true;
	return buf_add_cstr(out, "\033[?2004h") && (!mouse || modes_mouse(out, is_ansi, true));
}

bool modes_leave(struct buf *out, bool is_ansi)
{
	if (!is_ansi)
		return true;
	return modes_mouse(out, is_ansi, false) && buf_add_cstr(out, "\033[?2004l");
}

bool modes_update(struct buf *out, bool is_ansi, bool begin)
{
	return !is_ansi || buf_add_cstr(out, begin ? "\033[?2026h" : "\033[?2026l");
}

/* Without padding ("$<5>"), which means waiting. */
static bool add_capability(struct buf *out, const char *name)
{
	struct str rest = str_from(capability(name));
	while (rest.len > 0) {
		size_t pad = str_find(rest, STR("$<"), 0);
		if (!buf_add_str(out, str_slice(rest, 0, pad)))
			return false;
		size_t end = pad == SIZE_MAX ? SIZE_MAX : str_find(rest, STR(">"), pad);
		rest = end == SIZE_MAX ? STR_NONE : str_slice(rest, end + 1, rest.len);
	}
	return true;
}

bool modes_rescue(struct buf *out, bool is_ansi)
{
	return modes_update(out, is_ansi, false) && modes_leave(out, is_ansi) &&
	       add_capability(out, "sgr0") && add_capability(out, "rmkx") &&
	       add_capability(out, "rmcup") && add_capability(out, "cnorm");
}
