# SPDX-License-Identifier: MIT
"""The events of a reply as whole parts, for the wire formats that have no fragments."""
import base64
import json

from mock.faults import Pause


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sse(value, name=None):
    head = "event: %s\n" % name if name else ""
    return ("%sdata: %s\n\n" % (head, dump(value))).encode("utf-8")


def special(event):
    """The bytes or the pause of an event that is the same in each format, or None."""
    if "pause_ms" in event:
        return Pause(event["pause_ms"])
    if "raw" in event:
        return event["raw"].encode("utf-8", "surrogatepass")
    if "raw_base64" in event:
        return base64.b64decode(event["raw_base64"])
    if "comment" in event:
        return (": %s\n\n" % event["comment"]).encode("utf-8")
    return None


def first(events, key, default=None):
    return next((event[key] for event in events if key in event), default)


def joined(events, key):
    return "".join(event[key] for event in events if key in event)


def calls(events):
    """The tool calls that the events make up, in order: {"id", "name", "arguments"}."""
    found = {}
    for event in events:
        if "tool" in event:
            tool = event["tool"]
            call = found.setdefault(tool.get("index", 0), {"id": "", "name": "", "arguments": ""})
            call["id"] = call["id"] or tool.get("id", "")
            call["name"] = call["name"] or tool.get("name", "")
            call["arguments"] += tool.get("arguments", "")
    return list(found.values())


def tokens(events):
    none = {"input": 0, "output": 0, "cached": 0, "cache_write": 0, "reasoning": 0}
    return dict(none, **first(events, "tokens", {}))


def of_choice(events, number):
    return [event for event in events if event.get("choice", 0) == number]
