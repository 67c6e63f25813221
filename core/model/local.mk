# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/message.c %D%/message.h \
	%D%/provider.h
