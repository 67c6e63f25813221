/* SPDX-License-Identifier: MIT */
#include "tui/term/pairs.h"

#include "core/text/utf8.h"
#include "tui/term/ascii.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

enum { BRIGHT_BLACK = 8, TYPE_NAME = 80 };

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value != NULL ? value : "";
}

/* The locale as the user names it: the first of the three that is set. */
static const char *asked_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < 3; i++)
		if (environment(names[i])[0] != '\0')
			return environment(names[i]);
	return "";
}

/* Widths always come from a UTF-8 locale; what is sent is UTF-8 unless the user's locale says that
 * the terminal cannot show it. A locale that names UTF-8 and is not installed still says so, and so
 * does none at all: then C.UTF-8 stands in. */
static bool choose_locale(void)
{
	const char *asked = asked_locale();
	bool utf8 = asked[0] == '\0' || strstr(asked, "UTF-8") != NULL ||
		    strstr(asked, "utf8") != NULL || strstr(asked, "UTF8") != NULL;
	if (setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return true;
	setlocale(LC_CTYPE, "C.UTF-8");
	return utf8;
}

static bool promises_rgb(void)
{
	const char *value = environment("COLORTERM");
	return strcmp(value, "truecolor") == 0 || strcmp(value, "24bit") == 0;
}

/* Asked first because newterm leaks when it fails. NAME NULL: TERM. */
static bool is_known(const char *name, FILE *out)
{
	int result;
	if (setupterm(name, fileno(out), &result) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}

/* The description of TERM's kind that takes RGB: "tmux-256color" has "tmux-direct". */
static SCREEN *newterm_rgb(FILE *out)
{
	char name[TYPE_NAME];
	const char *type = environment("TERM");
	int stem = (int)strcspn(type, "-");
	int written = snprintf(name, sizeof name, "%.*s-direct", stem, type);
	if (written < 0 || written >= (int)sizeof name)
		return NULL;
	return is_known(name, out) ? newterm(name, out, out) : NULL;
}

SCREEN *pairs_newterm(struct pairs *p, FILE *out)
{
	p->utf8 = choose_locale();
	p->depth = DEPTH_MONO;
	bool colour = environment("NO_COLOR")[0] == '\0';
	SCREEN *screen = NULL;
	if (colour && promises_rgb())
		screen = newterm_rgb(out);
	if (screen == NULL && is_known(NULL, out))
		screen = newterm(NULL, out, out);
	if (screen == NULL || !colour || !has_colors() || start_color() == ERR)
		return screen;
	use_default_colors();
	p->colours = COLORS < 16 ? 8 : 16;
	/* A description with this many colours (COLORTERM's, or TERM is xterm-direct) takes numbers
	 * above 7 for RGB: those of the 256 would come out as shades of blue. */
	if (COLORS >= 1 << 24)
		p->depth = DEPTH_RGB;
	else if (COLORS >= 256)
		p->depth = DEPTH_256;
	else if (COLORS >= 8)
		p->depth = DEPTH_16;
	return screen;
}

/* On terminals of 8 colours, bold makes a foreground bright; there is no grey. */
static int fit(const struct pairs *p, int colour, bool is_fg, attr_t *attributes)
{
	if (p->depth != DEPTH_16 || p->colours >= 16 || colour < BRIGHT_BLACK)
		return colour;
	if (colour == BRIGHT_BLACK)
		return -1;
	if (is_fg)
		*attributes |= A_BOLD;
	return colour - BRIGHT_BLACK;
}

static attr_t attributes_of(unsigned look)
{
	attr_t attributes = A_NORMAL;
	attributes |= look & LOOK_BOLD ? A_BOLD : 0;
	attributes |= look & LOOK_UNDERLINE ? A_UNDERLINE : 0;
	attributes |= look & LOOK_REVERSE ? A_REVERSE : 0;
	attributes |= look & LOOK_DIM ? A_DIM : 0;
	return attributes;
}

void pairs_set_theme(struct pairs *p, const struct theme *theme)
{
	for (int r = 0; r < ROLE_COUNT; r++)
		for (int g = 0; g < GROUND_COUNT; g++) {
			struct shade shade =
				theme_shade(theme, (enum role)r, (enum ground)g, p->depth);
			attr_t a = attributes_of(shade.attributes);
			int fg_number = fit(p, shade.fg, true, &a);
			int bg_number = fit(p, shade.bg, false, &a);
			bool plain = p->depth == DEPTH_MONO || (fg_number < 0 && bg_number < 0);
			int pair = plain ? 0 : alloc_pair(fg_number, bg_number);
			p->pair[r][g] = pair < 0 ? 0 : pair;
			p->attributes[r][g] = a;
		}
}

static void put(const struct pairs *p, const struct cell *cell, const wchar_t *text, cchar_t *out)
{
	int pair = p->pair[cell->role][cell->ground];
	setcchar(out, text, p->attributes[cell->role][cell->ground], 0, &pair);
}

/* Joiners and variation selectors, by which terminals disagree on how wide what they join is: the
 * parts are sent without them, and are as wide everywhere as we think. */
static bool joins(uint32_t code)
{
	return code == 0x200C || code == 0x200D || (code >= 0xFE00 && code <= 0xFE0F);
}

int pairs_cell(const struct pairs *p, const struct cell *cell, cchar_t *out)
{
	wchar_t text[CCHARW_MAX + 1] = {L' '};
	struct str cluster = {cell->text, cell->len};
	if (cell->width == 0)
		return 0;
	if (!p->utf8) {
		text[0] = (wchar_t)ascii_of(cluster);
		put(p, cell, text, out);
		if (cell->width == 2)
			put(p, cell, text, out + 1);
		return cell->width;
	}
	size_t count = 0;
	for (size_t at = 0; at < cluster.len && count < CCHARW_MAX;) {
		uint32_t code;
		at = utf8_next(cluster, at, &code);
		if (!joins(code))
			text[count++] = (wchar_t)code;
	}
	put(p, cell, text, out);
	return 1;
}
