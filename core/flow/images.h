/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_IMAGES_H
#define CORE_FLOW_IMAGES_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * Images in inputs. What is written as an image is loaded once and stands in the template as a
 * short marker, "Image(0123456789abcdef)"; a line of the rendered text that is such a marker
 * becomes an image part of its message.
 *
 * Forms: the basic map with one key "data:image/TYPE;path", ";base64" or ";url"; the openai-vision
 * maps {"type": "image_url", "image_url": {"url"}} and {"type": "image_file", "image_file":
 * {"path"}} ({"type": "text", "text"} is its text); the string "data:image/TYPE;path: VALUE"; and,
 * where the input's type is image, a bare string of base64, a URL or a path.
 */

enum { IMAGE_MAX = 20 << 20 }; /* bytes of one image */

struct image {
	struct str marker;
	struct str url; /* the URL as given, or "data:image/png;base64,..." */
};

struct image_set {
	struct image *items;
	size_t len;
	size_t cap;
};

struct image_source {
	const char *root; /* paths stay under this folder, the workspace */
	const char *folder; /* paths are relative to this folder of ROOT ("" for ROOT itself) */
};

/* Loads the images within V, adding them to SET, and gives V with markers in their place. IS_IMAGE:
 * V itself must be an image. Everything new goes into the arena. */
bool images_load(struct arena *a, const struct image_source *from, struct value v, bool is_image,
	struct image_set *set, struct value *out, struct err *e) WARN_UNUSED;

/* The image with this marker; NULL when there is none or SET is NULL. */
const struct image *image_find(const struct image_set *set, struct str marker);

/* A template with each "![image]({{ name }})" as the variable on a line of its own. Line numbers
 * stay as they are. */
struct str images_in_template(struct arena *a, struct str template);

#endif
