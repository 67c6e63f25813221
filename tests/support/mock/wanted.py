# SPDX-License-Identifier: MIT
"""What a request asks for, whatever wire format said it: the neutral form that answers are made of.

Each wire format reads a request into one Wanted and refuses, by raising Wrong, what its vendor
would refuse: a field it does not know, a field of the wrong type, one that is missing.  So an
answer that names a setting proves that the setting was sent, in that format's own words.
"""
import base64
import binascii
import hashlib
import json

MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
         (b"GIF8", "image/gif"), (b"%PDF-", "application/pdf"))


class Wrong(Exception):
    """The request is refused: what the vendor would say."""

    def __init__(self, message, param=None, status=400, code=None):
        super().__init__(message)
        self.message = message
        self.param = param
        self.status = status
        self.code = code


class Wanted:
    def __init__(self, model):
        self.model = model
        self.system = []  # texts
        self.turns = []  # (role, text)
        self.images = []  # sentences
        self.tools = []  # {"name", "schema"}
        self.choice = "auto"  # auto, none, any or a tool's name
        self.tool_result = None  # text of the newest tool result, when it is the last turn
        self.schema = None  # {} for any JSON object, or a schema
        self.thinking = False
        self.count = 1
        self.logprobs = None  # how many alternatives, None for no logprobs
        self.cached = False  # a cache mark was sent
        self.facts = {}  # settings that were sent, by their neutral names

    def last_user(self):
        for role, text in reversed(self.turns):
            if role == "user" and text:
                return text
        return ""

    def all_text(self):
        return "\n".join(self.system + [text for _, text in self.turns])

    def fact(self, name, value):
        if value is not None:
            self.facts[name] = value

    def image(self, media_type, data):
        """An image that came as base64 text."""
        try:
            raw = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise Wrong("an image is no base64 text") from None
        found = next((name for magic, name in MAGIC if raw.startswith(magic)), "unknown")
        if media_type not in (found, None) and found != "unknown":
            raise Wrong("an image is said to be %s and is %s" % (media_type, found))
        digest = hashlib.sha256(raw).hexdigest()[:8]
        self.images.append("%s %d bytes %s" % (media_type or found, len(raw), digest))

    def image_at(self, url, detail=None):
        """An image that came as a URL, which may be a data URL."""
        if url.startswith("data:"):
            head, comma, data = url[5:].partition(",")
            if not comma or not head.endswith(";base64"):
                raise Wrong("an image's data URL is not base64")
            self.image(head[:-len(";base64")], data)
        elif url.startswith(("http://", "https://")):
            self.images.append("at %s" % url)
        else:
            raise Wrong("an image's URL is neither http, https nor data")
        if detail not in (None, "auto"):
            self.images[-1] += " %s detail" % detail


def fields(value, allowed, where, required=()):
    """VALUE must be an object of these fields only; a strict vendor's rule."""
    if not isinstance(value, dict):
        raise Wrong("%s must be an object" % where, where)
    for key in value:
        if key not in allowed:
            raise Wrong("Unknown parameter: '%s%s'." % (
                "" if where == "body" else where + ".", key), key, code="unknown_parameter")
    for key in required:
        if value.get(key) is None:
            raise Wrong("Missing required parameter: '%s'." % key, key,
                        code="missing_required_parameter")
    return value


def typed(value, kinds, name):
    """VALUE when it is None or of one of these types; numbers are no booleans."""
    if value is None:
        return None
    if isinstance(value, bool) and bool not in kinds or not isinstance(value, tuple(kinds)):
        raise Wrong("Invalid type for '%s'." % name, name, code="invalid_type")
    return value


def number(value, name, low, high):
    typed(value, (int, float), name)
    if value is not None and not low <= value <= high:
        raise Wrong("Invalid '%s': it must be from %s to %s." % (name, low, high), name,
                    code="invalid_value")
    return value


def text_of(content, name="content"):
    """The text of a content that is a string or a list of text parts."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if not isinstance(content, list):
        raise Wrong("Invalid type for '%s'." % name, name, code="invalid_type")
    return "".join(part.get("text", "") for part in content if isinstance(part, dict))


def sample(schema, name="value"):
    """The smallest value that fits a JSON schema, as far as tests use schemas."""
    if not isinstance(schema, dict):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return sample(schema[key][0], name)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    kind = kind.lower()
    if kind == "object":
        return {key: sample(value, key) for key, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema.get("items", {}), name)]
    return {"integer": 7, "number": 1.5, "boolean": True, "null": None}.get(kind, "the " + name)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
