# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/shape.c %D%/shape.h \
	%D%/value.c %D%/value.h \
	%D%/value_path.c %D%/value_path.h
core_libcore_a_SOURCES += \
	%D%/json.c %D%/json.h \
	%D%/json_quick.c %D%/json_quick.h \
	%D%/tokens/calibrate.c %D%/tokens/calibrate.h \
	%D%/tokens/cuts.c %D%/tokens/cuts.h \
	%D%/tokens/encodings.c %D%/tokens/encodings.h \
	%D%/tokens/estimate.c %D%/tokens/estimate.h \
	%D%/tokens/merge.c %D%/tokens/merge.h \
	%D%/tokens/normalize.c %D%/tokens/normalize.h \
	%D%/tokens/split.c %D%/tokens/split.h \
	%D%/tokens/split_scan.c %D%/tokens/split_scan.h \
	%D%/tokens/tokenizer.c %D%/tokens/tokenizer.h \
	%D%/tokens/vocabulary.c %D%/tokens/vocabulary.h \
	%D%/yaml.c %D%/yaml.h \
	%D%/yaml_edit.c %D%/yaml_edit.h \
	%D%/yaml_scalar.c %D%/yaml_scalar.h
fuzz_programs += tests/fuzz/fuzz_data tests/fuzz/fuzz_tokens
bench_programs += tests/bench/bench_tokens
unit_tests += tests/unit/test_estimate tests/unit/test_split tests/unit/test_tokenizer
unit_tests += tests/unit/test_json tests/unit/test_yaml tests/unit/test_yaml_edit
include %D%/template/local.mk
