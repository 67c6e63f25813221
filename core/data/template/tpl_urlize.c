/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The filter urlize: addresses in escaped text become links. */

/* What counts as a web address, an e-mail address and a scheme, as jinja2 defines them. */
static const char web_pattern[] =
	"^((https?://|www\\.)(([\\w%-]+\\.)+)?([a-z]{2,63}|xn--[\\w%]{2,59})"
	"|([\\w%-]{2,63}\\.)+(com|net|int|edu|gov|org|info|mil)"
	"|(https?://)((([\\d]{1,3})(\\.[\\d]{1,3}){3})"
	"|(\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}])))"
	"(?::[\\d]{1,5})?(?:[/?#]\\S*)?$";
static const char mail_pattern[] = "^\\S+@\\w[\\w.-]*\\.\\w+$";
static const char scheme_pattern[] = "^([\\w.+-]{2,}:(/){0,2})$";

struct matcher {
	pcre2_code *web, *mail, *scheme;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

static pcre2_code *compile(const char *pattern)
{
	int code;
	PCRE2_SIZE at;
	pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (re == NULL)
		BUG("a pattern of urlize does not compile: %d at %zu", code, at);
	return re;
}

static struct matcher matcher_new(void)
{
	struct matcher m = {
		.web = compile(web_pattern),
		.mail = compile(mail_pattern),
		.scheme = compile(scheme_pattern),
		.context = pcre2_match_context_create(NULL),
	};
	m.data = pcre2_match_data_create_from_pattern(m.web, NULL);
	if (m.context == NULL || m.data == NULL)
		BUG("out of memory");
	pcre2_set_match_limit(m.context, 100000);
	pcre2_set_depth_limit(m.context, 100000);
	pcre2_set_heap_limit(m.context, 64 << 10);
	return m;
}

static void matcher_free(struct matcher *m)
{
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->context);
	pcre2_code_free(m->web);
	pcre2_code_free(m->mail);
	pcre2_code_free(m->scheme);
}

static bool matches(const struct matcher *m, const pcre2_code *re, struct str s)
{
	return pcre2_match(re, (PCRE2_SPTR)(s.at != NULL ? s.at : ""), s.len, 0, 0, m->data,
		       m->context) >= 0;
}

/* One word: what may stand before and after the address, and the address. */
struct word {
	struct str head, middle, tail;
};

static const char *const opening[] = {"(", "<", "&lt;"};
static const char *const closing[] = {")", ">", "&gt;"};

static size_t count(struct str s, const char *what)
{
	struct str needle = str_from(what);
	size_t n = 0;
	for (size_t at = 0; (at = str_find(s, needle, at)) != SIZE_MAX; at += needle.len)
		n++;
	return n;
}

static struct word split_word(struct str s)
{
	struct word w = {.middle = s};
	size_t at = 0, end = s.len;
	for (bool more = true; more;) {
		struct str rest = str_slice(s, at, s.len);
		more = false;
		for (int i = 0; i < 3 && !more; i++)
			if (str_starts(rest, str_from(opening[i]))) {
				at += str_from(opening[i]).len;
				more = true;
			}
	}
	static const char *const trailing[] = {")", ">", ".", ",", "\n", "&gt;"};
	for (bool more = true; more;) {
		struct str rest = str_slice(s, at, end);
		more = false;
		for (int i = 0; i < 6 && !more; i++)
			if (str_ends(rest, str_from(trailing[i]))) {
				end -= str_from(trailing[i]).len;
				more = true;
			}
	}
	w.head = str_slice(s, 0, at);
	w.middle = str_slice(s, at, end);
	w.tail = str_slice(s, end, s.len);
	/* Brackets that the address opens belong to it. */
	for (int i = 0; i < 3; i++) {
		size_t opened = count(w.middle, opening[i]);
		if (opened <= count(w.middle, closing[i]))
			continue;
		size_t closed = count(w.tail, closing[i]);
		for (size_t n = opened < closed ? opened : closed; n > 0; n--) {
			size_t cut = str_find(w.tail, str_from(closing[i]), 0) +
				     str_from(closing[i]).len;
			w.middle.len += cut; /* the tail follows the middle */
			w.tail = str_slice(w.tail, cut, w.tail.len);
		}
	}
	return w;
}

static void add_link(struct buf *b, const char *before, struct str address, struct str attributes,
	struct str text)
{
	buf_add_cstr(b, "<a href=\"");
	buf_add_cstr(b, before);
	buf_add_str(b, address);
	buf_add_char(b, '"');
	buf_add_str(b, attributes);
	buf_add_char(b, '>');
	buf_add_str(b, text);
	buf_add_cstr(b, "</a>");
}

static struct str shortened(struct render *r, struct str s, int64_t limit)
{
	if (limit < 0 || (int64_t)tpl_length(s) <= limit)
		return s;
	return str_format(r->arena, "%.*s...", STR_ARG(tpl_chars(s, 0, (size_t)limit)));
}

static void add_scheme(struct buf *b, struct str s, const struct urlize *how)
{
	for (size_t i = 0; how->schemes != NULL && i < how->schemes->len; i++) {
		struct str scheme = how->schemes->at[i].u.str;
		if (str_starts(s, scheme) && s.len > scheme.len) {
			add_link(b, "", s, how->attributes, s);
			return;
		}
	}
	buf_add_str(b, s);
}

static void add_middle(struct render *r, const struct matcher *m, struct buf *b, struct str s,
	const struct urlize *how)
{
	struct str rest = str_slice(s, 7, s.len);
	if (matches(m, m->web, s)) {
		bool has_scheme = str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
		add_link(b, has_scheme ? "" : "https://", s, how->attributes,
			shortened(r, s, how->limit));
	} else if (str_starts(s, STR("mailto:")) && matches(m, m->mail, rest)) {
		add_link(b, "", s, STR_NONE, rest);
	} else if (str_find(s, STR("@"), 0) != SIZE_MAX && !str_starts(s, STR("www.")) &&
		   str_find(s, STR(":"), 0) == SIZE_MAX && matches(m, m->mail, s)) {
		add_link(b, "mailto:", s, STR_NONE, s);
	} else {
		add_scheme(b, s, how);
	}
}

static bool check_schemes(struct render *r, const struct matcher *m, const struct urlize *how)
{
	for (size_t i = 0; how->schemes != NULL && i < how->schemes->len; i++) {
		struct item item = how->schemes->at[i];
		if (item.kind != ITEM_STR || !matches(m, m->scheme, item.u.str))
			return tpl_fail(r, "extra_schemes must be strings such as 'ftp://'.");
	}
	return true;
}

bool tpl_urlize(struct render *r, struct str text, const struct urlize *how, struct str *out)
{
	struct matcher m = matcher_new();
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	bool ok = check_schemes(r, &m, how) && tpl_charge(r, 100);
	size_t len;
	for (size_t at = 0; ok && at < text.len;) {
		size_t end = at;
		while (end < text.len && tpl_is_space(tpl_decode(text, end, &len)))
			end += len;
		buf_add_str(&b, str_slice(text, at, end));
		at = end;
		while (end < text.len && !tpl_is_space(tpl_decode(text, end, &len)))
			end += len;
		if (end == at)
			break;
		struct word w = split_word(str_slice(text, at, end));
		buf_add_str(&b, w.head);
		add_middle(r, &m, &b, w.middle, how);
		buf_add_str(&b, w.tail);
		ok = tpl_charge(r, 10 + (end - at) / 16);
		at = end;
	}
	matcher_free(&m);
	if (ok)
		return tpl_take(r, &b, out);
	buf_free(&b);
	return false;
}
