# SPDX-License-Identifier: MIT
script_tests += \
	%D%/floors.py \
	%D%/output.py \
	%D%/banned.py \
	%D%/text.py \
	%D%/words.py \
	%D%/limits.py \
	%D%/format.py
EXTRA_DIST += %D%/lint.py %D%/limits.allow .clang-format
