# SPDX-License-Identifier: MIT
"""What is neither chat nor a model's own format: embeddings, rerank, moderation, lists of models.

The vectors and scores depend on the texts, so that a test sees whether a text was sent whole: a
document scores the share of the query's words that it has; a text with the word "bomb" is flagged.
"""
import base64
import struct

from mock.gemini import vector
from mock.wanted import Wrong, fields, typed

CATEGORIES = ("hate", "hate/threatening", "harassment", "harassment/threatening", "illicit",
              "illicit/violent", "self-harm", "self-harm/intent", "self-harm/instructions",
              "sexual", "sexual/minors", "violence", "violence/graphic")


def embeddings(body, vendor="openai"):
    more = {"azure": ("input_type",), "dashscope": ("text_type",)}.get(vendor, ())
    fields(body, ("model", "input", "dimensions", "encoding_format", "user") + more, "body",
           ("input",) if vendor == "azure" else ("model", "input"))
    texts = typed(body["input"], (str, list), "input")
    texts = [texts] if isinstance(texts, str) else texts
    if not texts or "" in texts:
        raise Wrong("'$.input' is invalid.", "input")
    size = typed(body.get("dimensions"), (int,), "dimensions") or 8
    rows = []
    for n, text in enumerate(texts):
        values = vector(text if isinstance(text, str) else repr(text), size)
        if body.get("encoding_format") == "base64":
            values = base64.b64encode(struct.pack("<%df" % size, *values)).decode("ascii")
        rows.append({"object": "embedding", "index": n, "embedding": values})
    read = sum(1 + len(text) // 4 for text in texts)
    return {"object": "list", "model": body.get("model", "mock"), "data": rows,
            "usage": {"prompt_tokens": read, "total_tokens": read}}


def score(query, document):
    wanted = set(query.lower().split())
    return round(len(wanted & set(document.lower().split())) / max(1, len(wanted)), 4)


def ranked(query, documents, count):
    texts = [d if isinstance(d, str) else d["text"] for d in documents]
    rows = sorted(((score(query, text), -n) for n, text in enumerate(texts)), reverse=True)
    return [(-n, s, texts[-n]) for s, n in rows][:count or len(texts)]


def rerank(body, vendor):
    """Cohere, Jina, vLLM, llama-server, Voyage, SiliconFlow: the shape follows the vendor."""
    names = {"cohere": "model query documents top_n max_tokens_per_doc priority",
             "jina": "model query documents top_n return_documents",
             "voyage": "model query documents top_k truncation return_documents",
             "siliconflow": "model query documents top_n return_documents instruction "
                            "max_chunks_per_doc overlap_tokens",
             "plain": "model query documents top_n return_documents truncate_prompt_tokens"}
    fields(body, names[vendor].split(), "body", ("model", "query", "documents"))
    rows = ranked(body["query"], body["documents"], body.get("top_n", body.get("top_k")))
    results = [{"index": n, "relevance_score": s} for n, s, _ in rows]
    if vendor in ("jina", "plain", "siliconflow") and body.get("return_documents", True):
        results = [dict(row, document={"text": text})
                   for row, (_, _, text) in zip(results, rows)]
    if vendor == "cohere":
        return {"id": "rr-1", "results": results, "meta": {
            "api_version": {"version": "2"}, "billed_units": {"search_units": 1}}}
    used = sum(1 + len(d if isinstance(d, str) else d["text"]) // 4 for d in body["documents"])
    if vendor == "voyage":
        return {"object": "list", "data": results, "model": body["model"],
                "usage": {"total_tokens": used}}
    if vendor == "siliconflow":
        return {"id": "rr-1", "results": results,
                "tokens": {"input_tokens": used, "output_tokens": 0}}
    return {"model": body["model"], "object": "list", "usage": {"total_tokens": used},
            "results": results}


def rerank_tei(body):
    """Text Embeddings Inference; its /rerank is told from others by "texts"."""
    fields(body, ("query", "texts", "raw_scores", "return_text", "truncate",
                  "truncation_direction"), "body", ("query", "texts"))
    rows = ranked(body["query"], body["texts"], None)
    return [dict({"index": n, "score": s}, **({"text": t} if body.get("return_text") else {}))
            for n, s, t in rows]


def dashscope_rerank(body):
    fields(body, ("model", "input", "parameters"), "body", ("model", "input"))
    data = fields(body["input"], ("query", "documents"), "input", ("query", "documents"))
    wish = fields(body.get("parameters") or {}, ("top_n", "return_documents"), "parameters")
    rows = ranked(data["query"], data["documents"], wish.get("top_n"))
    results = [{"index": n, "relevance_score": s} for n, s, _ in rows]
    if wish.get("return_documents"):
        results = [dict(row, document={"text": t}) for row, (_, _, t) in zip(results, rows)]
    return {"output": {"results": results}, "usage": {"total_tokens": 79}, "request_id": "r-1"}


def dashscope_embed(body):
    fields(body, ("model", "input", "parameters"), "body", ("model", "input"))
    wish = body.get("parameters") or {}
    texts = body["input"]["texts"]
    if len(texts) > 10:
        raise Wrong("batch size is invalid, it should not be larger than 10.", "input.texts")
    rows = [{"text_index": n, "embedding": vector(text, wish.get("dimension", 8))}
            for n, text in enumerate(texts)]
    return {"output": {"embeddings": rows}, "request_id": "r-1",
            "usage": {"total_tokens": sum(1 + len(text) // 4 for text in texts)}}


def parts_of(value):
    """(text, is there an image) of one input of the moderation route."""
    if isinstance(value, str):
        return value, False
    text = ""
    image = False
    for part in value if isinstance(value, list) else [value]:
        fields(part, ("type", "text", "image_url"), "input", ("type",))
        text += part.get("text", "")
        image = image or part["type"] == "image_url"
    return text, image


def moderations(body):
    fields(body, ("model", "input"), "body", ("input",))
    given = body["input"]
    if isinstance(given, str) or given and isinstance(given[0], dict):
        given = [given]
    results = []
    for value in given:
        text, image = parts_of(value)
        hit = "bomb" in text
        kinds = (["text"] if text else []) + (["image"] if image else [])
        results.append({
            "flagged": hit,
            "categories": {c: hit and c == "violence" for c in CATEGORIES},
            "category_scores": {c: 0.91 if hit and c == "violence" else 0.0001
                                for c in CATEGORIES},
            "category_applied_input_types": {c: kinds for c in CATEGORIES}})
    return {"id": "modr-1", "model": body.get("model", "omni-moderation-latest"),
            "results": results}


def points(text, limit, name):
    typed(text, (str,), name)
    if len(text) > limit:
        raise Wrong("The length of %s must not be more than %d." % (name, limit), name,
                    code="InvalidRequestBody")
    return text


def text_analyze(body):
    fields(body, ("text", "categories", "blocklistNames", "haltOnBlocklistHit", "outputType"),
           "body", ("text",))
    text = points(body["text"], 10000, "text")
    chosen = body.get("categories") or ["Hate", "SelfHarm", "Sexual", "Violence"]
    level = 5 if body.get("outputType") == "EightSeverityLevels" else 4
    hits = [{"blocklistName": name, "blocklistItemId": "1", "blocklistItemText": "bomb"}
            for name in body.get("blocklistNames") or [] if "bomb" in text]
    return {"blocklistsMatch": hits, "categoriesAnalysis": [
        {"category": c, "severity": level if "bomb" in text and c == "Violence" else 0}
        for c in chosen]}


def shield_prompt(body):
    fields(body, ("userPrompt", "documents"), "body")
    documents = body.get("documents") or []
    if len(documents) > 5 or sum(len(d) for d in documents) > 10000:
        raise Wrong("At most 5 documents of 10000 characters together.", "documents")
    attack = lambda text: "ignore all previous" in text.lower()  # noqa: E731
    return {"userPromptAnalysis": {"attackDetected": attack(
                points(body.get("userPrompt") or "", 10000, "userPrompt"))},
            "documentsAnalysis": [{"attackDetected": attack(d)} for d in documents]}


def models(vendor):
    made = {"object": "model", "created": 1790000000, "owned_by": "mock"}
    names = ["mock-large", "mock-small", "mock-embedding"]
    rows = [dict(made, id=name) for name in names]
    if vendor == "vllm":
        rows = [dict(row, max_model_len=32768, root=row["id"], parent=None) for row in rows]
    elif vendor == "llama-server":
        rows = [dict(row, meta={"n_ctx_train": 131072, "n_embd": 3072, "n_params": 3212749888,
                                "size": 2019377408}) for row in rows]
    elif vendor == "openrouter":
        return {"data": [dict(
            made, id="mockhost/" + name, name=name, context_length=200000,
            architecture={"input_modalities": ["text", "image"], "output_modalities": ["text"],
                          "tokenizer": "Other"},
            top_provider={"context_length": 200000, "max_completion_tokens": 64000},
            pricing={"prompt": "0.000003", "completion": "0.000015", "request": "0",
                     "image": "0.0048", "input_cache_read": "0.0000003",
                     "input_cache_write": "0.00000375"},
            supported_parameters=["tools", "temperature"]) for name in names]}
    return {"object": "list", "data": rows}


def anthropic_models():
    yes = {"supported": True}
    rows = [{"id": name, "type": "model", "display_name": name.title(),
             "created_at": "2026-02-01T00:00:00Z", "max_input_tokens": 200000,
             "max_tokens": 64000, "capabilities": {
                 "batch": yes, "citations": yes, "image_input": yes, "pdf_input": yes,
                 "structured_outputs": yes, "thinking": dict(yes, types={"enabled": yes})}}
            for name in ("claude-mock-large", "claude-mock-small")]
    return {"data": rows, "has_more": False, "first_id": rows[0]["id"], "last_id": rows[-1]["id"]}
