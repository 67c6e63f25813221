# SPDX-License-Identifier: MIT
"""One listener, its connections, and the exchange of one request for one scripted reply."""
import asyncio
import base64
import json
import socket
import struct

from mock import faults, framing, openai_chat

WIRES = {"openai_chat": openai_chat}
STREAM_TYPE = "text/event-stream; charset=utf-8"


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
    if "json" in reply:
        return [json.dumps(reply["json"], ensure_ascii=False).encode("utf-8")], "application/json"
    if "body" in reply:
        return [reply["body"].encode("utf-8")], "text/html; charset=utf-8"
    wire = WIRES[reply.get("wire", "openai_chat")]
    if wants_stream(request, reply):
        return wire.stream(request.json or {}, reply), STREAM_TYPE
    return [wire.body(request.json or {}, reply)], "application/json"


def prepare(request, reply):
    """Head and payload of a reply: (head bytes, iterable payload, chunked)."""
    payload, content_type = payload_of(request, reply)
    if isinstance(payload, list):
        payload = faults.cut(payload, reply)
    if reply.get("gzip"):
        payload = faults.compress(payload)
    default = "chunked" if content_type == STREAM_TYPE or not isinstance(payload, list) \
        else "length"
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
    head = framing.head(reply.get("status", 200), reply.get("reason"), headers)
    return head, payload, transfer


class Server:
    """Every listener plays the same script; a redirect can point from one to another with the
    text {origin0}, {origin1} in a header value."""

    def __init__(self, script, ledger):
        self.script = script
        self.ledger = ledger
        self.ports = []
        self.origins = []
        self.listeners = []
        self.tasks = set()

    async def listen(self, port):
        number = len(self.ports)
        listener = await asyncio.start_server(
            lambda r, w: self.connection(r, w, number), "127.0.0.1", port, limit=1 << 20)
        self.listeners.append(listener)
        self.ports.append(listener.sockets[0].getsockname()[1])
        self.origins.append("http://127.0.0.1:%d" % self.ports[-1])

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
            while await self.exchange(reader, writer, number):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.tasks.discard(task)
            writer.close()

    def reply_for(self, request):
        chosen = self.script.choose(request)
        if chosen is None:
            error = {"message": "the script has no reply for this request", "type": "mock",
                     "param": None, "code": "no_reply"}
            return "none", {"status": 404, "json": {"error": error}}
        text = json.dumps(chosen.spec.get("headers", {}))
        for n, origin in enumerate(self.origins):
            text = text.replace("{origin%d}" % n, origin)
        return chosen.name, dict(chosen.spec, headers=json.loads(text))

    async def exchange(self, reader, writer, number):
        """Answer one request; False when the connection is over."""
        request = await framing.read_request(reader, writer)
        if request is None:
            return False
        if request.method == "CONNECT":
            self.ledger.request(request, self.origins[number], "connect")
            writer.write(framing.head(200, "Connection established", []))
            return True
        name, reply = self.reply_for(request)
        row = self.ledger.request(request, self.origins[number], name)
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
        self.must_close = transfer == "close" or "content_length" in reply
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
                await self.write(framing.chunk(piece) if transfer == "chunked" else piece)
                self.sent += len(piece)
        if how == "reset":
            return await self.reset()
        if how == "stalled":
            await self.reader.read(1)
        elif how == "complete" and transfer == "chunked":
            await self.write(framing.LAST_CHUNK)
        return how
