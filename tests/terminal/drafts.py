# SPDX-License-Identifier: MIT
"""Unsaved text outlives what ends the program: kill -9, a lost connection, a power cut's worth of
it (F-30, F-34)."""
import os
import pathlib
import shutil
import signal
import tempfile
import time

from rigs import LATHE, Rig, copy_workspace, plan, say

SAVE, UNDO, QUIT = b"\x13", b"\x1a", b"\x11"


class World:
    def __init__(self, top):
        self.root = pathlib.Path(tempfile.mkdtemp(dir=top)) / "w"
        copy_workspace(self.root)
        self.file = self.root / "prompts" / "answer.prompty"
        self.before = self.file.read_bytes()

    def open(self):
        rig = Rig([LATHE, str(self.file)], env={
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": None, "NO_COLOR": None})
        assert rig.wait("F5 run") and rig.wait("answer.prompty"), rig.text()
        return rig

    def drafts(self):
        return sorted((self.root / ".lathe" / "drafts").glob("*.draft"))

    def wait_for_draft(self, words, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if any(words.encode() in one.read_bytes() for one in self.drafts()):
                return True
            time.sleep(0.05)
        return False


def end(rig, number):
    os.kill(rig.pid, number)
    status = rig.exit()
    rig.close()
    return status


def killed(top):
    world = World(top)
    rig = world.open()
    rig.keys("草稿 typed ".encode())
    say(rig.wait("· edited") and world.wait_for_draft("草稿 typed "), "a draft is kept", rig.text())
    end(rig, signal.SIGKILL)
    say(world.file.read_bytes() == world.before, "the file is not touched")
    rig = world.open()
    say(rig.wait("Unsaved text of") and rig.wait("草稿 typed") and rig.wait("· edited"),
        "after kill -9 the text is there again", rig.text())
    rig.keys(SAVE)
    say(rig.wait("✓ saved v") and world.file.read_bytes().startswith("草稿 typed ".encode()),
        "and is saved", rig.text())
    say(not world.drafts(), "the draft goes with the save", world.drafts())
    rig.keys(QUIT)
    say(rig.exit() == 0, "q leaves without a question", rig.text())
    rig.close()
    say(not list((world.root / ".lathe" / "drafts").glob("*.lock")), "nothing is left locked")


def hung_up(top, number, name):
    world = World(top)
    rig = world.open()
    rig.keys(b"in a hurry ")
    rig.wait("in a hurry")
    say(end(rig, number) == 130 and world.wait_for_draft("in a hurry ", 0.1),
        "%s keeps what was typed a moment ago" % name)
    rig = world.open()
    say(rig.wait("in a hurry") and rig.wait("· edited"), "and it comes back", rig.text())
    rig.keys(UNDO)
    say(rig.wait(lambda rig: "edited" not in rig.text()), "undo drops it", rig.text())
    rig.keys(QUIT)
    say(rig.exit() == 0 and not world.drafts(), "for good", world.drafts())
    rig.close()


def two_at_once(top):
    world = World(top)
    first, second = world.open(), world.open()
    first.keys(b"mine first ")
    first.wait("mine first")
    second.keys(b"mine second ")
    say(world.wait_for_draft("mine first ") and world.wait_for_draft("mine second "),
        "two programs keep a draft each")
    end(first, signal.SIGKILL)
    third = world.open()
    say(third.wait("mine first") and "mine second" not in third.text(),
        "the draft of one that lives is not taken", third.text())
    third.keys(QUIT)
    say(third.wait("has unsaved changes"), "leaving asks", third.text())
    third.quiet(0.4)
    third.keys(b"d")
    say(third.exit() == 0 and not any(b"mine first" in one.read_bytes()
                                      for one in world.drafts()), "d discards", world.drafts())
    third.close()
    say(world.wait_for_draft("mine second ", 0.1), "the other's is still there")
    end(second, signal.SIGKILL)


def nowhere_to_keep(top):
    world = World(top)
    (world.root / ".lathe").write_text("in the way")
    rig = world.open()
    rig.keys(b"typed ")
    say(rig.wait("Drafts cannot be kept", 15), "where drafts cannot be kept it says so", rig.text())
    rig.keys(b"more ")
    say(rig.wait("typed more"), "and one types on", rig.text())
    (world.root / ".lathe").unlink()
    rig.keys(b"again ")
    say(world.wait_for_draft("typed more again "), "where they can be kept again, they are")
    end(rig, signal.SIGKILL)


def main():
    top = tempfile.mkdtemp()
    # Somebody who knows lathe: no first-run tour.
    state = pathlib.Path(top) / "state"
    (state / "lathe").mkdir(parents=True)
    (state / "lathe" / "tour-seen").touch()
    os.environ["XDG_STATE_HOME"] = str(state)
    try:
        killed(top)
        hung_up(top, signal.SIGHUP, "a lost connection")
        hung_up(top, signal.SIGTERM, "SIGTERM")
        two_at_once(top)
        nowhere_to_keep(top)
    finally:
        shutil.rmtree(top)
    plan()


main()
