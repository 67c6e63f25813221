# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/sanitize.c %D%/sanitize.h \
	%D%/utf8.c %D%/utf8.h \
	%D%/width.c %D%/width.h

unit_tests += tests/unit/test_sanitize tests/unit/test_utf8
tests_unit_test_sanitize_SOURCES = tests/unit/test_sanitize.c \
	tests/support/sanitize_check.c tests/support/sanitize_check.h
fuzz_programs += tests/fuzz/fuzz_sanitize
tests_fuzz_fuzz_sanitize_SOURCES = tests/fuzz/fuzz_sanitize.c \
	tests/support/sanitize_check.c tests/support/sanitize_check.h
