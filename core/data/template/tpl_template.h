/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_TEMPLATE_H
#define CORE_DATA_TEMPLATE_TPL_TEMPLATE_H

#include "core/data/template/template.h"
#include "core/data/template/tpl_node.h"

/* A compiled template. */
struct template
{
	struct arena arena;
	const char *name;
	struct template_options options;
	struct body body;
	struct function root;
	bool uses_self;
	uint16_t self;
	struct block **blocks;
	size_t nblocks;
	struct str *variables;
	size_t nvariables;
	size_t variables_cap;
};

/* Resolves names, filters and tests of a parsed template. */
bool tpl_compile(struct template *t, struct err *e) WARN_UNUSED;

#endif
