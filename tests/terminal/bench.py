# SPDX-License-Identifier: MIT
"""The workbench on real terminals: what is sent, what is restored, what it survives."""
import os
import re
import signal
import subprocess
import time

from rigs import (F1, F5, FILES, GIVEN_BACK, LATHE, QUIT, REDRAW, Oracle, Rig, open_bench,
                  run_tests, say)


def test_start_and_run(workspace):
    rig = open_bench(workspace)
    say(rig.wait("F5 run") and rig.wait("▸ answer.prompty"), "the first screen is whole",
        rig.text())
    rig.keys(F5)
    say(rig.wait("✓ done"), "F5 runs the prompt and its answer streams in", rig.text())
    rig.keys(QUIT)
    say(rig.exit() == 0, "Ctrl+Q leaves")
    say(rig.restored() and all(part in rig.raw for part in GIVEN_BACK),
        "the terminal is given back")
    rig.close()


def test_places(workspace):
    """What it opens with: a flow's folder below the workspace is that flow."""
    for place, shown in (("flows/ask", "▸ flow.dag.yaml"),
                         ("flows", "▸ answer.prompty"),
                         ("flows/ask/flow.dag.yaml", "▸ flow.dag.yaml"),
                         (".", "▸ answer.prompty")):
        rig = open_bench(workspace, workspace / place)
        say(rig.wait(shown), "lathe %s" % place, rig.text())
        rig.close()


def test_oracle(_workspace):
    """It must be able to find what it is there for."""
    planted = (b"\x1b]0;title\x07", b"\x1bP1$r\x1b\\", b"\x1b[6n", b"\x1b[c", b"\x9b2J",
               "\u009b2J".encode(), "\u202e".encode(), b"\x05", b"\x1b[?1049;1003h", b"\x1b[5i")
    oracle = Oracle("xterm-256color")
    missed = [text for text in planted if not oracle.faults(b"abc" + text + b"def")]
    say(not missed and not oracle.faults("plain 年 text\r\n\x1b[1;31m\x1b[2;3H".encode()),
        "the oracle finds planted sequences", missed)


def test_hostile_text(workspace):
    rig = open_bench(workspace, workspace / "prompts" / "hostile.prompty", size=(160, 50))
    (workspace / "prompts" / "\x1b]0;evil\x07\u202e.md").write_text("x")
    rig.wait("F5 run")
    rig.keys(REDRAW + F5)
    rig.wait(lambda r: "done" in r.text() or "failed" in r.text())
    rig.keys(FILES)
    for key in (b"\t", b"\x1b[B", b"\r", b"?", b"evil", b"\x1b", b"z", b"z", b"\x1b[6~"):
        rig.keys(key)
        rig.quiet(0.1)
    found = Oracle("xterm-256color").faults(rig.raw)
    say(not found, "hostile text in answers, files and names sends no sequence of its own",
        *found[:10])
    rig.close()


def fresh_screen(workspace, size):
    rig = open_bench(workspace, size=size)
    rig.wait("F5 run")
    rig.quiet()
    text = rig.text()
    rig.close()
    return text


def test_resize_storm(workspace):
    rig = open_bench(workspace, workspace / "prompts" / "long.prompty")
    rig.wait("F5 run")
    rig.keys(F5)
    sizes = [(1, 1), (500, 200), (0, 0), (20, 5), (80, 24), (3, 100), (10000, 10000), (250, 3)]
    for i in range(400):
        rig.resize(*sizes[i % len(sizes)], tell=False)
        rig.read(0)
    rig.resize(120, 34)
    alive = rig.wait("Timeline") and rig.wait("✓ done")
    say(alive, "400 resizes while an answer streams", rig.text())
    rig.close()
    rig = open_bench(workspace, size=(200, 50))
    rig.wait("F5 run")
    for size in sizes + [(91, 30)]:
        rig.resize(*size)
        rig.read(0.05)
    rig.quiet()
    say(rig.text() == fresh_screen(workspace, (91, 30)),
        "the last of many sizes looks like a fresh start", rig.text())
    rig.close()


