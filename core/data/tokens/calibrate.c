/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/calibrate.h"

#include "core/data/tokens/estimate.h"
#include "core/text/utf8.h"

#include <math.h>

enum { LOOKED_AT = 64 << 10, LEAST_TOLD = 16 };

static const double unknown_error = 0.2, slowest = 0.1, least_ratio = 0.3, largest_ratio = 4;

/* Of each script's tokens by o200k_base; coarse, from what is published and said of them. */
struct family {
	const char *part; /* of the model's name */
	double factors[TOKEN_SCRIPTS];
};

static const struct family families[] = {
	{"claude-2", {1.1, 1.1, 1.5, 1.5}},
	{"claude", {1.2, 1.3, 1.2, 1.3}},
	{"gemini", {1.0, 1.05, 1.0, 1.0}},
	{"gemma", {1.0, 1.05, 1.0, 1.0}},
	{"deepseek", {1.05, 1.05, 0.9, 1.2}},
	{"mistral", {1.1, 1.15, 1.3, 1.2}},
	{"mixtral", {1.15, 1.25, 1.6, 1.5}},
	{"qwen", {1.0, 1.0, 0.95, 1.2}},
	{"glm", {1.0, 1.0, 0.9, 1.2}},
	{"kimi", {1.0, 1.0, 0.9, 1.2}},
	{"moonshot", {1.0, 1.0, 0.9, 1.2}},
	{"doubao", {1.0, 1.0, 0.9, 1.2}},
	{"", {1.0, 1.0, 1.0, 1.0}},
};

enum token_script token_script_of(struct str text)
{
	size_t letters = 0, marks = 0, wide = 0, other = 0;
	uint32_t c;
	text = utf8_cut(text, LOOKED_AT);
	for (size_t at = 0; at < text.len;) {
		at = utf8_next(text, at, &c);
		if (c == ' ' || (c >= '\t' && c <= '\r'))
			continue;
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		letters += letter;
		marks += !letter && c < 0x80;
		wide += c >= 0x80 && estimate_is_cjk(c);
		other += c >= 0x80 && !estimate_is_cjk(c);
	}
	size_t all = letters + marks + wide + other;
	if (wide * 5 >= all && wide > 0)
		return SCRIPT_CJK;
	if (other * 5 >= all && other > 0)
		return SCRIPT_OTHER;
	return marks * 4 > letters ? SCRIPT_CODE : SCRIPT_WORDS;
}

const char *token_script_word(enum token_script script)
{
	static const char *const words[TOKEN_SCRIPTS] = {"words", "code", "cjk", "other"};
	return words[script];
}

struct calibration calibration_new(struct str model, enum token_script script)
{
	size_t i = 0;
	while (str_find(model, str_from(families[i].part), 0) == SIZE_MAX)
		i++;
	return (struct calibration){.factor = families[i].factors[script], .error = unknown_error};
}

void calibration_learn(struct calibration *c, double base, int64_t told)
{
	if (told < LEAST_TOLD || base < 1)
		return;
	double ratio = (double)told / base;
	if (ratio < least_ratio || ratio > largest_ratio)
		return;
	/* The first ones count as much as each other, later ones fade slowly. */
	double weight = 1 / (double)(c->samples + 1);
	weight = weight > slowest ? weight : slowest;
	double off = fabs(ratio / c->factor - 1);
	c->error += (c->samples == 0 ? 0.5 : weight) * (off - c->error);
	c->factor += weight * (ratio - c->factor);
	c->samples++;
}

size_t calibration_apply(const struct calibration *c, size_t base)
{
	return (size_t)llround((double)base * c->factor);
}
