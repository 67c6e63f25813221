/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_STEM_H
#define CORE_TEXT_STEM_H

#include <stddef.h>

/*
 * Light stemming of English, so that "policies" finds "policy" and "reimbursed" finds
 * "reimbursement". Endings are taken off in this order, each at most once and only when at least
 * three letters with a vowel among them stay:
 *
 *     -ies -> -y; -sses, -xes, -ches, -shes, -zes without -es; -s (not -ss, -us, -is)
 *     -ly
 *     -ment, -al (five letters must stay)
 *     -ied -> -y; -ing, -ed; a doubled consonant that is left becomes single, except l, s, z
 *     -e
 *
 * What is left need not be a word; it only has to be the same for words that belong together.
 */

/* Shortens the lower-case ASCII word in place; returns its new length. */
size_t stem(char *word, size_t len);

#endif
