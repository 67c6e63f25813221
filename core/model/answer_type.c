/* SPDX-License-Identifier: MIT */
#include "core/model/answer_type.h"

#include <string.h>

enum { MAX_TEXT = 2000, MAX_GAP = 16 };

/* A text that has a figure where another one, or a name, is wanted. */
static const double SOMETHING_LIKE_IT = 0.4;
/* The same of a number that has not the unit that is wanted, or of a day where an hour is. */
static const double BARE_NUMBER = 0.1;

struct wording {
	const char *text;
	enum answer_type type;
};

/* The first that a question has decides. A leading "^" is the question's start. */
static const struct wording wordings[] = {
	{"which number", ANSWER_PHONE},
	{"what number", ANSWER_PHONE},
	{"phone number", ANSWER_PHONE},
	{"telephone", ANSWER_PHONE},
	{"extension", ANSWER_PHONE},
	{"e-mail", ANSWER_EMAIL},
	{"email", ANSWER_EMAIL},
	{"how much time", ANSWER_DURATION},
	{"how much notice", ANSWER_DURATION},
	{"how much is", ANSWER_MONEY},
	{"how much are", ANSWER_MONEY},
	{"how much do", ANSWER_MONEY},
	{"how much for", ANSWER_MONEY},
	{"how much must", ANSWER_MONEY},
	{"how much can", ANSWER_MONEY},
	{"how much will", ANSWER_MONEY},
	{"how much?", ANSWER_MONEY},
	{"how much money", ANSWER_MONEY},
	{"how much", ANSWER_NUMBER},
	{" cost", ANSWER_MONEY},
	{" price", ANSWER_MONEY},
	{"what is the fee", ANSWER_MONEY},
	{"what do i pay", ANSWER_MONEY},
	{"how long must", ANSWER_NUMBER},
	{"how long", ANSWER_DURATION},
	{"how soon", ANSWER_DURATION},
	{"how quickly", ANSWER_DURATION},
	{"how early", ANSWER_DURATION},
	{"how many days", ANSWER_DURATION},
	{"how many weeks", ANSWER_DURATION},
	{"how many months", ANSWER_DURATION},
	{"how many years", ANSWER_DURATION},
	{"how many hours", ANSWER_DURATION},
	{"how many minutes", ANSWER_DURATION},
	{"how many", ANSWER_NUMBER},
	{"how often", ANSWER_NUMBER},
	{"how old", ANSWER_NUMBER},
	{"how far", ANSWER_SIZE},
	{"how big", ANSWER_SIZE},
	{"how large", ANSWER_SIZE},
	{"how high", ANSWER_SIZE},
	{"how deep", ANSWER_SIZE},
	{"how tall", ANSWER_SIZE},
	{"what time", ANSWER_CLOCK},
	{"which day", ANSWER_TIME},
	{"what day", ANSWER_TIME},
	{"which month", ANSWER_TIME},
	{"what month", ANSWER_TIME},
	{"deadline", ANSWER_TIME},
	{"when was", ANSWER_YEAR},
	{"when were", ANSWER_YEAR},
	{"which year", ANSWER_YEAR},
	{"what year", ANSWER_YEAR},
	{"opening hours", ANSWER_CLOCK},
	{"when ", ANSWER_TIME},
	{"^who ", ANSWER_PERSON},
	{"^who's ", ANSWER_PERSON},
	{"whom ", ANSWER_PERSON},
	{" who do ", ANSWER_PERSON},
	{" who can ", ANSWER_PERSON},
	{" who must ", ANSWER_PERSON},
	{"where", ANSWER_PLACE},
	{"which floor", ANSWER_PLACE},
	{"which room", ANSWER_PLACE},
	{"how do i", ANSWER_WAY},
	{"how do we", ANSWER_WAY},
	{"how can i", ANSWER_WAY},
	{"how should i", ANSWER_WAY},
	{"how to ", ANSWER_WAY},
	{"what now", ANSWER_WAY},
	{"what should i do", ANSWER_WAY},
	{"^can ", ANSWER_RULE},
	{"^may ", ANSWER_RULE},
	{"^must ", ANSWER_RULE},
	{"^do i ", ANSWER_RULE},
	{"^am i ", ANSWER_RULE},
	{"^could ", ANSWER_RULE},
	{"打哪个电话", ANSWER_PHONE},
	{"哪个号码", ANSWER_PHONE},
	{"电话是", ANSWER_PHONE},
	{"电话号码", ANSWER_PHONE},
	{"电话多少", ANSWER_PHONE},
	{"分机", ANSWER_PHONE},
	{"哪个电话", ANSWER_PHONE},
	{"什么电话", ANSWER_PHONE},
	{"邮箱", ANSWER_EMAIL},
	{"邮件地址", ANSWER_EMAIL},
	{"多少钱", ANSWER_MONEY},
	{"多少元", ANSWER_MONEY},
	{"多少押金", ANSWER_MONEY},
	{"费用", ANSWER_MONEY},
	{"学费", ANSWER_MONEY},
	{"价格", ANSWER_MONEY},
	{"运费", ANSWER_MONEY},
	{"补贴多少", ANSWER_MONEY},
	{"多久", ANSWER_DURATION},
	{"多长", ANSWER_DURATION},
	{"多少天", ANSWER_DURATION},
	{"几天", ANSWER_DURATION},
	{"几个月", ANSWER_DURATION},
	{"几年", ANSWER_DURATION},
	{"几点", ANSWER_CLOCK},
	{"几时", ANSWER_TIME},
	{"几号", ANSWER_TIME},
	{"几月", ANSWER_TIME},
	{"哪天", ANSWER_TIME},
	{"哪一天", ANSWER_TIME},
	{"哪年", ANSWER_YEAR},
	{"哪一年", ANSWER_YEAR},
	{"什么时候", ANSWER_TIME},
	{"何时", ANSWER_TIME},
	{"哪里", ANSWER_PLACE},
	{"哪儿", ANSWER_PLACE},
	{"在哪", ANSWER_PLACE},
	{"几楼", ANSWER_PLACE},
	{"几层", ANSWER_PLACE},
	{"哪个房间", ANSWER_PLACE},
	{"多少", ANSWER_NUMBER},
	{"几", ANSWER_NUMBER},
	{"多大", ANSWER_SIZE},
	{"多深", ANSWER_SIZE},
	{"多高", ANSWER_SIZE},
	{"多远", ANSWER_SIZE},
	{"叫什么名字", ANSWER_NAME},
	{"谁", ANSWER_PERSON},
	{"怎么办", ANSWER_WAY},
	{"怎么", ANSWER_WAY},
	{"怎样", ANSWER_WAY},
	{"如何", ANSWER_WAY},
	{"可以", ANSWER_RULE},
	{"可不可以", ANSWER_RULE},
	{"能不能", ANSWER_RULE},
	{"能", ANSWER_RULE},
	{"要不要", ANSWER_RULE},
	{"必须", ANSWER_RULE},
};

