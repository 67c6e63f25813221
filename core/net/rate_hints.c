/* SPDX-License-Identifier: MIT */
#include "core/net/rate_hints.h"

#include <string.h>
#include <strings.h>

enum { WINDOWS = 12, NAME_MAX_LEN = 64 };

#define SECOND INT64_C(1000000000)
#define YEAR   (INT64_C(365) * 86400 * SECOND)

struct rate_hints rate_hints_none(void)
{
	const struct rate_window none = {-1, -1, -1};

	return (struct rate_hints){none, none};
}

/* Nanoseconds within [0, a year]; -1 when it is negative or no number. */
static int64_t bounded(double ns)
{
	if (!(ns >= 0))
		return -1;
	return ns < (double)YEAR ? (int64_t)ns : YEAR;
}

static double unit_ns(struct str unit)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3},
		{"\xc2\xb5s", 1e3}, {"\xce\xbcs", 1e3}, {"ns", 1}, {"d", 86400e9}};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (str_is(unit, units[i].name))
			return units[i].ns;
	return -1;
}

static bool is_number(char c)
{
	return (c >= '0' && c <= '9') || c == '.';
}

/* "1h2m3.5s": repeated number and unit. */
static int64_t go_duration(struct str s)
{
	double sum = 0;

	for (size_t at = 0; at < s.len;) {
		const size_t from = at;
		double number;
		while (at < s.len && is_number(s.at[at]))
			at++;
		const size_t unit_from = at;
		while (at < s.len && !is_number(s.at[at]))
			at++;
		const double unit = unit_ns(str_slice(s, unit_from, at));
		if (unit < 0 || !str_to_double(str_slice(s, from, unit_from), &number))
			return -1;
		sum += number * unit;
	}
	return bounded(sum);
}

/* N digits at AT, or -1. */
static int digits(struct str s, size_t at, size_t n)
{
	int value = 0;

	for (size_t i = at; i < at + n; i++) {
		if (i >= s.len || s.at[i] < '0' || s.at[i] > '9')
			return -1;
		value = value * 10 + (s.at[i] - '0');
	}
	return value;
}

