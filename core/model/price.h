/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_PRICE_H
#define CORE_MODEL_PRICE_H

#include "core/base/str.h"
#include "core/trace/event.h"

/*
 * From tokens to money. Money is kept in nano-dollars (64 bits): ten tokens of an embedding at two
 * cents a million are 200 of them, and a billion dollars still fit. A row is rounded once, half up;
 * totals are sums over rows.
 *
 * What is not known is -1, with a reason; it is never taken for 0.
 */

/* Micro-dollars a million tokens; -1 unknown. */
struct model_price {
	int64_t input; /* not cached */
	int64_t cache_read; /* -1: as input */
	int64_t cache_write; /* -1: as input */
	int64_t cache_write_long; /* -1: as cache_write */
	int64_t output;
	int64_t reasoning; /* -1: as output */
	int64_t thinking_output; /* of all output of an answer that thought; -1: as output */
	int64_t batch_input, batch_output;
};

enum { PRICE_TIERS = 6 };

/* The prices of one model, with those for long requests. */
struct price_table {
	struct model_price base;
	struct {
		int64_t above; /* tokens of the request; ascending */
		struct model_price price;
	} tiers[PRICE_TIERS];
	int tier_count;
	bool free; /* runs here: nobody charges */
	struct str as_of; /* "2026-07-24": when it was believed to be true; "" not said */
	struct str source; /* whose word it is */
	struct str version; /* what the ledger keeps: "models.yaml 2026-07-24" */
};

struct price_table price_unknown(void);
bool price_is_known(const struct price_table *t); /* input and output are, or it is free */
/* The prices for a request of INPUT tokens. */
const struct model_price *price_tier(const struct price_table *t, int64_t input);

struct cost {
	int64_t nano; /* -1 unknown */
	const char *why; /* unknown: a clause that says why; else "" */
	struct str version; /* by which prices; "provider": as the provider told; "" unknown */
};

/* What USAGE costs. */
struct cost price_usage(const struct price_table *t, const struct trace_usage *usage);

/* The most that a request can cost: nothing cached, OUTPUT tokens of the dearest kind. -1 unknown.
 */
int64_t price_most(const struct price_table *t, int64_t input, int64_t output);

struct catalogue;
struct connection;
struct model_result;

/* What an attempt cost that ended as RESULT with USAGE (RESULT's, or our estimate): for its row of
 * the ledger. An answer of our own cache, or a refusal that no provider charges, costs 0. */
struct cost price_attempt(struct catalogue *c, const struct connection *connection,
	struct str model, const struct model_result *result, const struct trace_usage *usage);

/* "$0.00125", "$12.35", "<$0.000001": at most OUT. "?" for -1. */
enum { PRICE_TEXT = 32 };
char *price_text(int64_t nano, char out[PRICE_TEXT]);

#endif
