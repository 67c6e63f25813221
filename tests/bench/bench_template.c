/* SPDX-License-Identifier: MIT */
/* How often a template is rendered in a second, and compiled and rendered:
 * bench_template TEMPLATE VALUES.json prints "renders_per_s" and "compile_renders_per_s". */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/template/template.h"

#include <stdio.h>
#include <stdlib.h>

enum { SECOND = 1000000000, MAX = 1 << 20 };

static struct template *compile(struct str source)
{
	struct template_options options = template_options_flow();
	struct err e = ERR_INIT;
	struct template *t = template_compile(source, "prompt", &options, &e);
	if (t == NULL)
		BUG("%s: %s", e.where, e.text);
	return t;
}

static void render(const struct template *t, struct value values, struct buf *out)
{
	struct err e = ERR_INIT;
	buf_clear(out);
	if (!template_render(t, values, out, &e))
		BUG("%s: %s", e.where, e.text);
}

/* Times a second, over a second. */
static double rate(struct str source, struct value values, bool compiling)
{
	struct clock clock = clock_real();
	struct template *t = compile(source);
	struct buf out = BUF_INIT(MAX);
	int64_t start = clock_now(&clock), now = start;
	unsigned count = 0;
	while (now - start < SECOND) {
		for (unsigned i = 0; i < 50; i++, count++) {
			if (compiling) {
				template_free(t);
				t = compile(source);
			}
			render(t, values, &out);
		}
		now = clock_now(&clock);
	}
	template_free(t);
	buf_free(&out);
	return count / ((double)(now - start) / SECOND);
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct str source, text;
	struct value values;
	struct err e = ERR_INIT;
	if (argc != 3 || !file_read(&a, argv[1], MAX, &source, &e) ||
		!file_read(&a, argv[2], MAX, &text, &e) ||
		!json_read(&a, text, argv[2], &values, &e)) {
		fprintf(stderr, "bench_template TEMPLATE VALUES.json: %s\n", e.text);
		return 2;
	}
	printf("renders_per_s %.0f\n", rate(source, values, false));
	printf("compile_renders_per_s %.0f\n", rate(source, values, true));
	arena_release(&a);
	return 0;
}
