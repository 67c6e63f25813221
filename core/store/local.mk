# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/apply.c %D%/apply.h %D%/apply_call.h \
	%D%/apply_rows.c %D%/apply_rows.h \
	%D%/batch.c %D%/batch.h \
	%D%/blob_rows.c %D%/blob_rows.h \
	%D%/cache_rows.c %D%/cache_rows.h \
	%D%/calibration_rows.c %D%/calibration_rows.h \
	%D%/checkpoint.c %D%/checkpoint.h \
	%D%/cost_rows.c %D%/cost_rows.h \
	%D%/contents.c %D%/contents.h \
	%D%/database.c %D%/database.h \
	%D%/fsck.c %D%/fsck.h \
	%D%/fsck_rules.c %D%/fsck_rules.h \
	%D%/lock_holder.c %D%/lock_holder.h \
	%D%/migrate.c %D%/migrate.h \
	%D%/owner.c %D%/owner.h \
	%D%/place.c %D%/place.h \
	%D%/prompt_rows.c %D%/prompt_rows.h \
	%D%/read.c %D%/read.h \
	%D%/row_hash.c %D%/row_hash.h \
	%D%/run_rows.c %D%/run_rows.h \
	%D%/sample_rows.c %D%/sample_rows.h \
	%D%/span_rows.c %D%/span_rows.h \
	%D%/statement.c %D%/statement.h \
	%D%/store.c %D%/store.h %D%/store_private.h \
	%D%/store_rows.c %D%/store_rows.h \
	%D%/writer.c %D%/writer.h
unit_tests += tests/unit/test_store tests/unit/test_store_files tests/unit/test_store_flips \
	tests/unit/test_store_faults
EXTRA_DIST += tests/unit/store_world.h

# A program that tests/faults/store_kill.py kills.
script_tests += tests/faults/store_kill.py
check_PROGRAMS += tests/support/store_driver
bench_programs += tests/bench/bench_store
