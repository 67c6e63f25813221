/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/data/yaml.h"

/* Any bytes as YAML and as JSON: what can be read is written as JSON that reads back as the same.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void); /* NOLINT(bugprone-reserved-identifier) */

/* libfyaml 0.7.12 loses some memory of its own when a quoted key does not end. */
const char *__lsan_default_suppressions(void) /* NOLINT(bugprone-reserved-identifier) */
{
	return "leak:libfyaml";
}

static void check(struct arena *a, struct value v)
{
	struct err e = ERR_INIT;
	struct value again;
	struct str text = json_text(a, v, JSON_COMPACT);
	if (text.len == 0)
		BUG("what was read cannot be written");
	if (!json_read(a, text, "again", &again, &e))
		BUG("%s: %s", e.where, e.text);
	if (!str_eq(text, json_text(a, again, JSON_COMPACT)))
		BUG("it does not read back as the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct value v;
	if (yaml_read(&a, text, "in.yaml", 0, &v, &e))
		check(&a, v);
	else if (e.text[0] == '\0')
		BUG("refused without a reason");
	err_clear(&e);
	if (json_read(&a, text, "in.json", &v, &e))
		check(&a, v);
	else if (e.text[0] == '\0')
		BUG("refused without a reason");
	arena_release(&a);
	return 0;
}
