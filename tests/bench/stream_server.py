# SPDX-License-Identifier: MIT
"""A model server for the benchmarks: streams words at an even pace and says when it was asked.

    stream_server.py WORDS RATE      RATE: words a second

Prints its port, then for each request the moment of its first byte (CLOCK_MONOTONIC).
"""
import json
import socket
import sys
import time

LETTERS = "etaoinshrdlu"
HAN = "一遍又一遍地把提示词磨成答案"


def word(i):
    """No two lines are alike, as in an answer: mostly short words, some of Han, ends of lines."""
    n = i * 2654435761 % 4294967296
    if i % 41 == 40:
        return ".\n\n" if n % 3 == 0 else ".\n"
    if n % 5 == 0:
        return HAN[n // 5 % len(HAN)] + HAN[n // 70 % len(HAN)]
    text = "".join(LETTERS[n // 12 ** k % 12] for k in range(1 + n % 7))
    return text + (", " if n % 11 == 0 else " ")


def event(delta, finish=None):
    body = {"id": "x", "object": "chat.completion.chunk", "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def answer(client, words, rate):
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                   b"Connection: close\r\n\r\n")
    begin = time.monotonic()
    for i in range(words):
        wait = begin + i / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        client.sendall(event({"content": word(i)}))
    client.sendall(event({}, "stop") + b"data: [DONE]\n\n")


def main():
    words, rate = int(sys.argv[1]), float(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.recv(1, socket.MSG_PEEK)
        print(time.monotonic(), flush=True)
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(65536)
        head, body = request.split(b"\r\n\r\n", 1)
        length = next(int(row.split(b":")[1]) for row in head.split(b"\r\n")
                      if row.lower().startswith(b"content-length"))
        while len(body) < length:
            body += client.recv(65536)
        try:
            answer(client, words, rate)
        except OSError:
            pass
        client.close()


main()
