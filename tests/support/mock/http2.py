# SPDX-License-Identifier: MIT
"""HTTP/2 (python3-h2): the same replies, and the faults that only it has.

Keys of a reply read here:

    h2   "goaway"          GOAWAY (NO_ERROR) that says this stream was not processed
         "calm"            GOAWAY (ENHANCE_YOUR_CALM) that says so
         "rst"             RST_STREAM (INTERNAL_ERROR) before the head
         "refused"         RST_STREAM (REFUSED_STREAM): not processed
         "rst_mid"         head, "truncate_at" payload bytes, then RST_STREAM
         "goaway_mid"      head, "truncate_at" payload bytes, then GOAWAY and the end

The cuts of a payload are DATA frames.  The client's windows are kept to.  The door "h2:still" gives
the client no more room than it takes for granted: its windows become 0 and stay so.  The ledger is
told of each connection at its end: how many streams it had, and how many at once.
"""
import asyncio

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (ConnectionTerminated, DataReceived, RequestReceived, StreamEnded,
                       StreamReset, WindowUpdated)
from h2.settings import SettingCodes

from mock import faults, framing

HOP = ("transfer-encoding", "connection", "keep-alive")


class Http2:
    def __init__(self, server, reader, writer, number):
        self.server = server
        self.reader = reader
        self.writer = writer
        self.number = number
        self.still = number == "h2:still"
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.asked = {}
        self.tasks = {}
        self.room = asyncio.Condition()
        self.streams = self.now = self.most = 0

    async def flush(self):
        self.writer.write(self.h2.data_to_send())
        await self.writer.drain()

    async def run(self):
        self.h2.initiate_connection()
        if self.still:
            self.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
        await self.flush()
        try:
            while True:
                data = await self.reader.read(65536)
                if not data:
                    break
                for event in self.h2.receive_data(data):
                    await self.take(event)
                await self.flush()
        finally:
            for task in self.tasks.values():
                task.cancel()
            self.server.ledger.write({
                "type": "connection", "origin": self.server.origin_of(self.number),
                "streams": self.streams, "at_once": self.most})

    async def take(self, event):
        if isinstance(event, RequestReceived):
            self.asked[event.stream_id] = (event.headers, bytearray())
            self.streams += 1
            self.now += 1
            self.most = max(self.most, self.now)
        elif isinstance(event, DataReceived):
            self.asked[event.stream_id][1].extend(event.data)
            if not self.still:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            self.tasks[event.stream_id] = asyncio.create_task(self.answer(event.stream_id))
        elif isinstance(event, StreamReset) and event.stream_id in self.tasks:
            self.tasks[event.stream_id].cancel()
        elif isinstance(event, WindowUpdated):
            async with self.room:
                self.room.notify_all()
        elif isinstance(event, ConnectionTerminated):
            self.writer.close()

    def request_of(self, stream):
        headers, body = self.asked.pop(stream)
        pseudo = {name: value for name, value in headers if name.startswith(":")}
        plain = [(name, value) for name, value in headers if not name.startswith(":")]
        plain.append(("host", pseudo.get(":authority", "")))
        return framing.Request(pseudo[":method"], pseudo[":path"], "HTTP/2", plain, bytes(body))

    async def answer(self, stream):
        request = self.request_of(stream)
        name, reply = self.server.reply_for(request)
        row = self.server.ledger.request(request, self.server.origin_of(self.number), name)
        how = "client_gone"
        self.sent = 0
        try:
            how = await self.send(stream, request, reply)
            await self.flush()
        except ConnectionError:
            pass
        finally:
            self.now -= 1
            self.server.ledger.end(row, self.sent, how)

    async def leave(self, code, last):
        self.h2.close_connection(error_code=code, last_stream_id=last)
        await self.flush()
        self.writer.close()

    async def send(self, stream, request, reply):
        fault = reply.get("h2")
        if fault in ("goaway", "calm"):
            code = ErrorCodes.NO_ERROR if fault == "goaway" else ErrorCodes.ENHANCE_YOUR_CALM
            await self.leave(code, stream - 2 if stream > 1 else 0)
            return fault
        if fault in ("rst", "refused"):
            code = ErrorCodes.INTERNAL_ERROR if fault == "rst" else ErrorCodes.REFUSED_STREAM
            self.h2.reset_stream(stream, error_code=code)
            return fault
        from mock.exchange import prepared
        status, headers, payload, _ = prepared(request, reply)
        self.h2.send_headers(stream, [(":status", str(status))] + [
            (name.lower(), str(value)) for name, value in headers if name.lower() not in HOP])
        if "truncate_at" in reply:
            payload = faults.limit(list(payload), reply["truncate_at"])
        for piece in payload:
            await self.flush()
            if isinstance(piece, faults.Pause):
                await asyncio.sleep(piece.seconds)
            else:
                await self.data(stream, piece)
        if fault == "rst_mid":
            self.h2.reset_stream(stream, error_code=ErrorCodes.INTERNAL_ERROR)
            return fault
        if fault == "goaway_mid":
            await self.leave(ErrorCodes.NO_ERROR, stream)
            return fault
        self.h2.end_stream(stream)
        return "complete"

    async def data(self, stream, piece):
        while piece:
            size = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if size <= 0:
                async with self.room:
                    await self.room.wait()
                continue
            self.h2.send_data(stream, piece[:size])
            self.sent += len(piece[:size])
            piece = piece[size:]
            await self.flush()
