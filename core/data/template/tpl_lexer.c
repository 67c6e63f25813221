/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_lexer.h"

#include "core/data/template/tpl_chars.h"

#include <string.h>

static const char *const words[] = {
	[TOKEN_EOF] = "the end of the template",
	[TOKEN_TEXT] = "text",
	[TOKEN_VARIABLE_BEGIN] = "'{{'",
	[TOKEN_VARIABLE_END] = "'}}'",
	[TOKEN_BLOCK_BEGIN] = "'{%'",
	[TOKEN_BLOCK_END] = "'%}'",
	[TOKEN_NAME] = "a name",
	[TOKEN_STRING] = "a string",
	[TOKEN_INTEGER] = "a number",
	[TOKEN_FLOAT] = "a number",
	[TOKEN_ADD] = "'+'",
	[TOKEN_SUB] = "'-'",
	[TOKEN_MUL] = "'*'",
	[TOKEN_DIV] = "'/'",
	[TOKEN_FLOORDIV] = "'//'",
	[TOKEN_MOD] = "'%'",
	[TOKEN_POW] = "'**'",
	[TOKEN_TILDE] = "'~'",
	[TOKEN_LBRACKET] = "'['",
	[TOKEN_RBRACKET] = "']'",
	[TOKEN_LPAREN] = "'('",
	[TOKEN_RPAREN] = "')'",
	[TOKEN_LBRACE] = "'{'",
	[TOKEN_RBRACE] = "'}'",
	[TOKEN_EQ] = "'=='",
	[TOKEN_NE] = "'!='",
	[TOKEN_LT] = "'<'",
	[TOKEN_LE] = "'<='",
	[TOKEN_GT] = "'>'",
	[TOKEN_GE] = "'>='",
	[TOKEN_ASSIGN] = "'='",
	[TOKEN_DOT] = "'.'",
	[TOKEN_COLON] = "':'",
	[TOKEN_PIPE] = "'|'",
	[TOKEN_COMMA] = "','",
	[TOKEN_SEMICOLON] = "';'",
};

const char *tpl_token_words(enum token_kind kind)
{
	return words[kind];
}

/* \r\n and \r become \n; without keep_trailing_newline one line break at the end is dropped. */
static struct str normalize(struct arena *a, struct str s, bool keep_last)
{
	char *to = arena_alloc(a, s.len + 1, 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		if (c == '\r') {
			if (i + 1 < s.len && s.at[i + 1] == '\n')
				i++;
			c = '\n';
		}
		to[n++] = c;
	}
	if (!keep_last && n > 0 && to[n - 1] == '\n')
		n--;
	return (struct str){to, n};
}

void tpl_lexer_init(struct lexer *l, struct arena *a, struct str source, const char *name,
	const struct template_options *options, struct err *e)
{
	*l = (struct lexer){
		.arena = a,
		.name = name,
		.options = options,
		.source = normalize(a, source, options->keep_trailing_newline),
		.line_starting = true,
		.line = 1,
		.column = 1,
		.last_line = 1,
		.last_column = 1,
		.err = e,
	};
}

/* Counts on from the last place asked for; places are asked for in order. */
static void place(struct lexer *l, size_t at, uint32_t *line, uint32_t *column)
{
	if (at < l->seen) {
		l->seen = 0;
		l->line = l->column = 1;
	}
	for (; l->seen < at; l->seen++) {
		unsigned char c = (unsigned char)l->source.at[l->seen];
		if (c == '\n') {
			l->line++;
			l->column = 1;
		} else if ((c & 0xC0) != 0x80) {
			l->column++;
		}
	}
	*line = l->line;
	*column = l->column;
}

bool tpl_lex_fail(struct lexer *l, size_t at)
{
	uint32_t line, column;
	place(l, at, &line, &column);
	return err_place(l->err, l->name, line, column);
}

