/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_LEXER_H
#define CORE_DATA_TEMPLATE_TPL_LEXER_H

#include "core/base/err.h"
#include "core/data/template/template.h"

/*
 * Cuts a template into text and the tokens inside its delimiters, one at a time. White space
 * control, comments and raw blocks are done here: the parser never sees them.
 */

enum token_kind {
	TOKEN_EOF,
	TOKEN_TEXT,
	TOKEN_VARIABLE_BEGIN,
	TOKEN_VARIABLE_END,
	TOKEN_BLOCK_BEGIN,
	TOKEN_BLOCK_END,
	TOKEN_NAME,
	TOKEN_STRING,
	TOKEN_INTEGER,
	TOKEN_FLOAT,
	TOKEN_ADD,
	TOKEN_SUB,
	TOKEN_MUL,
	TOKEN_DIV,
	TOKEN_FLOORDIV,
	TOKEN_MOD,
	TOKEN_POW,
	TOKEN_TILDE,
	TOKEN_LBRACKET,
	TOKEN_RBRACKET,
	TOKEN_LPAREN,
	TOKEN_RPAREN,
	TOKEN_LBRACE,
	TOKEN_RBRACE,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_ASSIGN,
	TOKEN_DOT,
	TOKEN_COLON,
	TOKEN_PIPE,
	TOKEN_COMMA,
	TOKEN_SEMICOLON
};

struct token {
	enum token_kind kind;
	uint32_t line, column;
	struct str text; /* as written; a string's is its value; TEXT's is what is put out */
	int64_t integer;
	double real;
};

enum { LEXER_NESTING = 200 };

struct lexer {
	struct arena *arena; /* of the template */
	const char *name;
	const struct template_options *options;
	struct str source; /* line breaks are \n */
	size_t at;
	enum { IN_TEXT, IN_BLOCK, IN_VARIABLE } state;
	bool line_starting; /* what was read last ended in a line break */
	char open[LEXER_NESTING]; /* brackets */
	size_t nopen;
	/* place of AT's last look-up, so that columns are counted once */
	size_t seen;
	uint32_t line, column;
	/* place of the last token: where the end of the template is reported */
	uint32_t last_line, last_column;
	struct err *err;
};

void tpl_lexer_init(struct lexer *l, struct arena *a, struct str source, const char *name,
	const struct template_options *options, struct err *e);
bool tpl_lexer_next(struct lexer *l, struct token *out) WARN_UNUSED;

/* For the lexer's two files. TPL_LEX_FAIL gives the error set before its place; always false. */
bool tpl_lex_fail(struct lexer *l, size_t at);
void tpl_lex_make(struct lexer *l, struct token *t, enum token_kind kind, size_t from, size_t to);
void tpl_lex_move(struct lexer *l, size_t to);
bool tpl_lex_number(struct lexer *l, struct token *t) WARN_UNUSED;
bool tpl_lex_string(struct lexer *l, struct token *t) WARN_UNUSED;
static inline char tpl_lex_peek(const struct lexer *l, size_t at)
{
	return at < l->source.len ? l->source.at[at] : '\0';
}

/* "a name", "','": for errors. */
const char *tpl_token_words(enum token_kind kind);

#endif
