# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/facts.c %D%/facts.h \
	%D%/golden.c %D%/golden.h \
	%D%/statistics.c %D%/statistics.h

unit_tests += tests/unit/test_eval
