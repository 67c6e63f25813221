/* SPDX-License-Identifier: MIT */
#include "tui/part/edit_search.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* For one call of PCRE2, about a tenth of a second at worst; memory in KiB. */
enum { MATCH_LIMIT = 2000000, DEPTH_LIMIT = 100000, HEAP_LIMIT = 20000 };
enum { WINDOW = 64 << 10, GROUPS = 100, BLOT = 0x1A, RESULT_MAX = 64 << 20 };

/* For a search as a whole, and for counting, which may stop early. */
static const int64_t search_ns = 500000000, count_ns = 15000000;

/* A match with its groups. */
struct found {
	size_t at[GROUPS][2]; /* SIZE_MAX: the group is not set */
	size_t groups;
};

void edit_search_init(struct edit_search *s)
{
	*s = (struct edit_search){
		.pattern = BUF_INIT(SEARCH_PATTERN), .flat = BUF_INIT(RESULT_MAX)};
}

void edit_search_free(struct edit_search *s)
{
	pcre2_code_free(s->code);
	buf_free(&s->pattern);
	buf_free(&s->flat);
	free(s->all);
	edit_search_init(s);
}

void edit_search_rest(struct edit_search *s)
{
	buf_free(&s->flat);
	s->flat_of = NULL;
	s->count = s->current = 0;
	s->counted = false;
}

static bool has_capital(struct str pattern)
{
	uint32_t code;
	for (size_t at = 0; at < pattern.len;) {
		/* \S and \W are no capital letters. */
		bool escaped = at > 0 && pattern.at[at - 1] == '\\';
		at = utf8_next(pattern, at, &code);
		if (!escaped && utf8proc_tolower((utf8proc_int32_t)code) != (utf8proc_int32_t)code)
			return true;
	}
	return false;
}

static bool compile(struct edit_search *s, struct str pattern)
{
	int number;
	PCRE2_SIZE at;
	uint32_t options = PCRE2_UTF;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	if (context == NULL)
		return false;
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	if (s->regex)
		options |= PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
	else
		options |= PCRE2_LITERAL;
	if (!has_capital(pattern))
		options |= PCRE2_CASELESS;
	s->code =
		pcre2_compile((PCRE2_SPTR)pattern.at, pattern.len, options, &number, &at, context);
	pcre2_compile_context_free(context);
	if (s->code == NULL) {
		PCRE2_UCHAR why[128];
		pcre2_get_error_message(number, why, sizeof why);
		snprintf(s->error, sizeof s->error, "Wrong at character %zu: %s.",
			utf8_count(str_slice(pattern, 0, at)) + 1, (const char *)why);
	}
	return s->code != NULL;
}

bool edit_search_set(struct edit_search *s, struct str pattern, bool regex)
{
	pcre2_code_free(s->code);
	s->code = NULL;
	s->error[0] = '\0';
	s->regex = regex;
	s->count = s->current = 0;
	s->counted = false;
	buf_clear(&s->pattern);
	if (!buf_add_str(&s->pattern, pattern)) {
		snprintf(s->error, sizeof s->error,
			"The pattern is longer than %d bytes: a part of it may do.",
			SEARCH_PATTERN);
		return false;
	}
	return pattern.len == 0 || compile(s, pattern);
}

/* What is no UTF-8 must not reach PCRE2, and no offset may change. */
static void blot_out(struct buf *text)
{
	size_t at = 0, bad;
	while (!utf8_valid(str_slice(buf_str(text), at, text->len), &bad)) {
		uint32_t code;
		size_t end = utf8_next(buf_str(text), at + bad, &code);
		memset(text->at + at + bad, BLOT, end - at - bad);
		at = end;
	}
}

static bool flatten(struct edit_search *s, const struct edit *e)
{
	if (s->flat_of == e && s->flat_revision == e->revision)
		return true;
	buf_clear(&s->flat);
	s->flat_of = e;
	s->flat_revision = e->revision;
	s->counted = false;
	if (!piece_table_read(&e->text, 0, edit_size(e), &s->flat))
		return false;
	blot_out(&s->flat);
	return true;
}

