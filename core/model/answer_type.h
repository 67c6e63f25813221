/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANSWER_TYPE_H
#define CORE_MODEL_ANSWER_TYPE_H

#include "core/base/str.h"

/* What kind of thing a question asks for, as far as its wording tells, and whether a sentence has
 * one: "how long" wants a duration, 多少钱 an amount of money, "may I" a rule. */

enum answer_type {
	ANSWER_ANY,
	ANSWER_NUMBER,
	ANSWER_SIZE, /* a length, an area, a weight */
	ANSWER_MONEY,
	ANSWER_DURATION,
	ANSWER_TIME, /* of day, or a date */
	ANSWER_CLOCK, /* a time of day */
	ANSWER_YEAR, /* when something was */
	ANSWER_PHONE, /* its number */
	ANSWER_EMAIL,
	ANSWER_NAME, /* of a person */
	ANSWER_PERSON, /* or the office that somebody has */
	ANSWER_PLACE,
	ANSWER_WAY, /* what is to be done */
	ANSWER_RULE /* yes or no: what may, must or can be done */
};

/* What a question asks for. */
struct answer_wanted {
	enum answer_type type;
	size_t from, to; /* the bytes of the question that say so */
	char counted[2][16]; /* "how many security keys": the words after it, without their last
				letters; may be empty */
};

struct answer_wanted answer_wanted(struct str question);

/* 1 when TEXT has what is wanted, part of it when it has something like it, else 0. */
double answer_type_fit(const struct answer_wanted *wanted, struct str text);

/* How surely a text without what TYPE wants does not answer: 1 for figures, less where an answer
 * can well do without the signs that are looked for, 0 for ANSWER_ANY. */
double answer_type_strictness(enum answer_type type);

#endif
