# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/keywords.c %D%/keywords.h \
	%D%/retrieve.c %D%/retrieve.h \
	%D%/source.c %D%/source.h \
	%D%/source_split.c
unit_tests += tests/unit/test_knowledge
