/* SPDX-License-Identifier: MIT */
/* The themes inside the program: every text can be read on every ground, with many colours and with
 * few. */
#include "tui/theme/theme.h"

#include "core/base/embedded.h"
#include "tests/unit/check.h"

#include <math.h>
#include <stdio.h>

static bool find(void *ctx, struct str name, struct arena *a, struct str *text)
{
	(void)ctx;
	const struct embedded_file *f =
		embedded_find(str_format(a, "themes/%.*s.yaml", STR_ARG(name)).at);
	if (f != NULL)
		*text = embedded_str(f);
	return f != NULL;
}

static struct theme load(struct str name)
{
	struct theme theme;
	struct err e = ERR_INIT;
	if (!theme_load(&theme, name, find, NULL, &e))
		fail_msg("%.*s: %s: %s", STR_ARG(name), e.where, e.text);
	return theme;
}

/* The next theme inside the program; its name in *NAME. */
static bool next_theme(const struct embedded_file **at, struct str *name)
{
	*at = embedded_next("themes/", *at);
	if (*at == NULL)
		return false;
	struct str path = str_from((*at)->path);
	*name = str_slice(path, sizeof "themes/" - 1, path.len - (sizeof ".yaml" - 1));
	return true;
}

static bool is_quiet(enum role role)
{
	return role == ROLE_DIM || role == ROLE_FAINT || role == ROLE_COMMENT ||
	       role == ROLE_REASONING;
}

/* 0: decoration. */
static double wanted(bool high, enum role role, enum ground ground, enum colour_depth depth)
{
	bool few_on_ground = depth == DEPTH_16 && ground != GROUND_NONE;
	if (high)
		return depth == DEPTH_RGB && role != ROLE_BORDER ? 7 : 4.5;
	if (role == ROLE_BORDER)
		return 0;
	return is_quiet(role) || few_on_ground ? 3 : 4.5;
}

/* Grounds that terminals commonly have: black and the dark greys, white and a paper's. With 16
 * colours a terminal's own are the palette's. */
static const uint32_t dark_grounds[] = {0x000000, 0x1E1E1E, 0x282828};
static const uint32_t light_grounds[] = {0xFFFFFF, 0xFAFAFA, 0xFDF6E3};

static int check_cell(struct str name, const struct theme *theme, enum role role,
	enum ground ground, enum colour_depth depth)
{
	bool light = theme->terminal == TERMINAL_LIGHT;
	struct shade shade = theme_shade(theme, role, ground, depth);
	double least = wanted(str_starts(name, STR("high-")), role, ground, depth);
	uint32_t fg = shade.fg >= 0 ? theme_rgb(shade.fg, depth) : light ? 0x202020 : 0xE5E5E5;
	int faults = 0;
	for (size_t i = 0; i < (depth == DEPTH_16 ? 1 : 3); i++) {
		uint32_t bg = shade.bg >= 0 ? theme_rgb(shade.bg, depth)
			      : light	    ? light_grounds[i]
					    : dark_grounds[i];
		double contrast = theme_contrast(fg, bg);
		if (contrast >= least)
			continue;
		faults++;
		print_error("%.*s: %c on %s at depth %d: #%06x on #%06x is %.2f to 1, not %.1f\n",
			STR_ARG(name), role_letter(role), ground_name(ground), (int)depth, fg, bg,
			contrast, least);
	}
	return faults;
}

static void every_text_can_be_read(void **state)
{
	(void)state;
	const struct embedded_file *at = NULL;
	struct str name;
	int themes = 0, faults = 0;
	while (next_theme(&at, &name)) {
		struct theme theme = load(name);
		themes++;
		if (theme.terminal == TERMINAL_ANY)
			continue;
		for (int depth = DEPTH_16; depth <= DEPTH_RGB; depth++)
			for (int r = 0; r < ROLE_COUNT; r++)
				for (int g = 0; g < GROUND_COUNT; g++)
					faults += check_cell(name, &theme, (enum role)r,
						(enum ground)g, (enum colour_depth)depth);
	}
	assert_int_equal(faults, 0);
	assert_int_equal(themes, 7);
}

static bool same(struct shade a, struct shade b)
{
	return a.bg == b.bg && a.attributes == b.attributes;
}

static void what_is_chosen_can_be_seen(void **state)
{
	(void)state;
	const struct embedded_file *at = NULL;
	struct str name;
	while (next_theme(&at, &name)) {
		struct theme t = load(name);
		for (int d = DEPTH_MONO; d <= DEPTH_RGB; d++) {
			enum colour_depth depth = (enum colour_depth)d;
			if (depth == DEPTH_MONO && t.terminal != TERMINAL_ANY)
				continue;
			struct shade none = theme_shade(&t, ROLE_TEXT, GROUND_NONE, depth);
			struct shade layer = theme_shade(&t, ROLE_TEXT, GROUND_LAYER, depth);
			struct shade chosen = theme_shade(&t, ROLE_TEXT, GROUND_SELECT, depth);
			struct shade quiet = theme_shade(&t, ROLE_TEXT, GROUND_SELECT_QUIET, depth);
			if (same(chosen, none) || same(chosen, layer) || same(quiet, none))
				fail_msg("%.*s at depth %d", STR_ARG(name), d);
		}
	}
}

