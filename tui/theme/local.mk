# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/theme.c %D%/theme.h

unit_tests += tests/unit/test_themes
tests_unit_test_themes_LDADD = $(tui_test_libs)
