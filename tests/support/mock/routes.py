# SPDX-License-Identifier: MIT
"""Which wire format, vendor and door a path belongs to; the answer to a request by itself.

    /v1/...                               OpenAI
    /openai/deployments/NAME/...          Azure OpenAI, also /openai/v1/...
    /compatible-mode/v1/...  /api/v1/services/...   DashScope
    /VENDOR/anything/...                  an OpenAI-compatible vendor by its word of VENDORS
    /v1/messages, /anthropic/v1/...       Anthropic; Vertex by :rawPredict
    /v1beta/models/M:METHOD               Gemini; Vertex by /v1/projects/...
    /api/chat, generate, embed, tags      Ollama
    /model/M/converse                     Bedrock
    /contentsafety/text:METHOD            Azure AI Content Safety

A request without its vendor's way of saying who asks is answered 401.
"""
import re
import urllib.parse

from mock import (anthropic, answer, bedrock, gemini, ollama, openai_chat, openai_read,
                  openai_responses, openai_vendors, others)
from mock.wanted import Wrong

SSE = "text/event-stream; charset=utf-8"
NDJSON = "application/x-ndjson"
JSON = "application/json"


class Door:
    """What is behind a path: the wire format, the vendor, the call and the model it names."""

    def __init__(self, wire, call, vendor="openai", model=None, more=None):
        self.wire = wire
        self.call = call
        self.vendor = vendor
        self.model = model
        self.more = more or {}


CHAT_WIRE = openai_chat
PATTERNS = [
    (r"/openai/deployments/(?P<model>[^/]+)/(?P<call>.+)$", "azure"),
    (r"/openai/v1/(?P<call>.+)$", "azure-v1"),
    (r"/contentsafety/text:(?P<call>\w+)$", "safety"),
    (r".*/models/(?P<model>[^/:]+):(?P<call>rawPredict|streamRawPredict)$", "claude-vertex"),
    (r".*/models/(?P<model>[^/:]+):(?P<call>\w+)$", "gemini"),
    (r"/v1beta/(?P<call>models)$", "gemini"),
    (r"/model/(?P<model>[^/]+)/(?P<call>converse|converse-stream|invoke)$", "bedrock"),
    (r"/(?P<vendor>anthropic|deepseek/anthropic)/(?:v1/)?(?P<call>.+)$", "anthropic"),
    (r"/api/(?P<call>chat|generate|embed|embeddings|tags|show|version|ps)$", "ollama"),
    (r"/api/v1/services/(?P<call>.+)$", "dashscope-native"),
    (r"/compatible-mode/v1/(?P<call>.+)$", "dashscope"),
    (r"/v1/(?P<call>messages.*)$", "anthropic"),
    (r"/v2/(?P<call>rerank)$", "cohere"),
    (r"/(?P<vendor>[a-z][a-z-]*)/(?:openai/|api/|paas/|v\d+/)*(?P<call>.+)$", "vendor"),
    (r"/(?:v1/)?(?P<call>.+)$", "openai"),
]


def door_of(path):
    for pattern, kind in PATTERNS:
        found = re.match(pattern, path)
        if not found:
            continue
        parts = found.groupdict()
        if kind == "vendor" and parts["vendor"] not in openai_read.VENDORS and \
                parts["vendor"] not in ("jina", "voyage", "cohere", "tei"):
            continue
        model = urllib.parse.unquote(parts.get("model") or "") or None
        return kind, parts["call"], parts.get("vendor"), model
    return "openai", path, None, None


def credential(request, kind):
    """The credential where this kind of door wants it, or None."""
    bearer = request.header("authorization") or ""
    bearer = bearer[7:] if bearer.startswith("Bearer ") else None
    if kind in ("azure", "azure-v1"):
        return request.header("api-key") or bearer
    if kind == "safety":
        return request.header("ocp-apim-subscription-key") or bearer
    if kind == "anthropic":
        return request.header("x-api-key") or bearer
    if kind == "gemini":
        return request.header("x-goog-api-key") or bearer
    if kind == "bedrock":
        return bedrock.signed(request) or bearer
    return bearer


