# SPDX-License-Identifier: MIT
"""The answer to a request that no script answers: it says what was asked.

    tools            => a call of the tool chosen, or of the first, with arguments that fit
    a tool's result  => "tool said: ..."
    JSON wanted      => JSON that fits the schema
    else             => "echo: " and the last user text, then a line a setting that was sent

These words in the last user text ask for more: #think, #refuse, #filter, #length, #cached,
#two-tools, #long.  Token counts are a quarter of the characters, so that they differ from request
to request and any reader can work them out.
"""
from mock.wanted import compact, sample


def tokens_in(wanted):
    return 8 + len(wanted.all_text()) // 4 + 85 * len(wanted.images)


def settings(wanted):
    lines = []
    if wanted.system:
        lines.append("system: " + " ".join(wanted.system))
    if len(wanted.turns) > 1:
        lines.append("turns: " + " ".join(role for role, _ in wanted.turns))
    if wanted.images:
        lines.append("images: %d (%s)" % (len(wanted.images), "; ".join(wanted.images)))
    lines += ["%s: %s" % (name, value if isinstance(value, str) else compact(value))
              for name, value in sorted(wanted.facts.items())]
    return lines


def tool_calls(wanted, two):
    named = [tool for tool in wanted.tools if tool["name"] == wanted.choice]
    chosen = named or wanted.tools[:2 if two else 1]
    return [{"index": n, "id": "call_%d" % (n + 1), "name": tool["name"],
             "arguments": compact(sample(tool["schema"] or {"type": "object"}))}
            for n, tool in enumerate(chosen)]


def fragments(call):
    """A call as it is streamed: who is called first, then the arguments in pieces."""
    first = {"index": call["index"], "id": call["id"], "type": "function",
             "name": call["name"], "arguments": ""}
    return [{"tool": first}] + [{"tool": {"index": call["index"], "arguments": piece}}
                                for piece in words(call["arguments"], 9)]


def words(text, size=7):
    """TEXT in pieces, so that a stream has something to stream."""
    return [text[at:at + size] for at in range(0, len(text), size)]


def text_for(wanted, asked, number):
    if wanted.tool_result is not None:
        return "tool said: " + wanted.tool_result
    if wanted.schema is not None:
        return compact(sample(wanted.schema) if wanted.schema else
                       {"echo": asked, "images": len(wanted.images)})
    text = "\n".join(["echo: " + asked] + settings(wanted))
    if "#long" in asked:
        text += "\n" + "word " * 400
    return text + ("\nchoice: %d" % number if number else "")


def one_choice(wanted, number):
    """The events of one choice and the texts they are made of."""
    asked = wanted.last_user()
    events = []
    said = ""
    if "#refuse" in asked:
        said = "I cannot help with that."
        return [{"refusal": said}, {"finish": "refusal"}], said
    if wanted.tools and wanted.choice != "none" and wanted.tool_result is None:
        for call in tool_calls(wanted, "#two-tools" in asked):
            said += call["name"] + call["arguments"]
            events += fragments(call)
        return events + [{"finish": "tool_calls"}], said
    said = text_for(wanted, asked, number)
    events += [{"text": piece} for piece in words(said)]
    finish = "stop"
    if "#filter" in asked:
        events, finish = events[:1], "content_filter"
    if "#length" in asked:
        finish = "length"
    return events + [{"finish": finish}], said


def reply_to(wanted):
    """A reply, as script.py has them, that answers WANTED in neutral events."""
    asked = wanted.last_user()
    events = []
    output = 0
    reasoning = 0
    if wanted.thinking or "#think" in asked:
        thought = "The question is: " + asked
        reasoning = 1 + len(thought) // 4
        events += [{"reasoning": piece} for piece in words(thought, 11)]
        events.append({"signature": "c2lnbmVk"})
    for number in range(wanted.count):
        own, said = one_choice(wanted, number)
        output += 1 + len(said) // 4
        events += [dict(event, choice=number) if number else event for event in own]
    read = tokens_in(wanted)
    cached = read // 2 if "#cached" in asked else 0
    written = 16 if wanted.cached else 0
    events.append({"tokens": {"input": read + written, "output": output + reasoning,
                              "cached": cached, "cache_write": written, "reasoning": reasoning}})
    return {"events": events, "logprobs": wanted.logprobs}
