/* SPDX-License-Identifier: MIT */
#include "tui/term/modes.h"

#include <curses.h>
#include <sodium.h>
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

/* Those that speak kitty's keys, by the names they give themselves. What runs inside tmux or screen
 * has their name, and is asked nothing it cannot answer. */
static const char *const key_families[] = {"xterm-kitty", "xterm-ghostty", "ghostty", "foot",
	"alacritty", "wezterm", "contour", "rio"};

static bool is_of_families(struct str term, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_of_family(term, str_from(names[i])))
			return true;
	return false;
}

static bool wants_keys(struct str term)
{
	struct str asked = str_from(getenv("LATHE_KITTY"));
	if (asked.len > 0)
		return str_is(asked, "on");
	return is_of_families(term, key_families, sizeof key_families / sizeof *key_families);
}

unsigned modes_of(const char *term)
{
	struct str name = str_from(term);
	if (!str_starts(str_from(capability("cup")), STR("\033[")))
		return 0;
	/* Extended capabilities: mouse reports, bracketed paste. */
	if (capability("XM")[0] == '\0' && capability("BE")[0] == '\0' &&
		!is_of_families(name, families, sizeof families / sizeof *families))
		return 0;
	unsigned modes = MODES_PRIVATE;
	if (!is_of_family(name, STR("linux")))
		modes |= MODES_STRINGS;
	if (wants_keys(name))
		modes |= MODES_KEYS;
	if (capability("Ss")[0] != '\0')
		modes |= MODES_SHAPE;
	return modes;
}

bool modes_can_move(void)
{
	return capability("cup")[0] != '\0' && tigetnum("cols") != 0;
}

static bool add(struct buf *out, unsigned modes, unsigned needed, const char *bytes)
{
	return !(modes & needed) || buf_add_cstr(out, bytes);
}

bool modes_mouse(struct buf *out, unsigned modes, bool on)
{
	return add(out, modes, MODES_PRIVATE,
		on ? "\033[?1000h\033[?1002h\033[?1006h" : "\033[?1006l\033[?1002l\033[?1000l");
}

bool modes_enter(struct buf *out, unsigned modes, bool mouse)
{
	return add(out, modes, MODES_PRIVATE, "\033[?2004h\033[?1004h") &&
	       (!mouse || modes_mouse(out, modes, true));
}

bool modes_leave(struct buf *out, unsigned modes)
{
	return modes_mouse(out, modes, false) && add(out, modes, MODES_STRINGS, "\033[?2031l") &&
	       add(out, modes, MODES_PRIVATE, "\033[?1004l\033[?2004l");
}

bool modes_update(struct buf *out, unsigned modes, bool begin)
{
	return add(out, modes, MODES_PRIVATE, begin ? "\033[?2026h" : "\033[?2026l");
}

bool modes_keys(struct buf *out, unsigned modes, bool on)
{
	return add(out, modes, MODES_KEYS, on ? "\033[>1u" : "\033[<u");
}

bool modes_shape(struct buf *out, unsigned modes, bool bar)
{
	return add(out, modes, MODES_SHAPE, bar ? "\033[6 q" : "\033[0 q");
}

bool modes_ask(struct buf *out, unsigned modes)
{
	return add(out, modes, MODES_STRINGS, "\033]11;?\033\\\033[?2031h");
}

static bool add_base64(struct buf *out, struct str text)
{
	size_t size = sodium_base64_encoded_len(text.len, sodium_base64_VARIANT_ORIGINAL);
	char *space = buf_space(out, size);
	if (space == NULL)
		return false;
	sodium_bin2base64(space, size, (const unsigned char *)text.at, text.len,
		sodium_base64_VARIANT_ORIGINAL);
	out->len += size - 1;
	return true;
}

bool modes_clipboard(struct buf *out, unsigned modes, struct str text)
{
	size_t before = out->len;
	if (!(modes & MODES_STRINGS))
		return false;
	if (buf_add_cstr(out, "\033]52;c;") && add_base64(out, text) && buf_add_cstr(out, "\033\\"))
		return true;
	out->len = before;
	return false;
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

bool modes_rescue(struct buf *out, unsigned modes)
{
	return modes_update(out, modes, false) && modes_keys(out, modes, false) &&
	       modes_shape(out, modes, false) && modes_leave(out, modes) &&
	       add_capability(out, "sgr0") && add_capability(out, "rmkx") &&
	       add_capability(out, "rmcup") && add_capability(out, "cnorm");
}
