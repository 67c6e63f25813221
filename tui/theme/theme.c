/* SPDX-License-Identifier: MIT */
#include "tui/theme/theme.h"

#include "core/data/yaml.h"

#include <math.h>

enum { INHERIT_DEPTH = 4, LEAST_CONTRAST = 3 };

struct palette {
	struct value colours;
	const char *file;
};

struct loader {
	struct arena *arena;
	theme_find_fn *find;
	void *ctx;
	const char *file; /* for errors */
	/* The theme's own first, then those it inherits: a theme that only changes colours needs
	 * nothing but a palette. */
	struct palette palettes[INHERIT_DEPTH + 1];
	size_t palette_count;
};

static const char *const ansi_names[16] = {"black", "red", "green", "yellow", "blue", "magenta",
	"cyan", "white", "bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white"};

static bool fault(const struct loader *l, struct value at, struct err *e)
{
	return err_place(e, l->file, at.line, at.column);
}

static bool read_rgb(const struct loader *l, struct value v, uint32_t *out, struct err *e)
{
	struct str s = v.kind == VALUE_STR ? v.u.str : STR_NONE;
	uint32_t rgb = 0;
	bool good = s.len == 7 && s.at[0] == '#';
	for (size_t i = 1; good && i < 7; i++) {
		char c = s.at[i];
		uint32_t digit = c >= '0' && c <= '9'	? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
				 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
							: 16;
		good = digit < 16;
		rgb = rgb << 4 | digit;
	}
	if (!good) {
		err_set(e, ERR_CONFIG, "A colour is written \"#rrggbb\", in quotes.");
		return fault(l, v, e);
	}
	*out = rgb;
	return true;
}

static bool read_ansi(const struct loader *l, struct value v, int *out, struct err *e)
{
	for (int i = 0; i < 16; i++)
		if (v.kind == VALUE_STR && str_is(v.u.str, ansi_names[i])) {
			*out = i;
			return true;
		}
	if (v.kind == VALUE_STR && str_is(v.u.str, "default")) {
		*out = ANSI_DEFAULT;
		return true;
	}
	err_set(e, ERR_CONFIG,
		"'ansi' is default or one of the 16 basic colours: black, red, ... or bright-black, ...");
	return fault(l, v, e);
}

/* A palette entry: "#rrggbb" or {rgb: ..., ansi: ...}. */
static bool read_entry(const struct loader *l, struct value v, struct colour *out, struct err *e)
{
	*out = (struct colour){.set = true, .ansi = ANSI_NEAREST};
	if (v.kind != VALUE_DICT)
		return read_rgb(l, v, &out->rgb, e);
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		bool good = true;
		if (str_is(entry->key.u.str, "rgb"))
			good = read_rgb(l, entry->value, &out->rgb, e);
		else if (str_is(entry->key.u.str, "ansi"))
			good = read_ansi(l, entry->value, &out->ansi, e);
		else {
			err_set(e, ERR_CONFIG, "A palette colour has 'rgb' and 'ansi', not '%.*s'.",
				STR_ARG(entry->key.u.str));
			good = fault(l, entry->key, e);
		}
		if (!good)
			return false;
	}
	return true;
}

/* A colour of a role: "default", a palette name or "#rrggbb". */
static bool read_colour(const struct loader *l, struct value v, struct colour *out, struct err *e)
{
	if (v.kind == VALUE_STR && str_is(v.u.str, "default")) {
		*out = (struct colour){.set = false};
		return true;
	}
	if (v.kind == VALUE_STR && v.u.str.len > 0 && v.u.str.at[0] != '#') {
		for (size_t i = 0; i < l->palette_count; i++) {
			const struct value *entry = value_get(l->palettes[i].colours, v.u.str);
			struct loader there = *l;
			there.file = l->palettes[i].file;
			if (entry != NULL)
				return read_entry(&there, *entry, out, e);
		}
		err_set(e, ERR_CONFIG, "There is no colour '%.*s' in the palette.",
			STR_ARG(v.u.str));
		return fault(l, v, e);
	}
	return read_entry(l, v, out, e);
}

