/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_BUILTIN_H
#define CORE_DATA_TEMPLATE_TPL_BUILTIN_H

#include "core/data/template/tpl_render.h"

/*
 * The tables of filters, tests, functions and methods. A row says how many arguments there may be
 * and their names; before a function is called, its arguments are bound: positional and named ones
 * in the order of NAMES, ITEM_MISSING where none was given. Functions with `varied` set get their
 * arguments as they are.
 */

enum { ARGS_MAX = 8 };

struct call_args {
	struct item at[ARGS_MAX]; /* bound */
	const struct args *all; /* as given */
};

struct builtin {
	const char *name;
	/* OF is what a filter or test is applied to; MISSING for functions. */
	bool (*run)(
		struct render *r, struct item of, const struct call_args *args, struct item *out);
	uint8_t min, max; /* arguments beyond OF */
	bool varied;
	const char *names; /* "case_sensitive by reverse" */
};

struct method {
	const char *name;
	bool (*run)(
		struct render *r, struct item self, const struct call_args *args, struct item *out);
	uint8_t class; /* enum item_class */
	uint8_t min, max;
	bool varied;
	const char *names; /* NULL: by position only */
};

const struct builtin *tpl_filter_find(struct str name);
const struct builtin *tpl_test_find(struct str name);
const struct builtin *tpl_function_find(struct str name);
/* What jinja2 has and we do not: a sentence that says so, or NULL. */
const char *tpl_left_out(struct str name);
const struct method *tpl_method_find(enum item_class class, struct str name);

bool tpl_call_builtin(struct render *r, const struct builtin *b, struct item of,
	const struct args *args, struct item *out) WARN_UNUSED;
bool tpl_call_method(struct render *r, const struct method *m, struct item self,
	const struct args *args, struct item *out) WARN_UNUSED;

/* Argument I as what it should be; OTHERWISE when it was not given. */
bool tpl_arg_int(struct render *r, const struct call_args *args, size_t i,
	int64_t *out) WARN_UNUSED; /* *OUT holds the default */
bool tpl_arg_bool(struct render *r, const struct call_args *args, size_t i, bool *out) WARN_UNUSED;
bool tpl_arg_str(
	struct render *r, const struct call_args *args, size_t i, struct str *out) WARN_UNUSED;
static inline bool tpl_given(const struct call_args *args, size_t i)
{
	return args->at[i].kind != ITEM_MISSING;
}

const char *tpl_template_name(const struct template *t);

/* Tables' rows, by file. */
extern const struct builtin tpl_filters_list[], tpl_filters_text[], tpl_filters_number[];
extern const struct builtin tpl_filters_select[], tpl_filters_html[];
extern const struct builtin tpl_tests[], tpl_functions[];
extern const struct method tpl_methods_case[], tpl_methods_str[], tpl_methods_find[];
extern const struct method tpl_methods_list[], tpl_methods_dict[];

/* Puts into D what dict() takes: a mapping or pairs, then named arguments. */
bool tpl_dict_fill(
	struct render *r, struct dict *d, const struct args *args, const char *what) WARN_UNUSED;

/* A filter applied by name, as map does. */
bool tpl_apply_filter(struct render *r, struct item name, struct item of, const struct args *args,
	struct item *out) WARN_UNUSED;
bool tpl_apply_test(struct render *r, struct item name, struct item of, const struct args *args,
	bool *out) WARN_UNUSED;

#endif
