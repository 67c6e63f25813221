# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/cli.c %D%/cli.h \
	%D%/plain.c %D%/plain.h

bin_PROGRAMS += lathe
if TUI
lathe_SOURCES = tui/main.c
lathe_LDADD = tui/libtui.a core/libcore.a $(TUI_LIBS) $(CORE_LIBS)
else
lathe_SOURCES = %D%/main.c
lathe_LDADD = core/libcore.a $(CORE_LIBS)
endif
EXTRA_DIST += tui/main.c %D%/main.c
