# SPDX-License-Identifier: MIT
"""The Gemini API: requests read, events of a reply written; the same on Vertex.

The server takes snake_case as well, but its documents say camelCase, and so does this mock: a
client that sends anything else would not be seen to do so by a lenient one.
"""
import hashlib
import json

from mock import parts
from mock.wanted import Wanted, Wrong, fields, number, typed

FIELDS = set("contents systemInstruction generationConfig safetySettings tools toolConfig "
             "cachedContent labels model".split())
CONFIG = set("temperature topP topK candidateCount maxOutputTokens stopSequences seed "
             "presencePenalty frequencyPenalty responseMimeType responseSchema responseJsonSchema "
             "responseLogprobs logprobs thinkingConfig responseModalities mediaResolution "
             "speechConfig enableAffectiveDialog routingConfig modelSelectionConfig".split())
NAMES = {"temperature": "temperature", "topP": "top_p", "topK": "top_k", "seed": "seed",
         "maxOutputTokens": "max_tokens", "stopSequences": "stop",
         "presencePenalty": "presence_penalty", "frequencyPenalty": "frequency_penalty"}
STATES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED",
          404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
          504: "DEADLINE_EXCEEDED"}
FINISHES = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS",
            "content_filter": "SAFETY", "refusal": "PROHIBITED_CONTENT"}


def error(status, message, param=None, code=None):
    value = {"code": status, "message": message, "status": STATES.get(status, "UNKNOWN")}
    if param:
        value["details"] = [{"@type": "type.googleapis.com/google.rpc.BadRequest",
                             "fieldViolations": [{"field": param, "description": message}]}]
    if code:
        value["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code,
                             "domain": "googleapis.com"}]
    return {"error": value}


def read_part(wanted, part, calls):
    fields(part, ("text", "inlineData", "fileData", "functionCall", "functionResponse", "thought",
                  "thoughtSignature", "executableCode", "codeExecutionResult"), "contents.parts")
    if "inlineData" in part:
        data = fields(part["inlineData"], ("mimeType", "data", "displayName"), "inlineData",
                      ("mimeType", "data"))
        wanted.image(data["mimeType"], data["data"])
    elif "fileData" in part:
        data = fields(part["fileData"], ("mimeType", "fileUri", "displayName"), "fileData",
                      ("fileUri",))
        wanted.image_at(data["fileUri"])
    elif "functionCall" in part:
        call = fields(part["functionCall"], ("id", "name", "args"), "functionCall", ("name",))
        typed(call.get("args"), (dict,), "functionCall.args")
        calls.append(call["name"])
        wanted.fact("thought_signature_back", part.get("thoughtSignature"))
    elif "functionResponse" in part:
        result = fields(part["functionResponse"], ("id", "name", "response"), "functionResponse",
                        ("name", "response"))
        typed(result["response"], (dict,), "functionResponse.response")
        if result["name"] not in calls:
            raise Wrong("Please ensure that function response turn comes immediately after a "
                        "function call turn.")
        calls.remove(result["name"])
        values = list(result["response"].values())
        wanted.tool_result = values[0] if len(values) == 1 and isinstance(values[0], str) \
            else parts.dump(result["response"])
    return part.get("text", "") if not part.get("thought") else ""


def read_contents(wanted, body):
    calls = []
    for content in typed(body["contents"], (list,), "contents"):
        fields(content, ("role", "parts"), "contents", ("parts",))
        role = content.get("role", "user")
        if role not in ("user", "model"):
            raise Wrong("Please use a valid role: user, model.", "contents.role")
        wanted.tool_result = None
        text = "".join(read_part(wanted, part, calls) for part in content["parts"])
        name = "assistant" if role == "model" else "user"
        wanted.turns.append(("tool" if wanted.tool_result is not None else name, text))
    if calls:
        raise Wrong("Please ensure that the number of function response parts is equal to the "
                    "number of function call parts of the function call turn.")


def read_tools(wanted, body):
    for tool in typed(body.get("tools"), (list,), "tools") or []:
        fields(tool, ("functionDeclarations", "googleSearch", "codeExecution", "urlContext"),
               "tools")
        for function in tool.get("functionDeclarations", []):
            fields(function, ("name", "description", "parameters", "parametersJsonSchema",
                              "response", "responseJsonSchema", "behavior"),
                   "functionDeclarations", ("name",))
            schema = function.get("parametersJsonSchema", function.get("parameters"))
            wanted.tools.append({"name": function["name"], "schema": schema})
    config = fields(body.get("toolConfig") or {}, ("functionCallingConfig", "retrievalConfig"),
                    "toolConfig").get("functionCallingConfig")
    if config:
        fields(config, ("mode", "allowedFunctionNames"), "functionCallingConfig")
        mode = config.get("mode", "AUTO")
        if mode not in ("AUTO", "ANY", "NONE", "VALIDATED"):
            raise Wrong("Invalid value at 'tool_config.function_calling_config.mode'", "mode")
        wanted.fact("tool_choice", mode)
        wanted.choice = (config.get("allowedFunctionNames") or [mode.lower()])[0]


