# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/document.c %D%/document.h \
	%D%/highlight.c %D%/highlight.h \
	%D%/list_view.c %D%/list_view.h \
	%D%/text_view.c %D%/text_view.h \
	%D%/toasts.c %D%/toasts.h \
	%D%/units.c %D%/units.h \
	%D%/wrap.c %D%/wrap.h

unit_tests += tests/unit/test_text_view tests/unit/test_toasts
tests_unit_test_text_view_LDADD = $(tui_test_libs)
tests_unit_test_toasts_LDADD = $(tui_test_libs)
