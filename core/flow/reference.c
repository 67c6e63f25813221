/* SPDX-License-Identifier: MIT */
#include "core/flow/reference.h"

struct reference reference_parse(struct value v)
{
	struct reference r = {.kind = REFERENCE_LITERAL};
	if (v.kind != VALUE_STR)
		return r;
	struct str s = v.u.str;
	if (s.len <= 2 || !str_starts(s, STR("${")) || s.at[s.len - 1] != '}')
		return r;
	s = str_slice(s, 2, s.len - 1);
	r.kind = REFERENCE_INPUT;
	if (str_starts(s, STR("flow."))) {
		r.name = str_slice(s, 5, s.len);
	} else if (str_starts(s, STR("inputs."))) {
		r.name = str_slice(s, 7, s.len);
	} else {
		r.kind = REFERENCE_NODE;
		r.name = str_cut(s, '.', &s);
		r.section = str_cut(s, '.', &r.property);
		if (str_starts(r.section, STR("output["))) {
			r.property = str_slice(s, 6, s.len);
			r.section = str_slice(s, 0, 6);
		}
	}
	return r;
}

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

struct step {
	bool is_index;
	struct str key;
	int64_t index;
};

/* "[...]" at the start of S: digits, or a key in quotes. */
static bool next_bracket(struct str *s, struct step *out)
{
	if (s->len > 2 && (s->at[1] == '\'' || s->at[1] == '"')) {
		char end[] = {s->at[1], ']'};
		size_t close = str_find(*s, (struct str){end, 2}, 2);
		if (close == SIZE_MAX)
			return false;
		*out = (struct step){.key = str_slice(*s, 2, close)};
		*s = str_slice(*s, close + 2, s->len);
		return true;
	}
	size_t close = str_find(*s, STR("]"), 0);
	if (close == SIZE_MAX || !str_to_int(str_slice(*s, 1, close), &out->index) ||
		out->index < 0)
		return false;
	out->is_index = true;
	*s = str_slice(*s, close + 1, s->len);
	return true;
}

static bool next_step(struct str *s, struct step *out)
{
	*out = (struct step){.is_index = false};
	if (s->len > 1 && s->at[0] == '.' && s->at[1] == '[')
		*s = str_slice(*s, 1, s->len);
	if (s->at[0] == '[')
		return next_bracket(s, out);
	size_t from = s->at[0] == '.' ? 1 : 0;
	size_t to = from;
	while (to < s->len && is_word_byte(s->at[to]))
		to++;
	out->key = str_slice(*s, from, to);
	*s = str_slice(*s, to, s->len);
	return out->key.len > 0;
}

bool reference_follow(struct value v, struct str property, struct value *out, struct err *e)
{
	struct str rest = property;
	struct step step;
	while (rest.len > 0) {
		if (!next_step(&rest, &step)) {
			err_set(e, ERR_CONFIG, "\"%.*s\" is not a property path.",
				STR_ARG(property));
			return err_hint(e, "Write it as name.name, [0] or ['any key'].");
		}
		if (step.is_index && v.kind == VALUE_LIST) {
			if ((uint64_t)step.index >= v.u.list->len)
				return err_set(e, ERR_CONFIG,
					"Index %lld of \"%.*s\" is past the end of a list of %zu.",
					(long long)step.index, STR_ARG(property), v.u.list->len);
			v = v.u.list->items[step.index];
			continue;
		}
		const struct value *found = step.is_index ? NULL : value_get(v, step.key);
		if (found == NULL && step.is_index)
			return err_set(e, ERR_CONFIG,
				"\"%.*s\" asks for an index of %s, which has none.",
				STR_ARG(property), value_kind_words(v.kind));
		if (found == NULL && v.kind == VALUE_DICT)
			return err_set(e, ERR_CONFIG, "There is no key \"%.*s\" for \"%.*s\".",
				STR_ARG(step.key), STR_ARG(property));
		if (found == NULL)
			return err_set(e, ERR_CONFIG,
				"\"%.*s\" asks for the key \"%.*s\" of %s, which has none.",
				STR_ARG(property), STR_ARG(step.key), value_kind_words(v.kind));
		v = *found;
	}
	*out = v;
	return true;
}
