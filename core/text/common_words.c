/* SPDX-License-Identifier: MIT */
#include "core/text/common_words.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* Sorted by bytes. */
static const char *const english[] = {
	"a", "able", "about", "above", "across", "after", "again", "all", "allowed", "also",
	"am", "an", "and", "any", "anybody", "anyone", "anything", "are", "around", "as", "ask",
	"at", "away", "back", "be", "because", "been", "before", "being", "below", "between",
	"both", "but", "by", "can", "cannot", "cant", "could", "did", "didnt", "do", "does",
	"doesnt", "doing", "done", "dont", "down", "during", "each", "either", "else", "ever",
	"every", "exactly", "far", "for", "from", "generally", "get", "gets", "getting", "give",
	"given", "go", "goes", "going", "gone", "got", "had", "happen", "happened", "happens",
	"has", "hasnt", "have", "havent", "having", "he", "hed", "her", "here", "hers", "him",
	"his", "how", "however", "i", "id", "if", "ill", "im", "in", "into", "is", "isnt", "it",
	"its", "ive", "just", "know", "known", "let", "lets", "like", "long", "made", "make",
	"makes", "many", "may", "maybe", "me", "mean", "means", "might", "mine", "more", "most",
	"much", "must", "my", "need", "needed", "needs", "neither", "no", "nor", "normally",
	"not", "now", "of", "off", "often", "on", "once", "one", "only", "or", "other", "others",
	"our", "ours", "out", "over", "own", "per", "please", "possible", "quite", "rather",
	"really", "same", "shall", "she", "should", "shouldnt", "since", "so", "some",
	"somebody", "someone", "something", "soon", "still", "such", "take", "tell", "than",
	"that", "thats", "the", "their", "theirs", "them", "then", "there", "these", "they",
	"theyre", "thing", "things", "this", "those", "though", "through", "to", "too",
	"typically", "under", "until", "up", "upon", "us", "use", "usually", "very", "via",
	"want", "wants", "was", "wasnt", "we", "well", "were", "werent", "what", "whats", "when",
	"whenever", "where", "whether", "which", "while", "who", "whom", "whose", "why", "will",
	"with", "within", "without", "wont", "would", "yes", "yet", "you", "your", "youre",
	"yours",
};

/* Sorted by bytes. */
static const char *const chinese[] = {
	"一下", "一般", "不会", "不可以", "不用", "不能", "不需要", "与", "並且", "个", "为",
	"为什么", "为何", "么", "之", "也", "了", "于", "什么", "什么样", "什麼", "从", "他",
	"他们", "他們", "以", "以及", "会", "会不会", "但", "但是", "何处", "何时", "何時",
	"何种", "你", "你们", "你們", "你好", "來", "個", "假如", "做", "关于", "其", "具体",
	"再", "几", "几个", "几次", "几种", "则", "到", "到底", "去", "又", "及", "只",
	"可不可以", "可以", "可否", "各", "向", "吗", "吧", "告訴", "告诉", "呢", "和", "哪",
	"哪一", "哪个", "哪些", "哪位", "哪個", "哪儿", "哪天", "哪种", "哪裡", "哪里", "啊",
	"問", "嗎", "嘛", "因为", "因為", "在", "地", "多久", "多大", "多少", "多少錢", "多少钱",
	"多長", "多长", "多高", "大概", "太", "她", "她们", "如何", "如果", "它", "它们", "对",
	"对于", "對", "對於", "就", "属于", "屬於", "并", "并且", "幾", "幾個", "应当", "应该",
	"很", "得", "從", "必須", "必须", "怎么", "怎么做", "怎么办", "怎么样", "怎样", "怎樣",
	"怎麼", "怎麼辦", "您", "您好", "想", "應當", "應該", "我", "我们", "我們", "或", "或者",
	"所以", "才", "找谁", "把", "按照", "於", "时候", "是", "是不是", "是否", "是谁", "時候",
	"更", "最", "會", "有", "有沒有", "有没有", "来", "根据", "每", "比", "沒有", "没有",
	"為", "為什麼", "為何", "由", "的", "的话", "着", "知道", "究竟", "等", "算", "給", "给",
	"而", "而且", "能", "能不能", "能否", "能够", "能夠", "與", "若", "被", "要", "要不要",
	"要是", "說", "誰", "請", "請問", "謝謝", "讓", "让", "说", "请", "请问", "谁", "谢谢",
	"跟", "过", "还", "还是", "这", "这个", "这些", "這", "這些", "這個", "通常", "通过",
	"過", "還", "還是", "那", "那个", "那些", "那個", "都", "關於", "问", "需", "需要", "麼",
};

