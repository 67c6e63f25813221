/* SPDX-License-Identifier: MIT */
#include "core/store/batch.h"

#include "core/base/alloc.h"

#include <stdlib.h>

struct batch *batch_new(uint64_t number)
{
	struct batch *batch = xcalloc(1, sizeof *batch);
	batch->number = number;
	return batch;
}

void batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	arena_release(&batch->arena);
	free(batch);
}

struct batch_row *batch_add(struct batch *batch, enum batch_kind kind)
{
	struct batch_row *row = ARENA_NEW(&batch->arena, struct batch_row);
	row->kind = kind;
	if (batch->last == NULL)
		batch->first = row;
	else
		batch->last->next = row;
	batch->last = row;
	batch->bytes += sizeof *row;
	batch->kinds |= 1u << kind;
	if (kind == BATCH_SPAN)
		batch->begun[batch->spans++ % BATCH_BEGUN] = row;
	return row;
}

struct batch_span *batch_begun(struct batch *batch, uint64_t span)
{
	for (size_t i = 0; i < BATCH_BEGUN && i < batch->spans; i++) {
		struct batch_span *begun = &batch->begun[i]->u.span;
		if (begun->begin.id == span && begun->end == NULL)
			return begun;
	}
	return NULL;
}

struct str batch_keep(struct batch *batch, struct str text)
{
	batch->bytes += text.len;
	return text.len == 0 ? STR("") : str_copy(&batch->arena, text);
}
