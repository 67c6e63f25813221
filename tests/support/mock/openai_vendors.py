# SPDX-License-Identifier: MIT
"""What makes the answer of an OpenAI-compatible vendor differ from OpenAI's own."""

SAFE = {name: {"filtered": False, "severity": "safe"}
        for name in ("hate", "self_harm", "sexual", "violence")}
FILTERED = dict(SAFE, violence={"filtered": True, "severity": "medium"})


def azure(_wanted, reply):
    filtered = any(event.get("finish") == "content_filter" for event in reply["events"])
    first = {"choices": [], "created": 0, "id": "", "model": "", "object": "",
             "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": dict(
                 SAFE, jailbreak={"filtered": False, "detected": False})}]}
    return {"before": [{"json": first}],
            "finish_extra": {"content_filter_results": FILTERED if filtered else SAFE},
            "body_extra": {"prompt_filter_results": first["prompt_filter_results"]}}


def openrouter(wanted, reply):
    tokens = next(event["tokens"] for event in reply["events"] if "tokens" in event)
    cost = (tokens["input"] * 100 + tokens["output"] * 400) / 1e9
    return {"reasoning_as": "reasoning", "extra": {"provider": "MockHost"},
            "before": [{"comment": "OPENROUTER PROCESSING"}] * 2,
            "usage_extra": {"cost": cost, "cost_details": {"upstream_inference_cost": None}},
            "finish_extra": {"native_finish_reason": "end_turn"}, "error_choice": True,
            "usage_always": True}


def vllm(_wanted, _reply):
    return {"reasoning_as": "reasoning", "usage_as": "bare",
            "finish_extra": {"stop_reason": None, "token_ids": None}}


def llama_server(_wanted, _reply):
    timings = {"cache_n": 0, "prompt_n": 9, "prompt_ms": 20.5, "prompt_per_second": 439.0,
               "predicted_n": 5, "predicted_ms": 50.25, "predicted_per_second": 99.5}
    return {"usage_as": "bare", "before": [{"comment": ""}], "extra": {"timings": timings},
            "usage_always": True}


def lmstudio(_wanted, _reply):
    return {"usage_as": "bare", "usage_in": "never", "extra": {"stats": {}}}


def moonshot(_wanted, reply):
    from mock.openai_chat import usage_words
    tokens = next(event["tokens"] for event in reply["events"] if "tokens" in event)
    return {"usage_in": "never", "usage_as": "moonshot",
            "stream_finish_extra": {"usage": usage_words(tokens, "moonshot")}}


def groq(_wanted, reply):
    from mock.openai_chat import usage_words
    tokens = next(event["tokens"] for event in reply["events"] if "tokens" in event)
    usage = usage_words(tokens, "bare")
    return {"usage_in": "never", "reasoning_as": "reasoning", "usage_as": "bare", "after": [
        {"json": {"id": "chatcmpl-mock", "object": "chat.completion.chunk",
                  "created": 1790000000, "model": "mock", "choices": [],
                  "x_groq": {"id": "req_1", "usage": usage}}}]}


FLAVOURS = {
    "azure": azure,
    "openrouter": openrouter,
    "vllm": vllm,
    "llama-server": llama_server,
    "lmstudio": lmstudio,
    "moonshot": moonshot,
    "groq": groq,
    "deepseek": lambda _w, _r: {"usage_as": "deepseek", "before": [{"comment": "keep-alive"}]},
    "mistral": lambda _w, _r: {"usage_as": "bare", "usage_in": "last"},
    "zhipu": lambda _w, _r: {"usage_in": "last"},
    "ollama": lambda _w, _r: {"usage_as": "bare", "reasoning_as": "reasoning"},
    "siliconflow": lambda _w, _r: {"usage_in": "every"},
}


def flavoured(vendor, wanted, reply):
    """REPLY with what VENDOR adds to it."""
    more = FLAVOURS.get(vendor)
    return dict(reply, **more(wanted, reply)) if more else reply
