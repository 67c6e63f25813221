/* SPDX-License-Identifier: MIT */
/* The program of a headless build; tui/main.c is the other one. */
#include "core/cli/cli.h"

#include <stddef.h>

int main(int argc, char **argv)
{
	return cli_main(argc, argv, NULL);
}
