# SPDX-License-Identifier: MIT
"""Proxies, good and bad.

    proxy:tunnel  CONNECT opens a real tunnel     proxy:407, proxy:502  refuses with that status
    proxy:hang    reads CONNECT and says nothing  proxy:closed          a port nobody listens at
    proxy:login   a tunnel for user "mock", password "mock-proxy-password"; 407 for others
    socks         SOCKS5 without login, with a real tunnel

Whatever a proxy is told is written to the ledger, so a test sees which credentials it was given.
"""
import asyncio
import base64
import struct

from mock import framing

LOGIN = "Basic " + base64.b64encode(b"mock:mock-proxy-password").decode("ascii")


async def relay(reader, writer):
    try:
        while True:
            data = await reader.read(65536)
            if not data:
                break
            writer.write(data)
            await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def tunnel(reader, writer, host, port, opened):
    """Joins the client with HOST:PORT after it was told OPENED; a host of .invalid is here."""
    if host.endswith(".invalid"):
        host = "127.0.0.1"
    try:
        there, back = await asyncio.open_connection(host, port)
    except OSError:
        writer.write(framing.head(502, "Bad Gateway", [("Content-Length", 0)]))
        return
    writer.write(opened)
    await asyncio.gather(relay(reader, back), relay(there, writer))


async def http_proxy(kind, reader, writer, ledger, origin):
    request = await framing.read_request(reader, writer)
    if request is None:
        return
    ledger.request(request, origin, "proxy:" + kind)
    if kind == "hang":
        await reader.read(1)
        return
    status = {"407": 407, "502": 502}.get(kind)
    if kind == "login" and request.header("proxy-authorization") != LOGIN:
        status = 407
    if status is None and request.method != "CONNECT":
        status = 405
    if status:
        head = [("Content-Length", 0), ("Connection", "close")]
        if status == 407:
            head.append(("Proxy-Authenticate", 'Basic realm="mock"'))
        writer.write(framing.head(status, None, head))
        return
    host, _, port = request.target.rpartition(":")
    await tunnel(reader, writer, host.strip("[]"), int(port),
                 framing.head(200, "Connection established", []))


async def socks(reader, writer, ledger, origin):
    """RFC 1928 as far as CONNECT without login needs it."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    version, command, _, kind = await reader.readexactly(4)
    if kind == 1:
        host = ".".join(str(n) for n in await reader.readexactly(4))
    elif kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    else:
        raw = await reader.readexactly(16)
        host = ":".join("%x" % n for n in struct.unpack(">8H", raw))
    port = struct.unpack(">H", await reader.readexactly(2))[0]
    ledger.write({"type": "socks", "origin": origin, "host": host, "port": port,
                  "version": version, "command": command})
    await tunnel(reader, writer, host, port, b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
