/* SPDX-License-Identifier: MIT */
#include "core/base/embedded.h"

#include <string.h>

/* The first file whose path is not before PATH. */
static size_t first_from(const char *path)
{
	size_t low = 0, high = embedded_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(embedded_files[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct embedded_file *embedded_find(const char *path)
{
	size_t at = first_from(path);
	if (at == embedded_count || strcmp(embedded_files[at].path, path) != 0)
		return NULL;
	return &embedded_files[at];
}

const struct embedded_file *embedded_next(const char *prefix, const struct embedded_file *after)
{
	size_t at = after == NULL ? first_from(prefix) : (size_t)(after - embedded_files) + 1;
	if (at >= embedded_count)
		return NULL;
	const struct embedded_file *file = &embedded_files[at];
	return strncmp(file->path, prefix, strlen(prefix)) == 0 ? file : NULL;
}

struct str embedded_str(const struct embedded_file *file)
{
	return (struct str){(const char *)file->bytes, file->size};
}
