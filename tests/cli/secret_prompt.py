#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keys and passphrases typed on a terminal: unseen, asked twice for a new vault, given up with
Ctrl+C; the terminal is as it was after every end (TAP)."""
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time

LATHE = os.environ["LATHE"]
KEY = "sk-typed-Hx8Kq2Zw5Rb7Tn4Vm"

results = []


def check(name, ok, detail=""):
    results.append(bool(ok))
    print("%sok %d - %s" % ("" if ok else "not ", len(results), name))
    if not ok:
        print("# " + repr(detail)[:2000])


class Terminal:
    def __init__(self, folder, *words, env=None):
        self.seen = b""
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        full = dict(os.environ, HOME=str(folder), XDG_CONFIG_HOME=str(folder / "config"),
                    XDG_STATE_HOME=str(folder / "state"), **(env or {}))
        self.pid = os.fork()
        if self.pid == 0:
            os.login_tty(self.slave)
            os.chdir(folder)
            os.execve(LATHE, [LATHE, *words], full)

    def until(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words not in self.seen and time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self.master, 4096)
                except OSError:
                    break
        return words in self.seen

    def quiet(self):
        """Echo is off: what is typed now is not shown."""
        end = time.monotonic() + 20
        while termios.tcgetattr(self.slave)[3] & termios.ECHO:
            if time.monotonic() > end:
                return False
            select.select([], [], [], 0.01)
        return True

    def type(self, text):
        os.write(self.master, text)

    def end(self):
        self.until(b"\0never", seconds=0.3)
        pid, status = os.waitpid(self.pid, 0)
        self.until(b"\0never", seconds=0.1)
        same = termios.tcgetattr(self.slave)[3] == self.before[3]
        os.close(self.master)
        os.close(self.slave)
        return os.waitstatus_to_exitcode(status), same


def entered(folder):
    t = Terminal(folder, "secret", "set", "one", "--origin", "https://a.example.com")
    check("the value is asked for", t.until(b"Value of one") and t.quiet(), t.seen)
    t.type(KEY.encode() + b"xx\x7f\x7f\r")
    check("where it will lie is said first", t.until(b"vault sealed by a passphrase"), t.seen)
    check("a new vault's passphrase", t.until(b"A passphrase for the new vault") and t.quiet(),
          t.seen)
    t.type("wrong\x15p\u00e4ss phrase\r".encode())
    check("is asked for twice", t.until(b"The same again") and t.quiet(), t.seen)
    t.type("p\u00e4ss phrase\r".encode())
    code, same = t.end()
    check("it is kept", code == 0 and b"secret:one is set" in t.seen, (code, t.seen))
    check("nothing of it was shown", KEY[3:11].encode() not in t.seen and b"phrase\r" not in t.seen,
          t.seen)
    check("the terminal is as before", same)


def opened(folder):
    t = Terminal(folder, "secret", "test", "one")
    check("the passphrase is asked for", t.until(b"Passphrase of the vault") and t.quiet(), t.seen)
    t.type("p\u00e4ss phrase\n".encode())
    code, same = t.end()
    check("it opens the vault", code == 0 and b"ok: vault" in t.seen and same, (code, t.seen))
    t = Terminal(folder, "secret", "test", "one")
    t.until(b"Passphrase of the vault")
    t.quiet()
    t.type(b"other\n")
    code, same = t.end()
    check("another does not", code == 3 and b"does not open" in t.seen and same, (code, t.seen))


def given_up(folder):
    for name, what in (("Ctrl+C", b"\x03"), ("Ctrl+D", b"\x04"), ("an empty line", b"\r")):
        t = Terminal(folder, "secret", "test", "one")
        t.until(b"Passphrase of the vault")
        t.quiet()
        t.type(what)
        code, same = t.end()
        check(name + " gives up", code == 130 and b"Nothing was given" in t.seen and same,
              (code, t.seen))
    t = Terminal(folder, "secret", "set", "two", "--origin", "https://a.example.com")
    t.until(b"Value of two")
    t.quiet()
    os.kill(t.pid, signal.SIGTERM)
    code, same = t.end()
    check("a signal leaves the terminal as before", same and code != 0, (code, t.seen))
    t = Terminal(folder, "secret", "set", "two", "--plain", "--origin", "https://a.example.com")
    t.until(b"Value of two")
    t.quiet()
    t.type(KEY.encode() + b"\n")
    code, same = t.end()
    check("plain text needs no passphrase", code == 0 and b"file, plain text" in t.seen and same,
          (code, t.seen))


def differs(folder):
    fresh = folder / "fresh"
    fresh.mkdir()
    t = Terminal(fresh, "secret", "set", "one", "--origin", "https://a.example.com")
    for question, answer in ((b"Value of", KEY), (b"new vault", "one"), (b"same again", "two")):
        t.until(question)
        t.quiet()
        t.type(answer.encode() + b"\r")
        t.until(b"\0never", seconds=0.2)
    code, same = t.end()
    check("two passphrases that differ make no vault", code == 2 and b"differ" in t.seen and
          same and not (fresh / "config" / "lathe" / "secrets" / "vault.json").exists(),
          (code, t.seen))


def piped(folder):
    """The value on standard input, and no terminal for the passphrase."""
    done = subprocess.run([LATHE, "secret", "set", "three", "--origin", "https://a.example.com"],
                          input=KEY.encode(), capture_output=True, cwd=folder, timeout=30,
                          start_new_session=True,
                          env=dict(os.environ, HOME=str(folder),
                                   XDG_CONFIG_HOME=str(folder / "config")))
    check("without a terminal it says how to go on", done.returncode == 2 and
          b"LATHE_VAULT_PASSPHRASE_FILE" in done.stderr, done.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="prompt-") as folder:
        for part in (entered, opened, given_up, differs, piped):
            part(pathlib.Path(folder))
    print("1..%d" % len(results))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
