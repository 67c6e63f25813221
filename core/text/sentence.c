/* SPDX-License-Identifier: MIT */
#include "core/text/sentence.h"

#include "core/text/segment.h"
#include "core/text/utf8.h"

#include <string.h>

struct splitter {
	struct arena *arena;
	struct str text;
	struct sentences out;
	size_t start, end; /* of the block being gathered; nothing while end is 0 */
	enum sentence_kind kind; /* its first sentence's */
	bool fenced;
};

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static size_t count_in(struct str s, const char *set)
{
	size_t n = 0;
	while (n < s.len && is_in(s.at[n], set))
		n++;
	return n;
}

static bool is_han_digit(struct str s, size_t at)
{
	static const struct str digits = {"一二三四五六七八九十", 30};
	if (at + 3 > s.len)
		return false;
	size_t found = str_find(digits, str_slice(s, at, at + 3), 0);
	return found != SIZE_MAX && found % 3 == 0;
}

/* Length of an opening "(" or "（". */
static size_t opening(struct str s)
{
	return str_starts(s, STR("（")) ? 3 : s.len > 0 && s.at[0] == '(' ? 1 : 0;
}

/* Length of a list item's marker at the start of S: "- ", "12. ", "(3) ", "（一）", "一、"; 0 when
 * there is none. */
static size_t item_marker(struct str s)
{
	if (s.len > 1 && is_in(s.at[0], "-*+") && is_in(s.at[1], " \t"))
		return 2;
	if (str_starts(s, STR("•")))
		return 3;
	size_t from = opening(s), at = from;
	at += count_in(str_slice(s, from, from + 3), "0123456789");
	while (at - from < 9 && is_han_digit(s, at))
		at += 3;
	struct str rest = str_slice(s, at, s.len);
	if (at == from)
		return 0;
	if (str_starts(rest, STR("、")) || str_starts(rest, STR("）")) ||
		str_starts(rest, STR("．")))
		return at + 3;
	bool closed = rest.len > 0 && is_in(rest.at[0], from > 0 ? ")" : ".)");
	return closed && rest.len > 1 && is_in(rest.at[1], " \t") ? at + 2 : 0;
}

static bool is_rule(struct str s)
{
	if (str_starts(s, STR("```")) || str_starts(s, STR("~~~")))
		return true;
	return s.len >= 3 && (count_in(s, "-|: ") == s.len || count_in(s, "=") == s.len ||
				     count_in(s, "* ") == s.len || count_in(s, "_") == s.len);
}

static enum sentence_kind line_kind(struct str s)
{
	size_t signs = count_in(s, "#");
	if (is_rule(s))
		return SENTENCE_RULE;
	if (signs > 0 && signs <= 6 && signs < s.len && is_in(s.at[signs], " \t"))
		return SENTENCE_HEADING;
	if (s.at[0] == '|')
		return SENTENCE_ROW;
	return item_marker(s) > 0 ? SENTENCE_ITEM : SENTENCE_PROSE;
}

static void add(struct splitter *p, size_t start, size_t end, enum sentence_kind kind)
{
	struct str whole = str_slice(p->text, start, end);
	struct str text = str_trim(whole);
	if (text.len == 0)
		return;
	p->out.items = arena_reserve(p->arena, p->out.items, p->out.len, &p->out.cap,
		p->out.len + 1, sizeof *p->out.items);
	p->out.items[p->out.len++] = (struct sentence){
		.text = text, .start = (size_t)(text.at - p->text.at), .kind = kind};
}

/* WORD stands before a point and does not end a sentence. */
static bool is_abbreviation(struct str word, bool digit_follows)
{
	static const char *const always[] = {"mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g",
		"i.e", "cf", "approx", "dept", "fig", "sec", "vol", "no", "al"};
	static const char *const before_digits[] = {"jan", "feb", "mar", "apr", "jun", "jul", "aug",
		"sep", "sept", "oct", "nov", "dec", "ext", "art", "ch", "p", "pp"};
	char lower[8] = {0};
	if (word.len == 0 || word.len >= sizeof lower)
		return false;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = (char)(word.at[i] >= 'A' && word.at[i] <= 'Z' ? word.at[i] | 0x20
									 : word.at[i]);
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (strcmp(lower, always[i]) == 0 && (digit_follows || strcmp(lower, "no") != 0))
			return true;
	for (size_t i = 0; digit_follows && i < sizeof before_digits / sizeof *before_digits; i++)
		if (strcmp(lower, before_digits[i]) == 0)
			return true;
	/* initials: "J. Smith", "U.S. law" */
	return (word.len == 1 && word.at[0] >= 'A' && word.at[0] <= 'Z' && word.at[0] != 'I') ||
	       (word.len >= 3 && word.at[word.len - 2] == '.' && !digit_follows);
}

