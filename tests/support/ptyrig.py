# SPDX-License-Identifier: MIT
"""A program on a terminal of our own: keys go in, its bytes are kept and drawn by pyte."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pyte


UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[\?(?:2026|2004|1000|1002|1004|1006|2031)[hl]|"
                             rb"\x1b\[>1u|\x1b\[<u|\x1b\[[06] q|\x1b\]11;\?\x1b\\|"
                             rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x1b\\")


class Rig:
    def __init__(self, argv, size=(120, 34), env=None, ignore_hangup=False,
                 echo=True):
        self.size = size
        self.raw = bytearray()
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.gone = False
        self.master, slave = pty.openpty()
        self.resize(*size, tell=False)
        self.before = termios.tcgetattr(slave)
        if not echo:
            self.before[3] &= ~(termios.ECHO | termios.ISIG)
            termios.tcsetattr(slave, termios.TCSANOW, self.before)
        full = {key: value for key, value in {**os.environ, **(env or {})}.items()
                if value is not None}
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(slave, fd)
            os.closerange(3, 256)
            if ignore_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.execvpe(argv[0], argv, full)
        self.slave = slave

    def resize(self, columns, rows, tell=True):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))
        if tell:
            self.screen.resize(max(rows, 1), max(columns, 1))

    def keys(self, data):
        """Types; a program that has ended or reads nothing for long does not hold us up."""
        end = time.monotonic() + 60
        while data and self.alive() and time.monotonic() < end:
            if select.select([], [self.master], [], 0.1)[1]:
                data = data[os.write(self.master, data[:1024]):]

    def read(self, seconds):
        """What comes within SECONDS; returns as soon as something did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            data = b""
        self.gone |= not data
        self.raw += data
        # pyte takes private modes it does not know for plain ones, and prints the ends of others.
        self.stream.feed(UNKNOWN_TO_PYTE.sub(b"", data))
        return data

    def text(self):
        # Not screen.display: that fails on the halves of wide characters that were drawn over.
        screen = self.screen
        return "\n".join("".join(screen.buffer[y][x].data for x in range(screen.columns))
                         for y in range(screen.lines))

    def wait(self, what, seconds=10):
        """Until WHAT (text, or a function of the rig) is on the screen; False after SECONDS."""
        end = time.monotonic() + seconds
        test = what if callable(what) else lambda rig: what in rig.text()
        while not test(self):
            left = end - time.monotonic()
            if left <= 0 or self.gone:
                return test(self)
            self.read(left)
        return True

    def quiet(self, seconds=0.2, most=10):
        """Reads until nothing has come for SECONDS."""
        end = time.monotonic() + most
        while time.monotonic() < end and self.read(seconds):
            pass

    def alive(self):
        if self.pid and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return False
        return not self.gone

    def exit(self, seconds=20):
        """The exit status once it is over (-N: signal N), or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                while not self.gone and self.read(0.05):
                    pass
                return os.waitstatus_to_exitcode(status)
            self.read(0.01) if not self.gone else time.sleep(0.005)
        return None

    def restored(self):
        """The line settings are what they were."""
        return termios.tcgetattr(self.slave) == self.before

    def cpu_ticks(self):
        with open("/proc/%d/stat" % self.pid, encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        for fd in (self.master, self.slave):
            try:
                os.close(fd)
            except OSError:
                pass


OURS = {"?2026", "?2004", "?1000", "?1002", "?1004", "?1006", "?2031"}
# The other fixed sequences of tui/term/modes.h.
FIXED = re.compile(rb"\x1b\[>1u|\x1b\[<u|\x1b\[[06] q|\x1b\]11;\?\x1b\\|"
                   rb"\x1b\]52;c;[A-Za-z0-9+/]*={0,2}\x1b\\")
STRING = re.compile(rb"\\E|\\(\d{3})|\^(.)|\\(.)|([^\\^])", re.S)


def terminfo_bytes(text):
    def one(match):
        if match.group(0) == b"\\E":
            return b"\x1b"
        if match.group(1):
            return bytes([int(match.group(1), 8)])
        if match.group(2):
            return bytes([ord(match.group(2)) & 31])
        return {b"n": b"\n", b"r": b"\r", b"b": b"\b"}.get(match.group(3), match.group(3)) \
            if match.group(3) else match.group(4)
    return STRING.sub(one, text)


class Oracle:
    """Only what this terminal's description holds, and our own fixed sequences, may be sent."""

    def __init__(self, term):
        listing = subprocess.run(["infocmp", "-1", "-x", term], capture_output=True, check=True)
        self.finals, self.modes, self.escapes, self.controls = set(), set(OURS), set(), set()
        self.addresses = b"\tcup=\\EY%p1" in listing.stdout
        for line in listing.stdout.splitlines():
            match = re.match(rb"\t(\w+)=(.*),$", line)
            # k*: keys, which come in; u6 to u9: questions that the terminal would answer;
            # mc*: the printer
            if match and not re.match(rb"k\w|u[6-9]$|mc", match.group(1)):
                self.learn(terminfo_bytes(match.group(2)))

    def learn(self, value):
        for prefix, final in re.findall(rb"\x1b\[([?>=]?)[^@-~\x1b]*?(?:%[^@-~]*[a-zA-Z{}]"
                                        rb"[^@-~\x1b]*?)*([@-~])", value):
            self.finals.add((prefix, final))
        for prefix, numbers, final in re.findall(rb"\x1b\[(\??)([\d;]+)([hl])", value):
            self.modes |= {(prefix + number).decode() for number in numbers.split(b";")}
        self.finals.add((b"", b"m"))
        self.finals.add((b"", b"H"))
        self.escapes |= set(re.findall(rb"\x1b([^\[\]PX^_%])", value))
        self.escapes |= set(re.findall(rb"\x1b([()][0-9A-Z])", value))
        self.controls |= set(re.findall(rb"[\x01-\x1a\x1c-\x1f]", value))

    def faults(self, raw):
        """Everything in RAW that is neither plain text nor known."""
        plain = re.compile(rb"[\x20-\x7e]+|[\r\n\b]|(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef]"
                           rb"[\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})")
        csi = re.compile(rb"\x1b\[([?>=]?)([\d;:]*)([ -/]*)([@-~])")
        raw, at, found = bytes(raw), 0, []
        if self.addresses:  # a VT52's: two bytes of any value
            raw = re.sub(rb"\x1bY..", b"", raw, flags=re.S)
        while at < len(raw):
            match = plain.match(raw, at)
            if match:
                code = match.group(0).decode(errors="replace")
                if len(code) == 1 and (0x80 <= ord(code) < 0xa0 or code in "\u202e\u200b\ufffe"):
                    found.append("character U+%04X" % ord(code))
                at = match.end()
                continue
            match = FIXED.match(raw, at)
            if match:
                at = match.end()
                continue
            match = csi.match(raw, at)
            if match and self.knows(*match.groups()):
                at = match.end()
            elif raw[at:at + 1] == b"\x1b" and (raw[at + 1:at + 2] in self.escapes or
                                                raw[at + 1:at + 3] in self.escapes):
                at += 3 if raw[at + 1:at + 3] in self.escapes else 2
            elif raw[at:at + 1] in self.controls:
                at += 1
            else:
                found.append(repr(bytes(raw[at:at + 24])))
                at += 1
        return found

    def knows(self, prefix, numbers, middle, final):
        if middle:
            return False
        if final in b"hl":
            return all((prefix + number).decode() in self.modes for number in numbers.split(b";"))
        return (prefix, final) in self.finals