static bool read_attribute(
	const struct loader *l, const struct value_entry *entry, struct look *out, struct err *e)
{
	static const char *const names[] = {"bold", "underline", "reverse", "dim"};
	for (unsigned i = 0; i < 4; i++) {
		if (!str_is(entry->key.u.str, names[i]))
			continue;
		if (entry->value.kind != VALUE_BOOL) {
			err_set(e, ERR_CONFIG, "'%s' is true or false.", names[i]);
			return fault(l, entry->value, e);
		}
		out->attributes &= ~(1U << i);
		if (entry->value.u.boolean)
			out->attributes |= 1U << i;
		return true;
	}
	err_set(e, ERR_CONFIG, "A look has fg, bg, bold, underline, reverse and dim, not '%.*s'.",
		STR_ARG(entry->key.u.str));
	return fault(l, entry->key, e);
}

static bool read_look(const struct loader *l, struct value v, struct look *out, struct err *e)
{
	if (v.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG, "A look is written {fg: NAME, bold: true}.");
		return fault(l, v, e);
	}
	*out = (struct look){.attributes = 0};
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		bool good;
		if (str_is(entry->key.u.str, "fg"))
			good = read_colour(l, entry->value, &out->fg, e);
		else if (str_is(entry->key.u.str, "bg"))
			good = read_colour(l, entry->value, &out->bg, e);
		else
			good = read_attribute(l, entry, out, e);
		if (!good)
			return false;
	}
	return true;
}

static struct look *find_look(struct theme *theme, bool is_role, struct str name)
{
	enum role role;
	enum ground ground;
	if (is_role)
		return role_from_name(name, &role) ? &theme->roles[role] : NULL;
	return ground_from_name(name, &ground) ? &theme->grounds[ground] : NULL;
}

static bool read_looks(
	const struct loader *l, struct theme *theme, bool is_role, struct value v, struct err *e)
{
	if (v.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG, "'%s' is a list of names with their looks.",
			is_role ? "roles" : "grounds");
		return fault(l, v, e);
	}
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		struct look *look = find_look(theme, is_role, entry->key.u.str);
		if (look == NULL) {
			err_set(e, ERR_CONFIG, "There is no %s called '%.*s'.",
				is_role ? "role" : "ground", STR_ARG(entry->key.u.str));
			return fault(l, entry->key, e);
		}
		if (!read_look(l, entry->value, look, e))
			return false;
	}
	return true;
}

static bool read_terminal(
	const struct loader *l, struct theme *theme, struct value v, struct err *e)
{
	struct str word = v.kind == VALUE_STR ? v.u.str : STR_NONE;
	theme->terminal = str_is(word, "light") ? TERMINAL_LIGHT : TERMINAL_DARK;
	if (theme->terminal == TERMINAL_LIGHT || str_is(word, "dark"))
		return true;
	err_set(e, ERR_CONFIG, "'terminal' is dark or light.");
	return fault(l, v, e);
}

static bool load(
	struct loader *l, struct theme *theme, struct str name, unsigned depth, struct err *e);

static bool read_key(struct loader *l, struct theme *theme, const struct value_entry *entry,
	unsigned depth, struct err *e)
{
	struct str key = entry->key.u.str;
	if (str_is(key, "palette") || str_is(key, "name"))
		return true;
	if (str_is(key, "roles") || str_is(key, "grounds"))
		return read_looks(l, theme, str_is(key, "roles"), entry->value, e);
	if (str_is(key, "terminal"))
		return read_terminal(l, theme, entry->value, e);
	if (str_is(key, "inherits") && entry->value.kind == VALUE_STR) {
		const char *file = l->file;
		bool good = load(l, theme, entry->value.u.str, depth + 1, e);
		l->file = file;
		return good || fault(l, entry->value, e);
	}
	err_set(e, ERR_CONFIG,
		"A theme has name, terminal, inherits, palette, roles and grounds, not '%.*s'.",
		STR_ARG(key));
	return fault(l, entry->key, e);
}

