/* SPDX-License-Identifier: MIT */
#include "tui/draw/dump.h"

static bool is_space(const struct cell *c)
{
	return c->width == 1 && (c->len == 0 || (c->len == 1 && c->text[0] == ' '));
}

/* Rows end where their last character does. */
static void trim_row(struct buf *out, size_t start)
{
	while (out->len > start && out->at[out->len - 1] == ' ')
		out->at[--out->len] = '\0';
	buf_add_char(out, '\n');
}

static void dump_text(const struct surface *s, struct buf *out)
{
	for (int y = 0; y < s->h; y++) {
		size_t start = out->len;
		for (int x = 0; x < s->w; x++) {
			const struct cell *c = surface_cell(s, x, y);
			if (c->width == 0)
				continue;
			if (is_space(c))
				buf_add_char(out, ' ');
			else
				buf_add(out, c->text, c->len);
		}
		trim_row(out, start);
	}
}

static void dump_roles(const struct surface *s, struct buf *out)
{
	for (int y = 0; y < s->h; y++) {
		size_t start = out->len;
		for (int x = 0; x < s->w; x++) {
			const struct cell *c = surface_cell(s, x, y);
			buf_add_char(out, is_space(c) ? ' ' : role_letter((enum role)c->role));
		}
		trim_row(out, start);
	}
}

static void dump_grounds(const struct surface *s, struct buf *out)
{
	for (int y = 0; y < s->h; y++)
		for (int x = 0; x < s->w;) {
			int from = x;
			uint8_t ground = surface_cell(s, x, y)->ground;
			while (x < s->w && surface_cell(s, x, y)->ground == ground)
				x++;
			if (ground != GROUND_NONE)
				buf_add_format(out, "%d:%d-%d %s\n", y, from, x - 1,
					ground_name((enum ground)ground));
		}
}

void dump_surface(const struct surface *s, struct buf *out)
{
	buf_add_format(out, "# screen %dx%d\n", s->w, s->h);
	dump_text(s, out);
	buf_add_cstr(out, "# roles\n");
	dump_roles(s, out);
	buf_add_cstr(out, "# grounds\n");
	dump_grounds(s, out);
	if (s->caret_shown)
		buf_add_format(out, "# caret %d,%d\n", s->caret_x, s->caret_y);
}
