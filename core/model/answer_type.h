/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_ANSWER_TYPE_H
#define CORE_MODEL_ANSWER_TYPE_H

#include "core/base/str.h"

/* What kind of thing a question asks for, as far as its wording tells, and whether a sentence has
 * one: "how long" wants a duration, 多少钱 an amount of money. */

enum answer_type {
	ANSWER_ANY,
	ANSWER_NUMBER,
	ANSWER_MONEY,
	ANSWER_DURATION,
	ANSWER_TIME /* of day, or a date */
};

enum answer_type answer_type_of(struct str question);

/* 1 when TEXT has what TYPE wants, part of it when it only has a number, else 0. */
double answer_type_fit(enum answer_type type, struct str text);

#endif
