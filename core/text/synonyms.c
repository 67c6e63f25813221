/* SPDX-License-Identifier: MIT */
#include "core/text/synonyms.h"

#include "core/base/map.h"
#include "core/text/segment.h"
#include "core/text/stem.h"

#include <string.h>

enum { MAX_WORD = 32 };

/* clang-format off */
static const char *const groups[] = {
	/* money */
	"pay paid salary wage earn income 工资 薪水 薪资 工钱 发薪 月薪 薪酬 发工资",
	"pay paid price cost charge fee rate 收费 价格 费用 要钱 多少钱 花费 收取 自付 付钱 掏钱",
	"reimburse claim refund repay 报销 报账 退款 退钱 退费",
	"buy bought purchase order 购买 买 采购 订购",
	"free gratis 免费 不收费 不要钱 免票 免运费",
	"fine penalty overdue 罚款 罚金",
	"discount cheaper reduction half 优惠 打折 折扣",
	"deposit 押金 保证金",
	"ticket admission 门票 票价 入场券",
	"allowance subsidy benefit 补贴 津贴 补助",
	"bonus 奖金",
	"tax 税 个税",
	"bill invoice receipt fapiao 发票 票据 收据 小票",
	"cash 现金",
	/* reaching people */
	"phone telephone ring call dial extension ext 电话 分机 拨打 热线 号码 联系方式 手机号",
	"email mail message 邮件 邮箱",
	"contact reach ask 联系 询问",
	"boss manager supervisor 主管 领导 上司 老板 经理",
	"charge responsible lead run head 负责 负责人 主管 管理 谁在管",
	"colleague coworker teammate 同事",
	"doctor physician 医生 大夫",
	"teacher coach trainer instructor 老师 教练",
	"child children kid 孩子 小孩 儿童 小朋友 小孩子",
	"elderly senior pensioner 老人 老年人 老人家",
	"mother maternity pregnant pregnancy 产假 怀孕 孕妇 生孩子 生育",
	"father paternity 陪产假 父亲 爸爸",
	"grandparent grandmother 外婆 姥姥 奶奶 祖父母 外祖父母",
	"grandparent grandfather 外公 姥爷 爷爷 祖父母 外祖父母",
	"parent mother mum 父母 妈妈 母亲",
	"parent father dad 父母 爸爸 父亲",
	"married marriage wedding 结婚 婚假",
	"died death bereavement funeral 去世 丧假 过世",
	"newcomer starter 新人 新同事 新员工",
	"visitor guest 访客 客人 来访",
	/* coming and going */
	"join joining start begin onboard sign 入职 加入 报到",
	"signup enrol register join apply 报名 登记 注册 申请",
	"quit resign resignation leaving notice 离职 辞职 辞掉",
	"probation 试用期 转正",
	"holiday vacation annual-leave leave pto 休假 年假 请假 假期",
	"vacation annual-leave pto 年假",
	"sick ill illness 生病 病假 得病",
	"remote remotely home wfh telework 远程 居家 在家 在家办公",
	"overtime 加班",
	"late overdue delay delayed 逾期 迟到 晚交",
	"trip travel 出差 旅行 差旅",
	"hotel accommodation lodging 酒店 住宿 宾馆",
	"taxi cab 打车 出租车 的士",
	"train rail 高铁 火车",
	"bus shuttle coach 班车 巴士 大巴",
	"flight fly plane 飞机 机票 航班",
	"car drive 开车 汽车 自驾",
	"park parking 停车 车位 停车位 停车场",
	"bike bicycle cycle 自行车 单车",
	"abroad overseas foreign 境外 国外 海外 出国",
	"floor storey 几楼 几层",
	"arrive come 到达 到岗",
	/* things */
	"laptop computer notebook machine 电脑 笔记本 计算机",
	"monitor screen display 显示器 屏幕",
	"card badge pass 工牌 门禁卡 卡片",
	"wifi wireless wi-fi 无线 无线网 无线网络",
	"password passcode code 密码 验证码",
	"room venue 房间 会议室",
	"film movie dvd dvds 电影",
	"guitar instrument 吉他 乐器",
	"violin instrument 小提琴 乐器",
	"piano instrument 钢琴 乐器",
	"medicine drug prescription 药品 药 处方",
	"vaccine vaccination jab shot 疫苗 接种 打针",
	"tooth teeth dentist dental 牙 看牙 牙齿 口腔",
	"eye 眼睛 眼科",
	"checkup medical 体检",
	"dog pet animal 狗 宠物",
	"cat pet animal 猫 宠物",
	"food eat meal 吃饭 食物 用餐",
	"lunch meal 午饭 午餐",
	"dinner supper meal 晚饭 晚餐",
	"coffee drink beverage 咖啡 饮料",
	"tea drink beverage 茶 喝茶 饮料",
	"water drink 水 喝水",
	"rubbish waste trash garbage 垃圾",
	"photo picture photograph 照片 相片",
	"certificate proof document 证明 证件 证书",
	"id identity passport 身份证 证件",
	"headphone headset 耳机",
	"keyboard 键盘",
	"course class lesson training 课 课程 培训",
	"exam test 考试 测试",
	/* what is done to things */
	"broken damage damaged break broke spill spilled repair 坏 损坏 弄坏 摔坏 维修",
	"lost lose missing mislaid 丢 丢失 遗失 弄丢 丢了 挂失",
	"stolen theft steal thief 被偷 偷 失窃",
	"repair mend fix 维修 修理 修",
	"replace replacement renew new 更换 换新 补办 补卡",
	"extend extension renew prolong 延长 延期 续借",
	"borrow loan lend rent hire 借 租 租借 借用",
	"return bring-back hand 归还 还 交还",
	"reserve reservation book booking 预约 预订 预定",
	"cancel cancellation withdraw 取消 退订 来不了",
	"allow allowed permit permission permitted may consent 允许 可以 准许 批准",
	"forbidden ban banned prohibited 禁止 不能 不准 不许 不得",
	"approve approval sign 批准 审批 同意",
	"close closed shut closing 关门 闭馆 关闭 打烊 清场",
	"open opening 开放 开门 开馆 营业 开始",
	"stop end finish 停止 结束 截止",
	"sell sold sale 卖 售票 出售",
	"expire expiry lapse valid 过期 作废 有效 有效期",
	"deadline due latest 截止 期限 最晚 最迟",
	"carry rollover roll 结转 转到 留到",
	"keep kept hold store 保留 保存 存放",
	"forget forgot forgotten 忘 忘记 忘带",
	"reset 重置",
	"change switch 更改 修改 换",
	"report notify tell inform 上报 通知 告诉 报告 举报",
	"complain complaint 投诉 意见",
	"see find visible 查看 看到",
	"maximum max most limit up-to 最多 上限 不超过 最高 最长",
	"minimum min least 最少 至少 最低",
	"yearly annual annually year 每年 一年 年度",
	"month monthly 每月 一个月 月度",
	"week weekly 每周 一周",
	"cap limit ceiling 上限 封顶",
	"result outcome report grade 结果 报告",
	"review appraisal evaluation performance 绩效 评估 考核",
	"empty clear 清空",
	"wear dress 戴 穿",
	"age old years 年龄 几岁 岁",
	"temperature degree warm 温度 度",
	"deep depth 水深 深度 多深",
	"high height tall higher 高度 身高",
	"large size big wide larger 大小 面积 尺寸",
	"weekend saturday 周末 星期六 周六",
	"weekend sunday 周末 星期天 周日",
	"sunday 周日 星期日 星期天 礼拜天",
	"saturday 周六 星期六 礼拜六",
	"monday 周一 星期一 礼拜一",
	"tuesday 周二 星期二 礼拜二",
	"wednesday 周三 星期三 礼拜三",
	"thursday 周四 星期四 礼拜四",
	"friday 周五 星期五 礼拜五",
};