/* Days since 1970-01-01 of the Gregorian calendar, with the year begun in March. */
static int64_t days_from(int year, int month, int day)
{
	const int64_t y = month > 2 ? year : year - 1;
	const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* Seconds that the end of an RFC 3339 time ("Z", "+02:00") is ahead of UTC; false when it is
 * anything else. */
static bool zone(struct str s, int64_t *seconds)
{
	const int hours = digits(s, 1, 2), minutes = digits(s, 4, 2);

	*seconds = 0;
	if (str_is(s, "Z") || str_is(s, "z"))
		return true;
	if (s.len != 6 || (s.at[0] != '+' && s.at[0] != '-') || hours < 0 || minutes < 0)
		return false;
	*seconds = (hours * 60 + minutes) * (s.at[0] == '-' ? -60 : 60);
	return true;
}

/* "2026-01-01T00:00:07.5Z" (RFC 3339) as ns since the epoch; -1: it is none. */
static int64_t rfc3339(struct str s)
{
	const int year = digits(s, 0, 4), month = digits(s, 5, 2), day = digits(s, 8, 2);
	const int hour = digits(s, 11, 2), minute = digits(s, 14, 2), second = digits(s, 17, 2);
	size_t at = 19;
	double fraction = 0;
	int64_t ahead;

	if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 || minute < 0 ||
		second < 0 || s.at[4] != '-' || s.at[7] != '-')
		return -1;
	while (at < s.len && is_number(s.at[at]))
		at++;
	if (at > 19 && !str_to_double(str_slice(s, 19, at), &fraction))
		return -1;
	if (!zone(str_slice(s, at, s.len), &ahead))
		return -1;
	const int64_t seconds =
		days_from(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - ahead;
	return seconds * SECOND + (int64_t)(fraction * 1e9);
}

int64_t rate_reset(struct str value, int64_t now_ns)
{
	/* Smaller numbers are seconds from now, larger ones epochs in seconds, in milliseconds. */
	const double epoch_s = 1e9, epoch_ms = 1e11;
	const struct str s = str_trim(value);
	double number;

	if (s.len == 0)
		return -1;
	if (str_to_double(s, &number)) {
		if (number < epoch_s)
			return bounded(number * 1e9);
		const double when = number * (number < epoch_ms ? 1e9 : 1e6);
		return when > (double)now_ns ? bounded(when - (double)now_ns) : 0;
	}
	const int64_t when = rfc3339(s);
	if (when < 0)
		return go_duration(s);
	return when > now_ns ? bounded((double)(when - now_ns)) : 0;
}

/* A window as it is put together: KEY is its headers' name without the word that says which of the
 * three numbers it is. */
struct found {
	char key[NAME_MAX_LEN];
	struct rate_window window;
};

struct finding {
	struct found at[WINDOWS];
	size_t len;
};

static struct rate_window *window_of(struct finding *f, const char *key)
{
	for (size_t i = 0; i < f->len; i++)
		if (strcmp(f->at[i].key, key) == 0)
			return &f->at[i].window;
	if (f->len == WINDOWS)
		return NULL;
	struct found *new = &f->at[f->len++];
	memcpy(new->key, key, strlen(key) + 1);
	new->window = (struct rate_window){-1, -1, -1};
	return &new->window;
}

/* Takes WORD with the hyphen before it out of NAME; false when it is not there. */
static bool take_word(char *name, const char *word)
{
	const size_t len = strlen(word);
	char *at = name;

	while ((at = strstr(at, word)) != NULL) {
		const bool starts = at > name && at[-1] == '-';
		const bool ends = at[len] == '\0' || at[len] == '-';
		if (starts && ends) {
			memmove(at - 1, at + len, strlen(at + len) + 1);
			return true;
		}
		at += len;
	}
	return false;
}

static int64_t count_of(struct str value)
{
	struct str rest;
	double number;

	/* The IETF's drafts add policies behind a comma or a semicolon. */
	const struct str first = str_cut(str_cut(value, ',', &rest), ';', &rest);
	if (!str_to_double(str_trim(first), &number) || !(number >= 0) || number > 1e15)
		return -1;
	return (int64_t)number;
}

static void take_header(struct finding *f, struct str name, struct str value, int64_t now_ns)
{
	char key[NAME_MAX_LEN];
	struct rate_window *window;

	if (name.len < 9 || name.len >= sizeof key)
		return;
	for (size_t i = 0; i < name.len; i++)
		key[i] = name.at[i] >= 'A' && name.at[i] <= 'Z' ? (char)(name.at[i] | 32)
								: name.at[i];
	key[name.len] = '\0';
	if (strstr(key, "ratelimit") == NULL || strstr(key, "images") != NULL)
		return;
	const bool limit = take_word(key, "limit");
	const bool remaining = !limit && take_word(key, "remaining");
	const bool reset = !limit && !remaining && take_word(key, "reset");
	if ((!limit && !remaining && !reset) || (window = window_of(f, key)) == NULL)
		return;
	if (limit)
		window->limit = count_of(value);
	else if (remaining)
		window->remaining = count_of(value);
	else
		window->reset_ns = rate_reset(value, now_ns);
}

/* A is nearer to its end than B. */
static bool is_tighter(const struct rate_window *a, const struct rate_window *b)
{
	if (b->remaining < 0 || a->remaining < 0)
		return b->remaining < 0;
	return a->remaining < b->remaining;
}

struct rate_hints rate_hints_read(struct str head, int64_t now_ns)
{
	struct rate_hints hints = rate_hints_none();
	struct finding f;
	struct str line;

	f.len = 0;
	while (str_next_line(&head, &line)) {
		struct str value;
		const struct str name = str_cut(line, ':', &value);
		take_header(&f, name, value, now_ns);
	}
	for (size_t i = 0; i < f.len; i++) {
		const bool tokens = strstr(f.at[i].key, "token") != NULL;
		struct rate_window *best = tokens ? &hints.tokens : &hints.requests;
		if (is_tighter(&f.at[i].window, best))
			*best = f.at[i].window;
	}
	return hints;
}
