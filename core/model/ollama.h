/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_OLLAMA_H
#define CORE_MODEL_OLLAMA_H

#include "core/model/wire.h"

/*
 * The provider "ollama": Ollama's own API, with what its OpenAI-shaped one lacks: the size of the
 * context (num_ctx), how long a model stays loaded (keep_alive), durations. Without a base_url it
 * is the server on this machine. Without num_ctx the server cuts long prompts in silence.
 */
extern const struct provider ollama;
extern const struct wire ollama_wire;

/* BASE/PATH for this and the endpoints ("" for BASE: this machine's server; a path /api or /v1 that
 * BASE ends with, as people paste it, is left out). */
struct str ollama_url(struct arena *a, struct str base, struct str path);

#endif
