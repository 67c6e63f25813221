/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"

#include "core/base/buf.h"
#include "core/base/embedded.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 4096 };

struct word {
	const char *english;
	const char *translation;
};

struct words {
	struct word *items; /* sorted by english */
	size_t len;
	size_t cap;
};

/* Which string the quoted pieces that follow belong to. */
enum part { PART_NONE, PART_ENGLISH, PART_TRANSLATION };

struct reader {
	struct arena *arena;
	struct words *words;
	const char *file;
	unsigned line, entry_line;
	enum part part;
	bool fuzzy; /* the entry being read */
	bool fuzzy_next; /* a flag was read for the entry to come */
	struct buf english, translation;
};

static int by_english(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->english, ((const struct word *)b)->english);
}

const char *tr(const struct words *w, const char *english)
{
	struct word key = {.english = english};
	const struct word *found =
		w == NULL || w->len == 0 ? NULL
					 : bsearch(&key, w->items, w->len, sizeof key, by_english);
	return found != NULL ? found->translation : english;
}

static bool fault(const struct reader *r, unsigned line, const char *sentence, struct err *e)
{
	err_set(e, ERR_CONFIG, "%s", sentence);
	return err_place(e, r->file, line, 0);
}

/* The next printf conversion, "%5.2f" or a lone "%" at the end; empty when there is none. "%%" is
 * none. */
static struct str conversion(struct str *rest)
{
	size_t at = 0;
	while (at < rest->len) {
		if (rest->at[at] != '%') {
			at++;
			continue;
		}
		size_t end = at + 1;
		while (end < rest->len && strchr("-+ #0123456789.*hlzjt", rest->at[end]) != NULL)
			end++;
		struct str found = str_slice(*rest, at, end + 1);
		at = end + 1;
		if (!str_is(found, "%%")) {
			*rest = str_slice(*rest, at, rest->len);
			return found;
		}
	}
	*rest = STR_NONE;
	return STR_NONE;
}

static bool same_conversions(struct str a, struct str b)
{
	struct str one, other;
	do {
		one = conversion(&a);
		other = conversion(&b);
		if (!str_eq(one, other))
			return false;
	} while (one.len > 0);
	return true;
}

/* Keeps the entry that was read, unless it is the header, fuzzy or not translated. */
static bool end_entry(struct reader *r, struct err *e)
{
	struct str english = buf_str(&r->english), translation = buf_str(&r->translation);
	if (r->part == PART_ENGLISH)
		return fault(r, r->entry_line, "This msgid has no msgstr.", e);
	if (r->part == PART_TRANSLATION && english.len > 0 && translation.len > 0 && !r->fuzzy) {
		if (!same_conversions(english, translation))
			return fault(r, r->entry_line,
				"The translation has other printf conversions than its English, or "
				"has them in another order.",
				e);
		struct words *w = r->words;
		w->items = arena_reserve(
			r->arena, w->items, w->len, &w->cap, w->len + 1, sizeof *w->items);
		w->items[w->len++] = (struct word){.english = str_cstr(r->arena, english),
			.translation = str_cstr(r->arena, translation)};
	}
	r->part = PART_NONE;
	return true;
}

/* Adds the quoted TEXT to the string being read. */
static bool read_quoted(struct reader *r, struct str text, struct err *e)
{
	static const char escapes[] = "n\nt\t\"\"\\\\";
	struct buf *out = r->part == PART_ENGLISH ? &r->english : &r->translation;
	if (r->part == PART_NONE)
		return fault(r, r->line, "A string stands here that belongs to no msgid.", e);
	if (text.len < 2 || text.at[0] != '"' || text.at[text.len - 1] != '"')
		return fault(r, r->line, "A string stands in double quotes.", e);
	text = str_slice(text, 1, text.len - 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '"')
			return fault(r, r->line, "A quote inside a string is written \\\".", e);
		if (c == '\\') {
			const char *known = NULL;
			for (const char *x = escapes; i + 1 < text.len && *x != '\0'; x += 2)
				known = *x == text.at[i + 1] ? x : known;
			if (known == NULL)
				return fault(r, r->line,
					"After a backslash stands n, t, a quote or a backslash.",
					e);
			c = known[1];
			i++;
		}
		if (!buf_add_char(out, c))
			return fault(r, r->line, "This text is longer than 4096 bytes.", e);
	}
	return true;
}