static const char *const money[] = {"$", "€", "£", "¥", "￥", "yuan", "dollar", "euro", "pound",
	"cents", "rmb", "cny", "usd", "元", "块", "%", "percent", "free", "免费", "不收费",
	"不要钱", "自费", "自付", "公司付", "nothing", "half", "三成", "一半", NULL};
static const char *const sizes[] = {"metre", "meter", "foot", "feet", "inch", "mile", "km", "cm",
	" m ", " mm", "square", "litre", "kilo", " gb", " mb", "米", "英寸", "厘米", "平", "公里",
	"尺", "升", "公斤", "岁", NULL};
static const char *const duration[] = {"second", "minute", "hour", "day", "week", "month", "year",
	"evening", "秒", "分钟", "小时", "天", "日", "周", "星期", "月", "年", NULL};
static const char *const days[] = {" am", " pm", "a.m", "p.m", "monday", "tuesday", "wednesday",
	"thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
	" may ", "june", "july", "august", "september", "october", "november", "december", "noon",
	"easter", "holiday", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "周末",
	"节假日", "上午", "下午", "晚上", "中午", NULL};
static const char *const day_parts[] = {
	"morning", "afternoon", "evening", "noon", "上午", "下午", "晚上", "中午", NULL};
static const char *const clock_units[] = {"点", "am", "pm", " a.m", " p.m", "o'clock", NULL};
static const char *const time_units[] = {"点", "日", "号", "月", "年", NULL};
static const char *const cardinals[] = {" one ", " two ", " three ", " four ", " five ", " six ",
	" seven ", " eight ", " nine ", " ten ", " twelve ", " fifteen ", " twenty ", " half ",
	" a ", NULL};
static const char *const single[] = {"a day", "a week", "a month", "a year", "an hour", NULL};
static const char *const frequencies[] = {"once", "twice", "first", "every", "fifteen ", " a day",
	" a week", " a month", " a year", NULL};
