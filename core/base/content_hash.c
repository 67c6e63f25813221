/* SPDX-License-Identifier: MIT */
#include "core/base/content_hash.h"

#include <sodium.h>

char *content_hash(struct str bytes, char out[CONTENT_HASH])
{
	unsigned char hash[crypto_generichash_BYTES];
	_Static_assert(2 * sizeof hash + 1 == CONTENT_HASH, "the hash has 64 digits");
	crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.at, bytes.len, NULL, 0);
	return sodium_bin2hex(out, CONTENT_HASH, hash, sizeof hash);
}
