/* SPDX-License-Identifier: MIT */
#include "core/data/yaml.h"
#include "core/data/yaml_edit.h"

/* In every text a value can be set, a key renamed and an entry removed, or it is refused with a
 * sentence and the text stays; what was set is there. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_set(struct arena *a, struct str text, struct yaml_path path)
{
	struct err e = ERR_INIT;
	struct str before = text;
	struct value v;
	if (!yaml_edit_set(a, "x.yaml", &text, path, value_cstr("it's: #1"), &e)) {
		if (e.text[0] == '\0' || text.at != before.at || text.len != before.len)
			BUG("refused without a sentence, or changed all the same");
		return;
	}
	if (!yaml_read(a, text, "x.yaml", 0, &v, &e))
		BUG("what was set cannot be read: %s", e.text);
	for (size_t i = 0; i < path.count; i++) {
		const struct value *inner = value_get(v, path.parts[i]);
		if (inner == NULL)
			BUG("what was set is not there");
		v = *inner;
	}
	if (v.kind != VALUE_STR || !str_is(v.u.str, "it's: #1"))
		BUG("something else was set");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str parts[] = {STR("connections"), STR("a"), STR("b")};
	struct str text = {(const char *)data, size};
	struct arena a = ARENA_INIT;
	for (size_t count = 1; count <= 3; count++) {
		struct yaml_path path = {parts, count};
		struct str copy = text;
		struct err e = ERR_INIT;
		check_set(&a, text, path);
		if (!yaml_edit_remove(&a, "x.yaml", &copy, path, &e) && e.text[0] == '\0')
			BUG("refused without a sentence");
		copy = text;
		if (!yaml_edit_rename(&a, "x.yaml", &copy, path, STR("new key"), &e) &&
			e.text[0] == '\0')
			BUG("refused without a sentence");
	}
	arena_release(&a);
	return 0;
}