/* What matching needs, made once for many matches. */
struct matcher {
	struct edit_search *search;
	pcre2_match_data *data;
	pcre2_match_context *context;
	struct clock clock;
	size_t end; /* no window begins behind it */
	int64_t until_ns; /* by this clock */
	bool hurried; /* being out of time then is no error, only said in late */
	bool late;
};

static bool matcher_open(struct matcher *m, struct edit_search *s, const struct edit *e)
{
	*m = (struct matcher){.search = s, .clock = clock_real(), .end = SIZE_MAX};
	m->until_ns = clock_now(&m->clock) + search_ns;
	if (s->code == NULL || s->error[0] != '\0' || !flatten(s, e))
		return false;
	m->context = pcre2_match_context_create(NULL);
	m->data = pcre2_match_data_create_from_pattern(s->code, NULL);
	if (m->context == NULL || m->data == NULL)
		return false;
	pcre2_set_match_limit(m->context, MATCH_LIMIT);
	pcre2_set_depth_limit(m->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(m->context, HEAP_LIMIT);
	return true;
}

static void matcher_close(struct matcher *m)
{
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->context);
}

static bool take_match(struct matcher *m, int result, struct found *out)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
	out->groups = (size_t)result < GROUPS ? (size_t)result : GROUPS;
	for (size_t i = 0; i < out->groups; i++) {
		out->at[i][0] = at[2 * i];
		out->at[i][1] = at[2 * i + 1];
	}
	/* "\K" can make a match that ends before it begins. */
	return out->at[0][0] <= out->at[0][1];
}

static bool too_slow(struct matcher *m)
{
	struct edit_search *s = m->search;
	m->late = true;
	if (m->hurried)
		return false;
	snprintf(s->error, sizeof s->error,
		"The pattern takes too long on this text: say it more plainly.");
	return false;
}

/* The end of a window from START on, between characters. */
static size_t window_end(const struct buf *flat, size_t start, size_t room)
{
	size_t end = flat->len - start > room ? start + room : flat->len;
	while (end < flat->len && ((unsigned char)flat->at[end] & 0xC0) == 0x80)
		end++;
	return end;
}

/* The first match at or behind FROM. The text is shown to PCRE2 a window at a time, because it may
 * read all it is shown before it says anything; a match that could go on behind a window's end is
 * tried again in a larger one. */
static bool find(struct matcher *m, size_t from, struct found *out)
{
	struct edit_search *s = m->search;
	const struct buf *flat = &s->flat;
	size_t room = WINDOW;
	while (from <= flat->len && from <= m->end && s->error[0] == '\0') {
		size_t end = window_end(flat, from, room);
		uint32_t options = PCRE2_NO_UTF_CHECK;
		if (end < flat->len)
			options |= PCRE2_PARTIAL_HARD;
		int result = pcre2_match(s->code, (PCRE2_SPTR)(flat->len > 0 ? flat->at : ""), end,
			from, options, m->data, m->context);
		if (result > 0)
			return take_match(m, result, out);
		bool partial = result == PCRE2_ERROR_PARTIAL;
		if ((result != PCRE2_ERROR_NOMATCH && !partial) ||
			clock_now(&m->clock) > m->until_ns)
			return too_slow(m);
		if (end == flat->len)
			return false;
		from = partial ? pcre2_get_ovector_pointer(m->data)[0] : end;
		room = partial ? room * 4 : WINDOW;
	}
	return false;
}

/* Where to look for the match behind this one. */
static size_t behind(const struct edit_search *s, const struct found *f)
{
	uint32_t code;
	if (f->at[0][1] > f->at[0][0])
		return f->at[0][1];
	return f->at[0][1] < s->flat.len ? utf8_next(buf_str(&s->flat), f->at[0][1], &code)
					 : s->flat.len + 1;
}

