# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/choose.c %D%/choose.h \
	%D%/diff_view.c %D%/diff_view.h \
	%D%/document.c %D%/document.h \
	%D%/edit.c %D%/edit.h %D%/edit_private.h \
	%D%/edit_history.c %D%/edit_history.h \
	%D%/edit_lines.c %D%/edit_move.c %D%/edit_view.c \
	%D%/edit_search.c %D%/edit_search.h \
	%D%/find.c %D%/find.h \
	%D%/form.c %D%/form.h \
	%D%/field.c %D%/field.h \
	%D%/glyph.c %D%/glyph.h \
	%D%/highlight.c %D%/highlight.h \
	%D%/highlight_states.c %D%/highlight_states.h \
	%D%/list_view.c %D%/list_view.h \
	%D%/piece_table.c %D%/piece_table.h \
	%D%/span_bar.c %D%/span_bar.h \
	%D%/stretch.c %D%/stretch.h \
	%D%/text_view.c %D%/text_view.h \
	%D%/toasts.c %D%/toasts.h \
	%D%/units.c %D%/units.h \
	%D%/wrap.c %D%/wrap.h

unit_tests += tests/unit/test_text_view tests/unit/test_toasts
tests_unit_test_text_view_LDADD = $(tui_test_libs)
tests_unit_test_toasts_LDADD = $(tui_test_libs)

unit_tests += tests/unit/test_edit tests/unit/test_edit_search
tests_unit_test_edit_LDADD = $(tui_test_libs)
tests_unit_test_edit_search_LDADD = $(tui_test_libs)
fuzz_programs += tests/fuzz/fuzz_edit
tests_fuzz_fuzz_edit_LDADD = $(tui_test_libs)

unit_tests += tests/unit/test_choose tests/unit/test_field
tests_unit_test_choose_LDADD = $(tui_test_libs)
tests_unit_test_field_LDADD = $(tui_test_libs)

unit_tests += tests/unit/test_find
tests_unit_test_find_LDADD = $(tui_test_libs)
bench_programs += tests/bench/bench_edit
tests_bench_bench_edit_LDADD = $(tui_test_libs)
