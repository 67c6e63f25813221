/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_AWS_SIGN_H
#define CORE_NET_AWS_SIGN_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Requests to AWS signed by its Signature Version 4, without a query: the URL's path is encoded
 * once more for the signature, as all services but S3 want. */

struct aws_sign {
	struct str access_key, secret_key;
	struct str session_token; /* "" for none */
	struct str region, service;
	int64_t time_ns; /* since 1970 */
	const char *method;
	struct str url, body;
};

enum { AWS_SIGN_MAX = 768, AWS_DATE_MAX = 24 };

/* The values of the headers Authorization and X-Amz-Date; X-Amz-Security-Token is the token as it
 * is. Fails when a name is too long. */
bool aws_sign(const struct aws_sign *what, char authorization[AWS_SIGN_MAX],
	char date[AWS_DATE_MAX], struct err *e) WARN_UNUSED;

/* S as a segment of a path: what is not a letter, a digit or one of -_.~ as %XX. */
struct str aws_encode(struct arena *a, struct str s);

#endif