/* The last match that begins before LIMIT. */
static bool find_before(struct matcher *m, size_t limit, struct found *out)
{
	bool any = false;
	struct found f;
	if (limit > m->search->flat.len)
		limit = m->search->flat.len + 1;
	for (size_t back = WINDOW; !any; back *= 4) {
		size_t from = limit > back ? limit - back : 0;
		while (from > 0 && ((unsigned char)m->search->flat.at[from] & 0xC0) == 0x80)
			from--;
		bool whole = from == 0;
		while (find(m, from, &f) && f.at[0][0] < limit) {
			*out = f;
			any = true;
			from = behind(m->search, &f);
		}
		if (whole)
			break;
	}
	return any;
}

static void select_match(struct edit *e, const struct found *f)
{
	edit_select(e, f->at[0][0], f->at[0][1]);
}

/* The first match at or behind FROM, or else, from the text's start, before it. */
static bool find_around(struct matcher *m, size_t from, struct found *out)
{
	if (find(m, from, out))
		return true;
	m->end = from < m->search->flat.len ? from + 1 : SIZE_MAX;
	return from > 0 && find(m, 0, out);
}

bool edit_search_from(struct edit_search *s, struct edit *e, size_t from)
{
	struct matcher m;
	struct found f;
	bool open = matcher_open(&m, s, e), found = open && find_around(&m, from, &f);
	if (found)
		select_match(e, &f);
	else if (open && !m.late) {
		s->counted = true; /* there is none */
		s->count = 0;
		s->more = false;
	}
	matcher_close(&m);
	return found;
}

bool edit_search_step(struct edit_search *s, struct edit *e, bool forward)
{
	struct matcher m;
	struct found f;
	size_t from, to;
	edit_selected(e, &from, &to);
	bool found = matcher_open(&m, s, e);
	if (found && forward) {
		/* An empty match that is stood on already is not the next. */
		bool here = find(&m, to, &f) && from == to && f.at[0][0] == to && f.at[0][1] == to;
		size_t next = here ? behind(s, &f) : to;
		found = find_around(&m, next, &f);
	} else if (found) {
		found = find_before(&m, from, &f) || find_before(&m, SIZE_MAX, &f);
	}
	if (found)
		select_match(e, &f);
	matcher_close(&m);
	return found;
}

/* All matches, unless there are too many or it takes too long. */
static void find_all(struct edit_search *s, const struct edit *e)
{
	struct matcher m;
	struct found f;
	size_t at = 0;
	s->count = 0;
	s->more = false;
	if (matcher_open(&m, s, e)) {
		m.hurried = true;
		m.until_ns += count_ns - search_ns;
		while (!s->more && find(&m, at, &f)) {
			s->more = s->count == SEARCH_COUNTED || clock_now(&m.clock) > m.until_ns;
			s->all = array_reserve(s->all, &s->cap, s->count + 1, sizeof *s->all);
			s->all[s->count] = (struct edit_match){f.at[0][0], f.at[0][1]};
			s->count += !s->more;
			at = behind(s, &f);
		}
		s->more = s->more || m.late;
		s->counted = true;
	}
	matcher_close(&m);
}

/* The matches of the window, from a little before it on. */
static void find_visible(struct edit_search *s, struct edit *e)
{
	struct matcher m;
	struct found f;
	size_t top, bottom;
	edit_visible(e, &top, &bottom);
	size_t at = top > WINDOW ? top - WINDOW : 0;
	bool found = matcher_open(&m, s, e);
	while (found && at > 0 && ((unsigned char)s->flat.at[at] & 0xC0) == 0x80)
		at--;
	while (found && find(&m, at, &f) && f.at[0][0] <= bottom) {
		at = behind(s, &f);
		if (f.at[0][1] < top)
			continue;
		e->matches = array_reserve(
			e->matches, &e->match_cap, e->match_count + 1, sizeof *e->matches);
		e->matches[e->match_count++] = (struct edit_match){f.at[0][0], f.at[0][1]};
	}
	matcher_close(&m);
}