static const char light[] =
	"find show receive start begin happen offer provide bring put look try "
	"place way kind sort type number amount total company usual normal "
	"time "
	"maximum minimum max most latest earliest early late soon big large high required "
	"require necessary must possible name call called whole required extra available "
	"always else somebody keep work yes mean sure exactly right "
	"时间 天数 时候 情况 东西 事情 公司 办法 方式 方法 流程 一共 最近 现在 目前 "
	"自己 别人 有关 相关 多长 多久 几天 几个 几点 几次 哪里 哪个 哪些 什么 怎么 怎样 名字 "
	"多少 需要 必须 满足 条件 最多 最少 最长 最早 最晚 最大 最高 一般 通常 到底 想请 能够 "
	"早上 上午 下午 晚上 中午 半夜 夜里 深夜 morning afternoon evening night noon "
	"一张 一个 一次 一份 一条 一副 一针 一天 "
	"开始 进行 提供 要求 收到 进 去 来 拿 给 掏 交 是多少 叫什么 哪天 几月 先问 包括";
/* clang-format on */

const char *const *synonym_groups(size_t *count)
{
	*count = sizeof groups / sizeof *groups;
	return groups;
}

const char *light_words(void)
{
	return light;
}

static bool has_word(struct str question, const struct map *stems, struct str word)
{
	char bytes[MAX_WORD];
	size_t hyphen = str_find(word, STR("-"), 0);
	if (hyphen != SIZE_MAX)
		return has_word(question, stems, str_slice(word, 0, hyphen)) &&
		       has_word(question, stems, str_slice(word, hyphen + 1, word.len));
	size_t len = word.len < MAX_WORD ? word.len : MAX_WORD;
	if ((word.at[0] & 0x80) != 0)
		return str_find(question, word, 0) != SIZE_MAX;
	memcpy(bytes, word.at, len);
	return map_get(stems, (struct str){bytes, stem(bytes, len)}, NULL);
}

struct str synonyms_expand(struct arena *a, struct str question)
{
	struct map stems = MAP_INIT;
	struct str out = STR_NONE;
	struct terms terms = segment_terms(a, question);
	for (size_t i = 0; i < terms.len; i++)
		if (terms.items[i].kind == TERM_WORD && !terms.items[i].common)
			map_set(&stems, terms.items[i].text, i);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		struct str group = str_from(groups[i]), rest = group;
		bool found = false;
		while (!found && rest.len > 0)
			found = has_word(question, &stems, str_cut(rest, ' ', &rest));
		if (found)
			out = str_format(
				a, "%.*s%s%s", STR_ARG(out), out.len > 0 ? " " : "", groups[i]);
	}
	map_free(&stems);
	return out;
}