static bool load(
	struct loader *l, struct theme *theme, struct str name, unsigned depth, struct err *e)
{
	struct str text;
	if (depth > INHERIT_DEPTH)
		return err_set(e, ERR_CONFIG, "Themes inherit from each other in a circle.");
	if (!l->find(l->ctx, name, l->arena, &text))
		return err_set(e, ERR_CONFIG, "There is no theme called '%.*s'.", STR_ARG(name));
	l->file = str_format(l->arena, "themes/%.*s.yaml", STR_ARG(name)).at;
	struct value root;
	if (!yaml_read(l->arena, text, l->file, 0, &root, e))
		return false;
	if (root.kind != VALUE_DICT)
		return err_set(e, ERR_CONFIG, "The theme '%.*s' is empty.", STR_ARG(name));
	const struct value *palette = value_get_cstr(root, "palette");
	if (palette != NULL)
		l->palettes[l->palette_count++] = (struct palette){*palette, l->file};
	/* What it inherits comes first, wherever it is written. */
	const struct value_entry *inherits = value_entry(root, STR("inherits"));
	if (inherits != NULL && !read_key(l, theme, inherits, depth, e))
		return false;
	for (size_t i = 0; i < root.u.dict->len; i++) {
		const struct value_entry *entry = &root.u.dict->entries[i];
		if (entry != inherits && !read_key(l, theme, entry, depth, e))
			return false;
	}
	return true;
}

bool theme_load(struct theme *out, struct str name, theme_find_fn *find, void *ctx, struct err *e)
{
	struct arena arena = ARENA_INIT;
	struct loader l = {.arena = &arena, .find = find, .ctx = ctx};
	*out = (struct theme){.roles = {{.attributes = 0}}};
	bool good = load(&l, out, name, 0, e);
	arena_release(&arena);
	return good;
}

/* xterm's defaults for the 16 basic colours. */
static const uint32_t ansi_rgb[16] = {0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD,
	0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF,
	0xFFFFFF};

static int distance(uint32_t a, uint32_t b)
{
	int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int blue = (int)(a & 255) - (int)(b & 255);
	return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

/* xterm's 256: 16 to 231 a 6x6x6 cube, 232 to 255 greys. */
static uint32_t rgb_256(int index)
{
	static const uint32_t level[6] = {0, 95, 135, 175, 215, 255};
	if (index < 16)
		return ansi_rgb[index];
	if (index >= 232)
		return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
	index -= 16;
	return level[index / 36] << 16 | level[index / 6 % 6] << 8 | level[index % 6];
}

static int nearest(uint32_t rgb, int from, int to)
{
	int best = from;
	for (int i = from; i < to; i++)
		if (distance(rgb, rgb_256(i)) < distance(rgb, rgb_256(best)))
			best = i;
	return best;
}

int theme_colour(struct colour colour, enum colour_depth depth)
{
	if (!colour.set || depth == DEPTH_MONO)
		return -1;
	if (depth == DEPTH_RGB)
		return colour.rgb < 8 ? 8 : (int)colour.rgb;
	if (depth == DEPTH_256)
		return nearest(colour.rgb, 16, 256);
	if (colour.ansi == ANSI_DEFAULT)
		return -1;
	return colour.ansi >= 0 ? colour.ansi : nearest(colour.rgb, 0, 16);
}

uint32_t theme_rgb(int number, enum colour_depth depth)
{
	return depth == DEPTH_RGB ? (uint32_t)number : rgb_256(number);
}

/* WCAG 2.1's "relative luminance". */
static double luminance(uint32_t rgb)
{
	static const double weights[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		double c = (double)(rgb >> (16 - 8 * i) & 255) / 255;
		sum += weights[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double theme_contrast(uint32_t a, uint32_t b)
{
	double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
	return one > other ? one / other : other / one;
}

/* Black or white, whichever is read better on BG. */
static int readable(int bg, enum colour_depth depth)
{
	static const struct colour black = {true, 0x000000, 0}, white = {true, 0xFFFFFF, 15};
	uint32_t ground = theme_rgb(bg, depth);
	bool dark = theme_contrast(0x000000, ground) < theme_contrast(0xFFFFFF, ground);
	return theme_colour(dark ? white : black, depth);
}

struct shade theme_shade(
	const struct theme *theme, enum role role, enum ground ground, enum colour_depth depth)
{
	const struct look *text = &theme->roles[role], *under = &theme->grounds[ground];
	struct shade shade = {
		.fg = theme_colour(under->fg.set ? under->fg : text->fg, depth),
		.bg = theme_colour(under->bg.set ? under->bg : text->bg, depth),
		.attributes = text->attributes | under->attributes,
	};
	if (shade.fg >= 0 && shade.bg >= 0 &&
		theme_contrast(theme_rgb(shade.fg, depth), theme_rgb(shade.bg, depth)) <
			LEAST_CONTRAST)
		shade.fg = readable(shade.bg, depth);
	return shade;
}
