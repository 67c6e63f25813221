/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EXTRACT_UNITS_H
#define CORE_MODEL_EXTRACT_UNITS_H

#include "core/base/map.h"

/*
 * A question's informative units, and how much of each a text has. Internal to the extractive
 * answerer.
 *
 * The units are the question's words (stemmed) and its CJK characters, function words aside. A CJK
 * character is found where it is part of a pair that the question has too, and for a part where it
 * only stands alone. A unit is found for a part through a word of the same group (synonyms.h), and
 * an English one through a word that begins alike ("reserve", "reservation").
 */

enum { EXTRACT_MAX_UNITS = 64 };

/* A word, or a CJK character at a place of the question. */
struct extract_unit {
	struct str text;
	size_t start, end; /* bytes of the question */
	bool cjk;
	bool single; /* a CJK character that is in no informative pair */
	bool light; /* says little: light_words() */
	bool action; /* follows "I", "you", "to": documents often word it in another way */
	bool name; /* capitalised, or Latin in a Chinese question */
	bool joined; /* by a hyphen to another unit */
	size_t same; /* another place of the same CJK character, or EXTRACT_MAX_UNITS */
};

struct extract_alternate {
	struct str word; /* of the synonym groups */
	uint64_t units; /* that it stands for, a bit each */
	size_t next; /* with the same key, or SIZE_MAX */
};

struct extract_units {
	struct arena *arena;
	struct str question;
	struct extract_unit items[EXTRACT_MAX_UNITS];
	size_t len;
	struct map words; /* text -> index of its last unit */
	struct map pairs; /* informative pair -> index of its first unit << 32 | second */
	struct map others; /* a synonym's stem or first pair -> index of its first alternate */
	struct extract_alternate *alternates;
	size_t alternates_len, alternates_cap;
};

/* How much of each unit a text has, 0 to 1, and where it stands first. */
struct extract_found {
	float share[EXTRACT_MAX_UNITS];
	uint32_t position[EXTRACT_MAX_UNITS];
};

/* QUESTION is borrowed. Release with extract_units_release. */
void extract_units_start(struct extract_units *u, struct arena *a, struct str question);
void extract_units_release(struct extract_units *u);

/* Adds what TEXT has of the units to F. */
void extract_units_find(const struct extract_units *u, struct str text, struct extract_found *f);

/* The part of TEXT's words and CJK characters, function words aside, that the question has too. */
double extract_units_named(const struct extract_units *u, struct str text);

#endif
