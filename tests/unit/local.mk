# SPDX-License-Identifier: MIT
# Tests of the bottom floor; other folders name theirs in their own local.mk.
unit_tests += %D%/test_base %D%/test_embedded

EXTRA_DIST += %D%/check.h %D%/wire_check.h

if CMOCKA
check_PROGRAMS += $(unit_tests)
endif
