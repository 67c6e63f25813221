/* SPDX-License-Identifier: MIT */
#include "core/engine/connections.h"

/* Addresses as the vendors' documentation gives them for OpenAI-compatible clients. Model names
 * stand here only where the vendor moves them along to its current model. */
const struct connection_offer connection_offers[] = {
	{"OPENAI_API_KEY", "openai", "OpenAI", "https://api.openai.com/v1", "gpt-4o-mini"},
	{"DASHSCOPE_API_KEY", "qwen", "Alibaba Model Studio (Qwen)",
		"https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"},
	{"DEEPSEEK_API_KEY", "deepseek", "DeepSeek", "https://api.deepseek.com/v1",
		"deepseek-chat"},
	{"MOONSHOT_API_KEY", "moonshot", "Moonshot AI (Kimi)", "https://api.moonshot.cn/v1", ""},
	{"ZHIPUAI_API_KEY", "zhipu", "Zhipu AI (GLM)", "https://open.bigmodel.cn/api/paas/v4", ""},
	{"SILICONFLOW_API_KEY", "siliconflow", "SiliconFlow", "https://api.siliconflow.cn/v1", ""},
	{"ARK_API_KEY", "ark", "Volcengine Ark (Doubao)",
		"https://ark.cn-beijing.volces.com/api/v3", ""},
	{"OPENROUTER_API_KEY", "openrouter", "OpenRouter", "https://openrouter.ai/api/v1",
		"openrouter/auto"},
	{"MISTRAL_API_KEY", "mistral", "Mistral AI", "https://api.mistral.ai/v1",
		"mistral-small-latest"},
	{"GROQ_API_KEY", "groq", "Groq", "https://api.groq.com/openai/v1", ""},
	{"TOGETHER_API_KEY", "together", "Together AI", "https://api.together.xyz/v1", ""},
	{"FIREWORKS_API_KEY", "fireworks", "Fireworks AI", "https://api.fireworks.ai/inference/v1",
		""},
	{"XAI_API_KEY", "xai", "xAI", "https://api.x.ai/v1", ""},
	{.variable = NULL},
};
