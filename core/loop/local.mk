# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/loop.c %D%/loop.h \
	%D%/process.c %D%/process.h \
	%D%/timers.c %D%/timers.h
unit_tests += tests/unit/test_loop tests/unit/test_process
