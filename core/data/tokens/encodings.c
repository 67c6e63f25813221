/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/encodings.h"

#include <string.h>

/* As tiktoken 0.14 has it; it cuts like the classic one but for white space at the text's end. */
#define CL100K                                                                                     \
	"'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+"                       \
	"| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s"
#define CLASSIC(digits)                                                                            \
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" digits                       \
	"| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
#define O200K                                                                                      \
	"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"                              \
	"[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"                              \
	"|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"                             \
	"[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"                              \
	"|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
#define GPT2                                                                                       \
	"'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s"

static const struct special_token gpt2_special[] = {{"<|endoftext|>", 50256, 50256, 0}, {0}};

static const struct special_token p50k_edit_special[] = {
	{"<|endoftext|>", 50256, 50256, 0},
	{"<|fim_prefix|>", 50281, 50281, 0},
	{"<|fim_middle|>", 50282, 50282, 0},
	{"<|fim_suffix|>", 50283, 50283, 0},
	{0},
};

static const struct special_token cl100k_special[] = {
	{"<|endoftext|>", 100257, 100257, 0},
	{"<|fim_prefix|>", 100258, 100258, 0},
	{"<|fim_middle|>", 100259, 100259, 0},
	{"<|fim_suffix|>", 100260, 100260, 0},
	{"<|endofprompt|>", 100276, 100276, 0},
	{0},
};

static const struct special_token o200k_special[] = {
	{"<|endoftext|>", 199999, 199999, 0},
	{"<|endofprompt|>", 200018, 200018, 0},
	{0},
};

static const struct special_token harmony_special[] = {
	{"<|startoftext|>", 199998, 199998, 0},
	{"<|endoftext|>", 199999, 199999, 0},
	{"<|reserved_%u|>", 200000, 200001, 200000},
	{"<|return|>", 200002, 200002, 0},
	{"<|constrain|>", 200003, 200003, 0},
	{"<|reserved_%u|>", 200004, 200004, 200004},
	{"<|channel|>", 200005, 200005, 0},
	{"<|start|>", 200006, 200006, 0},
	{"<|end|>", 200007, 200007, 0},
	{"<|message|>", 200008, 200008, 0},
	{"<|reserved_%u|>", 200009, 200011, 200009},
	{"<|call|>", 200012, 200012, 0},
	{"<|endofprompt|>", 200018, 200018, 0},
	{"<|reserved_%u|>", 200013, 201087, 200013},
	{0},
};

static const struct special_token llama3_special[] = {
	{"<|begin_of_text|>", 128000, 128000, 0},
	{"<|end_of_text|>", 128001, 128001, 0},
	{"<|finetune_right_pad_id|>", 128004, 128004, 0},
	{"<|start_header_id|>", 128006, 128006, 0},
	{"<|end_header_id|>", 128007, 128007, 0},
	{"<|eom_id|>", 128008, 128008, 0},
	{"<|eot_id|>", 128009, 128009, 0},
	{"<|python_tag|>", 128010, 128010, 0},
	{"<|reserved_special_token_%u|>", 128002, 128003, 0},
	{"<|reserved_special_token_%u|>", 128005, 128005, 2},
	{"<|reserved_special_token_%u|>", 128011, 128255, 3},
	{0},
};

static const struct special_token qwen_special[] = {
	{"<|endoftext|>", 151643, 151643, 0},
	{"<|im_start|>", 151644, 151644, 0},
	{"<|im_end|>", 151645, 151645, 0},
	{"<|object_ref_start|>", 151646, 151646, 0},
	{"<|object_ref_end|>", 151647, 151647, 0},
	{"<|box_start|>", 151648, 151648, 0},
	{"<|box_end|>", 151649, 151649, 0},
	{"<|quad_start|>", 151650, 151650, 0},
	{"<|quad_end|>", 151651, 151651, 0},
	{"<|vision_start|>", 151652, 151652, 0},
	{"<|vision_end|>", 151653, 151653, 0},
	{"<|vision_pad|>", 151654, 151654, 0},
	{"<|image_pad|>", 151655, 151655, 0},
	{"<|video_pad|>", 151656, 151656, 0},
	{"<tool_call>", 151657, 151657, 0},
	{"</tool_call>", 151658, 151658, 0},
	{"<|fim_prefix|>", 151659, 151659, 0},
	{"<|fim_middle|>", 151660, 151660, 0},
	{"<|fim_suffix|>", 151661, 151661, 0},
	{"<|fim_pad|>", 151662, 151662, 0},
	{"<|repo_name|>", 151663, 151663, 0},
	{"<|file_sep|>", 151664, 151664, 0},
	{"<tool_response>", 151665, 151665, 0},
	{"</tool_response>", 151666, 151666, 0},
	{"<think>", 151667, 151667, 0},
	{"</think>", 151668, 151668, 0},
	{0},
};

