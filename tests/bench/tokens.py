# SPDX-License-Identifier: MIT
"""How fast tokens are counted, beside the two npm packages that most programs count with."""
import functools
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile

TOP = pathlib.Path(os.environ["top_srcdir"])
BUILD = pathlib.Path(os.environ["top_builddir"])
SIZE = 1 << 20
PEERS = {"tiktoken": "1.0.22", "gpt-tokenizer": "4.0.0"}
COMMENT = re.compile(r"/\*(.*?)\*/", re.S)


class Missing(Exception):
    pass


def paragraphs_english():
    for path in [*TOP.glob("*.md"), *TOP.glob("data/samples/**/*.en.md")]:
        yield from path.read_text().split("\n\n")
    for path in [*TOP.glob("core/**/*.[ch]"), *TOP.glob("tui/**/*.[ch]")]:
        for comment in COMMENT.findall(path.read_text()):
            if len(comment) > 60 and comment.isascii():
                yield re.sub(r"\s*\n\s*\* ?", "\n", comment).strip()


def paragraphs_chinese():
    for path in TOP.glob("data/samples/**/*.zh.md"):
        yield from re.split(r"(?<=。)", path.read_text())
    for line in (TOP / "data/locale/zh_CN.po").read_text().splitlines():
        if re.search("[\u4e00-\u9fff]", line):
            yield line.split('"')[1]


def paragraphs_code():
    for path in sorted(TOP.glob("core/**/*.c")):
        yield from path.read_text().split("\n\n")


@functools.lru_cache(maxsize=None)
def corpora():
    """A folder of three files of 1 MB of text of our own; what there is less of is shuffled anew
    each time round, so that no long stretch comes twice."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    for name, source in (("english", paragraphs_english), ("chinese", paragraphs_chinese),
                         ("code", paragraphs_code)):
        parts, shuffle, text, size = list(source()), random.Random(1).shuffle, [], 0
        joint = "" if name == "chinese" else "\n\n"
        while size < SIZE:
            if name != "code" or size > 0:
                shuffle(parts)
            for part in parts:
                text.append(part + joint)
                size += len(text[-1].encode())
                if size >= SIZE:
                    break
        (folder / name).write_text("".join(text))
    return folder


def files():
    return [str(corpora() / name) for name in ("english", "chinese", "code")]


def one_core():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def figures(argv):
    done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, check=False,
                          preexec_fn=one_core)
    if done.returncode:
        raise Missing(" ".join(done.stderr.decode(errors="replace").split())[:100])
    pairs = (line.split() for line in done.stdout.decode().splitlines())
    return {key: float(value) for key, value in pairs}


@functools.lru_cache(maxsize=None)
def ours(encoding):
    path = BUILD / "tests" / "bench" / "bench_tokens"
    if not path.exists():
        raise Missing("bench_tokens is not built")
    return figures([str(path), encoding, *files()])


@functools.lru_cache(maxsize=None)
def peers(encoding):
    folder = BUILD / "tests" / "vendor" / "tokens"
    if not shutil.which("node") or not shutil.which("npm"):
        raise Missing("node and npm are not installed")
    if not (folder / "node_modules" / "gpt-tokenizer").exists():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder),
             *("%s@%s" % pair for pair in PEERS.items())],
            capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise Missing("npm install failed")
    script = pathlib.Path(__file__).with_name("peer_tokens.mjs")
    return figures(["node", str(script), str(folder), encoding, *files()])


def against(peer, encoding, n):
    mine, theirs = ours(encoding), peers(encoding)
    if mine["tokens_%d" % n] != theirs["tokens_%d" % n]:
        raise Missing("the counts differ: %d, %d" % (
            mine["tokens_%d" % n], theirs["tokens_%d" % n]))
    speed, their_speed = mine["mb_per_s_%d" % n], theirs["%s_%d" % (peer, n)]
    return speed / their_speed, "%.1f MB/s, it %.1f" % (speed, their_speed)


def load(encoding):
    return min(figures([str(BUILD / "tests" / "bench" / "bench_tokens"), encoding])["load_ms"]
               for _ in range(5)), ""


ROWS = [("loading o200k_base", "ms", "<", 20, lambda: load("o200k_base")),
        ("loading qwen2", "ms", "<", 20, lambda: load("qwen2"))]
for kind_number, kind in enumerate(("English", "Chinese", "code")):
    for encoding_name in ("cl100k_base", "o200k_base"):
        for peer_name, key, goal in (("tiktoken", "tiktoken", 10),
                                     ("gpt-tokenizer", "gpt_tokenizer", 3)):
            ROWS.append(("count %s by %s, times %s" % (kind, encoding_name, peer_name), "x", ">",
                         goal, lambda k=key, e=encoding_name, n=kind_number: against(k, e, n)))
