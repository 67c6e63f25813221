/* SPDX-License-Identifier: MIT */
#include "core/model/extract_parts.h"

enum { MIN_PART = 6 };

static const char *const marks[] = {"?", "？", NULL};
static const char *const joints[] = {
	", ", " and ", "，", ",", "、", "；", "; ", "以及", "还有", "并且", NULL};
static const char *const wide_words[] = {"多少", "几", "谁", "哪", "什么", "怎么", "多久", "多长",
	"吗", "能不能", "可不可以", "是否", "如何", NULL};
static const char *const words[] = {
	"how", "what", "when", "where", "who", "whom", "which", "why", "whose", NULL};
static const char *const auxiliaries[] = {
	"is", "are", "do", "does", "did", "can", "may", "must", "should", "will", "could", NULL};

static bool is_one_of(struct str word, const char *const *list)
{
	for (; *list != NULL; list++) {
		struct str x = str_from(*list);
		bool same = x.len == word.len;
		for (size_t i = 0; same && i < x.len; i++)
			same = (word.at[i] | 0x20) == x.at[i];
		if (same)
			return true;
	}
	return false;
}

/* Whether S asks something by its wording: an English question word in its first FIRST words, an
 * auxiliary as the first of all, or a Chinese question word anywhere. */
static bool asks(struct str s, size_t first)
{
	for (const char *const *word = wide_words; *word != NULL; word++)
		if (str_find(s, str_from(*word), 0) != SIZE_MAX)
			return true;
	s = str_trim(s);
	for (size_t i = 0; i < first && s.len > 0; i++) {
		struct str word = str_cut(s, ' ', &s);
		if (is_one_of(word, words) || (i == 0 && is_one_of(word, auxiliaries)))
			return true;
	}
	return false;
}

static bool has_more(struct str s)
{
	return str_trim(s).len >= MIN_PART;
}

/* Where S is to be parted: the end of its first part, or SIZE_MAX; *NEXT where the second begins.
 */
static size_t find_joint(struct str s, size_t *next)
{
	for (const char *const *mark = marks; *mark != NULL; mark++) {
		size_t at = str_find(s, str_from(*mark), 0);
		size_t end = at != SIZE_MAX ? at + str_from(*mark).len : s.len;
		if (end < s.len && has_more(str_slice(s, end, s.len)) &&
			has_more(str_slice(s, 0, at))) {
			*next = end;
			return end;
		}
	}
	for (const char *const *joint = joints; *joint != NULL; joint++) {
		struct str mark = str_from(*joint);
		for (size_t at = 0; (at = str_find(s, mark, at)) != SIZE_MAX; at += mark.len) {
			struct str left = str_slice(s, 0, at);
			struct str right = str_slice(s, at + mark.len, s.len);
			if (str_starts(str_trim(right), STR("and ")))
				right = str_slice(str_trim(right), 4, right.len);
			if (has_more(left) && has_more(right) && asks(left, left.len) &&
				asks(right, 2)) {
				*next = (size_t)(right.at - s.at);
				return at;
			}
		}
	}
	return SIZE_MAX;
}

size_t extract_parts(struct str question, struct str parts[EXTRACT_MAX_PARTS])
{
	size_t count = 0, next = 0;
	while (count + 1 < EXTRACT_MAX_PARTS) {
		size_t end = find_joint(question, &next);
		if (end == SIZE_MAX)
			break;
		parts[count++] = str_slice(question, 0, end);
		question = str_trim(str_slice(question, next, question.len));
	}
	parts[count++] = question;
	return count;
}