def error_of(kind, wrong):
    """(status, body) of a refusal in the words of the vendor."""
    wires = {"anthropic": anthropic, "claude-vertex": anthropic, "gemini": gemini,
             "ollama": ollama, "bedrock": bedrock}
    wire = wires.get(kind, openai_responses)
    value = wire.error(wrong.status, wrong.message, wrong.param, wrong.code)
    if kind in ("azure", "azure-v1", "safety"):
        value["error"]["code"] = wrong.code or str(wrong.status)
        value["error"]["status"] = wrong.status
    elif kind == "dashscope-native":
        value = {"code": wrong.code or "InvalidParameter", "message": wrong.message,
                 "request_id": "r-1"}
    return value


def check_door(request, kind):
    if kind not in ("ollama",) and not credential(request, kind):
        code = {"gemini": "API_KEY_INVALID"}.get(kind, "invalid_api_key")
        raise Wrong("You didn't provide an API key.", None, 400 if kind == "gemini" else 401, code)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.target).query))
    if kind in ("azure", "safety") and not re.match(r"\d{4}-\d{2}-\d{2}",
                                                    query.get("api-version", "")):
        raise Wrong("Resource not found", None, 404, "404")
    if kind == "anthropic" and request.header("anthropic-version") != "2023-06-01":
        raise Wrong("anthropic-version: header is required", None, 400)
    if request.method == "POST" and request.json is None:
        raise Wrong("We could not parse the JSON body of your request.", None, 400)
    return query


def chat(body, vendor, model):
    wanted = openai_read.read(body, vendor, model)
    reply = openai_vendors.flavoured(vendor, wanted, answer.reply_to(wanted))
    return {"wire": "openai_chat", "as_stream": bool(body.get("stream")), **reply}


