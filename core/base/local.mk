# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/alloc.c %D%/alloc.h \
	%D%/arena.c %D%/arena.h \
	%D%/buf.c %D%/buf.h \
	%D%/clock.c %D%/clock.h \
	%D%/content_hash.c %D%/content_hash.h \
	%D%/embedded.c %D%/embedded.h \
	%D%/err.c %D%/err.h \
	%D%/failpoint.c %D%/failpoint.h \
	%D%/file.c %D%/file.h \
	%D%/ids.c %D%/ids.h \
	%D%/map.c %D%/map.h \
	%D%/save.c %D%/save.h \
	%D%/save_copy.c %D%/save_copy.h \
	%D%/str.c %D%/str.h

unit_tests += tests/unit/test_save
# A program that tests/faults/save_kill.py kills.
script_tests += tests/faults/save_kill.py
check_PROGRAMS += tests/support/save_driver
