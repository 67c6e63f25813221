# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/cli.c %D%/cli.h

bin_PROGRAMS += lathe
lathe_LDADD = core/libcore.a $(CORE_LIBS)

lathe_SOURCES = %D%/main.c