def completions(body):
    """The old completions route, whose only news is the shape of the answer."""
    from mock.wanted import fields
    fields(body, ("model", "prompt", "suffix", "max_tokens", "temperature", "top_p", "n", "stop",
                  "stream", "stream_options", "seed", "echo", "logprobs", "user",
                  "frequency_penalty", "presence_penalty", "best_of", "logit_bias"), "body",
           ("model", "prompt"))
    text = "echo: " + body["prompt"]
    made = {"id": "cmpl-mock", "object": "text_completion", "created": 1790000000,
            "model": body["model"]}
    usage = {"prompt_tokens": 8 + len(body["prompt"]) // 4, "completion_tokens": len(text) // 4,
             "total_tokens": 8 + len(body["prompt"]) // 4 + len(text) // 4}
    choice = {"index": 0, "logprobs": None}
    if not body.get("stream"):
        return {"json": dict(made, usage=usage, choices=[
            dict(choice, text=text, finish_reason="stop")])}
    events = [{"json": dict(made, choices=[dict(choice, text=piece, finish_reason=None)])}
              for piece in answer.words(text)]
    events.append({"json": dict(made, choices=[dict(choice, text="", finish_reason="stop")])})
    return {"events": events, "role_first": False, "as_stream": True}


def openai_call(request, call, vendor, model):
    body = request.json
    call = call.split("?")[0]
    if call == "chat/completions":
        return chat(body, vendor, model)
    if call == "completions":
        return completions(body)
    if call == "responses":
        wanted = openai_responses.read(body)
        return {"wire": "openai_responses", "as_stream": bool(body.get("stream")),
                **answer.reply_to(wanted)}
    if call == "responses/input_tokens":
        wanted = openai_responses.read(body)
        return {"json": {"object": "response.input_tokens",
                         "input_tokens": answer.tokens_in(wanted)}}
    if call == "embeddings":
        return {"json": others.embeddings(body, vendor)}
    if call == "moderations":
        return {"json": others.moderations(body)}
    if call == "models":
        return {"json": others.models(vendor)}
    if call == "rerank" and "texts" in body:
        return {"json": others.rerank_tei(body)}
    if call == "rerank":
        shape = vendor if vendor in ("jina", "voyage", "siliconflow") else "plain"
        return {"json": others.rerank(body, shape)}
    raise Wrong("Unknown request URL: %s %s." % (request.method, request.path), None, 404,
                "unknown_url")


def anthropic_call(request, call):
    if call == "models":
        return {"json": others.anthropic_models()}
    if call.startswith("messages/count_tokens"):
        wanted = anthropic.read(dict(request.json, max_tokens=1))
        return {"json": {"input_tokens": answer.tokens_in(wanted)}}
    if call.split("?")[0] != "messages":
        raise Wrong("Not found", None, 404)
    wanted = anthropic.read(request.json)
    return {"wire": "anthropic", "as_stream": bool(request.json.get("stream")),
            **answer.reply_to(wanted)}


def gemini_call(request, call, model, query):
    if call == "models":
        return {"json": gemini.models()}
    if call in ("embedContent", "batchEmbedContents"):
        return {"json": gemini.embed(call, request.json, model)}
    if call == "countTokens":
        body = request.json.get("generateContentRequest") or request.json
        return {"json": {"totalTokens": answer.tokens_in(gemini.read(body, model))}}
    if call not in ("generateContent", "streamGenerateContent"):
        raise Wrong("models/%s is not found for %s" % (model, call), None, 404)
    streamed = call == "streamGenerateContent"
    return {"wire": "gemini", "as_stream": streamed, "as_array": query.get("alt") != "sse",
            **answer.reply_to(gemini.read(request.json, model))}


def ollama_call(request, call):
    body = request.json or {}
    plain = {"tags": ollama.tags, "version": lambda: {"version": "0.99.0"},
             "ps": lambda: {"models": []}}
    if call in plain:
        return {"json": plain[call]()}
    if call == "show":
        return {"json": ollama.show(body)}
    if call == "embed":
        return {"json": ollama.embed(body)}
    if str(body.get("model", "")).startswith("missing"):
        raise Wrong("model '%s' not found" % body["model"], None, 404)
    wanted = ollama.read(body) if call == "chat" else ollama.read_generate(body)
    return {"wire": "ollama", "as_stream": body.get("stream", True), **answer.reply_to(wanted)}


def dashscope_native(request, call):
    if call.startswith("rerank/"):
        return {"json": others.dashscope_rerank(request.json)}
    if call.startswith("embeddings/"):
        return {"json": others.dashscope_embed(request.json)}
    raise Wrong("url error, please check url!", None, 400, "InvalidParameter")


def safety_call(request, call):
    calls = {"analyze": others.text_analyze, "shieldPrompt": others.shield_prompt}
    if call not in calls:
        raise Wrong("Resource not found", None, 404, "NotFound")
    return {"json": calls[call](request.json)}


def vertex_claude(request, call, model):
    wanted = anthropic.read(request.json, model, version_inside=True)
    return {"wire": "anthropic", "as_stream": call == "streamRawPredict",
            **answer.reply_to(wanted)}


def bedrock_call(request, call, model):
    if call == "invoke":
        wanted = anthropic.read(request.json, model, version_inside=True)
        return {"wire": "anthropic", "as_stream": False, **answer.reply_to(wanted)}
    wanted = bedrock.read(request.json, model)
    return {"wire": "bedrock", "as_stream": call == "converse-stream", **answer.reply_to(wanted)}


def reply_for(request):
    """The reply to a request that no script answers."""
    kind, call, vendor, model = door_of(request.path.split("?")[0])
    try:
        query = check_door(request, kind)
        if kind == "azure":
            return openai_call(request, call, "azure", model)
        if kind == "azure-v1":
            return openai_call(request, call, "azure", None)
        if kind == "anthropic":
            return anthropic_call(request, call)
        if kind == "claude-vertex":
            return vertex_claude(request, call, model)
        if kind == "gemini":
            return gemini_call(request, call, model, query)
        if kind == "ollama":
            return ollama_call(request, call)
        if kind == "bedrock":
            return bedrock_call(request, call, model)
        if kind == "dashscope-native":
            return dashscope_native(request, call)
        if kind == "safety":
            return safety_call(request, call)
        if kind == "cohere" or vendor == "cohere":
            return {"json": others.rerank(request.json, "cohere")}
        return openai_call(request, call, vendor or kind, None)
    except Wrong as wrong:
        return {"status": wrong.status, "json": error_of(kind, wrong), "refused": wrong.message}
    except (KeyError, TypeError, AttributeError) as broken:
        wrong = Wrong("The request is malformed: %r." % broken)
        return {"status": 400, "json": error_of(kind, wrong), "refused": wrong.message}