/* Of chats: OpenAI's are the ones its cookbook counts by; the others' templates are public.
 * Harmony <|start|>role<|message|>...<|end|>, then <|start|>assistant; Llama 3 begins with
 * <|begin_of_text|>, <|start_header_id|>role<|end_header_id|>\n\n...<|eot_id|>; ChatML
 * <|im_start|>role\n...<|im_end|>\n. */
const struct encoding encodings[ENCODING_COUNT] = {
	{.name = "cl100k_base",
		.vocabulary = "cl100k_base",
		.style = SPLIT_CL100K,
		.digits = 3,
		.pattern = CL100K,
		.special = cl100k_special,
		.chat = {3, 1, 3}},
	{.name = "llama3",
		.vocabulary = "llama3",
		.style = SPLIT_CLASSIC,
		.digits = 3,
		.whole_only = true,
		.pattern = CLASSIC("\\p{N}{1,3}"),
		.special = llama3_special,
		.chat = {4, 0, 5}},
	{.name = "o200k_base",
		.vocabulary = "o200k_base",
		.style = SPLIT_O200K,
		.digits = 3,
		.pattern = O200K,
		.special = o200k_special,
		.chat = {3, 1, 3}},
	{.name = "o200k_harmony",
		.vocabulary = "o200k_base",
		.style = SPLIT_O200K,
		.digits = 3,
		.pattern = O200K,
		.special = harmony_special,
		.chat = {3, 0, 2}},
	{.name = "p50k_base",
		.vocabulary = "p50k_base",
		.style = SPLIT_GPT2,
		.pattern = GPT2,
		.special = gpt2_special},
	{.name = "p50k_edit",
		.vocabulary = "p50k_base",
		.style = SPLIT_GPT2,
		.pattern = GPT2,
		.special = p50k_edit_special},
	{.name = "qwen2",
		.vocabulary = "qwen2",
		.style = SPLIT_CLASSIC,
		.digits = 1,
		.nfc = true,
		.pattern = CLASSIC("\\p{N}"),
		.special = qwen_special,
		.chat = {4, 0, 3}},
	{.name = "r50k_base",
		.vocabulary = "r50k_base",
		.style = SPLIT_GPT2,
		.pattern = GPT2,
		.special = gpt2_special},
};

struct named {
	const char *start; /* of a model's name, in lower case; a "*" before it: anywhere in it */
	const char *encoding;
	enum model_encoding how;
};

static const struct named aliases[] = {
	{"gpt2", "r50k_base", MODEL_EXACT},
	{"llama3.1", "llama3", MODEL_EXACT},
	{"llama3.2", "llama3", MODEL_EXACT},
	{"llama3.3", "llama3", MODEL_EXACT},
	{"qwen", "qwen2", MODEL_EXACT},
	{"qwen2.5", "qwen2", MODEL_EXACT},
	{"qwen3", "qwen2", MODEL_EXACT},
};

