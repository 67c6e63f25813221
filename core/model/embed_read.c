/* SPDX-License-Identifier: MIT */
#include "core/model/embed_read.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

static double number(struct value v)
{
	return v.kind == VALUE_INT ? (double)v.u.integer : v.u.real;
}

static bool is_numbers(struct value v)
{
	for (size_t i = 0; v.kind == VALUE_LIST && i < v.u.list->len; i++)
		if (v.u.list->items[i].kind != VALUE_INT && v.u.list->items[i].kind != VALUE_FLOAT)
			return false;
	return v.kind == VALUE_LIST && v.u.list->len > 0;
}

/* Little-endian 32-bit floats. */
static bool from_base64(struct arena *a, struct str text, struct value *out)
{
	const size_t room = text.len / 4 * 3 + 3;
	unsigned char *bytes = arena_alloc(a, room, 1);
	size_t len = 0;

	if (sodium_base642bin(bytes, room, text.at, text.len, NULL, &len, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		len == 0 || len % 4 != 0)
		return false;
	*out = value_list(a);
	for (size_t i = 0; i < len; i += 4) {
		const uint32_t bits = (uint32_t)bytes[i] | (uint32_t)bytes[i + 1] << 8 |
				      (uint32_t)bytes[i + 2] << 16 | (uint32_t)bytes[i + 3] << 24;
		float f;
		memcpy(&f, &bits, sizeof f);
		value_push(*out, value_float((double)f));
	}
	return true;
}

/* One vector, wrapped as the vendors do. */
static bool read_vector(struct arena *a, struct value v, struct value *out)
{
	for (int depth = 0; v.kind == VALUE_DICT && depth < 3; depth++) {
		static const char *const keys[] = {
			"embedding", "values", "embeddings", "dense_embedding"};
		struct value inner = value_none();
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if (inner.kind == VALUE_NONE)
				inner = wire_member(v, keys[i]);
		v = inner;
	}
	if (v.kind == VALUE_STR)
		return from_base64(a, v.u.str, out);
	*out = v;
	return is_numbers(v);
}

static void normalise(struct arena *a, struct value *vector)
{
	struct value out = value_list(a);
	double sum = 0;

	for (size_t i = 0; i < vector->u.list->len; i++) {
		const double x = number(vector->u.list->items[i]);
		sum += x * x;
	}
	if (!(sum > 0))
		return;
	for (size_t i = 0; i < vector->u.list->len; i++)
		value_push(out, value_float(number(vector->u.list->items[i]) / sqrt(sum)));
	*vector = out;
}

/* The list of vectors within a body, VALUE_NONE when there is none. */
static struct value find_list(struct arena *a, struct value body)
{
	static const char *const keys[] = {"data", "embeddings", "predictions"};
	const struct value *one = value_get_cstr(body, "embedding");

	if (body.kind == VALUE_LIST)
		return body;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct value v = wire_member(body, keys[i]);
		if (v.kind == VALUE_LIST)
			return v;
	}
	if (one != NULL) {
		struct value list = value_list(a);
		value_push(list, *one);
		return list;
	}
	return wire_member(wire_member(body, "output"), "embeddings");
}

/* Where a vector belongs: as it says, else where it stands. */
static size_t place_of(struct value item, size_t at, size_t count)
{
	const int64_t index =
		value_get_int(item, "index", value_get_int(item, "text_index", (int64_t)at));

	return index >= 0 && (size_t)index < count ? (size_t)index : at;
}

static void take_usage(struct endpoint_answer *a, struct value body)
{
	const struct value usage = wire_member(body, "usage");
	int64_t tokens = wire_count(usage, "prompt_tokens");

	if (tokens < 0)
		tokens = wire_count(usage, "total_tokens");
	if (tokens < 0)
		tokens = wire_count(body, "prompt_eval_count");
	const struct value list = wire_member(body, "predictions");
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.u.list->len; i++) {
		const struct value e = wire_member(list.u.list->items[i], "embeddings");
		const int64_t n = wire_count(wire_member(e, "statistics"), "token_count");
		if (n >= 0)
			tokens = (tokens < 0 ? 0 : tokens) + n;
	}
	a->usage.input = tokens;
	a->usage.output = 0; /* vectors are no tokens */
}

bool embed_read(struct wire_answer *answer, struct str body, struct err *e)
{
	struct endpoint_answer *a = (struct endpoint_answer *)answer;
	struct arena *arena = &answer->arena;
	const bool shortened = str_is(a->connection->provider, "gemini") &&
			       value_get_int(a->parameters, "dimensions", 0) > 0;
	struct value v, vectors = value_list(arena);

	if (!endpoint_read(a, body, &v, e))
		return false;
	const struct value list = find_list(arena, v);
	if (list.kind != VALUE_LIST || list.u.list->len == 0)
		return endpoint_refuse(a, v, "vectors", e);
	const size_t count = list.u.list->len;
	for (size_t i = 0; i < count; i++)
		value_push(vectors, value_none());
	for (size_t i = 0; i < count; i++) {
		const struct value item = list.u.list->items[i];
		struct value vector;
		if (!read_vector(arena, item, &vector))
			return endpoint_refuse(a, v, "vectors that can be read", e);
		if (shortened)
			normalise(arena, &vector);
		vectors.u.list->items[place_of(item, i, count)] = vector;
	}
	take_usage(a, v);
	struct value response = value_dict(arena);
	value_set(response, STR("embeddings"), vectors);
	a->response = response;
	return true;
}
