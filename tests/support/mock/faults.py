# SPDX-License-Identifier: MIT
"""How the bytes of a reply travel, whatever they say.

A payload is a list of bytes and Pause objects.  Keys of a reply that are read here:

    cuts            [offsets]  cut the payload at these bytes
    cut_every       N          cut it every N bytes (1: at every byte)
    piece_delay_ms  N          wait between pieces
    delay_ms        N          wait before the head
    truncate_at     N          send N payload bytes, then close (FIN, no last chunk)
    stall_at        N          send N payload bytes, then nothing until the client leaves
    reset           "before_head" | "after_head" | N payload bytes | "after_end": then RST
    gzip            true       Content-Encoding: gzip, flushed after every piece
    transfer        "chunked" (default of streams) | "length" (default of bodies) | "close"
    content_length  N          announce N whatever the truth is
    fill            {"text", "bytes"}: a big body, made while it is sent
    early           [103]: heads of such a status before the true one
    trailers        {name: value} after the last chunk
    chunk_extension ";name=value" after the size of each chunk
    http10          true: an HTTP/1.0 answer (with "transfer": "close", no length)

With "chunked" a cut is an HTTP chunk of its own, so the client's write callback sees exactly the
pieces that were asked for, however the kernel joins segments.
"""
import zlib


class Pause:
    """Wait this long before the next bytes."""

    def __init__(self, milliseconds):
        self.seconds = milliseconds / 1000.0


def cut_points(reply, total):
    points = set(reply.get("cuts", []))
    step = reply.get("cut_every")
    if step:
        points.update(range(step, total, step))
    return sorted(p for p in points if 0 < p < total)


def cut(payload, reply):
    """Split the bytes of a payload at the places the reply asks for; pauses stay where they are."""
    total = sum(len(p) for p in payload if isinstance(p, bytes))
    points = cut_points(reply, total)
    out = []
    at = 0
    for piece in payload:
        if isinstance(piece, Pause):
            out.append(piece)
            continue
        start = 0
        for point in points:
            if at < point < at + len(piece):
                out.append(piece[start:point - at])
                start = point - at
        out.append(piece[start:])
        at += len(piece)
    delay = reply.get("piece_delay_ms")
    if not delay:
        return out
    spaced = []
    for piece in out:
        spaced += [piece, Pause(delay)]
    return spaced


def limit(payload, size):
    """The first size bytes of a payload."""
    out = []
    for piece in payload:
        if isinstance(piece, bytes):
            piece = piece[:size]
            size -= len(piece)
            out.append(piece)
            if size == 0:
                break
        else:
            out.append(piece)
    return out


def compress(payload):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for piece in payload:
        if isinstance(piece, bytes):
            yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
        else:
            yield piece
    yield packer.flush()


def fill(spec):
    text = spec["text"].encode("utf-8")
    block = text * max(1, 65536 // len(text))
    left = spec["bytes"]
    while left > 0:
        yield block[:left]
        left -= len(block)


def stop_of(reply):
    """Where the payload ends early, and how: (bytes or None, how)."""
    if isinstance(reply.get("reset"), int):
        return reply["reset"], "reset"
    if "truncate_at" in reply:
        return reply["truncate_at"], "truncated"
    if "stall_at" in reply:
        return reply["stall_at"], "stalled"
    return None, "complete"