def test_suspend(workspace):
    rig = Rig(["bash", "--norc", "--noprofile", "-i"],
              env={"TERM": "xterm-256color", "PS1": "$ ", "LANG": "C.UTF-8", "LC_ALL": None,
                   "COLORTERM": None, "HISTFILE": None})
    rig.wait("$ ")
    rig.keys(("%s %s\n" % (LATHE, workspace)).encode())
    rig.wait("F5 run")
    rig.keys(FILES)
    rig.wait("▸ Files")
    rig.keys(b"\x1a")
    stopped = rig.wait("Stopped")
    rig.keys(b"stty -a | grep -o '[-]*icanon'; echo is-$((1+1))\n")
    say(stopped and rig.wait("is-2") and re.search(r"^icanon", rig.text(), re.M),
        "Ctrl+Z gives the terminal back to the shell", rig.text())
    rig.keys(b"fg\n")
    say(rig.wait("▸ Files") and rig.wait("F5 run"),
        "fg draws the screen again", rig.text())
    rig.keys(b"\x1a")
    rig.wait("Stopped")
    rig.keys(b"kill -TERM %1; fg\n")
    say(rig.wait(lambda r: r.text().rstrip().endswith("$")) or rig.wait("Terminated"),
        "SIGTERM ends a stopped one when it goes on", rig.text())
    rig.close()


def test_hangup(workspace):
    for ignore in (False, True):
        rig = open_bench(workspace, workspace / "prompts" / "wait.prompty", ignore_hangup=ignore)
        rig.wait("F5 run")
        rig.keys(F5)
        rig.wait("It begins")
        begin = time.monotonic()
        os.close(rig.slave)
        os.close(rig.master)
        rig.gone = True
        status = rig.exit(3)
        took = time.monotonic() - begin
        say(status is not None and took < 0.5,
            "a closed terminal ends it within half a second" +
            (", SIGHUP ignored" if ignore else ""), "status %s after %.3f s" % (status, took))
        rig.close()


def test_signals(workspace):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        rig = open_bench(workspace)
        rig.wait("F5 run")
        os.kill(rig.pid, number)
        status = rig.exit()
        say(status == 130 and rig.restored() and all(part in rig.raw for part in GIVEN_BACK),
            "%s: it leaves and gives the terminal back" % number.name, status)
        rig.close()
    for number in (signal.SIGSEGV, signal.SIGABRT):
        rig = open_bench(workspace)
        rig.wait("F5 run")
        os.kill(rig.pid, number)
        status = rig.exit()
        say(status not in (None, 0) and rig.restored() and
            all(part in rig.raw for part in GIVEN_BACK),
            "%s: the terminal is given back" % number.name, status, rig.restored(),
            bytes(rig.raw[-200:]))
        rig.close()


