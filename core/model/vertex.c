/* SPDX-License-Identifier: MIT */
#include "core/model/vertex.h"

bool vertex_is(const struct connection *connection)
{
	return str_is(connection->vendor, "vertex") ||
	       value_get_str(connection->options, "project", STR_NONE).len > 0;
}

bool vertex_url(struct arena *a, const struct connection *connection, struct str publisher,
	struct str model, struct str verb, struct str *out, struct err *e)
{
	const struct str project = value_get_str(connection->options, "project", STR_NONE);
	const struct str region = value_get_str(connection->options, "region", STR("us-central1"));
	struct str base = connection->base_url;

	if (project.len == 0) {
		err_set(e, ERR_CONFIG, "The connection %.*s to Vertex AI names no project.",
			STR_ARG(connection->name));
		return err_hint(e, "Add project: and region: to it in lathe.yaml.");
	}
	if (base.len == 0 && str_is(region, "global"))
		base = STR("https://aiplatform.googleapis.com/v1");
	else if (base.len == 0)
		base = str_format(a, "https://%.*s-aiplatform.googleapis.com/v1", STR_ARG(region));
	*out = str_format(a, "%.*s/projects/%.*s/locations/%.*s/publishers/%.*s/models/%.*s:%.*s",
		STR_ARG(base), STR_ARG(project), STR_ARG(region), STR_ARG(publisher),
		STR_ARG(model), STR_ARG(verb));
	return true;
}
