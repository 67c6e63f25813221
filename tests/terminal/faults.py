# SPDX-License-Identifier: MIT
"""Terminals at their worst (F-30 to F-41): storms of resizes, lost lines, readers that stop,
crashes, unknown terminals and locales, text made to break columns, files without end, random keys.

SEED repeats a run of the random keys, FUZZ_SECONDS makes it longer (600 before a release).
"""
import json
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import time

import pyte
from rigs import (DOWN, F1, F5, F8, FILES, FRAME_END, GIVEN_BACK, LATHE, OUTPUT, PGDN, QUIT, REDRAW,
                  UP, Oracle, Rig, open_bench, run_tests, say, skip)

SLACK = float(os.environ.get("SLACK", 4))  # a machine that builds beside may be so much slower
SEED = int(os.environ.get("SEED", time.time_ns() % 1000000))
FUZZ_SECONDS = float(os.environ.get("FUZZ_SECONDS", 6))


def fresh_frame(rig):
    """What the terminal shows now, and what it shows when everything is drawn anew."""
    rig.quiet()
    shown, rig.screen = rig.text(), pyte.Screen(*rig.size)
    rig.stream = pyte.ByteStream(rig.screen)
    mark = len(rig.raw)
    rig.keys(REDRAW)
    rig.wait(lambda r: FRAME_END in r.raw[mark:])
    rig.quiet()
    return shown, rig.text()


def test_f30_resize_storm(workspace):
    rig = open_bench(workspace, workspace / "prompts" / "long.prompty")
    rig.wait("F5 run")
    rig.keys(F5)
    rig.wait("1. Once")
    rng = random.Random(SEED)
    mark, begin, ticks = len(rig.raw), time.monotonic(), rig.cpu_ticks()
    for _ in range(1000):
        rig.resize(rng.randint(1, 500), rng.randint(1, 200), tell=False)
        rig.read(0.002)
    took = time.monotonic() - begin
    frames = rig.raw.count(FRAME_END, mark)
    busy = (rig.cpu_ticks() - ticks) / os.sysconf("SC_CLK_TCK")
    rig.resize(120, 34)
    rig.screen.reset()
    say(rig.wait("Timeline") and rig.wait("✓ done", 20),
        "F-30: 1,000 resizes while an answer streams", "seed %d" % SEED, rig.text())
    say(frames <= 30 * took + 5, "F-30: at most 30 redraws a second", frames, took)
    say(busy < took + 0.1, "F-30: less than a core", busy, took)
    shown, fresh = fresh_frame(rig)
    say(shown == fresh, "F-30: the last frame is what a fresh draw shows", shown, fresh)
    rig.close()


def test_f31_sizes(workspace):
    for size in ((20, 5), (1, 1), (0, 0), (10000, 10000), (1, 500), (1000, 1)):
        rig = open_bench(workspace, size=size)
        rig.wait(lambda r: FRAME_END in r.raw)
        rig.keys(F5 + DOWN + b"?" + b"\x1b")
        rig.quiet(0.1, 2)
        small = 0 < size[0] < 40 or 0 < size[1] < 10
        says = not small or b"lathe"[:max(size[0], 1)] in rig.raw
        # What was typed has been taken when the new size is drawn, and Esc, alone, closes the help
        # a moment later: a key sent before that would be one with it.
        mark = len(rig.raw)
        rig.resize(120, 34)
        rig.wait(lambda r, mark=mark: FRAME_END in r.raw[mark:])
        rig.wait(lambda r: "a command by its name" not in r.text())
        rig.screen.reset()
        rig.keys(REDRAW)
        say(says and rig.wait("Timeline"), "F-31: %dx%d" % size, rig.text())
        rig.close()


def runs(workspace):
    done = subprocess.run([LATHE, "trace", "list"], cwd=workspace, capture_output=True, text=True,
                          check=False)
    return done.stdout