def test_terms(workspace):
    plain = ("vt100", "vt220", "ansi")  # their entries know no private modes of ours
    for term in ("xterm", "xterm-256color", "screen", "tmux-256color", "linux",
                 "rxvt-unicode-256color") + plain:
        if subprocess.run(["infocmp", term], capture_output=True, check=False).returncode:
            continue
        rig = open_bench(workspace, env={"TERM": term})
        shown = rig.wait(lambda r: b"run" in r.raw and b"quit" in r.raw)
        rig.keys(F5)
        done = rig.wait(lambda r: b"done" in r.raw)
        rig.keys(QUIT)
        status = rig.exit()
        found = Oracle(term).faults(rig.raw)
        say(shown and done and status == 0 and not found, "TERM=%s" % term, shown, done, status,
            *found[:5])
        modes = sorted(set(re.findall(rb"\x1b\[\?(2004|100[0246]|2026)h", bytes(rig.raw))))
        say(len(modes) == (0 if term in plain else 6), "TERM=%s: private modes" % term, modes)
        rig.close()
    for term, word in ((None, "--plain"), ("no-such-terminal", "--plain")):
        rig = open_bench(workspace, env={"TERM": term})
        status = rig.exit()
        rig.quiet(0.1)
        say(status == 2 and word.encode() in rig.raw and b"\x1b" not in rig.raw,
            "TERM %s: a sentence, status 2" % (term or "unset"), status, bytes(rig.raw))
        rig.close()
    rig = open_bench(workspace, env={"TERM": "dumb"})
    rig.wait("> ")
    rig.keys(b"open prompts/long.prompty\nrun\n")
    done = rig.wait("Status: ok")
    rig.keys(b"quit\n")
    say(done and rig.exit() == 0 and b"\x1b" not in rig.raw,
        "TERM=dumb: the workbench in lines, without an escape", bytes(rig.raw))
    rig.close()


def test_surroundings(workspace):
    rig = open_bench(workspace, env={"LANG": "C", "LC_ALL": "C"})
    rig.wait("F5 run")
    rig.keys(F5)
    done = rig.wait("done")
    say(done and not re.search(rb"[\x80-\xff]", bytes(rig.raw)), "LC_ALL=C: ASCII only",
        rig.text())
    rig.close()
    rig = open_bench(workspace, env={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    rig.wait("F5 run")
    rig.quiet()
    colours = re.findall(rb"\x1b\[[\d;:]*?\b[34][0-8][\d;:]*m", bytes(rig.raw))
    say(not colours, "NO_COLOR: no colours", colours[:5])
    rig.close()
    rig = open_bench(workspace, env={"COLORTERM": "truecolor"})
    rig.wait(lambda r: b"quit" in r.raw)
    say(re.search(rb"\x1b\[[\d;:]*38[:;]2[:;]", bytes(rig.raw)), "COLORTERM: true colour")
    rig.close()
    rig = open_bench(workspace, env={"TERM": "xterm-direct"})
    rig.wait(lambda r: b"quit" in r.raw)
    colours = set(re.findall(rb"38:2::(\d+):\d+:\d+m", bytes(rig.raw)))
    say(len(colours) > 2, "TERM=xterm-direct: true colour, not the 256 as shades of blue",
        sorted(colours))
    rig.close()


def test_slow_reader(workspace):
    rig = open_bench(workspace, workspace / "prompts" / "long.prompty", size=(200, 50))
    rig.wait("F5 run")
    rig.keys(F5)
    # Nothing is read while keys make it draw far more than the terminal's buffer holds.
    for _ in range(60):
        rig.keys(b"\x1b[19~\x1b[19~")
        time.sleep(0.01)
    say(rig.wait("✓ done"), "a reader that stops loses frames, not the run", rig.text())
    rig.keys(b"\x1b")
    rig.quiet(0.1)
    rig.keys(b"\x11")
    say(rig.exit() == 0, "and the workbench still answers")
    rig.close()


def test_idle(workspace):
    rig = open_bench(workspace)
    rig.wait("F5 run")
    rig.quiet(0.5)
    ticks = rig.cpu_ticks()
    say(rig.read(1.0) == b"" and rig.cpu_ticks() - ticks <= 1, "idle: no bytes, no CPU")
    rig.close()


def test_paste(workspace):
    rig = open_bench(workspace)
    rig.wait("F5 run")
    rig.keys(FILES)
    rig.keys(b"\x1b[200~q\x11\x1b[15~\x03y\x1b[201~")
    pasted = rig.wait("nothing to paste into")
    rig.keys(b"\x1b[200~" + os.urandom(200000).replace(b"\x1b", b"") + b"\x1b[201~")
    rig.keys(F1)
    say(pasted and rig.wait("Esc close"), "a paste gives no command", rig.text())
    rig.close()


run_tests(globals())