static bool here(const struct lexer *l, size_t at, const char *text)
{
	size_t len = strlen(text);
	return l->source.len - at >= len && at <= l->source.len &&
	       memcmp(l->source.at + at, text, len) == 0;
}

static size_t skip_space(const struct lexer *l, size_t at)
{
	size_t len;
	while (at < l->source.len && tpl_is_space(tpl_decode(l->source, at, &len)))
		at += len;
	return at;
}

static size_t skip_newline(const struct lexer *l, size_t at)
{
	return l->options->trim_blocks && tpl_lex_peek(l, at) == '\n' ? at + 1 : at;
}

/* When the end of a tag, "%}" with an optional sign, is at AT: where it stops. */
static size_t tag_end(const struct lexer *l, size_t at, const char *end, bool trims)
{
	char sign = tpl_lex_peek(l, at);
	if (sign == '-' && here(l, at + 1, end))
		return skip_space(l, at + 3);
	if (sign == '+' && trims && here(l, at + 1, end))
		return at + 3;
	if (here(l, at, end))
		return trims ? skip_newline(l, at + 2) : at + 2;
	return 0;
}

/* `{% raw %}` at AT (after "{%" and its sign): where it stops, or 0. */
static size_t raw_begin(const struct lexer *l, size_t at)
{
	at = skip_space(l, at);
	if (!here(l, at, "raw"))
		return 0;
	at = skip_space(l, at + 3);
	if (here(l, at, "-%}"))
		return skip_space(l, at + 3);
	return here(l, at, "%}") ? at + 2 : 0;
}

static size_t raw_end(const struct lexer *l, size_t at)
{
	at = skip_space(l, at);
	if (!here(l, at, "endraw"))
		return 0;
	return tag_end(l, skip_space(l, at + 6), "%}", true);
}

/* The text [from, to) before a tag, as its sign and lstrip_blocks leave it. */
static struct str before_tag(const struct lexer *l, size_t from, size_t to, bool variable)
{
	struct str text = str_slice(l->source, from, to);
	char sign = tpl_lex_peek(l, to + 2);
	if (sign == '-')
		return tpl_strip(text, false, true);
	if (sign == '+' || variable || !l->options->lstrip_blocks)
		return text;
	size_t start = text.len;
	while (start > 0 && text.at[start - 1] != '\n')
		start--;
	if (start == 0 && !l->line_starting)
		return text;
	struct str last = str_slice(text, start, text.len);
	if (tpl_strip(last, true, false).len > 0)
		return text;
	return str_slice(text, 0, start);
}

void tpl_lex_move(struct lexer *l, size_t to)
{
	l->line_starting = to > 0 && tpl_lex_peek(l, to - 1) == '\n';
	l->at = to;
}

void tpl_lex_make(struct lexer *l, struct token *t, enum token_kind kind, size_t from, size_t to)
{
	*t = (struct token){.kind = kind, .text = str_slice(l->source, from, to)};
	place(l, from, &t->line, &t->column);
}

static bool skip_comment(struct lexer *l, size_t from)
{
	size_t at = from + 2;
	if (tpl_lex_peek(l, at) == '-' || tpl_lex_peek(l, at) == '+')
		at++;
	for (; at < l->source.len; at++) {
		size_t end = tag_end(l, at, "#}", true);
		if (end > 0) {
			tpl_lex_move(l, end);
			return true;
		}
	}
	err_set(l->err, ERR_CONFIG, "The comment that begins here has no end.");
	err_hint(l->err, "Close it with '#}'.");
	return tpl_lex_fail(l, from);
}

