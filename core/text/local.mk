# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/common_words.c %D%/common_words.h \
	%D%/fuzzy.c %D%/fuzzy.h \
	%D%/diff.c %D%/diff.h \
	%D%/diff_items.c %D%/diff_items.h \
	%D%/roff.c %D%/roff.h \
	%D%/sanitize.c %D%/sanitize.h \
	%D%/segment.c %D%/segment.h \
	%D%/sentence.c %D%/sentence.h \
	%D%/stem.c %D%/stem.h \
	%D%/suggest.c %D%/suggest.h \
	%D%/synonyms.c %D%/synonyms.h \
	%D%/utf8.c %D%/utf8.h \
	%D%/width.c %D%/width.h \
	%D%/words.c %D%/words.h

unit_tests += tests/unit/test_fuzzy tests/unit/test_sanitize tests/unit/test_segment \
	tests/unit/test_suggest tests/unit/test_utf8 tests/unit/test_words
tests_unit_test_sanitize_SOURCES = tests/unit/test_sanitize.c \
	tests/support/sanitize_check.c tests/support/sanitize_check.h
fuzz_programs += tests/fuzz/fuzz_sanitize
tests_fuzz_fuzz_sanitize_SOURCES = tests/fuzz/fuzz_sanitize.c \
	tests/support/sanitize_check.c tests/support/sanitize_check.h

unit_tests += tests/unit/test_diff
