# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/csv_record.c %D%/csv_record.h \
	%D%/dataset.c %D%/dataset.h \
	%D%/data_map.c %D%/data_map.h \
	%D%/facts.c %D%/facts.h \
	%D%/golden.c %D%/golden.h \
	%D%/statistics.c %D%/statistics.h

unit_tests += tests/unit/test_eval tests/unit/test_dataset