/* Words that hold a character of the table above and are about something; sorted by bytes. */
static const char *const chinese_content[] = {
	"个人", "个体", "个税", "主要", "了解", "事由", "人才", "从业", "从事", "他人", "以上",
	"以下", "以内", "以前", "以后", "以外", "会员", "会客", "会签", "会计", "会议", "会面",
	"作为", "例会", "供给", "個人", "做法", "偿还", "其他", "其它", "再婚", "再次", "准则",
	"几何", "到场", "到岗", "到期", "到账", "到达", "功能", "协会", "原则", "去世", "去年",
	"参与", "及时", "及格", "取得", "只读", "可用", "各地", "各类", "合并", "向导", "周会",
	"和平", "和解", "問題", "土地", "在场", "在家", "在校", "在线", "在职", "地区", "地址",
	"地方", "地点", "场地", "基地", "外地", "外来", "存在", "守则", "定向", "对外", "对接",
	"对比", "对象", "对账", "将来", "就业", "就医", "就职", "就诊", "就餐", "工会", "工地",
	"平等", "年会", "并发", "并购", "应对", "异地", "归还", "当地", "得分", "心得", "必要",
	"思想", "性能", "想法", "慰问", "成都", "所得", "所有权", "技能", "把握", "报到", "拥有",
	"提问", "摘要", "效能", "方向", "是非", "智能", "最低", "最多", "最大", "最小", "最少",
	"最早", "最晚", "最短", "最迟", "最长", "最高", "會議", "有偿", "有害", "有效", "有薪",
	"有限", "未来", "本地", "机会", "来宾", "来源", "来访", "核对", "核算", "每人", "每周",
	"每天", "每季", "每年", "每日", "每月", "每次", "比例", "比率", "涉及", "现在", "理想",
	"理由", "由来", "申请", "的士", "目的", "社会", "等待", "等级", "等额", "签到", "算法",
	"纪要", "细则", "结算", "给付", "绝对", "聘请", "能力", "能源", "自我", "自由", "與会",
	"获得", "落地", "董事会", "行为", "补给", "被子", "要件", "要求", "要点", "要约", "规则",
	"請假", "计算", "让步", "访问", "询问", "说明", "说法", "请假", "请求", "请示", "超过",
	"超過", "转让", "过去", "过失", "过户", "过敏", "过期", "过渡", "过程", "还款", "迟到",
	"退还", "過期", "邀请", "都市", "重要", "问卷", "问询", "问题", "需求", "顾问", "预算",
	"首都",
};
/* clang-format on */

static int compare(const void *key, const void *member)
{
	const struct str *word = key;
	return str_compare(*word, str_from(*(const char *const *)member));
}

bool common_word(struct str word)
{
	return bsearch(&word, english, sizeof english / sizeof *english, sizeof *english,
		       compare) != NULL;
}

/* Length of the longest word of the table that S begins with, 0 when there is none. Words with the
 * same first character (3 bytes) stand together. */
static size_t longest(struct str s, const char *const *table, size_t count)
{
	size_t low = 0, high = count, best = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(table[middle], s.at, 3) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count && memcmp(table[low], s.at, 3) == 0; low++) {
		size_t len = strlen(table[low]);
		if (len > best && len <= s.len && memcmp(table[low], s.at, len) == 0)
			best = len;
	}
	return best;
}

size_t common_chinese(struct str s, bool *content)
{
	*content = false;
	if (s.len < 3)
		return 0;
	size_t function = longest(s, chinese, sizeof chinese / sizeof *chinese);
	size_t word = longest(s, chinese_content, sizeof chinese_content / sizeof *chinese_content);
	*content = word > 0 && word >= function;
	return *content ? word : function;
}
