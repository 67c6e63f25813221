# SPDX-License-Identifier: MIT
"""What goes between the workbench and the terminal besides pictures and keys: the clipboard, the
background's colour, the user's own editor; and that hostile text in every field of the screen sends
nothing of its own."""
import base64
import os
import pathlib
import re

from rigs import (DOWN, F1, F5, F6, F8, FILES, FRAME_END, OUTPUT, PGDN, QUIT, REDRAW, UP, Oracle,
                  open_bench, run_tests, say)

COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x1b\\")
SELECT_ALL, COPY = b"\x01", b"\x03"
EVIL = "\x1b]0;evil\x07\x1b[2J\x1b[?1003h\x9b6n\u009b2J\u202ebidi\u200b\x05\x1bP1$r\x1b\\"


def copied(rig, text):
    rig.keys(b"\x1b3")
    rig.quiet(0.1)
    rig.keys(b"\x1b[200~" + text + b"\x1b[201~")
    rig.quiet(0.1)
    rig.keys(SELECT_ALL + COPY)


def test_clipboard(workspace):
    (workspace / "note.md").write_text("")
    rig = open_bench(workspace, workspace / "note.md", env={"SSH_CONNECTION": "1 2 3 4"})
    rig.wait("F5 run")
    text = "copied 年 text\nand more"
    copied(rig, text.encode())
    rig.wait(lambda r: COPIED.search(r.raw))
    sent = COPIED.search(rig.raw)
    say(sent and base64.b64decode(sent.group(1)).decode().strip() == text,
        "what is copied goes to the terminal, as base64", sent, bytes(rig.raw[-300:]), rig.text())
    say(rig.wait("OSC 52"), "and the message says so", rig.text())
    rig.keys(b"\x1b")
    copied(rig, b"x" * 80000)
    say(rig.wait("too long"), "what is too long is offered a file", rig.text())
    rig.quiet(0.6)  # a question takes no answer that was typed before it could be read
    rig.keys(b"y")
    say(rig.wait("Written to"), "and y writes it", rig.text())
    file = pathlib.Path(os.environ["XDG_STATE_HOME"]) / "lathe" / "copied.txt"
    say(file.read_text().count("x") >= 80000 and file.stat().st_mode & 0o777 == 0o600,
        "which is written, for its owner alone", rig.text())
    say(not Oracle("xterm-256color").faults(rig.raw), "nothing else is sent")
    rig.close()


def test_clipboard_tool(workspace):
    tools = workspace / "tools"
    tools.mkdir()
    tool = tools / "wl-copy"
    tool.write_text("#!/bin/sh\ncat > %s/got\n" % tools)
    tool.chmod(0o755)
    env = {"PATH": "%s:%s" % (tools, os.environ["PATH"]), "WAYLAND_DISPLAY": "wayland-0",
           "SSH_CONNECTION": None, "SSH_CLIENT": None, "SSH_TTY": None}
    (workspace / "note.md").write_text("")
    rig = open_bench(workspace, workspace / "note.md", env=env)
    rig.wait("F5 run")
    copied(rig, b"for the desktop")
    say(rig.wait("wl-copy") and (tools / "got").read_text().strip() == "for the desktop",
        "the desktop's tool gets it too, and is named", rig.text())
    rig.close()
    tool.write_text("#!/bin/sh\nexit 1\n")
    rig = open_bench(workspace, workspace / "note.md", env=env)
    rig.wait("F5 run")
    copied(rig, b"for the terminal")
    say(rig.wait("OSC 52") and "wl-copy" not in rig.text(),
        "a tool that fails is not said to have it", rig.text())
    rig.close()


def colours(rig, mark):
    return set(re.findall(rb"\x1b\[[\d;:]*?\b48[\d;:]*m", bytes(rig.raw[mark:])))


def test_background(workspace):
    for asked, follows in ((None, True), ("dark", False)):
        rig = open_bench(workspace, env={"LATHE_THEME": asked, "COLORFGBG": None})
        rig.wait("F5 run")
        rig.wait(lambda r: b"\x1b]11;?" in r.raw)
        say(rig.raw.find(FRAME_END) < rig.raw.find(b"\x1b]11;?"),
            "the background is asked for behind the first picture")
        rig.quiet()
        first = colours(rig, 0)
        rig.keys(b"\x1b]11;rgb:ffff/ffff/f0f0\x1b\\")
        rig.quiet()
        mark = len(rig.raw)
        rig.keys(REDRAW)
        rig.wait(lambda r: FRAME_END in r.raw[mark:])
        rig.quiet()
        then = colours(rig, mark)
        say(first and (not first & then) == follows, "a light terminal gets the light theme"
            if follows else "unless the user named one", first, then)
        say("▸ answer.prompty" in rig.text() and "rgb" not in rig.text(), "the answer is no text",
            rig.text())
        rig.close()


