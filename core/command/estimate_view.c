/* SPDX-License-Identifier: MIT */
#include "core/command/estimate_view.h"

#include "core/command/output.h"
#include "core/command/run_view.h"
#include "core/engine/estimate.h"
#include "core/model/price.h"

#include <inttypes.h>
#include <stdio.h>

static void set(struct value v, const char *key, int64_t n)
{
	value_set(v, str_from(key), n >= 0 ? value_int(n) : value_none());
}

static void show_json(struct output *o, struct arena *a, const struct estimate *x)
{
	struct value v = value_dict(a);
	value_set(v, STR("estimate"), value_bool(true));
	value_set(v, STR("model"), value_str(x->model));
	set(v, "requests", x->requests);
	set(v, "input_tokens", x->input);
	set(v, "output_tokens_likely", x->output_likely);
	set(v, "output_tokens_most", x->output_most);
	set(v, "least_nano", x->least);
	set(v, "likely_nano", x->likely);
	set(v, "most_nano", x->most);
	set(v, "learned_from", x->earlier);
	value_set(v, STR("price"), value_str(x->price));
	value_set(v, STR("note"), value_str(x->note));
	output_json(o, v);
}

static const char *amount(int64_t nano, char out[PRICE_TEXT + 4])
{
	char text[PRICE_TEXT];
	snprintf(out, PRICE_TEXT + 4, "%s%s", nano > 0 ? "≈" : "", price_text(nano, text));
	return out;
}

static void show_text(struct output *o, const struct estimate *x)
{
	char least[PRICE_TEXT + 4], likely[PRICE_TEXT + 4], most[PRICE_TEXT + 4], in[DURATION_TEXT],
		out[DURATION_TEXT], longest[DURATION_TEXT];
	output_format(o, "least %s · likely %s · most %s\n", amount(x->least, least),
		amount(x->likely, likely), amount(x->most, most));
	output_field(o, x->model);
	output_format(o, " · %" PRId64 " request%s · %s tok in · %s tok out, at most %s\n",
		x->requests, x->requests == 1 ? "" : "s", tokens_text(x->input, true, in),
		tokens_text(x->output_likely, true, out),
		tokens_text(x->output_most, true, longest));
	if (x->earlier > 0)
		output_aside(o, "Likely is learned from %" PRId64 " earlier answer%s.", x->earlier,
			x->earlier == 1 ? "" : "s");
	if (x->price.len > 0)
		output_aside(o, "By the prices of %.*s.", STR_ARG(x->price));
	if (x->note.len > 0)
		output_aside(o, "%.*s", STR_ARG(x->note));
}

static void show(struct output *o, struct arena *a, const struct estimate *x)
{
	if (output_form(o) == OUTPUT_JSON)
		show_json(o, a, x);
	else
		show_text(o, x);
}

bool estimate_view(struct command_context *context, const struct run_spec *spec, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct estimate x;
	bool ok = estimate_run(context->engine, spec, &a, &x, e);
	if (ok)
		show(context->output, &a, &x);
	arena_release(&a);
	return ok;
}

bool estimate_view_rows(
	struct command_context *context, const struct rows_spec *spec, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct estimate x;
	int64_t counted = 0;
	bool ok = estimate_rows(context->engine, spec, &a, &x, &counted, e);
	if (ok)
		show(context->output, &a, &x);
	if (ok && output_form(context->output) != OUTPUT_JSON)
		output_aside(context->output, "%" PRId64 " row%s looked at.", counted,
			counted == 1 ? " was" : "s were");
	arena_release(&a);
	return ok;
}
