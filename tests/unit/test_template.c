/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/template/template.h"

#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bounds, places and what a template must not do; what comes out of templates is compared with
 * jinja2 in tests/conformance/template. */

struct result {
	bool compiled, ok;
	struct err err;
	struct buf out;
};

static struct result render_with(
	struct str source, const char *vars, const struct template_options *options)
{
	struct result r = {.err = ERR_INIT, .out = BUF_INIT(0)};
	struct arena a = ARENA_INIT;
	struct value v = value_none();
	if (vars != NULL && !json_read(&a, str_from(vars), "vars", &v, &r.err))
		fail_msg("%s", r.err.text);
	struct template *t = template_compile(source, "t", options, &r.err);
	r.compiled = t != NULL;
	r.ok = t != NULL && template_render(t, v, &r.out, &r.err);
	template_free(t);
	arena_release(&a);
	return r;
}

static struct result render(const char *source)
{
	struct template_options options = template_options_raw();
	return render_with(str_from(source), NULL, &options);
}

/* It fails with CODE at WHERE, and says WORDS. */
static void assert_fails(struct result r, enum err_code code, const char *where, const char *words)
{
	assert_false(r.ok);
	if (strstr(r.err.text, words) == NULL || (where != NULL && strcmp(r.err.where, where) != 0))
		fail_msg("%s: %s", r.err.where, r.err.text);
	assert_int_equal(r.err.code, code);
	assert_true(r.err.where[0] != '\0');
	assert_int_equal(r.out.len, 0);
	buf_free(&r.out);
}

static void assert_gives(struct result r, const char *want)
{
	if (!r.ok)
		fail_msg("%s: %s", r.err.where, r.err.text);
	assert_str(buf_str(&r.out), want);
	buf_free(&r.out);
}

static void test_fuel(void **state)
{
	(void)state;
	const char *loops = "a\n{% for a in range(99999) %}\n"
			    "{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}";
	assert_fails(render(loops), ERR_LIMIT, NULL, "steps");
	struct template_options options = template_options_raw();
	options.fuel = 50;
	assert_fails(
		render_with(STR("{% for a in range(99) %}{{ a + 1 }}{% endfor %}"), NULL, &options),
		ERR_LIMIT, NULL, "steps");
	assert_gives(
		render_with(STR("{% for a in range(5) %}{{ a + 1 }}{% endfor %}"), NULL, &options),
		"12345");
	/* Long work inside one step is paid for too. */
	assert_fails(render("{% set a = 'x' * 16000000 %}{% for i in range(99999) %}"
			    "{% set b = a.replace('y', 'z') %}{% endfor %}"),
		ERR_LIMIT, NULL, "");
	assert_fails(render("{% set a = range(99999)|list %}{% for i in range(99999) %}"
			    "{{ 'q' in a }}{% endfor %}"),
		ERR_LIMIT, NULL, "steps");
}

static void test_recursion(void **state)
{
	(void)state;
	assert_fails(render("{% macro m() %}\n {{ m() }}{% endmacro %}{{ m() }}"), ERR_LIMIT,
		"t:2:6", "64 calls");
	assert_fails(render("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}"), ERR_LIMIT,
		"t:1:36", "64 calls");
	assert_fails(render("{% block b %}{{ self.b() }}{% endblock %}"), ERR_LIMIT, "t:1:23",
		"64 calls");
	assert_fails(render("{% set a = [] %}{% set _ = a.append(a) %}{{ a == a[0] }}"
			    "{{ [a] == [[a]] }}"),
		ERR_LIMIT, NULL, "nested");
	assert_gives(render("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% else %}end{% endif %}"
			    "{% endmacro %}{{ m(60) }}"),
		"end");
}

static void test_sizes(void **state)
{
	(void)state;
	assert_fails(render("{{ range(1000000000000) }}"), ERR_LIMIT, "t:1:9", "100000");
	assert_fails(render("{{ range(-100001, 0) }}"), ERR_LIMIT, NULL, "100000");
	assert_fails(render("{{ 'x' * 17000000 }}"), ERR_LIMIT, "t:1:4", "16 MiB");
	assert_fails(render("{% set a = 'x' * 10000000 %}{{ a }}\n{{ a }}"), ERR_LIMIT, "t:2:4",
		"output");
	assert_fails(render("{% set a = 'x' * 10000000 %}{{ a ~ a }}"), ERR_LIMIT, NULL, "16 MiB");
	assert_fails(render("{{ [0] * 1000001 }}"), ERR_LIMIT, NULL, "1000000");
	assert_fails(render("{{ '%100001d' % 1 }}"), ERR_LIMIT, NULL, "too large");
	assert_fails(render("{{ '{:999999}'.format(1) }}"), ERR_LIMIT, NULL, "too large");
	struct template_options options = template_options_raw();
	options.fuel = 100000000;
	assert_fails(render_with(STR("{% set a = [] %}{% for i in range(90000) %}"
				     "{% set _ = a.append('x' * 100000) %}{% endfor %}"),
			     NULL, &options),
		ERR_LIMIT, "t:1:63", "memory");
}

