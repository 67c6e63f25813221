/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/data/template/template.h"

/* Any bytes as a template: it compiles and renders, or it is refused with a sentence and a place.
 * The first byte chooses the options. Bounds keep every input short. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char values[] =
	"{\"n\":5,\"f\":2.5,\"s\":\"Hello \\u4e16 World\",\"e\":\"\",\"t\":true,"
	"\"z\":null,\"x\":[1,\"b\",[2]],\"d\":{\"a\":1,\"b\":{\"c\":[3]}},"
	"\"u\":[{\"name\":\"A\",\"k\":2},{\"name\":\"b\",\"k\":1}]}";

static void check_refusal(const struct err *e)
{
	if (e->code == ERR_NONE || e->text[0] == '\0' || e->where[0] == '\0')
		BUG("refused without a sentence or a place: '%s' '%s'", e->where, e->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value vars;
	if (size < 1)
		return 0;
	if (!json_read(&a, STR(values), "values", &vars, &e))
		BUG("%s", e.text);
	struct template_options options = {
		.trim_blocks = (data[0] & 1) != 0,
		.lstrip_blocks = (data[0] & 2) != 0,
		.keep_trailing_newline = (data[0] & 4) != 0,
		.strict = (data[0] & 8) != 0,
		.fuel = 5000,
	};
	struct str source = {(const char *)data + 1, size - 1};
	struct template *t = template_compile(source, "fuzz", &options, &e);
	if (t == NULL) {
		check_refusal(&e);
	} else {
		struct buf out = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);
		bool ok = template_render(t, vars, &out, &e);
		if (!ok)
			check_refusal(&e);
		if (!ok && out.len > 0)
			BUG("a failed rendering left text behind");
		/* Neither the template nor the values may have changed. */
		if (template_render(t, vars, &again, &e) != ok ||
			!str_eq(buf_str(&out), buf_str(&again)))
			BUG("the second rendering differs from the first");
		buf_free(&out);
		buf_free(&again);
	}
	template_free(t);
	arena_release(&a);
	return 0;
}