static void mono_has_no_colours(void **state)
{
	(void)state;
	struct theme theme = load(STR("mono"));
	assert_int_equal(theme.terminal, TERMINAL_ANY);
	for (int r = 0; r < ROLE_COUNT; r++)
		for (int g = 0; g < GROUND_COUNT; g++) {
			struct shade s =
				theme_shade(&theme, (enum role)r, (enum ground)g, DEPTH_RGB);
			assert_int_equal(s.fg, -1);
			assert_int_equal(s.bg, -1);
		}
	/* What is chosen and what is focused can be seen all the same. */
	assert_int_not_equal(theme.grounds[GROUND_SELECT].attributes, 0);
	assert_int_not_equal(theme.grounds[GROUND_SELECT_QUIET].attributes, 0);
	assert_int_not_equal(
		theme.roles[ROLE_BORDER_FOCUS].attributes, theme.roles[ROLE_BORDER].attributes);
	struct theme dark = load(STR("dark"));
	assert_int_equal(theme_shade(&dark, ROLE_BAD, GROUND_SELECT, DEPTH_MONO).fg, -1);
}

struct lab {
	double l, a, b;
};

static double linear(double c)
{
	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double lab_part(double t)
{
	return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

/* How people without red cones (or without green ones) see a colour: Vienot, Brettel and Mollon,
 * "Digital video colourmaps for checking the legibility of displays by dichromats" (1999), as one
 * matrix on linear RGB; then CIE L*a*b* under D65. */
static struct lab seen(uint32_t rgb, bool no_red)
{
	double r = linear((double)(rgb >> 16 & 255) / 255);
	double g = linear((double)(rgb >> 8 & 255) / 255);
	double b = linear((double)(rgb & 255) / 255);
	double red = no_red ? 0.11238 * r + 0.88762 * g : 0.29275 * r + 0.70725 * g;
	double blue = no_red ? 0.00401 * r - 0.00401 * g + b : -0.02234 * r + 0.02234 * g + b;
	double x = 0.4124 * red + 0.3576 * red + 0.1805 * blue;
	double y = 0.2126 * red + 0.7152 * red + 0.0722 * blue;
	double z = 0.0193 * red + 0.1192 * red + 0.9505 * blue;
	double fx = lab_part(x / 0.95047), fy = lab_part(y), fz = lab_part(z / 1.08883);
	return (struct lab){116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)};
}

static double apart(uint32_t one, uint32_t other, bool no_red)
{
	struct lab p = seen(one, no_red), q = seen(other, no_red);
	return sqrt(
		(p.l - q.l) * (p.l - q.l) + (p.a - q.a) * (p.a - q.a) + (p.b - q.b) * (p.b - q.b));
}

static void the_colour_blind_themes_keep_states_apart(void **state)
{
	(void)state;
	static const enum role states[] = {ROLE_GOOD, ROLE_BAD, ROLE_WARN, ROLE_ACCENT};
	static const char *const names[] = {"colour-blind", "colour-blind-light"};
	for (size_t n = 0; n < 2; n++) {
		struct theme theme = load(str_from(names[n]));
		for (int i = 0; i < 4; i++)
			for (int j = 0; j < i; j++)
				for (int no_red = 0; no_red < 2; no_red++) {
					double far = apart(theme.roles[states[i]].fg.rgb,
						theme.roles[states[j]].fg.rgb, no_red == 1);
					if (far < 20)
						fail_msg("%s: %c and %c are %.1f apart", names[n],
							role_letter(states[i]),
							role_letter(states[j]), far);
				}
	}
	/* The measure can fail: red and green of the same lightness are one to such eyes. */
	assert_true(apart(0xC06040, 0x809040, false) < 20);
	assert_true(apart(0x0000FF, 0xFFFF00, true) > 100);
}

static void contrast_is_wcags(void **state)
{
	(void)state;
	assert_float_equal(theme_contrast(0x000000, 0xFFFFFF), 21, 0.001);
	assert_float_equal(theme_contrast(0x777777, 0xFFFFFF), 4.478, 0.01);
	assert_float_equal(theme_contrast(0x123456, 0x123456), 1, 0.0001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contrast_is_wcags),
		cmocka_unit_test(every_text_can_be_read),
		cmocka_unit_test(what_is_chosen_can_be_seen),
		cmocka_unit_test(mono_has_no_colours),
		cmocka_unit_test(the_colour_blind_themes_keep_states_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