static const char *const phones[] = {
	"ext", "call", "phone", "hotline", "分机", "电话", "热线", "拨打", "打", "微信", NULL};
static const char *const roles[] = {"manager", "warden", "secretary", "desk", "reception", "team",
	"committee", "people team", "department", "doctor", "parent", "colleague", "主管", "经理",
	"前台", "团队", "部门", "服务台", "医生", "教练", "护士", "院长", "窗口", NULL};
static const char *const places[] = {"floor", "room", "building", "desk", "street", "counter",
	"hall", "reception", "gate", "entrance", "hut", "shelf", "board", "cellar", "window",
	"canteen", "page", "online", "hospital", "楼", "层", "室", "台", "厅", "门口", "窗口",
	"药房", "路", "处", "医院", "在", NULL};
static const char *const permissions[] = {" may ", "may not", " can ", "cannot", "can't", "allowed",
	"banned", "welcome", "possible", "nobody may", "never", "must not", "可以", "能", "不得",
	"禁", "不许", "不准", "允许", "欢迎", "不要", "只限", "除外", NULL};
static const char *const rules[] = {" may ", "may not", " can ", "cannot", "can't", " must", "need",
	"allowed", "banned", "welcome", "free", "not ", " only", "have to", "nobody", "never",
	"without", "with", "please", "不", "可以", "能", "须", "要", "请", "免", "必", "禁", "除外",
	"无需", "也", "凭", "有", NULL};
static const char *const ways[] = {"please", "submit", "apply", "ask ", "call", "bring", "request",
	"send", "sign", "enter", "open a", "tell ", "use ", "go to", "book ", "put your",
	"register", "upload", "choose", "take it", "come ", "give ", "connect", "请", "申请",
	"提交", "登记", "报名", "预约", "预订", "拨打", "打", "找", "到", "带", "告诉", "联系",
	"里", "用", "凭", "办", NULL};
/* The common family names, which stand before one or two more characters. */
static const char surnames[] =
	"王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏"
	"吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷黎史陶贺毛郝顾龚邵万覃武"
	"钱戴严莫孔向常";

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

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char measures[] =
	"个天年月日次小分周位人元名本张件套台份层条种门间辆把米公岁针节成档级类区期项步班";

/* The length of a CJK numeral at AT that counts something or stands before a unit, else 0. */
static size_t numeral_at(struct str text, size_t at)
{
	const struct str numerals = STR("一两二三四五六七八九十百千半几");
	const struct str counted = str_from(measures);
	if (at + 6 > text.len || (text.at[at] & 0x80) == 0)
		return 0;
	size_t found = str_find(numerals, str_slice(text, at, at + 3), 0);
	size_t unit = str_find(counted, str_slice(text, at + 3, at + 6), 0);
	size_t more = str_find(numerals, str_slice(text, at + 3, at + 6), 0);
	if (found == SIZE_MAX || found % 3 != 0)
		return 0;
	return (unit != SIZE_MAX && unit % 3 == 0) || (more != SIZE_MAX && more % 3 == 0) ? 3 : 0;
}

static bool has_number(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_digit(text.at[i]) || numeral_at(text, i) > 0)
			return true;
	for (const char *const *word = cardinals; *word != NULL; word++)
		if (str_find(text, str_from(*word), 0) != SIZE_MAX)
			return true;
	return has_any(text, frequencies);
}

/* A number with one of UNITS not far behind it. */
static bool has_quantity(struct str text, const char *const *units)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t numeral = numeral_at(text, i);
		if (!is_digit(text.at[i]) && numeral == 0)
			continue;
		size_t from = i + (numeral > 0 ? numeral : 1);
		if (has_any(str_slice(text, from, from + MAX_GAP), units))
			return true;
	}
	for (const char *const *word = cardinals; *word != NULL; word++) {
		size_t at = str_find(text, str_from(*word), 0);
		if (at != SIZE_MAX && has_any(str_slice(text, at, at + 2 * MAX_GAP), units))
			return true;
	}
	return false;
}

static bool has_clock(struct str text)
{
	for (size_t i = 1; i + 2 < text.len; i++)
		if (text.at[i] == ':' && is_digit(text.at[i - 1]) && is_digit(text.at[i + 1]) &&
			is_digit(text.at[i + 2]))
			return true;
	return false;
}

