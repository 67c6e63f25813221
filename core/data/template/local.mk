# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/template.c %D%/template.h \
	%D%/tpl_arithmetic.c \
	%D%/tpl_attr.c \
	%D%/tpl_builtin.c %D%/tpl_builtin.h \
	%D%/tpl_call.c \
	%D%/tpl_case.c \
	%D%/tpl_chars.c %D%/tpl_chars.h \
	%D%/tpl_chars_table.c \
	%D%/tpl_children.c \
	%D%/tpl_compile.c \
	%D%/tpl_entities.c \
	%D%/tpl_eval.c \
	%D%/tpl_expression.c \
	%D%/tpl_filters_html.c \
	%D%/tpl_filters_list.c \
	%D%/tpl_filters_number.c \
	%D%/tpl_filters_select.c \
	%D%/tpl_filters_text.c \
	%D%/tpl_fold.c %D%/tpl_fold.h \
	%D%/tpl_format.c %D%/tpl_format.h \
	%D%/tpl_format_braces.c \
	%D%/tpl_format_percent.c \
	%D%/tpl_getter.c %D%/tpl_getter.h \
	%D%/tpl_html.c %D%/tpl_html.h \
	%D%/tpl_item.c %D%/tpl_item.h \
	%D%/tpl_iterate.c %D%/tpl_iterate.h \
	%D%/tpl_json.c \
	%D%/tpl_lexer.c %D%/tpl_lexer.h \
	%D%/tpl_literal.c \
	%D%/tpl_load.c %D%/tpl_load.h \
	%D%/tpl_loop.c \
	%D%/tpl_methods_case.c \
	%D%/tpl_methods_dict.c \
	%D%/tpl_methods_find.c \
	%D%/tpl_methods_list.c \
	%D%/tpl_methods_str.c \
	%D%/tpl_node.h \
	%D%/tpl_number.c %D%/tpl_number.h \
	%D%/tpl_operate.c %D%/tpl_operate.h \
	%D%/tpl_parser.c %D%/tpl_parser.h \
	%D%/tpl_pprint.c \
	%D%/tpl_primary.c \
	%D%/tpl_render.c %D%/tpl_render.h \
	%D%/tpl_strings.c %D%/tpl_strings.h \
	%D%/tpl_symbols.c %D%/tpl_symbols.h \
	%D%/tpl_template.h \
	%D%/tpl_tests.c \
	%D%/tpl_text.c %D%/tpl_text.h \
	%D%/tpl_urlize.c \
	%D%/tpl_wordwrap.c

check_PROGRAMS += tests/support/render_cases
unit_tests += tests/unit/test_template
script_tests += tests/conformance/template/compare.py
test_data += tests/conformance/template
bench_programs += tests/bench/bench_template
fuzz_programs += tests/fuzz/fuzz_template