def read_config(wanted, config):
    fields(config, CONFIG, "generationConfig")
    number(config.get("temperature"), "temperature", 0, 2)
    number(config.get("topP"), "topP", 0, 1)
    for name, neutral in NAMES.items():
        wanted.fact(neutral, config.get(name))
    wanted.count = config.get("candidateCount") or 1
    thinking = fields(config.get("thinkingConfig") or {},
                      ("thinkingBudget", "includeThoughts", "thinkingLevel"), "thinkingConfig")
    if "thinkingBudget" in thinking and "thinkingLevel" in thinking:
        raise Wrong("Only one of thinking budget and thinking level may be set.")
    wanted.thinking = bool(thinking.get("includeThoughts"))
    wanted.fact("thinking_budget", thinking.get("thinkingBudget"))
    wanted.fact("thinking_level", thinking.get("thinkingLevel"))
    mime = config.get("responseMimeType")
    schema = config.get("responseJsonSchema", config.get("responseSchema"))
    if schema is not None and mime != "application/json":
        raise Wrong("Response schema needs response_mime_type application/json.",
                    "generation_config.response_schema")
    if mime == "application/json":
        wanted.schema = schema or {}
    if config.get("logprobs") is not None and not config.get("responseLogprobs"):
        raise Wrong("logprobs is only valid when response_logprobs is true.")
    if config.get("responseLogprobs"):
        wanted.logprobs = config.get("logprobs") or 0


def read(body, model):
    fields(body, FIELDS, "body", ("contents",))
    wanted = Wanted(model)
    system = body.get("systemInstruction")
    if system:
        fields(system, ("parts", "role"), "systemInstruction", ("parts",))
        wanted.system.append("".join(part.get("text", "") for part in system["parts"]))
    read_contents(wanted, body)
    read_tools(wanted, body)
    read_config(wanted, body.get("generationConfig") or {})
    for setting in body.get("safetySettings") or []:
        fields(setting, ("category", "threshold", "method"), "safetySettings",
               ("category", "threshold"))
        wanted.fact("safety", len(body["safetySettings"]))
    wanted.fact("cached_content", body.get("cachedContent"))
    return wanted


def usage(events):
    raw = parts.first(events, "usage")
    if raw:
        return raw
    counted = parts.tokens(events)
    value = {"promptTokenCount": counted["input"],
             "candidatesTokenCount": counted["output"] - counted["reasoning"],
             "totalTokenCount": counted["input"] + counted["output"],
             "promptTokensDetails": [{"modality": "TEXT", "tokenCount": counted["input"]}]}
    if counted["cached"]:
        value["cachedContentTokenCount"] = counted["cached"]
    if counted["reasoning"]:
        value["thoughtsTokenCount"] = counted["reasoning"]
    return value


def call_part(call):
    value = {"name": call["name"], "args": json.loads(call["arguments"] or "{}")}
    if call.get("id"):
        value["id"] = call["id"]
    return {"functionCall": value, "thoughtSignature": "c2lnbmVk"}


def logprobs_of(text, alternatives):
    from mock.openai_chat import logprobs_of as entries
    found = entries(text, alternatives)["content"]
    return {"chosenCandidates": [{"token": e["token"], "tokenId": n, "logProbability": -0.25}
                                 for n, e in enumerate(found)],
            "topCandidates": [{"candidates": [
                {"token": o["token"], "tokenId": n, "logProbability": o["logprob"]}
                for n, o in enumerate(e["top_logprobs"])]} for e in found]}


def candidate(own, number, reply, last):
    """A candidate of the parts that stand in the events OWN; LAST carries the reason."""
    out = []
    for event in own:
        if "reasoning" in event:
            out.append({"text": event["reasoning"], "thought": True})
        elif "text" in event:
            out.append({"text": event["text"]})
    calls = parts.calls(own)
    out += [call_part(call) for call in calls]
    value = {"content": {"role": "model", "parts": out}, "index": number}
    if not out:
        value["content"] = {"role": "model"}
    finish = parts.first(own, "finish")
    if last and finish:
        value["finishReason"] = FINISHES.get(finish, finish)
        value["safetyRatings"] = [{"category": "HARM_CATEGORY_HARASSMENT",
                                   "probability": "NEGLIGIBLE", "blocked": False}]
    said = parts.joined(own, "text")
    if said and reply.get("logprobs") is not None:
        value["logprobsResult"] = logprobs_of(said, reply["logprobs"])
    return value


