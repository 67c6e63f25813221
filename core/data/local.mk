# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/value.c %D%/value.h
