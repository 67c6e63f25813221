# SPDX-License-Identifier: MIT
"""One listener, its connections, and the exchange of one request for one scripted reply."""
import asyncio
import base64
import json
import pathlib
import socket
import ssl
import struct

from mock import (anthropic, bedrock, faults, framing, gemini, ollama, openai_chat,
                  openai_responses, proxy, routes, tls)

WIRES = {"openai_chat": openai_chat, "openai_responses": openai_responses, "anthropic": anthropic,
         "gemini": gemini, "ollama": ollama, "bedrock": bedrock}
STREAM_TYPE = "text/event-stream; charset=utf-8"
STREAM_TYPES = {"ollama": "application/x-ndjson", "bedrock": bedrock.STREAM_TYPE}
FILE_TYPES = {".sse": STREAM_TYPE, ".ndjson": "application/x-ndjson", ".json": "application/json",
              ".eventstream": bedrock.STREAM_TYPE}


def wants_stream(request, reply):
    if "as_stream" in reply:
        return reply["as_stream"]
    return isinstance(request.json, dict) and bool(request.json.get("stream"))


def payload_of(request, reply):
    """The payload of a reply and the content type it has by default."""
    if "fill" in reply:
        return faults.fill(reply["fill"]), "text/plain"
    if "body_base64" in reply:
        return [base64.b64decode(reply["body_base64"])], "application/octet-stream"
    if "file" in reply:
        path = pathlib.Path(reply["file"])
        return [path.read_bytes()], FILE_TYPES[path.suffix]
    if "json" in reply:
        return [json.dumps(reply["json"], ensure_ascii=False).encode("utf-8")], "application/json"
    if "body" in reply:
        return [reply["body"].encode("utf-8")], "text/html; charset=utf-8"
    name = reply.get("wire", "openai_chat")
    asked = dict(request.json or {})
    asked.setdefault("model", request.model())
    if not wants_stream(request, reply):
        return [WIRES[name].body(asked, reply)], "application/json"
    kind = STREAM_TYPES.get(name, STREAM_TYPE)
    return WIRES[name].stream(asked, reply), "application/json" if reply.get("as_array") else kind


def prepared(request, reply):
    """A reply before it is framed: (status, headers, iterable payload, transfer)."""
    payload, content_type = payload_of(request, reply)
    if isinstance(payload, list):
        payload = faults.cut(payload, reply)
    if reply.get("gzip"):
        payload = faults.compress(payload)
    default = "length" if content_type in ("application/json", "text/html; charset=utf-8") and \
        isinstance(payload, list) and not reply.get("as_array") else "chunked"
    transfer = reply.get("transfer", default)
    headers = [("Content-Type", content_type)]
    if reply.get("gzip"):
        headers.append(("Content-Encoding", "gzip"))
    if "content_length" in reply:
        headers.append(("Content-Length", reply["content_length"]))
        transfer = "length"
    elif transfer == "length":
        payload = list(payload)
        size = sum(len(p) for p in payload if isinstance(p, bytes))
        headers.append(("Content-Length", size))
    elif transfer == "chunked":
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers.append(("Connection", "close"))
    extra = reply.get("headers", {})
    pairs = list(extra.items()) if isinstance(extra, dict) else [tuple(p) for p in extra]
    named = {name.lower() for name, _ in pairs}
    headers = [(n, v) for n, v in headers if n.lower() not in named] + pairs
    return reply.get("status", 200), headers, payload, transfer


def prepare(request, reply):
    """Head and payload of a reply: (head bytes, iterable payload, transfer)."""
    status, headers, payload, transfer = prepared(request, reply)
    version = "1.0" if reply.get("http10") else "1.1"
    head = framing.head(status, reply.get("reason"), headers, version)
    for early in reply.get("early", []):
        head = framing.head(early, None, [("Link", "</style.css>; rel=preload")]) + head
    return head, payload, transfer


