/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_FLOW_FILE_H
#define CORE_FLOW_FLOW_FILE_H

#include "core/flow/inputs.h"
#include "core/flow/reference.h"

/*
 * flow.dag.yaml: read whole, with what we cannot run yet kept as it stands. Reading refuses only
 * what has no meaning (a list where a map belongs, a node without a name); flow_check refuses what
 * cannot run, by name. Keys that are not known are ignored, as in Prompt flow.
 */

enum { FLOW_MAX = 8 << 20 }; /* bytes of a flow file */

enum node_type {
	NODE_NONE, /* no type: its body is in node_variants */
	NODE_LLM,
	NODE_PROMPT,
	NODE_PYTHON,
	NODE_CUSTOM_LLM,
	NODE_CSHARP,
	NODE_ACTION,
	NODE_UNKNOWN
};

enum source_type { SOURCE_CODE, SOURCE_PACKAGE, SOURCE_PACKAGE_WITH_PROMPT, SOURCE_UNKNOWN };

struct flow_input_value {
	struct str name;
	struct value value; /* literals keep their kind; "" and null are dropped when read */
	struct reference reference;
	uint32_t key_line, key_column;
};

struct flow_node {
	struct str name;
	enum node_type type;
	struct str type_word;
	enum source_type source;
	struct str source_word;
	struct str path; /* of the source, as written (relative to the flow's folder), or "" */
	struct str tool; /* source.tool, or the node's "tool" of old files */
	struct flow_input_value *inputs;
	size_t input_count;
	struct str connection;
	struct str api; /* "", "chat", "completion", ... */
	struct str provider;
	bool aggregation;
	bool use_variants;
	bool has_activate;
	struct value activate_when; /* VALUE_NONE when missing */
	struct value activate_is;
	bool has_activate_is;
	struct value raw; /* the whole node */
	struct value at; /* its name, for the place */
};

struct flow_output {
	struct str name;
	struct str type_word;
	struct value value; /* "reference" as written; VALUE_NONE when absent */
	struct reference reference;
	bool is_chat_output;
	bool evaluation_only;
	struct value at;
};

struct flow {
	const char *path; /* of the file, relative to the workspace */
	const char *folder; /* its folder, "" for the root */
	const char *root; /* the workspace */
	struct str source; /* the file's bytes */
	struct value raw; /* dict */
	struct str name; /* "name", else the folder's name */
	struct str description;
	struct str type; /* "standard", "evaluation", "chat" */
	struct inputs inputs;
	struct flow_output *outputs;
	size_t output_count;
	struct flow_node *nodes; /* in file order */
	size_t node_count;
};

/* Reads ROOT/PATH, a flow.dag.yaml or a folder with one, into OUT; all of it in the arena. */
bool flow_read(struct arena *a, const char *root, const char *path, struct flow *out,
	struct err *e) WARN_UNUSED;

/* The same for a text that is not (yet) in the file; PATH names the file. */
bool flow_parse(struct arena *a, const char *root, const char *path, struct str text,
	struct flow *out, struct err *e) WARN_UNUSED;

/* The index of the node, or SIZE_MAX. */
size_t flow_find_node(const struct flow *f, struct str name);

#endif