static struct str word_before(struct str s, size_t at)
{
	size_t from = at;
	while (from > 0 && ((s.at[from - 1] | 0x20) >= 'a') && ((s.at[from - 1] | 0x20) <= 'z'))
		from--;
	while (from >= 2 && s.at[from - 1] == '.' && (s.at[from - 2] | 0x20) >= 'a' &&
		(s.at[from - 2] | 0x20) <= 'z')
		from -= 2;
	return str_slice(s, from, at);
}

static bool is_closer(uint32_t c)
{
	return c == '"' || c == '\'' || c == ')' || c == ']' || c == '*' || c == 0x201D ||
	       c == 0x2019 || c == 0x300D || c == 0x300F || c == 0xFF09 || c == 0x3011 ||
	       c == 0x300B;
}

static bool is_wide_stop(uint32_t c)
{
	return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x2026 || c == 0xFF61;
}

/* The end of the stops and closing marks at AT. */
static size_t skip_closing(struct str s, size_t at)
{
	uint32_t c;
	while (at < s.len) {
		size_t next = utf8_next(s, at, &c);
		if (!is_closer(c) && !is_wide_stop(c) && c != '!' && c != '?' && c != '.')
			break;
		at = next;
	}
	return at;
}

/* Whether the stop C at AT, with its closing marks ending at END, ends a sentence of S. */
static bool ends_sentence(struct str s, size_t at, uint32_t c, size_t end)
{
	if (is_wide_stop(c) || end >= s.len)
		return true;
	uint32_t next;
	utf8_next(s, end, &next);
	bool space = is_in(s.at[end], " \t\r\n");
	if (!space && !segment_is_cjk(next))
		return false;
	size_t after = end + count_in(str_slice(s, end, s.len), " \t\r\n");
	char first = after < s.len ? s.at[after] : '\0';
	if (c != '.')
		return true;
	if (first >= 'a' && first <= 'z')
		return false;
	bool digit = first >= '0' && first <= '9';
	return end != at + 1 || !is_abbreviation(word_before(s, at), digit);
}

/* Cuts the gathered block at its stops. */
static void flush(struct splitter *p)
{
	if (p->end == 0)
		return;
	struct str block = str_slice(p->text, 0, p->end);
	size_t start = p->start;
	size_t at = start;
	at += item_marker(str_slice(block, start, block.len));
	uint32_t c;
	while (at < block.len) {
		size_t next = utf8_next(block, at, &c);
		if (is_wide_stop(c) || c == '.' || c == '!' || c == '?') {
			size_t end = skip_closing(block, next);
			if (ends_sentence(block, at, c, end)) {
				add(p, start, end, p->kind);
				p->kind = SENTENCE_PROSE;
				start = end;
			}
			next = end;
		}
		at = next;
	}
	add(p, start, block.len, p->kind);
	p->end = 0;
}

static void take_line(struct splitter *p, struct str line)
{
	struct str bare = str_trim(line);
	size_t start = (size_t)(bare.at - p->text.at), end = start + bare.len;
	bool fence = str_starts(bare, STR("```")) || str_starts(bare, STR("~~~"));
	if (bare.len == 0 || fence || p->fenced) {
		flush(p);
		if (bare.len > 0)
			add(p, start, end, fence ? SENTENCE_RULE : SENTENCE_ROW);
		p->fenced = p->fenced != fence;
		return;
	}
	enum sentence_kind kind = line_kind(bare);
	if (kind == SENTENCE_PROSE && p->end != 0) {
		p->end = end;
		return;
	}
	flush(p);
	if (kind == SENTENCE_PROSE || kind == SENTENCE_ITEM) {
		p->start = start;
		p->end = end;
		p->kind = kind;
	} else {
		add(p, start, end, kind);
	}
}

struct sentences sentences_of(struct arena *a, struct str text)
{
	struct splitter p = {.arena = a, .text = text};
	struct str rest = text, line;
	while (str_next_line(&rest, &line))
		take_line(&p, line);
	flush(&p);
	return p.out;
}

struct str sentence_bare(struct str text)
{
	struct str s = str_trim(text);
	for (;;) {
		size_t signs = count_in(s, "#");
		size_t marker = signs > 0 && signs <= 6 ? signs : count_in(s, ">");
		if (marker == 0)
			marker = item_marker(s);
		if (marker == 0 || marker >= s.len)
			return s;
		s = str_trim(str_slice(s, marker, s.len));
	}
}