def test_editor(workspace):
    script = workspace / "edit.sh"
    script.write_text("#!/bin/sh\nstty -a | grep -q ' icanon' && printf 'in the editor %s\\n' "
                      "\"$(basename \"$1\")\"\nread line\n"
                      "printf 'from outside: %s\\n' \"$line\" > \"$1\"\n")
    script.chmod(0o755)
    rig = open_bench(workspace, workspace / "prompts" / "long.prompty",
                     env={"VISUAL": None, "EDITOR": "sh %s" % script})
    rig.wait("F5 run")
    rig.keys(F5)
    rig.wait("1. Once")
    rig.keys(b"\x05")
    say(rig.wait("in the editor long.prompty"), "Ctrl+E gives $EDITOR the terminal", rig.text())
    rig.quiet(0.3, 5)
    rig.keys(b"typed there\n")
    say(rig.wait("from outside: typed there") and rig.wait("F5 run"),
        "and takes it back with what was written", rig.text())
    say(rig.wait("✓ done"), "while the run goes on", rig.text())
    rig.keys(b"\x1b3unsaved ")
    rig.wait("unsaved from outside")
    rig.keys(b"\x05")
    rig.wait("in the editor long.prompty")
    rig.quiet(0.3, 5)
    rig.keys(b"again\n")
    say(rig.wait("from outside: again") and rig.wait("edited"),
        "what is not saved goes there and comes back unsaved", rig.text())
    say("typed there" in (workspace / "prompts" / "long.prompty").read_text(),
        "and the file is as it was")
    rig.keys(b"\x1a")
    say(rig.wait("unsaved from outside"), "one step of undo takes it back", rig.text())
    rig.close()
    rig = open_bench(workspace, env={"VISUAL": "no-such-editor"})
    rig.wait("F5 run")
    rig.keys(b"\x05")
    say(rig.wait("does not start") and rig.wait("F5 run"), "an editor that is missing is named",
        rig.text())
    rig.close()


def test_hostile_everywhere(workspace):
    """Answers, names, contents, errors, inputs, palette, search, past runs, toasts."""
    for name in ("\x1b]0;t\x07x\u202e.md", "a\x9b2Jb.md", "prompts/\x1b[31m.prompty"):
        (workspace / name).write_text("user:\n" + EVIL)
    config = (workspace / "lathe.yaml").read_text()
    (workspace / "lathe.yaml").write_text(
        config.replace("name: golden", 'name: "n\\e]0;x\\a\\u202e\\x9b2J"'))
    rig = open_bench(workspace, workspace / "prompts" / "hostile.prompty", size=(160, 50))
    rig.wait("F5 run")
    evil = EVIL.encode()
    paste = b"\x1b[200~" + evil.replace(b"\x1b[201~", b"") + b"\x1b[201~"
    rig.keys(F5)
    rig.wait(lambda r: "done" in r.text() or "failed" in r.text())
    steps = [FILES] + [DOWN, b"\r"] * 24 + [b"\x1b3", paste, b"\x06", paste, b"\x1b", b"\x1b",
             b"\x1b2", b"\r", paste, b"\r", b"\x1b", b"\x10", paste, b"\x1b", F1, paste, b"\x1b",
             OUTPUT, F8, PGDN, UP, F8, b"\x1b6", b"\r", DOWN, b"\t", b"\x1b", b"\x1b5", DOWN, b"\r",
             b"\x1b", F6, b"\x0f", paste, b"\x1b", REDRAW]
    for key in steps:
        rig.keys(key)
        rig.quiet(0.03, 1)
    broken = workspace / "prompts" / "broken.prompty"
    broken.write_text("---\nname: %s\nmodel: {api: \x9bchat}\n---\nuser:\n{{ %s" % (EVIL, EVIL))
    rig.keys(F5)
    rig.quiet(0.3)
    found = Oracle("xterm-256color").faults(rig.raw)
    say(not found and rig.raw.count(FRAME_END) > 40,
        "hostile text in every field sends no sequence of its own", *found[:10])
    rig.resize(90, 24)
    rig.screen.reset()
    rig.keys(REDRAW)
    rig.quiet()
    found = Oracle("xterm-256color").faults(rig.raw)
    say(not found and rig.raw, "nor drawn anew in another size", *found[:10])
    os.kill(rig.pid, 15)
    say(rig.exit() == 130, "and it still ends in order")
    rig.close()


run_tests(globals())