/* "the 10th", but not "the 3rd floor". */
static bool has_day_of_month(struct str text)
{
	static const char *const endings[] = {"st", "nd", "rd", "th", NULL};
	static const char *const others[] = {"floor", "time", "day", "storey", NULL};
	for (size_t i = 1; i + 1 < text.len; i++)
		if (is_digit(text.at[i - 1]) && has_any(str_slice(text, i, i + 2), endings) &&
			!has_any(str_slice(text, i + 2, i + MAX_GAP / 2), others))
			return true;
	return false;
}

/* Three to eleven digits in groups that no unit follows. */
static double phone_fit(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t digits = 0, at = i;
		if (!is_digit(text.at[i]))
			continue;
		for (; at < text.len && (is_digit(text.at[at]) || text.at[at] == ' '); at++)
			digits += is_digit(text.at[at]);
		struct str after = str_slice(text, at, at + 4);
		bool amount = has_any(after, money) || has_any(after, duration) ||
			      (after.len > 0 && (after.at[0] == ':' || after.at[0] == ','));
		if (digits >= 3 && digits <= 11 && !amount)
			return has_any(text, phones) ? 1 : SOMETHING_LIKE_IT;
		i = at;
	}
	return 0;
}

/* Four digits of a year between 1000 and 2999. */
static bool has_year(struct str text)
{
	for (size_t i = 0, digits = 0; i <= text.len; i++) {
		if (i < text.len && is_digit(text.at[i])) {
			digits++;
			continue;
		}
		if (digits == 4 && (text.at[i - 4] == '1' || text.at[i - 4] == '2'))
			return true;
		digits = 0;
	}
	return false;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* "Xu Jingyi": two words beside each other with capitals. */
static bool has_capitalised_pair(struct str text)
{
	bool before = false;
	for (size_t i = 0; i < text.len;) {
		size_t end = i;
		while (end < text.len && text.at[end] != ' ')
			end++;
		bool capital = end > i + 1 && is_upper(text.at[i]) && !is_upper(text.at[i + 1]);
		if (capital && before)
			return true;
		before = capital && text.at[end - 1] != '.' && text.at[end - 1] != ',' &&
			 text.at[end - 1] != ':';
		i = end + 1;
	}
	return false;
}

/* A family name after a word or mark that people's names follow, or before what follows them. */
static bool has_chinese_name(struct str text)
{
	static const char *const before[] = {"找", "向", "由", "与", "和", "是", "给", "：", "，",
		"长", "师", "的", "；", "请", "、", NULL};
	static const char *const after[] = {
		"（", "医生", "老师", "负责", "，", "。", "安排", "批", "；", "在", "同意", NULL};
	const struct str all = str_from(surnames);
	for (size_t i = 0; i + 6 <= text.len; i++) {
		if ((text.at[i] & 0xC0) != 0xC0)
			continue;
		size_t found = str_find(all, str_slice(text, i, i + 3), 0);
		if (found == SIZE_MAX || found % 3 != 0)
			continue;
		bool led = i == 0 || (i >= 3 && has_any(str_slice(text, i - 3, i), before));
		for (size_t len = 6; led && len <= 9 && i + len <= text.len; len += 3)
			for (const char *const *word = after; *word != NULL; word++)
				if (str_starts(str_slice(text, i + len, text.len), str_from(*word)))
					return true;
		if (led && i + 9 >= text.len)
			return true;
	}
	return false;
}

/* A number, best one before what is counted: "two security keys". In a table's row what is counted
 * stands in the head. */
static double counted_fit(const struct answer_wanted *wanted, struct str text)
{
	bool number = has_number(text), named = false;
	for (size_t i = 0; number && i < 2; i++) {
		const char *const units[] = {wanted->counted[i], NULL};
		if (wanted->counted[i][0] == '\0')
			continue;
		named = true;
		if (has_quantity(text, units) || str_find(text, STR(" – "), 0) != SIZE_MAX)
			return 1;
	}
	return !number ? 0 : named ? SOMETHING_LIKE_IT / 2 : 1;
}

static double clock_fit(struct str text)
{
	if (has_clock(text) || has_quantity(text, clock_units))
		return 1;
	if (has_any(text, day_parts))
		return 2 * SOMETHING_LIKE_IT;
	return has_any(text, days) ? BARE_NUMBER : 0;
}

static double figure_fit(enum answer_type type, struct str text)
{
	bool number = has_number(text);
	if (type == ANSWER_MONEY && has_any(text, money))
		return 1;
	if (type == ANSWER_DURATION && (has_quantity(text, duration) || has_any(text, single)))
		return 1;
	if (type == ANSWER_SIZE && has_quantity(text, sizes))
		return 1;
	if (type == ANSWER_CLOCK)
		return clock_fit(text);
	if (type == ANSWER_TIME &&
		(has_clock(text) || has_any(text, days) || has_day_of_month(text)))
		return 1;
	if (type == ANSWER_TIME)
		return has_quantity(text, time_units) ? 1
		       : has_quantity(text, duration) ? 2 * SOMETHING_LIKE_IT
						      : 0;
	return number ? BARE_NUMBER : 0;
}

/* The two words after "how many", which is at AT of QUESTION, both lowered. */
static void read_counted(struct str question, size_t at, struct answer_wanted *out)
{
	struct str rest = str_slice(question, at, question.len);
	str_cut(rest, ' ', &rest);
	str_cut(rest, ' ', &rest);
	for (size_t i = 0; i < 2; i++) {
		struct str word = str_cut(rest, ' ', &rest);
		size_t len = word.len > 4 ? word.len - 2 : word.len;
		while (len > 0 && !(word.at[len - 1] >= 'a' && word.at[len - 1] <= 'z'))
			len--;
		if (len >= 3 && len < sizeof out->counted[i])
			memcpy(out->counted[i], word.at, len);
		if (str_ends(word, STR("s")) || str_eq(word, STR("people")))
			return; /* a plural: what comes next is done by them */
	}
}

/* The measure word after 几 or 多少, if one is there. */
static void read_measure(struct str question, struct answer_wanted *out)
{
	struct str measure = str_slice(question, out->to, out->to + 3);
	size_t at = str_find(str_from(measures), measure, 0);
	if (measure.len == 3 && at != SIZE_MAX && at % 3 == 0)
		memcpy(out->counted[0], measure.at, measure.len);
}

struct answer_wanted answer_wanted(struct str question)
{
	struct answer_wanted out = {.type = ANSWER_ANY};
	struct lowered q;
	lower(question, &q);
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
		struct str words = str_from(wordings[i].text);
		bool at_start = words.at[0] == '^';
		if (at_start)
			words = str_slice(words, 1, words.len);
		size_t at = str_find(q.text, words, 0);
		if (at == SIZE_MAX || (at_start && at > 0))
			continue;
		out.type = wordings[i].type;
		out.from = at;
		out.to = at + words.len;
		while (!str_ends(words, STR(" ")) && out.to < q.text.len &&
			q.text.at[out.to] >= 'a' && q.text.at[out.to] <= 'z')
			out.to++;
		if (str_starts(words, STR("how many")))
			read_counted(q.text, at, &out);
		else if (str_ends(words, STR("几")) || str_ends(words, STR("多少")))
			read_measure(q.text, &out);
		return out;
	}
	return out;
}

