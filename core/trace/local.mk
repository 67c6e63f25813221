# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/bus.c %D%/bus.h \
	%D%/event.c %D%/event.h
