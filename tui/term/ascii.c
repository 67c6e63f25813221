/* SPDX-License-Identifier: MIT */
#include "tui/term/ascii.h"

/* Pairs of a glyph and its stand-in. */
static const char *const glyphs[][2] = {
	{"─", "-"},
	{"│", "|"},
	{"╭", "+"},
	{"╮", "+"},
	{"╰", "+"},
	{"╯", "+"},
	{"├", "+"},
	{"┤", "+"},
	{"▾", "v"},
	{"▸", ">"},
	{"›", ">"},
	{"●", "*"},
	{"○", "o"},
	{"·", "."},
	{"…", "~"},
	{"≈", "~"},
	{"–", "-"},
	{"█", "#"},
	{"▉", "#"},
	{"▊", "#"},
	{"▋", "#"},
	{"▌", "="},
	{"▍", "="},
	{"▎", "|"},
	{"▏", "|"},
	{"┃", "!"},
	{"↓", "v"},
	{"↑", "^"},
	{"←", "<"},
	{"→", ">"},
	{"↵", "$"},
	{"✓", "+"},
	{"✗", "x"},
	{"■", "#"},
	{"◐", "%"},
	{"‘", "'"},
	{"’", "'"},
	{"“", "\""},
	{"”", "\""},
};

char ascii_of(struct str cluster)
{
	if (cluster.len == 0)
		return ' ';
	if ((unsigned char)cluster.at[0] < 0x80)
		return cluster.at[0];
	for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++)
		if (str_is(cluster, glyphs[i][0]))
			return glyphs[i][1][0];
	return '?';
}
