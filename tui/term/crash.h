/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_CRASH_H
#define TUI_TERM_CRASH_H

/* When the program crashes while the screen is up: the terminal is given back by one prepared
 * string, then what would have happened without us happens (a core dump, a sanitizer's report). */
void crash_watch(void);
void crash_forget(void);

#endif