def test_f32_lost_line(workspace):
    for ignore in (False, True):
        rig = open_bench(workspace, workspace / "prompts" / "wait.prompty", ignore_hangup=ignore)
        rig.wait("F5 run")
        rig.keys(F5)
        rig.wait("It begins")
        begin = time.monotonic()
        os.close(rig.slave)
        os.close(rig.master)
        rig.gone = True
        status = rig.exit(5)
        took = time.monotonic() - begin
        say(status is not None and took < 0.5 * max(SLACK / 2, 1), "F-32: gone when the line is" +
            (", SIGHUP ignored" if ignore else ""), "status %s after %.3f s" % (status, took))
        rig.close()
    say(runs(workspace).count("cancelled") == 2, "F-32: what had come is kept, as stopped",
        runs(workspace))


def test_f32_told_more_than_once(workspace):
    """The line hangs up, and then the shell hangs up its jobs."""
    rig = open_bench(workspace, workspace / "prompts" / "wait.prompty")
    rig.wait("F5 run")
    rig.keys(F5)
    rig.wait("It begins")
    try:
        for _ in range(2000):
            os.kill(rig.pid, signal.SIGHUP)
            rig.read(0.002)
            if rig.gone:
                break
    except OSError:
        pass
    status = rig.exit(5)
    say(status == 130 and "cancelled" in runs(workspace),
        "F-32: a second hang-up loses nothing of what the first began to keep", status,
        runs(workspace))
    rig.close()


def test_f33_signals_and_slow_reader(workspace):
    rig = open_bench(workspace, workspace / "prompts" / "long.prompty", size=(200, 50))
    rig.wait("F5 run")
    os.kill(rig.pid, signal.SIGPIPE)
    rig.keys(F5)
    for _ in range(30):  # more pictures than the terminal's buffer holds, and nobody reads them
        rig.keys(F8 + F8 + REDRAW)
    end = time.monotonic() + 20
    while time.monotonic() < end and " ok " not in runs(workspace):
        pass
    say(" ok " in runs(workspace), "F-33: a reader that stops does not hold up the run",
        runs(workspace))
    say(rig.wait("✓ done"), "F-33: and sees the last picture when it reads again", rig.text())
    shown, fresh = fresh_frame(rig)
    say(shown == fresh, "F-33: whole", shown, fresh)
    os.kill(rig.pid, signal.SIGHUP)
    say(rig.exit() == 130 and rig.restored(), "F-33: SIGHUP ends it in order")
    rig.close()


def shell(workspace):
    rig = Rig(["bash", "--norc", "--noprofile", "-i"],
              env={"TERM": "xterm-256color", "PS1": "$ ", "LANG": "C.UTF-8", "LC_ALL": None,
                   "COLORTERM": None, "HISTFILE": None})
    rig.wait("$ ")
    rig.keys(b"cd %s\n" % str(workspace).encode())
    return rig


def test_f34_job_control(workspace):
    rig = shell(workspace)
    rig.keys(("%s prompts/long.prompty\n" % LATHE).encode())
    rig.wait("F5 run")
    rig.keys(F5 + FILES)
    rig.wait("1. Once")
    rig.keys(b"\x1a")
    stopped = rig.wait("Stopped")
    rig.keys(b"stty -a | grep -o '[-]*icanon'; echo is-$((1+1))\n")
    say(stopped and rig.wait("is-2") and re.search(r"^icanon", rig.text(), re.M),
        "F-34: Ctrl+Z restores the terminal", rig.text())
    rig.keys(b"fg\n")
    say(rig.wait("✓ done", 20), "F-34: the run goes on after fg", rig.text())
    shown, fresh = fresh_frame(rig)
    say(shown == fresh, "F-34: the screen is drawn whole", shown, fresh)
    rig.keys(QUIT)
    rig.wait(lambda r: r.text().rstrip().endswith("$"))
    rig.keys(("%s . &\n" % LATHE).encode())
    rig.wait("[1]")
    end = time.monotonic() + 10
    while time.monotonic() < end and "Stopped" not in rig.text():
        rig.keys(b"clear; jobs\n")
        rig.quiet(0.1, 1)
    say("Stopped" in rig.text(), "F-34: in the background it is stopped, not let loose", rig.text())
    rig.keys(b"fg\n")
    say(rig.wait("F5 run"), "F-34: and fg brings it up", rig.text())
    rig.close()