double answer_type_fit(const struct answer_wanted *wanted, struct str text)
{
	struct lowered t;
	lower(text, &t);
	switch (wanted->type) {
	case ANSWER_ANY: return 0;
	case ANSWER_PHONE: return phone_fit(t.text);
	case ANSWER_YEAR: return has_year(t.text) ? 1 : 0;
	case ANSWER_EMAIL: return str_find(t.text, STR("@"), 0) != SIZE_MAX ? 1 : 0;
	case ANSWER_NAME:
	case ANSWER_PERSON:
		if (has_capitalised_pair(text) || has_chinese_name(text))
			return 1;
		if (wanted->type == ANSWER_NAME)
			return 0;
		return has_any(t.text, roles) || phone_fit(t.text) >= 1 ? 2 * SOMETHING_LIKE_IT : 0;
	case ANSWER_PLACE: return has_any(t.text, places) ? 1 : 0;
	case ANSWER_RULE:
		return has_any(t.text, permissions) ? 1
		       : has_any(t.text, rules)	    ? 2 * SOMETHING_LIKE_IT
						    : 0;
	case ANSWER_WAY: return has_any(t.text, ways) ? 1 : 0;
	case ANSWER_NUMBER: return counted_fit(wanted, t.text);
	default: return figure_fit(wanted->type, t.text);
	}
}

double answer_type_strictness(enum answer_type type)
{
	switch (type) {
	case ANSWER_ANY: return 0;
	case ANSWER_RULE: return 0.3;
	case ANSWER_WAY:
	case ANSWER_PLACE: return 0.5;
	case ANSWER_PERSON: return 0.7;
	default: return 1;
	}
}