void edit_search_show(struct edit_search *s, struct edit *e)
{
	size_t from, to;
	e->match_count = s->current = 0;
	edit_selected(e, &from, &to);
	if (!s->counted || s->flat_of != e || s->flat_revision != e->revision)
		find_all(s, e);
	for (size_t i = 0; i < s->count && s->current == 0; i++)
		if (s->all[i].from == from && s->all[i].to == to)
			s->current = i + 1;
	find_visible(s, e);
}

/* One reference to a group at WITH[AT], which is a '$': its end, and its number. */
static size_t read_group(struct str with, size_t at, size_t *group)
{
	bool braces = at + 1 < with.len && with.at[at + 1] == '{';
	size_t from = at + 1 + braces, end = from;
	*group = 0;
	while (end < with.len && end - from < 2 && with.at[end] >= '0' && with.at[end] <= '9')
		*group = *group * 10 + (size_t)(with.at[end++] - '0');
	if (end == from || (braces && (end >= with.len || with.at[end] != '}')))
		return at;
	return end + braces;
}

static bool add_group(struct buf *out, const struct edit *e, const struct found *f, size_t group)
{
	if (group >= f->groups || f->at[group][0] == PCRE2_UNSET)
		return true; /* a group that took no part is empty */
	return piece_table_read(&e->text, f->at[group][0], f->at[group][1], out);
}

/* Appends what stands for one match. */
static bool expand(struct buf *out, const struct edit_search *s, const struct edit *e,
	const struct found *f, struct str with)
{
	if (!s->regex)
		return buf_add_str(out, with);
	for (size_t at = 0; at < with.len;) {
		char c = with.at[at], after = at + 1 < with.len ? with.at[at + 1] : '\0';
		size_t group, end = c == '$' ? read_group(with, at, &group) : at;
		if (end > at) {
			add_group(out, e, f, group);
			at = end;
		} else if ((c == '$' && after == '$') || (c == '\\' && after == '\\')) {
			buf_add_char(out, c);
			at += 2;
		} else if (c == '\\' && (after == 'n' || after == 't')) {
			buf_add_cstr(out, after == 't' ? "\t" : e->crlf ? "\r\n" : "\n");
			at += 2;
		} else {
			buf_add_char(out, c);
			at++;
		}
	}
	return !out->full;
}

bool edit_search_replace(struct edit_search *s, struct edit *e, struct str with)
{
	struct matcher m;
	struct found f;
	struct buf text = BUF_INIT(RESULT_MAX);
	size_t from, to;
	edit_selected(e, &from, &to);
	bool here = matcher_open(&m, s, e) && find(&m, from, &f) && f.at[0][0] == from &&
		    f.at[0][1] == to;
	if (here && expand(&text, s, e, &f, with))
		edit_replace(e, from, to, buf_str(&text));
	matcher_close(&m);
	buf_free(&text);
	bool replaced = here && !e->refused;
	if (!e->refused)
		edit_search_step(s, e, true);
	return replaced;
}

size_t edit_search_replace_all(struct edit_search *s, struct edit *e, struct str with)
{
	struct matcher m;
	struct found f;
	struct buf text = BUF_INIT(RESULT_MAX);
	size_t count = 0, first = 0, done = 0;
	if (matcher_open(&m, s, e)) {
		for (size_t at = 0; find(&m, at, &f); at = behind(s, &f)) {
			if (count++ == 0)
				first = done = f.at[0][0];
			/* Too much is seen below: the buffer stays full. */
			(void)piece_table_read(&e->text, done, f.at[0][0], &text);
			(void)expand(&text, s, e, &f, with);
			done = f.at[0][1];
		}
	}
	matcher_close(&m);
	e->refused = text.full;
	if (count > 0 && s->error[0] == '\0' && !text.full)
		edit_replace(e, first, done, buf_str(&text));
	buf_free(&text);
	return e->refused || s->error[0] != '\0' ? 0 : count;
}