def has_failpoints():
    config = pathlib.Path(os.environ["top_builddir"]) / "config.h"
    return "#define ENABLE_FAILPOINTS 1" in config.read_text()


def crashed(rig, name):
    status = rig.exit(20)
    say(status not in (None, 0) and rig.restored() and
        all(part in rig.raw for part in GIVEN_BACK) and rig.raw.count(b"\x1b[?1049l") == 1,
        "F-35: %s: the terminal is given back" % name, status, rig.restored(),
        bytes(rig.raw[-300:]))
    rig.close()


def test_f35_crash(workspace):
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
        rig = open_bench(workspace)
        rig.wait("F5 run")
        os.kill(rig.pid, number)
        crashed(rig, number.name)
    for action in ("crash", "abort"):
        if not has_failpoints():
            skip("F-35: %s inside a frame" % action, "needs --enable-failpoints")
            continue
        rig = open_bench(workspace, env={"LATHE_FAIL": "screen-draw:3:" + action})
        rig.wait("F5 run")
        for key in (F8, F8, F1, b"\x1b"):
            rig.keys(key)
            rig.quiet(0.1, 1)
        crashed(rig, "%s inside a frame" % action)


def test_f36_terminals(workspace):
    for term in ("xterm-256color", "xterm", "tmux-256color", "screen", "screen-256color", "linux",
                 "vt100", "vt52", "vt220", "ansi", "xterm-kitty", "alacritty"):
        if subprocess.run(["infocmp", term], capture_output=True, check=False).returncode:
            continue
        rig = open_bench(workspace, env={"TERM": term, "LATHE_KITTY": None})
        shown = rig.wait(lambda r: b"run" in r.raw and b"quit" in r.raw)
        rig.keys(F5)
        done = rig.wait(lambda r: b"done" in r.raw)
        rig.keys(QUIT)
        status = rig.exit()
        say(shown and done and status == 0 and not Oracle(term).faults(rig.raw),
            "F-36: TERM=%s" % term, shown, done, status, *Oracle(term).faults(rig.raw)[:5])
        keys = rig.raw.find(b"\x1b[>1u"), rig.raw.find(b"\x1b[<u")
        knows = term in ("xterm-kitty", "alacritty")
        say((0 < keys[0] < keys[1] and rig.raw.find(b"\x1b[?1049l") > keys[1]) if knows else
            keys == (-1, -1), "F-36: TERM=%s: kitty's keys %s" % (
                term, "between the screens" if knows else "are not asked for"), keys)
        rig.close()
    for term in (None, "", "no-such-terminal"):
        rig = open_bench(workspace, env={"TERM": term})
        status = rig.exit()
        rig.quiet(0.1)
        say(status == 2 and b"--plain" in rig.raw and b"\x1b" not in rig.raw,
            "F-36: TERM %s: a sentence, status 2" % (term or repr(term)), status, bytes(rig.raw))
        rig.close()
    rig = open_bench(workspace, env={"TERM": "dumb"})
    rig.wait("> ")
    rig.keys(b"quit\n")
    say(rig.exit() == 0 and b"\x1b" not in rig.raw, "F-36: TERM=dumb: lines without an escape",
        bytes(rig.raw))
    rig.close()
    for asked, sent in (("off", False), ("on", True)):
        rig = open_bench(workspace, env={"LATHE_KITTY": asked})
        rig.wait(lambda r: b"quit" in r.raw)
        rig.keys(QUIT)
        say(rig.exit() == 0 and (b"\x1b[>1u" in rig.raw) == sent,
            "F-36: LATHE_KITTY=%s" % asked)
        rig.close()