static bool read_line(struct reader *r, struct str line, struct err *e)
{
	line = str_trim(line);
	if (str_starts(line, STR("#,")) && str_find(line, STR("fuzzy"), 0) != SIZE_MAX)
		r->fuzzy_next = true;
	if (line.len == 0 || line.at[0] == '#')
		return true;
	if (str_starts(line, STR("msgid "))) {
		if (!end_entry(r, e))
			return false;
		buf_clear(&r->english);
		buf_clear(&r->translation);
		r->fuzzy = r->fuzzy_next;
		r->fuzzy_next = false;
		r->part = PART_ENGLISH;
		r->entry_line = r->line;
		return read_quoted(r, str_trim(str_slice(line, 6, line.len)), e);
	}
	if (str_starts(line, STR("msgstr ")) && r->part == PART_ENGLISH) {
		r->part = PART_TRANSLATION;
		return read_quoted(r, str_trim(str_slice(line, 7, line.len)), e);
	}
	if (line.at[0] == '"')
		return read_quoted(r, line, e);
	return fault(r, r->line, "A catalogue has msgid, msgstr, strings and comments.", e);
}

static bool read_all(struct reader *r, struct str text, struct err *e)
{
	struct str line;
	while (str_next_line(&text, &line)) {
		r->line++;
		if (!read_line(r, line, e))
			return false;
	}
	return end_entry(r, e);
}

bool words_load(
	struct arena *a, struct str po_text, const char *file, struct words **out, struct err *e)
{
	struct words *w = ARENA_NEW(a, struct words);
	struct reader r = {.arena = a,
		.words = w,
		.file = file,
		.english = BUF_INIT(WORD_MAX),
		.translation = BUF_INIT(WORD_MAX)};
	bool good = read_all(&r, po_text, e);
	if (good && w->len > 0)
		qsort(w->items, w->len, sizeof *w->items, by_english);
	for (size_t i = 1; good && i < w->len; i++)
		if (by_english(&w->items[i - 1], &w->items[i]) == 0) {
			err_set(e, ERR_CONFIG, "The msgid \"%s\" stands here twice.",
				w->items[i].english);
			good = err_place(e, file, 0, 0);
		}
	buf_free(&r.english);
	buf_free(&r.translation);
	*out = good ? w : NULL;
	return good;
}

/* NAME as locales are written: zh_CN.UTF-8, zh-Hans, en. False when it is neither language. */
static bool language_of(struct str name, const char **out)
{
	struct str code = str_slice(name, 0, 2);
	bool ends = name.len == 2 || (name.len > 2 && strchr("_-.@", name.at[2]) != NULL);
	if (ends && str_is(code, "zh"))
		*out = "zh_CN";
	else if (ends && str_is(code, "en"))
		*out = NULL;
	else
		return false;
	return true;
}

static const char *language_of_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	struct str locale = STR_NONE;
	const char *language = NULL;
	for (size_t i = 0; i < 3 && locale.len == 0; i++)
		locale = str_from(getenv(names[i]));
	if (str_is(locale, "C") || str_is(locale, "POSIX"))
		return NULL;
	struct str rest = str_from(getenv("LANGUAGE"));
	while (rest.len > 0)
		if (language_of(str_cut(rest, ':', &rest), &language))
			return language;
	return language_of(locale, &language) ? language : NULL;
}

bool words_open(struct arena *a, const char *asked, const struct words **out, struct err *e)
{
	const char *language = NULL;
	*out = NULL;
	if (asked == NULL)
		language = language_of_environment();
	else if (!language_of(str_from(asked), &language)) {
		err_set(e, ERR_USAGE, "The interface does not speak '%s'.", asked);
		return err_hint(e, "It speaks English (en) and Simplified Chinese (zh_CN).");
	}
	if (language == NULL)
		return true;
	const char *path = str_format(a, "data/locale/%s.po", language).at;
	const struct embedded_file *file = embedded_find(path);
	if (file == NULL)
		BUG("the catalogue %s is not in the program", path);
	struct words *w;
	if (!words_load(a, embedded_str(file), path, &w, e))
		return false;
	*out = w;
	return true;
}