/* The body of a raw block as text; false when it has no end. */
static bool read_raw(struct lexer *l, size_t tag, size_t from, struct token *t)
{
	for (size_t at = from; at < l->source.len; at++) {
		if (!here(l, at, "{%"))
			continue;
		char sign = tpl_lex_peek(l, at + 2);
		size_t end = raw_end(l, at + 2 + (sign == '-' || sign == '+'));
		if (end == 0)
			continue;
		tpl_lex_make(l, t, TOKEN_TEXT, from, at);
		l->line_starting = tpl_lex_peek(l, from - 1) == '\n';
		t->text = before_tag(l, from, at, false);
		tpl_lex_move(l, end);
		return true;
	}
	err_set(l->err, ERR_CONFIG, "The raw block that begins here has no end.");
	err_hint(l->err, "Close it with '{%% endraw %%}'.");
	return tpl_lex_fail(l, tag);
}

/* The next '{{', '{%' or '{#' at or after AT, or the end. */
static size_t find_tag(const struct lexer *l, size_t at)
{
	for (; at < l->source.len; at++) {
		const char *p = memchr(l->source.at + at, '{', l->source.len - at);
		if (p == NULL)
			return l->source.len;
		at = (size_t)(p - l->source.at);
		char next = tpl_lex_peek(l, at + 1);
		if (next == '{' || next == '%' || next == '#')
			return at;
	}
	return l->source.len;
}

/* A tag's beginning at l->at. Text tokens of raw blocks come out as such; comments give nothing
 * (*GOT stays false). */
static bool begin_tag(struct lexer *l, struct token *t, bool *got)
{
	size_t from = l->at;
	char kind = tpl_lex_peek(l, from + 1);
	if (kind == '#')
		return skip_comment(l, from);
	char sign = tpl_lex_peek(l, from + 2);
	size_t after = from + 2 + (sign == '-' || sign == '+');
	size_t raw = kind == '%' ? raw_begin(l, after) : 0;
	if (raw > 0) {
		*got = true;
		return read_raw(l, from, raw, t);
	}
	tpl_lex_make(l, t, kind == '%' ? TOKEN_BLOCK_BEGIN : TOKEN_VARIABLE_BEGIN, from, after);
	l->state = kind == '%' ? IN_BLOCK : IN_VARIABLE;
	l->nopen = 0;
	tpl_lex_move(l, after);
	*got = true;
	return true;
}

static bool next_text(struct lexer *l, struct token *t)
{
	for (;;) {
		size_t from = l->at;
		size_t tag = find_tag(l, from);
		if (from == l->source.len) {
			tpl_lex_make(l, t, TOKEN_EOF, from, from);
			return true;
		}
		if (tag == from && tag < l->source.len) {
			bool got = false;
			if (!begin_tag(l, t, &got))
				return false;
			if (got && (t->kind != TOKEN_TEXT || t->text.len > 0))
				return true;
			continue;
		}
		tpl_lex_make(l, t, TOKEN_TEXT, from, tag);
		if (tag < l->source.len)
			t->text = before_tag(l, from, tag, tpl_lex_peek(l, tag + 1) == '{');
		tpl_lex_move(l, tag);
		if (t->text.len > 0)
			return true;
	}
}

static size_t name_end(const struct lexer *l, size_t at)
{
	size_t from = at, len;
	while (at < l->source.len) {
		uint32_t c = tpl_decode(l->source, at, &len);
		if (!(at > from ? tpl_is_name(c) : tpl_is_name_start(c)))
			break;
		at += len;
	}
	return at;
}

static bool bracket(struct lexer *l, enum token_kind kind, size_t at)
{
	static const char closes[] = {
		[TOKEN_LBRACKET] = ']',
		[TOKEN_LPAREN] = ')',
		[TOKEN_LBRACE] = '}',
		[TOKEN_RBRACKET] = 0,
		[TOKEN_RPAREN] = 0,
		[TOKEN_RBRACE] = 0,
	};
	if (kind < TOKEN_LBRACKET || kind > TOKEN_RBRACE)
		return true;
	char c = tpl_lex_peek(l, at);
	if (closes[kind] != 0) {
		if (l->nopen == LEXER_NESTING) {
			err_set(l->err, ERR_LIMIT, "More than %d brackets inside one another.",
				LEXER_NESTING);
			return tpl_lex_fail(l, at);
		}
		l->open[l->nopen++] = closes[kind];
		return true;
	}
	if (l->nopen == 0)
		err_set(l->err, ERR_CONFIG, "This '%c' closes nothing.", c);
	else if (l->open[--l->nopen] != c)
		err_set(l->err, ERR_CONFIG, "This is '%c' where '%c' was expected.", c,
			l->open[l->nopen]);
	else
		return true;
	return tpl_lex_fail(l, at);
}