/* N times TEXT between BEFORE and AFTER. */
static struct result repeated(const char *before, const char *text, size_t n, const char *after)
{
	struct template_options options = template_options_raw();
	struct buf b = BUF_INIT(0);
	buf_add_cstr(&b, before);
	for (size_t i = 0; i < n; i++)
		buf_add_cstr(&b, text);
	buf_add_cstr(&b, after);
	struct result r = render_with(buf_str(&b), NULL, &options);
	buf_free(&b);
	return r;
}

static void test_nesting(void **state)
{
	(void)state;
	assert_fails(repeated("{{ ", "(", 10000, ""), ERR_LIMIT, NULL, "nested");
	assert_fails(repeated("{{ ", "[", 10000, ""), ERR_LIMIT, NULL, "nested");
	assert_fails(repeated("{{ ", "not ", 10000, "1 }}"), ERR_LIMIT, NULL, "nested");
	assert_fails(repeated("{{ ", "-", 10000, "1 }}"), ERR_LIMIT, NULL, "nested");
	assert_fails(repeated("{{ ", "1 if ", 10000, "1 }}"), ERR_LIMIT, NULL, "parts");
	assert_fails(repeated("{{ 1", " + 1", 10000, " }}"), ERR_LIMIT, NULL, "parts");
	assert_fails(repeated("{{ 1", "|abs", 10000, " }}"), ERR_LIMIT, NULL, "parts");
	assert_fails(repeated("{{ x", ".a", 10000, " }}"), ERR_LIMIT, NULL, "parts");
	assert_fails(repeated("", "{% if 1 %}", 10000, ""), ERR_LIMIT, NULL, "nested");
	assert_fails(repeated("", "{% for x in 'a' %}", 10000, ""), ERR_LIMIT, NULL, "nested");
	assert_gives(repeated("{{ 1", " + 1", 200, " }}"), "201");
	assert_gives(repeated("{{ 'a'", " ~ 'a'", 9, " }}"), "aaaaaaaaaa");
	struct buf names = BUF_INIT(0);
	for (unsigned i = 0; i < 5000; i++)
		buf_add_format(&names, "{{ v%u }}", i);
	struct template_options options = template_options_raw();
	assert_fails(render_with(buf_str(&names), NULL, &options), ERR_LIMIT, NULL, "variables");
	buf_free(&names);
}

static void test_hostile_text(void **state)
{
	(void)state;
	struct template_options options = template_options_raw();
	assert_gives(render_with(STR("a\xff\xfe{{ '\xc3' }}\xe4\xbd"), NULL, &options),
		"a\xff\xfe\xc3\xe4\xbd");
	assert_gives(render_with(STR("{{ '\xc3'|upper|length }}{{ '\xff\xff'[1:]|length }}"), NULL,
			     &options),
		"11");
	struct result r = render_with(STR("a\0b{{ 'c\0d' }}"), NULL, &options);
	assert_true(r.ok);
	assert_int_equal(r.out.len, 6);
	buf_free(&r.out);
	assert_fails(
		render_with(STR("{{ a\xff }}"), NULL, &options), ERR_CONFIG, "t:1:5", "nothing");
	assert_fails(render("{{ 'abc"), ERR_CONFIG, "t:1:4", "no end");
	assert_fails(render("x\n  {# y"), ERR_CONFIG, "t:2:3", "no end");
	assert_fails(render("\u4f60\u597d {{ x.y }}"), ERR_CONFIG, "t:1:8", "undefined");
}

/* A folder with the files a test needs; the caller removes it. */
struct folder {
	char path[64];
	struct arena a;
};

static void folder_make(struct folder *f, const char *const files[][2])
{
	f->a = (struct arena)ARENA_INIT;
	snprintf(f->path, sizeof f->path, "/tmp/template-XXXXXX");
	if (mkdtemp(f->path) == NULL)
		fail_msg("no temporary folder");
	struct err e = ERR_INIT;
	for (size_t i = 0; files[i][0] != NULL; i++)
		if (!file_write(path_join(&f->a, f->path, files[i][0]), str_from(files[i][1]), 0600,
			    &e))
			fail_msg("%s", e.text);
}

static void folder_remove(struct folder *f, const char *const files[][2])
{
	for (size_t i = 0; files[i][0] != NULL; i++)
		unlink(path_join(&f->a, f->path, files[i][0]));
	rmdir(f->path);
	arena_release(&f->a);
}

