/* SPDX-License-Identifier: MIT */
#include "core/model/answer_type.h"

#include <string.h>

enum { MAX_TEXT = 2000 };

static const double ONLY_A_NUMBER = 0.4;

struct wording {
	const char *text;
	enum answer_type type;
};

/* The first that a question has decides. */
static const struct wording wordings[] = {
	{"how much time", ANSWER_DURATION},
	{"how much", ANSWER_MONEY},
	{"what does it cost", ANSWER_MONEY},
	{" cost", ANSWER_MONEY},
	{" price", ANSWER_MONEY},
	{"how long", ANSWER_DURATION},
	{"how many", ANSWER_NUMBER},
	{"how often", ANSWER_NUMBER},
	{"how old", ANSWER_NUMBER},
	{"how far", ANSWER_NUMBER},
	{"how soon", ANSWER_DURATION},
	{"what time", ANSWER_TIME},
	{"which day", ANSWER_TIME},
	{"what day", ANSWER_TIME},
	{"deadline", ANSWER_TIME},
	{"when ", ANSWER_TIME},
	{"多少钱", ANSWER_MONEY},
	{"多少元", ANSWER_MONEY},
	{"费用", ANSWER_MONEY},
	{"价格", ANSWER_MONEY},
	{"多久", ANSWER_DURATION},
	{"多长时间", ANSWER_DURATION},
	{"多少天", ANSWER_DURATION},
	{"几天", ANSWER_DURATION},
	{"几个月", ANSWER_DURATION},
	{"几点", ANSWER_TIME},
	{"几号", ANSWER_TIME},
	{"哪天", ANSWER_TIME},
	{"什么时候", ANSWER_TIME},
	{"何时", ANSWER_TIME},
	{"多少", ANSWER_NUMBER},
	{"几", ANSWER_NUMBER},
	{"多大", ANSWER_NUMBER},
	{"多远", ANSWER_NUMBER},
};

/* Beside a number. */
static const char *const money[] = {"$", "€", "£", "¥", "￥", "yuan", "dollar", "euro", "pound",
	"rmb", "cny", "usd", "元", "块", "%", "percent", "free", "免费", NULL};
static const char *const duration[] = {"second", "minute", "hour", "day", "week", "month", "year",
	"秒", "分钟", "小时", "天", "日", "周", "星期", "月", "年", NULL};
static const char *const time_of[] = {":", " am", " pm", "a.m", "p.m", "monday", "tuesday",
	"wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
	"april", "june", "july", "august", "september", "october", "november", "december", "day",
	"month", "点", "：", "日", "号", "月", "周", "星期", "天", NULL};
static const char *const numbers[] = {"一", "两", "二", "三", "四", "五", "六", "七", "八", "九",
	"十", "百", "千", "半", " one ", " two ", " three ", " four ", " five ", " six ", " seven ",
	" eight ", " nine ", " ten ", " half ", "once", "twice", "first", "every", NULL};

struct lowered {
	char bytes[MAX_TEXT];
	struct str text;
};

static void lower(struct str text, struct lowered *out)
{
	size_t len = text.len < MAX_TEXT ? text.len : MAX_TEXT;
	for (size_t i = 0; i < len; i++) {
		char c = text.at[i];
		out->bytes[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	out->text = (struct str){out->bytes, len};
}

static bool has_any(struct str text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (str_find(text, str_from(*words), 0) != SIZE_MAX)
			return true;
	return false;
}

static bool has_number(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] >= '0' && text.at[i] <= '9')
			return true;
	return has_any(text, numbers);
}

enum answer_type answer_type_of(struct str question)
{
	struct lowered q;
	lower(question, &q);
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
		if (str_find(q.text, str_from(wordings[i].text), 0) != SIZE_MAX)
			return wordings[i].type;
	return ANSWER_ANY;
}

double answer_type_fit(enum answer_type type, struct str text)
{
	struct lowered t;
	if (type == ANSWER_ANY)
		return 0;
	lower(text, &t);
	if (!has_number(t.text))
		return type == ANSWER_MONEY && has_any(t.text, money) ? ONLY_A_NUMBER : 0;
	const char *const *unit = type == ANSWER_MONEY	    ? money
				  : type == ANSWER_DURATION ? duration
				  : type == ANSWER_TIME	    ? time_of
							    : NULL;
	return unit == NULL || has_any(t.text, unit) ? 1 : ONLY_A_NUMBER;
}