/* The first that fits, so longer beginnings stand first. */
static const struct named models[] = {
	{"gpt-oss", "o200k_harmony", MODEL_EXACT}, {"gpt-4o", "o200k_base", MODEL_EXACT},
	{"gpt-4.1", "o200k_base", MODEL_EXACT}, {"gpt-4.5", "o200k_base", MODEL_EXACT},
	{"gpt-5", "o200k_base", MODEL_EXACT}, {"chatgpt-4o", "o200k_base", MODEL_EXACT},
	{"o1", "o200k_base", MODEL_EXACT}, {"o3", "o200k_base", MODEL_EXACT},
	{"o4-mini", "o200k_base", MODEL_EXACT}, {"gpt-4", "cl100k_base", MODEL_EXACT},
	{"gpt-3.5", "cl100k_base", MODEL_EXACT},
	{"gpt-35", "cl100k_base", MODEL_EXACT}, /* Azure's spelling */
	{"text-embedding-ada-002", "cl100k_base", MODEL_EXACT},
	{"text-embedding-3", "cl100k_base", MODEL_EXACT},
	{"text-davinci-edit", "p50k_edit", MODEL_EXACT},
	{"code-davinci-edit", "p50k_edit", MODEL_EXACT},
	{"text-davinci-00", "p50k_base", MODEL_EXACT}, {"code-", "p50k_base", MODEL_EXACT},
	{"davinci-002", "cl100k_base", MODEL_EXACT}, {"babbage-002", "cl100k_base", MODEL_EXACT},
	{"davinci", "r50k_base", MODEL_EXACT}, {"curie", "r50k_base", MODEL_EXACT},
	{"babbage", "r50k_base", MODEL_EXACT}, {"ada", "r50k_base", MODEL_EXACT},
	{"gpt2", "r50k_base", MODEL_EXACT}, {"gpt-2", "r50k_base", MODEL_EXACT},
	{"gpt-", "o200k_base", MODEL_ASSUMED}, {"o4", "o200k_base", MODEL_ASSUMED},
	{"o5", "o200k_base", MODEL_ASSUMED}, {"llama-3", "llama3", MODEL_EXACT},
	{"llama3", "llama3", MODEL_EXACT}, {"meta-llama-3", "llama3", MODEL_EXACT},
	{"*meta.llama3", "llama3", MODEL_EXACT}, /* Bedrock's spelling */
	{"*-llama-3", "llama3", MODEL_EXACT}, /* fine-tunes: "hermes-3-llama-3.1-8b" */
	{"*-llama3", "llama3", MODEL_EXACT},
	{"qwen3.5", "qwen2", MODEL_UNKNOWN}, /* another vocabulary */
	{"qwen2", "qwen2", MODEL_EXACT}, {"qwen3", "qwen2", MODEL_EXACT},
	{"qwq", "qwen2", MODEL_EXACT}, {"qwen-max", "qwen2", MODEL_ASSUMED},
	{"qwen", "qwen2", MODEL_ASSUMED}, {"*-qwen2", "qwen2", MODEL_EXACT},
	{"*-qwen3", "qwen2", MODEL_EXACT},
	{"*-qwen-", "qwen2", MODEL_ASSUMED}, /* "deepseek-r1-distill-qwen-7b" */
};

const struct encoding *encoding_by_name(struct str name)
{
	for (size_t i = 0; i < ENCODING_COUNT; i++)
		if (str_is(name, encodings[i].name))
			return &encodings[i];
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (str_is(name, aliases[i].start))
			return encoding_by_name(str_from(aliases[i].encoding));
	return NULL;
}

static bool fits(struct str model, const char *start)
{
	if (start[0] == '*')
		return str_find(model, str_from(start + 1), 0) != SIZE_MAX;
	return str_starts(model, str_from(start));
}

/* Without the maker before a slash ("Qwen/", "openai/"), a fine-tune's "ft:", and case. */
static struct str plain_name(struct str model, char *out, size_t size)
{
	size_t slash = str_find_last(model, STR("/"));
	if (slash != SIZE_MAX)
		model = str_slice(model, slash + 1, model.len);
	model = str_slice(model, 0, size);
	for (size_t i = 0; i < model.len; i++) {
		char c = model.at[i];
		out[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == '_' ? '-' : c;
	}
	struct str name = {out, model.len};
	return str_starts(name, STR("ft:")) ? str_slice(name, 3, name.len) : name;
}

const struct encoding *encoding_of_model(struct str model, enum model_encoding *how)
{
	char text[128];
	struct str name = plain_name(model, text, sizeof text);
	for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
		if (!fits(name, models[i].start))
			continue;
		*how = models[i].how;
		return encoding_by_name(str_from(models[i].encoding));
	}
	*how = MODEL_UNKNOWN;
	return encoding_by_name(STR("o200k_base"));
}
