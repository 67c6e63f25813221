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

/* The families whose terminals have these modes or pass over those they lack. A family is the name
 * itself and every name that goes on with a "-" or ".". */
static const char *const families[] = {"xterm", "tmux", "screen", "alacritty", "foot", "kitty",
	"rxvt", "st", "linux", "wezterm", "ghostty", "contour", "konsole", "gnome", "vte", "iterm",
	"iterm2", "mintty", "mlterm", "putty", "rio", "ms-terminal"};

static bool is_of_family(struct str term, struct str family)
{
	return str_starts(term, family) &&
	       (term.len == family.len || term.at[family.len] == '-' || term.at[family.len] == '.');
}

bool modes_known(const char *term)
{
	struct str name = str_from(term != NULL ? term : "");
	if (!str_starts(str_from(capability("cup")), STR("\033[")))
		return false;
	/* Extended capabilities: mouse reports, bracketed paste. */
	if (capability("XM")[0] != '\0' || capability("BE")[0] != '\0')
		return true;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (is_of_family(name, str_from(families[i])))
			return true;
	return false;
}

bool modes_can_move(void)
{
	return capability("cup")[0] != '\0' && tigetnum("cols") != 0;
}

bool modes_mouse(struct buf *out, bool has_modes, bool on)
{
	if (!has_modes)
		return true;
	return buf_add_cstr(out, on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

bool modes_enter(struct buf *out, bool has_modes, bool mouse)
{
	if (!has_modes)
		return true;
	return buf_add_cstr(out, "\033[?2004h") && (!mouse || modes_mouse(out, has_modes, true));
}

bool modes_leave(struct buf *out, bool has_modes)
{
	if (!has_modes)
		return true;
	return modes_mouse(out, has_modes, false) && buf_add_cstr(out, "\033[?2004l");
}

bool modes_update(struct buf *out, bool has_modes, bool begin)
{
	return !has_modes || buf_add_cstr(out, begin ? "\033[?2026h" : "\033[?2026l");
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

bool modes_rescue(struct buf *out, bool has_modes)
{
	return modes_update(out, has_modes, false) && modes_leave(out, has_modes) &&
	       add_capability(out, "sgr0") && add_capability(out, "rmkx") &&
	       add_capability(out, "rmcup") && add_capability(out, "cnorm");
}