static bool operator_token(struct lexer *l, struct token *t)
{
	static const struct {
		char text[3];
		uint8_t kind;
	} operators[] = {
		{"//", TOKEN_FLOORDIV},
		{"**", TOKEN_POW},
		{"==", TOKEN_EQ},
		{"!=", TOKEN_NE},
		{">=", TOKEN_GE},
		{"<=", TOKEN_LE},
		{"+", TOKEN_ADD},
		{"-", TOKEN_SUB},
		{"/", TOKEN_DIV},
		{"*", TOKEN_MUL},
		{"%", TOKEN_MOD},
		{"~", TOKEN_TILDE},
		{"[", TOKEN_LBRACKET},
		{"]", TOKEN_RBRACKET},
		{"(", TOKEN_LPAREN},
		{")", TOKEN_RPAREN},
		{"{", TOKEN_LBRACE},
		{"}", TOKEN_RBRACE},
		{">", TOKEN_GT},
		{"<", TOKEN_LT},
		{"=", TOKEN_ASSIGN},
		{".", TOKEN_DOT},
		{":", TOKEN_COLON},
		{"|", TOKEN_PIPE},
		{",", TOKEN_COMMA},
		{";", TOKEN_SEMICOLON},
	};
	size_t from = l->at;
	for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		if (!here(l, from, operators[i].text))
			continue;
		tpl_lex_make(l, t, operators[i].kind, from, from + strlen(operators[i].text));
		tpl_lex_move(l, from + t->text.len);
		return bracket(l, t->kind, from);
	}
	size_t len;
	tpl_decode(l->source, from, &len);
	err_set(l->err, ERR_CONFIG, "The character '%.*s' means nothing here.",
		STR_ARG(str_slice(l->source, from, from + len)));
	return tpl_lex_fail(l, from);
}

static bool next_inside(struct lexer *l, struct token *t)
{
	bool block = l->state == IN_BLOCK;
	size_t from = l->at;
	if (l->nopen == 0) {
		size_t end = tag_end(l, from, block ? "%}" : "}}", block);
		if (end > 0) {
			tpl_lex_make(
				l, t, block ? TOKEN_BLOCK_END : TOKEN_VARIABLE_END, from, from + 2);
			l->state = IN_TEXT;
			tpl_lex_move(l, end);
			return true;
		}
	}
	size_t after = skip_space(l, from);
	if (after > from) {
		l->at = after;
		return next_inside(l, t);
	}
	if (from == l->source.len) {
		tpl_lex_make(l, t, TOKEN_EOF, from, from);
		return true;
	}
	char c = tpl_lex_peek(l, from);
	if (c >= '0' && c <= '9')
		return tpl_lex_number(l, t);
	if (c == '\'' || c == '"')
		return tpl_lex_string(l, t);
	size_t end = name_end(l, from);
	if (end > from) {
		tpl_lex_make(l, t, TOKEN_NAME, from, end);
		tpl_lex_move(l, end);
		return true;
	}
	return operator_token(l, t);
}

bool tpl_lexer_next(struct lexer *l, struct token *out)
{
	if (!(l->state == IN_TEXT ? next_text(l, out) : next_inside(l, out)))
		return false;
	if (out->kind == TOKEN_EOF) {
		out->line = l->last_line;
		out->column = l->last_column;
	}
	l->last_line = out->line;
	l->last_column = out->column;
	return true;
}
