/* SPDX-License-Identifier: MIT */
#include "tui/part/glyph.h"

#include "core/text/sanitize.h"
#include "core/text/width.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

enum { CLUSTER_MAX = 128 };

bool glyph_border(uint32_t before, uint32_t after)
{
	return utf8proc_grapheme_break((utf8proc_int32_t)before, (utf8proc_int32_t)after);
}

/* Is the character at AT [0, len) of good UTF-8? Gives its code and end. */
static bool good_at(struct str s, size_t at, uint32_t *code, size_t *end)
{
	*end = utf8_next(s, at, code);
	return *code != UTF8_REPLACEMENT || str_starts(str_slice(s, at, *end), STR("\xEF\xBF\xBD"));
}

static size_t cluster_end(struct str s, size_t at)
{
	uint32_t before, code;
	utf8proc_int32_t state = 0;
	size_t end = utf8_next(s, at, &before), next;
	while (end < s.len && end - at < CLUSTER_MAX && (unsigned char)s.at[end] >= 0x80 &&
		good_at(s, end, &code, &next) &&
		!utf8proc_grapheme_break_stateful(
			(utf8proc_int32_t)before, (utf8proc_int32_t)code, &state)) {
		before = code;
		end = next;
	}
	return end;
}

/* What the character [at, end) is shown as, when it stands alone; true when as itself. */
static bool is_shown(struct str s, size_t at, size_t end, struct buf *out)
{
	struct sanitizer state;
	buf_clear(out);
	sanitize_start(&state, SANITIZE_TEXT);
	sanitize_feed(&state, str_slice(s, at, end), out);
	sanitize_end(&state, out);
	return state.marked == 0;
}

/* Where the longest start of [at, end) ends in which nothing is hidden. One pass: a cluster of many
 * marks is looked at anew from each of them. */
static size_t shown_end(struct str s, size_t at, size_t end, struct buf *out)
{
	struct sanitizer state;
	uint32_t code;
	size_t shown = at;
	buf_clear(out);
	sanitize_start(&state, SANITIZE_TEXT);
	for (size_t next; at < end && state.marked == 0; at = next) {
		next = utf8_next(s, at, &code);
		sanitize_feed(&state, str_slice(s, at, next), out);
		if (state.marked == 0 && state.held == 0)
			shown = next;
	}
	return shown;
}

static void show_token(struct glyph *out, size_t len)
{
	out->kind = GLYPH_MARKED;
	out->shown = (struct str){out->token, len};
	out->cells = (unsigned)len;
}

static void show_bad(struct str s, size_t at, struct glyph *out)
{
	size_t len = 0;
	for (size_t i = at; i < out->next && len + 5 < GLYPH_TOKEN; i++)
		len += (size_t)snprintf(
			out->token + len, GLYPH_TOKEN - len, "\\x%02X", (unsigned char)s.at[i]);
	show_token(out, len);
}

/* A cluster: as it is when nothing in it is hidden, else as much of its start as is so, else its
 * first character as a token. */
static void show_cluster(struct str s, size_t at, struct glyph *out)
{
	struct buf text = BUF_INIT(CLUSTER_MAX * 8);
	if (!is_shown(s, at, out->next, &text)) {
		size_t len = text.len < GLYPH_TOKEN ? text.len : GLYPH_TOKEN;
		memcpy(out->token, text.at, len);
		show_token(out, len);
	} else {
		out->next = shown_end(s, at, cluster_end(s, at), &text);
		out->kind = GLYPH_PLAIN;
		out->shown = str_slice(s, at, out->next);
		out->cells = (unsigned)width_text(out->shown);
	}
	buf_free(&text);
}

/* Letters and ideographs that nothing joins to: most of all text. */
static bool is_common(uint32_t c)
{
	return (c >= 0x20 && c < 0x7F) || (c >= 0x4E00 && c <= 0x9FFC) ||
	       (c >= 0x3001 && c <= 0x3029) || (c >= 0x3041 && c <= 0x3096) ||
	       (c >= 0xFF01 && c <= 0xFF60);
}

void glyph_next(struct str s, size_t at, struct glyph *out)
{
	uint32_t code, after = ' ';
	unsigned char c = (unsigned char)s.at[at];
	if (c == '\t') {
		out->next = at + 1;
		out->kind = GLYPH_TAB;
		out->shown = str_slice(s, at, at + 1);
		out->cells = 1;
		return;
	}
	if (!good_at(s, at, &code, &out->next)) {
		show_bad(s, at, out);
		return;
	}
	if (out->next < s.len && (unsigned char)s.at[out->next] >= 0x80)
		utf8_next(s, out->next, &after);
	if (is_common(code) && (after < 0x80 || is_common(after))) {
		out->kind = GLYPH_PLAIN;
		out->shown = str_slice(s, at, out->next);
		out->cells = code < 0x7F ? 1 : (unsigned)width_code_point(code);
		return;
	}
	show_cluster(s, at, out);
}
