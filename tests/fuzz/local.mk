# SPDX-License-Identifier: MIT
# Readers of what comes from outside; other folders name their own fuzzers.
fuzz_programs += \
	%D%/fuzz_flow \
	%D%/fuzz_json \
	%D%/fuzz_prompty \
	%D%/fuzz_sse \
	%D%/fuzz_yaml \
	%D%/fuzz_yaml_edit
test_data += %D%/corpus
EXTRA_DIST += %D%/leaks.supp