class Server:
    """Every listener plays the same script; a redirect can point from one to another with the
    text {origin0}, {origin1} in a header value."""

    def __init__(self, script, ledger, answers=False, folder=None):
        self.script = script
        self.ledger = ledger
        self.answers = answers
        self.authority = tls.Authority(folder)
        self.named = {}
        self.ports = []
        self.origins = []
        self.listeners = []
        self.tasks = set()

    async def listen(self, port):
        number = len(self.ports)
        listener = await asyncio.start_server(
            lambda r, w: self.connection(r, w, number), "127.0.0.1", port, limit=1 << 20,
            backlog=4096)
        self.listeners.append(listener)
        self.ports.append(listener.sockets[0].getsockname()[1])
        self.origins.append("http://127.0.0.1:%d" % self.ports[-1])

    async def listen_named(self, name):
        """Another door, as tls.py and proxy.py list them; the ready line says where."""
        family, _, kind = name.partition(":")
        if kind == "closed":
            self.reserved = socket.socket()
            self.reserved.bind(("127.0.0.1", 0))
            self.named[name] = "http://127.0.0.1:%d" % self.reserved.getsockname()[1]
            return
        context = None
        if family in ("tls", "h2") and kind != "reset":
            context = self.authority.context(kind, family == "h2")
        listener = await asyncio.start_server(
            lambda r, w: self.connection(r, w, name), "127.0.0.1", 0, limit=1 << 20, ssl=context,
            backlog=1024)
        self.listeners.append(listener)
        scheme = {"tls": "https", "h2": "https", "socks": "socks5h"}.get(family, "http")
        self.named[name] = "%s://127.0.0.1:%d" % (scheme, listener.sockets[0].getsockname()[1])

    def origin_of(self, number):
        return self.named[number] if isinstance(number, str) else self.origins[number]

    def close(self):
        for listener in self.listeners:
            listener.close()
        for task in list(self.tasks):
            task.cancel()

    async def connection(self, reader, writer, number):
        task = asyncio.current_task()
        self.tasks.add(task)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self.talk(reader, writer, number)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError,
                ssl.SSLError):
            pass
        finally:
            self.tasks.discard(task)
            writer.close()

    async def talk(self, reader, writer, number):
        family, _, kind = number.partition(":") if isinstance(number, str) else ("plain", "", "")
        tls_object = writer.get_extra_info("ssl_object")
        if family == "proxy":
            await proxy.http_proxy(kind, reader, writer, self.ledger, self.named[number])
        elif family == "socks":
            await proxy.socks(reader, writer, self.ledger, self.named[number])
        elif kind == "reset":
            await reader.read(64)
            await Travel(reader, writer, {}).reset()
        elif tls_object and tls_object.selected_alpn_protocol() == "h2":
            from mock.http2 import Http2
            await Http2(self, reader, writer, number).run()
        else:
            while await self.exchange(reader, writer, number):
                pass

    def reply_for(self, request):
        chosen = self.script.choose(request)
        if chosen is None and self.answers:
            return "answer", routes.reply_for(request)
        if chosen is None:
            error = {"message": "the script has no reply for this request", "type": "mock",
                     "param": None, "code": "no_reply"}
            return "none", {"status": 404, "json": {"error": error}}
        text = json.dumps(chosen.spec.get("headers", {}))
        for n, origin in enumerate(self.origins):
            text = text.replace("{origin%d}" % n, origin)
        reply = dict(chosen.spec, headers=json.loads(text))
        if reply.get("answer"):
            reply = {**routes.reply_for(request), **reply}
        return chosen.name, reply

    async def exchange(self, reader, writer, number):
        """Answer one request; False when the connection is over."""
        request = await framing.read_request(reader, writer)
        if request is None:
            return False
        if request.method == "CONNECT":
            self.ledger.request(request, self.origin_of(number), "connect")
            writer.write(framing.head(200, "Connection established", []))
            return True
        name, reply = self.reply_for(request)
        row = self.ledger.request(request, self.origin_of(number), name)
        travel = Travel(reader, writer, reply)
        how = "client_gone"
        try:
            how = await travel.send(*prepare(request, reply))
        except ConnectionError:
            pass
        finally:
            self.ledger.end(row, travel.sent, how)
        return how == "complete" and not travel.must_close and not request.wants_close()


class Travel:
    """Sends a prepared reply the way its faults say."""

    def __init__(self, reader, writer, reply):
        self.reader = reader
        self.writer = writer
        self.reply = reply
        self.sent = 0
        self.must_close = False

    async def reset(self):
        """Close with RST; what was written before is in the client's buffer first."""
        await self.writer.drain()
        while self.writer.transport.get_write_buffer_size():
            await asyncio.sleep(0.001)
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        return "reset"

    async def write(self, data):
        self.writer.write(data)
        await self.writer.drain()
        if self.writer.is_closing():
            raise ConnectionResetError

    async def send(self, head, payload, transfer):
        reply = self.reply
        self.must_close = transfer == "close" or "content_length" in reply or \
            bool(reply.get("http10"))
        if reply.get("delay_ms"):
            await asyncio.sleep(reply["delay_ms"] / 1000.0)
        if reply.get("reset") == "before_head":
            return await self.reset()
        if reply.get("stall_at") == "head":
            await self.reader.read(1)
            return "stalled"
        await self.write(head)
        if reply.get("reset") == "after_head":
            return await self.reset()
        size, how = faults.stop_of(reply)
        if size is not None:
            payload = faults.limit(list(payload), size)
        for piece in payload:
            if isinstance(piece, faults.Pause):
                await asyncio.sleep(piece.seconds)
            elif piece:
                extension = reply.get("chunk_extension", "")
                await self.write(framing.chunk(piece, extension) if transfer == "chunked"
                                 else piece)
                self.sent += len(piece)
        if how == "reset":
            return await self.reset()
        if how == "stalled":
            await self.reader.read(1)
        elif how == "complete" and transfer == "chunked":
            await self.write(framing.last_chunk(reply.get("trailers", {})))
            if reply.get("reset") == "after_end":
                return await self.reset()
        return how
