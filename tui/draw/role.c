/* SPDX-License-Identifier: MIT */
#include "tui/draw/role.h"

struct role_row {
	const char *name;
	char letter;
};

#define ROLE_ROW(id, name, letter) {name, letter},
static const struct role_row roles[ROLE_COUNT] = {ROLE_TABLE(ROLE_ROW)};

#define GROUND_ROW(id, name) name,
static const char *const grounds[GROUND_COUNT] = {GROUND_TABLE(GROUND_ROW)};

char role_letter(enum role role)
{
	return roles[role].letter;
}

bool role_from_name(struct str name, enum role *out)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (str_is(name, roles[i].name)) {
			*out = (enum role)i;
			return true;
		}
	return false;
}

const char *ground_name(enum ground ground)
{
	return grounds[ground];
}

bool ground_from_name(struct str name, enum ground *out)
{
	for (int i = 0; i < GROUND_COUNT; i++)
		if (str_is(name, grounds[i])) {
			*out = (enum ground)i;
			return true;
		}
	return false;
}
