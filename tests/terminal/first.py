# SPDX-License-Identifier: MIT
"""The first minutes in a real terminal: no workspace, the welcome copy, the tour, a connection."""
import json
import os
import pathlib
import tempfile

from rigs import LATHE, Rig, plan, say
from mock_run import MockServer

F2, F5, ESC, TAB, ENTER, UP = b"\x1bOQ", b"\x1b[15~", b"\x1b", b"\t", b"\r", b"\x1b[A"
KEY = "key-of-the-first-minutes-0123456789"
REPLIES = [{"match": {"path": "/slow/models"}, "json": {"data": []}, "stall_at": 3},
           {"match": {"path": "/v1/models"}, "json": {"data": [{"id": "m-1"}, {"id": "m-2"}]}}]


def open_lathe(home, *words, **more):
    env = {"TERM": "xterm-256color", "COLORTERM": None, "LANG": "C.UTF-8", "LC_ALL": None,
           "HOME": str(home), "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None,
           "LATHE_TOUR": None, "MOCK_KEY": KEY}
    env.update(more)
    return Rig([LATHE, *words], env=env)


def test_start(home):
    (home / "empty").mkdir()
    rig = open_lathe(home, str(home / "empty"))
    say(rig.wait("There is no workspace here"), "a folder that is no workspace is said to be none",
        rig.text())
    rig.keys(b"w")
    rig.wait("lathe-welcome")
    rig.keys(ENTER)
    say(rig.wait("Edit here"), "the welcome copy opens, and the tour begins", rig.text())
    rig.keys(ENTER)
    rig.wait("Run it")
    rig.keys(F5)
    say(rig.wait("The answer") and rig.wait("✓ done"), "F5 on its card runs the prompt", rig.text())
    rig.keys(ESC)
    rig.quiet()
    say("The answer" not in rig.text(), "Esc ends the tour", rig.text())
    rig.keys(b"\x11")
    say(rig.exit() == 0 and rig.restored(), "Ctrl+Q leaves and gives the terminal back")
    rig.close()
    welcome = home / "lathe-welcome"
    say((welcome / "lathe.yaml").exists() and (welcome / ".lathe").exists() and
        not list((home / "empty").iterdir()), "the run was recorded in the copy")
    rig = open_lathe(home, str(welcome))
    rig.wait("F5 run")
    rig.quiet()
    say("Edit here" not in rig.text(), "the tour comes once", rig.text())
    rig.close()


def test_connection(home):
    (home / "replies.json").write_text(json.dumps(REPLIES))
    welcome = home / "lathe-welcome"
    before = (welcome / "lathe.yaml").read_text()
    with MockServer([home / "replies.json"]) as server:
        clean = {k: None for k in os.environ if k.lower().endswith("_proxy")}
        rig = open_lathe(home, str(welcome), **clean)
        rig.wait("F5 run")
        rig.keys(b"\x1b1gc")
        say(rig.wait("New connection"), "g c opens the connections", rig.text())
        rig.keys(b"n")
        rig.wait("▸ Name")
        rig.keys(b"mine" + TAB + TAB + (server.base + "/slow").encode() + TAB + b"env:MOCK_KEY")
        rig.keys(F5)
        rig.wait("Asking the server")
        rig.keys(ESC)
        say(rig.wait("The test was stopped"), "Esc stops a test", rig.text())
        rig.keys(UP + b"\x7f" * 4 + b"v1" + F5)
        say(rig.wait("2 models") and rig.wait("m-2"), "F5 tries it out and lists its models",
            rig.text())
        rig.keys(F2)
        say(rig.wait("In lathe.yaml"), "F2 writes it", rig.text())
        rig.keys(ESC)
        rig.quiet()
        rig.keys(b"m")
        say(rig.wait("mine/m-2"), "the picker offers what the test has listed", rig.text())
        rig.keys(b"m-2" + ENTER)
        say(rig.wait("chosen here"), "one of them is chosen", rig.text())
        rig.keys(b"q")
        say(rig.exit() == 0, "q leaves")
        say(KEY.encode() not in rig.raw, "the key was never on the screen")
        rig.close()
    after = (welcome / "lathe.yaml").read_text()
    say(after.startswith(before) and "  mine:\n    provider: openai\n" in after and
        "secret: env:MOCK_KEY" in after, "the file has it, and is else as it was", after)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        home = pathlib.Path(os.path.realpath(scratch))
        test_start(home)
        test_connection(home)
    plan()


main()
