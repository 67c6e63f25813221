/* SPDX-License-Identifier: MIT */
/* Saves a file over and over, for tests/faults/save_kill.py, which ends it.
 *
 *   save_driver features          "failpoints", or nothing
 *   save_driver write FILE        forever, by turns the texts "a...a" and "b...b" of 200,000 bytes
 *   save_driver once FILE LETTER  one of them, once
 */
#include "core/base/alloc.h"
#include "core/base/save.h"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 200000 };

static int save(const char *path, char letter)
{
	struct arena a = ARENA_INIT;
	struct save_result out;
	struct err e = ERR_INIT;
	char *text = xmalloc(SIZE);
	memset(text, letter, SIZE);
	struct save_request r = {.path = path, .bytes = {text, SIZE}, .mode = 0644};
	bool good = save_file(&a, &r, &out, &e) == SAVE_DONE;
	if (!good)
		fprintf(stderr, "%s %s\n", e.text, e.hint);
	free(text);
	arena_release(&a);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "features") == 0) {
#ifdef ENABLE_FAILPOINTS
		puts("failpoints");
#endif
		return 0;
	}
	if (argc == 4 && strcmp(argv[1], "once") == 0)
		return save(argv[2], argv[3][0]);
	if (argc != 3 || strcmp(argv[1], "write") != 0)
		return 2;
	puts("ready");
	fflush(stdout);
	for (int i = 0; save(argv[2], i % 2 == 0 ? 'a' : 'b') == 0; i++)
		;
	return 1;
}
