#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A scripted HTTP server that plays a model provider, badly on request.

    mock_server.py [SCRIPT.json|DIR...] [--answer] [--port N] [--origins N] [--also NAME...]
        [--ledger FILE] [--max-seconds S]

It listens on loopback only and prints one JSON line when it is ready:

    {"port": 40001, "base": "http://127.0.0.1:40001", "origins": ["http://127.0.0.1:40001"],
     "also": {"tls:good": "https://127.0.0.1:40002"}, "authority": "/tmp/.../authority.pem"}

With --answer a request that the script has nothing for is read strictly, in the words of its
vendor, and answered with what it says (mock/answer.py).  It ends when its standard input is closed
or after --max-seconds, so a test that dies takes its server with it.  The parts:

    mock/script.py    the script file: which reply answers which request
    mock/framing.py   HTTP/1.1 requests and responses on a stream;  mock/http2.py the same in HTTP/2
    mock/faults.py    how the bytes of a reply travel: cuts, delays, stalls, resets, truncation
    mock/tls.py       certificates, good and bad;  mock/proxy.py  proxies, good and bad
    mock/routes.py    which path belongs to which vendor, and how a request gets its answer
    mock/wanted.py, answer.py   what a request asks for in neutral words, and an answer that says it
    mock/openai_chat.py, openai_responses.py, anthropic.py, gemini.py, ollama.py, bedrock.py
                      a wire format each: requests read, the events of a reply written
    mock/others.py    embeddings, rerank, moderation, lists of models
    mock/ledger.py    what was asked and which credentials were seen, one JSON line each
"""
import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading

from mock.exchange import Server
from mock.ledger import Ledger
from mock.script import Script


def parse_arguments():
    parser = argparse.ArgumentParser(description="scripted mock provider")
    parser.add_argument("script", nargs="*", help="script files, or folders of them")
    parser.add_argument("--answer", action="store_true", help="answer what no script answers")
    parser.add_argument("--also", action="append", default=[], help="tls:good, proxy:407, ...")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--origins", type=int, default=1, help="listeners, for redirect tests")
    parser.add_argument("--ledger", help="file for the JSON lines of what was asked")
    parser.add_argument("--max-seconds", type=float, default=300.0)
    return parser.parse_args()


def watch_stdin(loop, stop):
    def drain():
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=drain, daemon=True).start()


async def serve(arguments, folder):
    stop = asyncio.Event()
    watch_stdin(asyncio.get_running_loop(), stop)
    script = Script.load(arguments.script)
    ledger = Ledger(arguments.ledger)
    server = Server(script, ledger, arguments.answer, folder)
    for n in range(max(1, arguments.origins)):
        await server.listen(arguments.port + n if arguments.port else 0)
    for name in arguments.also:
        await server.listen_named(name)
    ready = {"port": server.ports[0], "base": server.origins[0], "origins": server.origins,
             "also": server.named, "authority": str(server.authority.file)}
    print(json.dumps(ready), flush=True)
    try:
        await asyncio.wait_for(stop.wait(), arguments.max_seconds)
    except asyncio.TimeoutError:
        pass
    server.close()
    await asyncio.gather(*server.tasks, return_exceptions=True)
    ledger.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(serve(parse_arguments(), scratch))
    sys.stdout.flush()
    os._exit(0)  # the thread that waits for the end of standard input may not have ended
