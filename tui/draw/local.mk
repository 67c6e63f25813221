# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/dump.c %D%/dump.h \
	%D%/frames.c %D%/frames.h \
	%D%/paint.c %D%/paint.h \
	%D%/role.c %D%/role.h \
	%D%/surface.c %D%/surface.h

unit_tests += tests/unit/test_draw
tests_unit_test_draw_LDADD = $(tui_test_libs)
