# SPDX-License-Identifier: MIT
"""The workbench inside tmux, a terminal that other people wrote: start, typed Chinese, paste,
resize, suspend and fg, a client that goes, a server that dies."""
import os
import pathlib
import shutil
import subprocess
import time

from rigs import LATHE, run_tests, say, skip


class Tmux:
    def __init__(self, workspace):
        self.socket = str(workspace / "tmux.sock")
        self.run("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "34", "-s", "t",
                 "env", "-u", "TMUX_PANE", "PS1=$ ", "LANG=C.UTF-8", "bash", "--norc",
                 "--noprofile")
        self.wait("$")

    def run(self, *words, check=True):
        env = {key: value for key, value in os.environ.items() if key not in ("TMUX", "LC_ALL")}
        env["LANG"] = "C.UTF-8"
        return subprocess.run(["tmux", "-u", "-S", self.socket, *words], env=env, check=check,
                              capture_output=True, text=True).stdout

    def keys(self, *names):
        self.run("send-keys", "-t", "t", *names)

    def text(self):
        return self.run("capture-pane", "-p", "-t", "t", check=False)

    def wait(self, what, seconds=15):
        end = time.monotonic() + seconds
        while what not in self.text():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def close(self):
        self.run("kill-server", check=False)


def start(workspace, file="prompts/answer.prompty"):
    tmux = Tmux(workspace)
    tmux.keys("cd %s; export HISTFILE=" % workspace, "Enter")
    tmux.keys("%s %s" % (LATHE, file), "Enter")
    return tmux


def lathe_pids(workspace):
    found = []
    for place in pathlib.Path("/proc").iterdir():
        try:
            if place.name.isdigit() and os.readlink(place / "cwd") == str(workspace) and \
                    os.readlink(place / "exe") == os.path.realpath(LATHE):
                found.append(int(place.name))
        except OSError:
            pass
    return found


def test_start_type_paste(workspace):
    tmux = start(workspace)
    say(tmux.wait("F5 run") and tmux.wait("▸ answer.prompty"), "tmux: the first screen",
        tmux.text())
    tmux.keys("M-3")
    tmux.keys("-l", "你好，年假")  # the bytes that an input method commits
    say(tmux.wait("你好，年假---"), "tmux: Chinese is typed where the caret is", tmux.text())
    caret = tmux.run("display-message", "-p", "-t", "t", "#{cursor_x} #{cursor_flag}").split()
    row = next(line for line in tmux.text().split("\n") if "你好" in line)
    before = row[:row.index("你好")]
    say(caret == [str(len(before) + 10), "1"],
        "tmux: and the terminal's cursor stands behind it, for the input method's window", caret,
        row)
    tmux.run("set-buffer", "pasted line\nwith `q` and more\n")
    tmux.run("paste-buffer", "-p", "-t", "t")
    say(tmux.wait("with `q` and more"), "tmux: a paste is text", tmux.text())
    tmux.keys("F5")
    say(tmux.wait("done") or tmux.wait("failed"), "tmux: F5 runs", tmux.text())
    tmux.close()


def test_resize_suspend(workspace):
    tmux = start(workspace)
    tmux.wait("F5 run")
    for w, h in ((60, 20), (30, 8), (150, 45), (100, 30)):
        tmux.run("resize-window", "-t", "t", "-x", str(w), "-y", str(h))
        shown = tmux.wait("40x10" if w < 40 else "F5 run")
        lines = tmux.text().rstrip("\n").split("\n")
        say(shown and len(lines) <= h, "tmux: resized to %dx%d" % (w, h), tmux.text())
    tmux.keys("M-1")
    tmux.wait("▸ Files")
    tmux.keys("C-z")
    say(tmux.wait("Stopped"), "tmux: Ctrl+Z goes to the shell", tmux.text())
    tmux.keys("echo shell-$((1+1))", "Enter")
    say(tmux.wait("shell-2"), "tmux: which works as before", tmux.text())
    tmux.keys("fg", "Enter")
    say(tmux.wait("F5 run") and "shell-2" not in tmux.text(), "tmux: fg comes back", tmux.text())
    tmux.keys("C-q")
    say(tmux.wait("shell-2"), "tmux: leaving shows the shell's screen again", tmux.text())
    tmux.close()


def test_lost(workspace):
    tmux = start(workspace, "prompts/wait.prompty")
    tmux.wait("F5 run")
    tmux.keys("F5")
    tmux.wait("It begins")
    pids = lathe_pids(workspace)
    begin = time.monotonic()
    tmux.close()
    while lathe_pids(workspace) and time.monotonic() < begin + 10:
        time.sleep(0.01)
    took = time.monotonic() - begin
    say(len(pids) == 1 and took < 2, "tmux: when the server dies the workbench ends", pids, took)
    shown = subprocess.run([LATHE, "trace", "list"], cwd=workspace, capture_output=True, text=True,
                           check=False).stdout
    say("cancelled" in shown, "tmux: and its run is kept as stopped", shown)


if shutil.which("tmux") is None:
    assert not os.environ.get("LATHE_REQUIRE_TOOLS"), "tmux is missing"
    skip("tmux", "tmux is not installed")
    print("1..1")
else:
    run_tests(globals())
