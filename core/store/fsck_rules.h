/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_FSCK_RULES_H
#define CORE_STORE_FSCK_RULES_H

/* What fsck asks the tables: each row that a rule gives is one fault, a sentence. Tables are read
 * NOT INDEXED where the rows themselves are in question. */

struct fsck_rule {
	const char *check;
	int version; /* the schema's step from which on it holds */
	const char *sql;
};

/* Ends with a row whose check is NULL. */
extern const struct fsck_rule fsck_rules[];
/* Rules of older schemas: version is the last step at which each held. */
extern const struct fsck_rule fsck_old_rules[];

#endif