static void test_other_files(void **state)
{
	(void)state;
	static const char *const files[][2] = {
		{"self.txt", "\n {% include 'self.txt' %}"},
		{"a.txt", "{% include 'b.txt' %}"},
		{"b.txt", "{% include 'a.txt' %}"},
		{"up.txt", "{% extends 'up.txt' %}"},
		{"imp.txt", "{% import 'imp.txt' as x %}"},
		{"text.txt", "text {{ n }}"},
		{"wrong.txt", "fine\n{{ 1 +"},
		{NULL, NULL},
	};
	struct folder f;
	folder_make(&f, files);
	struct template_options options = template_options_raw();
	options.root = f.path;
	assert_fails(render_with(STR("{% include 'self.txt' %}"), NULL, &options), ERR_LIMIT,
		"self.txt:2:5", "inside one another");
	assert_fails(render_with(STR("{% include 'a.txt' %}"), NULL, &options), ERR_LIMIT, NULL,
		"inside one another");
	assert_fails(render_with(STR("{% extends 'up.txt' %}"), NULL, &options), ERR_LIMIT, NULL,
		"inside one another");
	assert_fails(render_with(STR("{% import 'imp.txt' as x %}"), NULL, &options), ERR_LIMIT,
		NULL, "inside one another");
	assert_gives(render_with(STR("{% include 'text.txt' %}"), "{\"n\":1}", &options), "text 1");
	assert_fails(render_with(STR("a\n{% include 'wrong.txt' %}"), NULL, &options), ERR_CONFIG,
		"wrong.txt:2:6", "expected");
	assert_fails(render_with(STR("{% include '../etc/passwd' %}"), NULL, &options), ERR_CONFIG,
		"t:1:4", "out of the folder");
	assert_fails(render_with(STR("{% include '/etc/passwd' %}"), NULL, &options), ERR_CONFIG,
		"t:1:4", "no template");
	options.root = NULL;
	assert_fails(render_with(STR("{% include 'text.txt' %}"), NULL, &options), ERR_CONFIG,
		"t:1:4", "no folder");
	folder_remove(&f, files);
}

/* What is inserted is not a template; what was given is not changed. */
static void test_values_stay(void **state)
{
	(void)state;
	struct template_options options = template_options_flow();
	assert_gives(render_with(STR("{{ a }}"), "{\"a\":\"{{ b }}{% x %}\"}", &options),
		"{{ b }}{% x %}");
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value v;
	assert_true(json_read(&a, STR("{\"a\":[1],\"d\":{\"k\":[2]}}"), "v", &v, &e));
	struct template *t = template_compile(
		STR("{{ a.append(5) }}{{ d.update(x=1) }}{{ d.k.clear() }}{{ a }}{{ d }}\n"), "t",
		&options, &e);
	assert_non_null(t);
	for (int i = 0; i < 2; i++) {
		struct buf out = BUF_INIT(0);
		assert_true(template_render(t, v, &out, &e));
		assert_str(buf_str(&out), "NoneNoneNone[1, 5]{'k': [], 'x': 1}\n");
		buf_free(&out);
	}
	assert_str(json_text(&a, v, JSON_COMPACT), "{\"a\":[1],\"d\":{\"k\":[2]}}");
	template_free(t);
	arena_release(&a);
}

static void test_variables(void **state)
{
	(void)state;
	struct template_options options = template_options_raw();
	struct err e = ERR_INIT;
	struct template *t = template_compile(
		STR("{% set own = 1 %}{{ own }}{{ name|upper }}{% for x in items if x > least %}"
		    "{{ x }}{{ loop.index }}{{ range(3) }}{{ name }}{% endfor %}"
		    "{% macro m(p) %}{{ p }}{{ late }}{% endmacro %}{% if flag %}{% set v = 1 %}"
		    "{% endif %}{{ v }}{{ user.name }}"),
		"t", &options, &e);
	assert_non_null(t);
	static const char *const want[] = {
		"least", "late", "name", "items", "flag", "v", "user", NULL};
	size_t count, i = 0;
	const struct str *names = template_variables(t, &count);
	assert_int_equal(count, 7);
	for (; want[i] != NULL; i++) {
		bool found = false;
		for (size_t k = 0; k < count; k++)
			found |= str_is(names[k], want[i]);
		if (!found)
			fail_msg("%s is not among the variables", want[i]);
	}
	template_free(t);
}

/* The text comes after what the buffer holds, and the buffer's own maximum counts. */
static void test_buffer(void **state)
{
	(void)state;
	struct template_options options = template_options_raw();
	struct err e = ERR_INIT;
	struct template *t = template_compile(STR("{{ 'x' * n }}"), "t", &options, &e);
	struct arena a = ARENA_INIT;
	struct value v = value_dict(&a);
	struct buf out = BUF_INIT(20);
	assert_non_null(t);
	buf_add_cstr(&out, "before ");
	value_set(v, STR("n"), value_int(3));
	assert_true(template_render(t, v, &out, &e));
	assert_str(buf_str(&out), "before xxx");
	value_set(v, STR("n"), value_int(30));
	assert_false(template_render(t, v, &out, &e));
	assert_str(buf_str(&out), "before xxx");
	assert_int_equal(e.code, ERR_LIMIT);
	template_free(t);
	buf_free(&out);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuel),
		cmocka_unit_test(test_recursion),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_values_stay),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