def answer(request, reply, candidates):
    value = {"candidates": candidates, "usageMetadata": usage(reply.get("events", [])),
             "modelVersion": request.get("model", "mock"),
             "responseId": reply.get("id", "gemini-mock")}
    if not candidates:
        del value["candidates"]
    return value


def blocked(request, reply):
    """A prompt that was refused: 200 and no candidates."""
    value = answer(request, reply, [])
    value["promptFeedback"] = {"blockReason": "PROHIBITED_CONTENT", "safetyRatings": []}
    del value["usageMetadata"]["candidatesTokenCount"]
    return value


def choices(events):
    return sorted({event.get("choice", 0) for event in events})


def is_refused(events):
    return any("refusal" in event for event in events)


def body(request, reply):
    events = reply.get("events", [])
    if is_refused(events):
        return parts.dump(blocked(request, reply)).encode("utf-8")
    found = []
    for n in choices(events):
        own = parts.of_choice(events, n)
        thought = parts.joined(own, "reasoning")
        said = parts.joined(own, "text")
        merged = [{"reasoning": thought}] if thought else []
        merged += [{"text": said}] if said else []
        merged += [event for event in own if "tool" in event or "finish" in event]
        found.append(candidate(merged, n, reply, True))
    return parts.dump(answer(request, reply, found)).encode("utf-8")


def values(request, reply):
    """The JSON values that a stream is made of, bytes and pauses between them."""
    events = reply.get("events", [])
    if is_refused(events):
        yield blocked(request, reply)
        return
    for n in choices(events):
        own = parts.of_choice(events, n)
        calls = [event for event in own if "tool" in event]
        for event in own:
            extra = parts.special(event)
            if extra is not None:
                yield extra
            elif "json" in event:
                yield event["json"]
            elif "error" in event:
                yield {"error": event["error"]}
            elif "text" in event or "reasoning" in event:
                yield answer(request, reply, [candidate([event], n, reply, False)])
            elif "tool" in event and event is calls[-1]:
                yield answer(request, reply, [candidate(calls, n, reply, False)])
            elif "finish" in event:
                yield answer(request, reply, [candidate([event], n, reply, True)])


def stream(request, reply):
    if reply.get("as_array"):
        return array(request, reply)
    return [value if not isinstance(value, dict) else
            ("data: %s\r\n\r\n" % parts.dump(value)).encode("utf-8")
            for value in values(request, reply)]


def array(request, reply):
    """The stream without alt=sse: one JSON array that arrives in pieces."""
    out = []
    for value in values(request, reply):
        if isinstance(value, dict):
            out.append(("%s%s" % (",\r\n" if out else "[", parts.dump(value))).encode("utf-8"))
        else:
            out.append(value)
    return out + [b"]"] if out else [b"[]"]


def vector(text, size):
    """A unit vector that depends on the text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    raw = [(digest[n % 32] - 127.5) / 128 + n % 7 / 64 for n in range(size)]
    norm = sum(x * x for x in raw) ** 0.5
    return [round(x / norm, 7) for x in raw]


def embed_one(request):
    fields(request, ("model", "content", "taskType", "title", "outputDimensionality"), "request",
           ("content",))
    text = "".join(part.get("text", "") for part in request["content"]["parts"])
    if request.get("title") and request.get("taskType") != "RETRIEVAL_DOCUMENT":
        raise Wrong("title is only for RETRIEVAL_DOCUMENT", "title")
    return {"values": vector(text + request.get("taskType", ""),
                             request.get("outputDimensionality", 8))}


def embed(method, body, model):
    if method == "embedContent":
        return {"embedding": embed_one(body)}
    fields(body, ("requests", "model"), "body", ("requests",))
    for request in body["requests"]:
        if request.get("model") != "models/" + model:
            raise Wrong("model is required in each request", "requests.model")
    return {"embeddings": [embed_one(request) for request in body["requests"]]}


def models():
    return {"models": [
        {"name": "models/gemini-mock", "displayName": "Gemini Mock", "version": "001",
         "inputTokenLimit": 1048576, "outputTokenLimit": 65536, "thinking": True,
         "supportedGenerationMethods": ["generateContent", "countTokens"], "temperature": 1,
         "maxTemperature": 2, "topP": 0.95, "topK": 64},
        {"name": "models/gemini-embedding-mock", "displayName": "Embedding Mock",
         "version": "001", "inputTokenLimit": 2048, "outputTokenLimit": 1,
         "supportedGenerationMethods": ["embedContent"]}]}