def test_f37_locales(workspace):
    rows = (("C", True), ("POSIX", True), ("xx_YY.ISO-8859-1", True), ("de_DE.ISO-8859-1", True),
            ("xx_YY.UTF-8", False), ("zh_CN.UTF-8", False))
    for locale, ascii_only in rows:
        rig = open_bench(workspace, env={"LANG": locale, "LC_ALL": locale, "LANGUAGE": "en"})
        rig.wait("F5 run")
        rig.keys(F5)
        done = rig.wait("done")
        plain = not re.search(rb"[\x80-\xff]", bytes(rig.raw))
        say(done and plain == ascii_only, "F-37: LC_ALL=%s" % locale, done, plain, rig.text())
        rig.close()
    shown = subprocess.run([LATHE, "trace", "show", "last", "--full"], cwd=workspace,
                           capture_output=True, check=False).stdout.decode()
    say("第一天请携带" in shown, "F-37: what is kept is UTF-8 whatever the locale", shown)


CORPUS = ["a" + "\u0300\u0301" * 500 + "b", "👩‍👩‍👧‍👦 family", "🇨🇳🇩🇪 flags", "👍🏽 skin",
          "e\u0301 é", "한국어 조합 \u1112\u1161\u11ab", "שלום עולם", "مرحبا", "‮reversed‬",
          "\U000e0041\U000e0042 tags", "\ufffd\ufffd", "☃️ vs16 ☃︎ vs15", "ａｂｃ full", "年年年年",
          "\u00ad soft\u00ad", "zero\u200bwidth\u2060joiner", "\x9b31m c1", "नमस्ते", "ก็ำ ไทย",
          "\U0001fae8 new", "\u115f\u3164 fillers", "tab\tin\tit", "𠀀𠀁 plane 2"]


def test_f38_columns(workspace):
    (workspace / "prompts" / "corpus.md").write_text("\n".join(CORPUS) + "\n")
    (workspace / "replies.json").write_text(
        json.dumps({"replies": [{"match": "zero", "text": "\n".join(CORPUS)}]}))
    rig = open_bench(workspace, workspace / "prompts" / "corpus.md", size=(120, 60))
    rig.wait("F5 run")
    rig.keys(F5)
    rig.wait("done")
    rig.quiet()
    rows = rig.text().split("\n")
    screen = rig.screen
    edges = [x for x in range(120) if screen.buffer[1][x].data in "╭╮"]
    bad = [rows[y] for y in range(2, 30)
           if any(screen.buffer[y][x].data not in "│╭╮╰╯├┤" for x in edges[2:4])]
    say(not bad and len(edges) >= 4, "F-38: frames stay in their columns beside any text", edges,
        *bad)
    say(not Oracle("xterm-256color").faults(rig.raw), "F-38: nothing of it moves the terminal",
        *Oracle("xterm-256color").faults(rig.raw)[:5])
    shown, fresh = fresh_frame(rig)
    say(shown == fresh, "F-38: drawn in parts as drawn whole",
        *[repr(pair) for pair in zip(shown.split("\n"), fresh.split("\n")) if pair[0] != pair[1]])
    rig.close()


def rss_kib(rig):
    text = pathlib.Path("/proc/%d/status" % rig.pid).read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


def pressed(rig, key):
    """Milliseconds from a key to its frame; 0 when it changes nothing."""
    rig.quiet(0.05, 2)
    mark, begin = len(rig.raw), time.monotonic()
    rig.keys(key)
    while FRAME_END not in rig.raw[mark:]:
        if not rig.read(1):
            return 0
    return (time.monotonic() - begin) * 1000


def test_f38_many_marks(workspace):
    """A thousand marks on a letter are shown one by one, and cost no more than other text."""
    (workspace / "marks.md").write_text("first\nz e" + "\u0301" * 1000 + " end\nlast\n")
    rig = open_bench(workspace, workspace / "marks.md")
    rig.wait("F5 run")
    keys = sorted((round(pressed(rig, key)), key)
                  for key in (DOWN, b"\x1b[F", b"x", UP, b"\x1b[H") * 2)
    say("<U+0301>" in rig.text() and keys[-1][0] < 50 * SLACK, "F-38: 1,000 marks: a key",
        keys[-5:])
    rig.close()


