# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/bus.c %D%/bus.h \
	%D%/event.c %D%/event.h \
	%D%/to_ndjson.c %D%/to_ndjson.h \
	%D%/to_store.c %D%/to_store.h
unit_tests += tests/unit/test_trace
