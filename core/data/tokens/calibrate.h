/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_CALIBRATE_H
#define CORE_DATA_TOKENS_CALIBRATE_H

#include "core/base/str.h"

/*
 * An estimate for models whose tokenizer is not public: the count of a near encoding times a
 * factor, which begins with what is known of the model's family and is learned from what the
 * provider says each request was, for each kind of script by itself. Wherever it is shown it is
 * marked "≈"; it is never put where a provider's own count belongs, and nothing is charged by it.
 */

enum token_script {
	SCRIPT_WORDS, /* mostly ASCII letters and spaces */
	SCRIPT_CODE, /* ASCII with much punctuation and many digits */
	SCRIPT_CJK, /* a fifth or more Chinese, Japanese or Korean characters */
	SCRIPT_OTHER,
	TOKEN_SCRIPTS
};

/* What kind TEXT mostly is, by its first 64 KiB. */
enum token_script token_script_of(struct str text);
/* "words", "code", "cjk", "other": for the store. */
const char *token_script_word(enum token_script script);

struct calibration {
	int64_t samples; /* requests learned from */
	double factor; /* tokens for one of the base encoding's */
	double error; /* how far off an estimate usually is, as a part of it */
};

/* Before anything was learned: the family's factor, and its guessed error. */
struct calibration calibration_new(struct str model, enum token_script script);
/* A request that we count as BASE tokens was TOLD by the provider. What is far from possible (a
 * hidden image, a count of something else) teaches nothing. */
void calibration_learn(struct calibration *c, double base, int64_t told);
/* Tokens for BASE of the base encoding's. */
size_t calibration_apply(const struct calibration *c, size_t base);

#endif