def test_f39_large(workspace):
    shapes = (("10 MB in a line", "word " * (2 << 20), True),
              ("10 MB of Chinese in a line", "年假" * ((10 << 20) // 6), True),
              ("1,000,000 lines", "".join("line %d\n" % i for i in range(1000000)), False),
              ("100 MB", "0123456789 abcdef\n" * (100 * (1 << 20) // 18), False))
    rig = open_bench(workspace)
    rig.wait("F5 run")
    rig.quiet()
    base = rss_kib(rig)
    rig.close()
    for name, text, _ in shapes:
        (workspace / "big.txt").write_text(text)
        begin = time.monotonic()
        rig = open_bench(workspace, workspace / "big.txt")
        opened = rig.wait(lambda r: b"quit" in r.raw or b"Quit" in r.raw)
        took = (time.monotonic() - begin) * 1000
        say(opened and took < 300 * SLACK, "F-39: %s: opens" % name, took)
        keys = sorted((round(pressed(rig, key)), key)
                      for key in (DOWN, PGDN, UP, b"\x1b[F", PGDN) * 4)
        say(keys[-1][0] < 50 * SLACK, "F-39: %s: a key" % name, keys[-5:])
        grown = (rss_kib(rig) - base) / 1024
        most = 32 + len(text.encode()) / (1 << 20)  # the text itself, when all of it is held
        say(grown < most, "F-39: %s: memory" % name, "%.1f MiB more, of %.1f" % (grown, most))
        rig.keys(QUIT)
        say(rig.exit() == 0, "F-39: %s: leaves" % name)
        rig.close()


KEYS = [b"\x1b", b"\r", b"\t", b"\x7f", UP, DOWN, b"\x1b[C", b"\x1b[D", PGDN, b"\x1b[5~",
        b"\x1b[H", b"\x1b[F", F1, F5, F8, b"\x1b[17~", b"\x1b[24~", FILES, b"\x1b2", b"\x1b3",
        OUTPUT, b"\x1b5", b"\x1b6", b"?", b"/", b"n", b"z", b"g", b"G", b" ", b"j",
        b"k", b"h", b"l", b"v", b"Y",
        "年".encode(), b"\x1b[3~", b"\x1b[1;2C", b"\x1b[1;5D", b"\x1b[1;6H", b"\x1b[I", b"\x1b[O",
        b"\x1b[?997;2n", b"\x1b]11;rgb:ff/ff/ff\x1b\\", b"\x1b[97;5u"]


def garbage(rng):
    """Keys, pastes, mouse reports, cut sequences, bytes."""
    kind = rng.random()
    if kind < 0.7:
        return rng.choice(KEYS)
    if kind < 0.8:
        return bytes([rng.choice([1, 2, 3, 4, 6, 7, 11, 12, 14, 15, 16, 18, 20, 21, 22, 23, 24,
                                  25])])
    if kind < 0.88:
        return b"\x1b[<%d;%d;%d%s" % (rng.choice([0, 1, 2, 32, 64, 65, 35, 128]),
                                     rng.randint(0, 300), rng.randint(0, 99999),
                                     rng.choice([b"M", b"m"]))
    if kind < 0.93:
        return b"\x1b[200~" + bytes(rng.randbytes(rng.randint(0, 3000))) + b"\x1b[201~"
    return bytes(rng.randbytes(rng.randint(1, 40)))


def test_f40_random_keys(workspace):
    rng, sent = random.Random(SEED), bytearray()
    before = {path for path in workspace.rglob("*") if ".lathe" not in path.parts}
    texts = {path: path.read_bytes() for path in before if path.is_file()}
    faults, ends, gone, end, starts = [], [], set(), time.monotonic() + FUZZ_SECONDS, 0
    while time.monotonic() < end:
        starts += 1
        for path, text in texts.items():  # what was typed and saved may be no configuration
            path.write_bytes(text)
        rig = open_bench(workspace, env={"EDITOR": "true", "VISUAL": None}, echo=False)
        rig.wait("run")
        del sent[:]
        while time.monotonic() < end and rig.alive():
            # Not the keys that give the terminal away: what another program shows is its own.
            data = garbage(rng).translate(None, QUIT + b"\x1a\x05")
            cut = rng.randint(0, len(data))
            for part in (data[:cut], data[cut:]):  # cut in two reads, often inside a sequence
                sent += part
                if part and rig.alive():
                    rig.keys(part)
                    rig.read(0.001)
            if rng.random() < 0.02:
                rig.quiet(0.02, 1)
                rig.resize(rng.randint(1, 200), rng.randint(1, 60))
        if rig.alive():
            rig.quiet(0.3, 2)
            os.kill(rig.pid, signal.SIGTERM)
        status = rig.exit(10)
        if status not in (0, 130):
            ends.append("%s behind %r" % (status, bytes(sent[-200:])))
        faults += Oracle("xterm-256color").faults(rig.raw)
        gone |= {path for path in texts if not path.exists()}
        rig.close()
    say(not ends, "F-40: random keys end nothing badly", "seed %d, %d starts" % (SEED, starts),
        *ends)
    say(not faults, "F-40: and send nothing of their own", "seed %d" % SEED, *faults[:5])
    after = {path for path in workspace.rglob("*") if ".lathe" not in path.parts}
    say(not gone and not before - after, "F-40: no file is gone", gone, before - after)


def test_f40_binary_paste(workspace):
    rig = open_bench(workspace)
    rig.wait("F5 run")
    data = random.Random(SEED).randbytes(1 << 20).replace(b"\x1b[201~", b"")
    for at in range(0, len(data), 2000):
        rig.keys((b"\x1b[200~" if at == 0 else b"") + data[at:at + 2000])
        rig.read(0)
    rig.keys(b"\x1b[201~")
    begin = time.monotonic()
    rig.keys(F1)
    say(rig.wait("Esc close", 10), "F-40: 1 MB of binary paste is one paste", "seed %d" % SEED,
        rig.text())
    say(time.monotonic() - begin < 2 * SLACK, "F-40: and is dealt with at once")
    rig.keys(b"\x1b")
    rig.quiet()  # to the end of the last frame
    say(not Oracle("xterm-256color").faults(rig.raw), "F-40: nothing of it is sent",
        *Oracle("xterm-256color").faults(rig.raw)[:5])
    rig.close()


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


def test_f41_closed(workspace):
    for name, redirect in (("input", "<&-"), ("output", ">&-"), ("input and output", "<&- >&-"),
                           ("all three", "<&- >&- 2>&-"), ("input from a file", "</dev/null"),
                           ("output to a pipe", "| cat")):
        done = subprocess.run(["setsid", "bash", "-o", "pipefail", "-c",
                               "%s . %s" % (LATHE, redirect)], cwd=workspace,
                              capture_output=True, timeout=30, check=False, preexec_fn=limits)
        says = name == "all three" or b"--plain" in done.stderr
        say(done.returncode == 2 and says and b"\x1b" not in done.stdout + done.stderr,
            "F-41: %s: a sentence, status 2" % name, done)
        done = subprocess.run(["setsid", "bash", "-o", "pipefail", "-c",
                               "%s --plain . %s" % (LATHE, redirect)], cwd=workspace,
                              input=b"open prompts/answer.prompty\nrun\n", capture_output=True,
                              timeout=30, check=False, preexec_fn=limits)
        say(done.returncode in (0, 2, 3) and b"\x1b" not in done.stdout + done.stderr,
            "F-41: %s: the plain workbench ends in order" % name, done)


run_tests(globals())
