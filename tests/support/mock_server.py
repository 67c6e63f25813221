#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A scripted HTTP server that plays a model provider, badly on request.

    mock_server.py SCRIPT.json|DIR... [--port N] [--origins N] [--ledger FILE] [--max-seconds S]

It listens on loopback only and prints one JSON line when it is ready:

    {"port": 40001, "base": "http://127.0.0.1:40001", "origins": ["http://127.0.0.1:40001"]}

It ends when its standard input is closed or after --max-seconds, so a test that dies takes its
server with it.  The parts:

    mock/script.py       the script file: which reply answers which request
    mock/framing.py      HTTP/1.1 requests and responses on a stream
    mock/faults.py       how the bytes of a reply travel: cuts, delays, stalls, resets, truncation
    mock/openai_chat.py  what the events of a reply look like in one provider's words; other wire
                         formats are other files with the same two functions
    mock/ledger.py       what was asked and which credentials were seen, one JSON line each
"""
import argparse
import asyncio
import json
import sys
import threading

from mock.exchange import Server
from mock.ledger import Ledger
from mock.script import Script


def parse_arguments():
    parser = argparse.ArgumentParser(description="scripted mock provider")
    parser.add_argument("script", nargs="+", help="script files, or folders of them")
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


async def serve(arguments):
    stop = asyncio.Event()
    watch_stdin(asyncio.get_running_loop(), stop)
    script = Script.load(arguments.script)
    ledger = Ledger(arguments.ledger)
    server = Server(script, ledger)
    for n in range(max(1, arguments.origins)):
        await server.listen(arguments.port + n if arguments.port else 0)
    ready = {"port": server.ports[0], "base": server.origins[0], "origins": server.origins}
    print(json.dumps(ready), flush=True)
    try:
        await asyncio.wait_for(stop.wait(), arguments.max_seconds)
    except asyncio.TimeoutError:
        pass
    server.close()
    ledger.close()


if __name__ == "__main__":
    asyncio.run(serve(parse_arguments()))
