# SPDX-License-Identifier: MIT
"""Figures of the workbench on a terminal of 200x50, beside other programs of the same kind.

What is timed is what a terminal sees: bytes on a pty, read as soon as they come.
"""
import contextlib
import fcntl
import os
import pathlib
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

LATHE = os.environ["LATHE"]
HERE = pathlib.Path(__file__).resolve().parent
SIZE = (200, 50)
DOWN, UP, F5, END = b"\x1b[B", b"\x1b[A", b"\x1b[15~", b"\x1b[F"
FRAME_END = b"\x1b[?2026l"  # lathe's own: a frame is whole
KEYS = 300


class Program:
    """A program on a pty, without an emulator that would cost time."""

    def __init__(self, argv, folder, env=None, frames=False):
        self.frames = frames
        self.bytes = 0
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        full = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", LATHE_DETECT="off",
                    LATHE_TOUR="off")
        full.update(env or {})
        for name in ("COLORTERM", "NO_COLOR", "LINES", "COLUMNS"):
            full.pop(name, None)
        self.begin = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(slave, fd)
            os.closerange(3, 64)
            os.execvpe(argv[0], argv, full)
        os.close(slave)

    def read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return b""
        self.bytes += len(data)
        return data

    def settle(self, quiet=0.3, most=20.0):
        """Reads until QUIET seconds bring nothing; returns when the last byte came."""
        last, end = time.monotonic(), time.monotonic() + most
        while time.monotonic() < end and self.read(quiet):
            last = time.monotonic()
        return last

    def first_screen(self):
        return (self.settle() - self.begin) * 1000

    def key(self, key, quiet=0.0):
        """Milliseconds from a key to the whole of what it changes; None when nothing came."""
        if quiet:
            self.settle(quiet)
        else:
            while self.read(0):
                pass
        begin, seen = time.monotonic(), b""
        os.write(self.master, key)
        while True:
            data = self.read(0.5)
            if not data:
                return None
            seen += data
            if not self.frames or FRAME_END in seen:
                return (time.monotonic() - begin) * 1000

    def keys(self, keys, count=KEYS, quiet=0.004):
        taken = [self.key(keys[i % len(keys)], quiet) for i in range(count)]
        return sorted(ms for ms in taken if ms is not None)

    def status(self, key):
        text = pathlib.Path("/proc/%d/status" % self.pid).read_text()
        return next(int(row.split()[1]) for row in text.splitlines() if row.startswith(key + ":"))

    def threads(self):
        return list(pathlib.Path("/proc/%d/task" % self.pid).iterdir())

    def cpu_ms(self):
        return sum(int((task / "schedstat").read_text().split()[0])
                   for task in self.threads()) / 1e6

    def switches(self):
        total = 0
        for task in self.threads():
            for row in (task / "status").read_text().splitlines():
                if "ctxt_switches" in row:
                    total += int(row.split()[1])
        return total

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)


@contextlib.contextmanager
def running(*arguments, **options):
    program = Program(*arguments, **options)
    try:
        yield program
    finally:
        program.close()


CONFIG = """\
connections:
  mock: {provider: openai, base_url: "http://127.0.0.1:%d/v1", model: m, secret: env:MOCK_KEY}
default: {model: mock}
"""


class Bench:
    """A workspace, and a model server that says WORDS words, RATE a second."""

    def __init__(self, words=10, rate=1000.0):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
        self.server = subprocess.Popen(
            [sys.executable, "-B", str(HERE / "stream_server.py"), str(words), str(rate)],
            stdout=subprocess.PIPE, text=True)
        self.words = words
        prompts = self.root / "prompts"
        prompts.mkdir()
        (self.root / "lathe.yaml").write_text(CONFIG % int(self.server.stdout.readline()))
        (prompts / "ask.jinja2").write_text("system:\nAnswer at length.\n\nuser:\nTell me.\n")
        for i in range(40):
            (prompts / ("note-%02d.txt" % i)).write_text("Note %d.\n" % i)
        (self.root / "long.txt").write_text("".join("line %d of a text\n" % i
                                                    for i in range(2000)))
        self.env = {"MOCK_KEY": "sk-bench-0123456789", "HOME": str(self.root),
                    "XDG_STATE_HOME": str(self.root / ".state")}

    def lathe(self, file="prompts/ask.jinja2"):
        return running([LATHE, str(self.root / file)], self.root, self.env, frames=True)

    def asked(self):
        return float(self.server.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()
        shutil.rmtree(self.root, ignore_errors=True)


def part(values, fraction):
    return values[min(len(values) - 1, int(len(values) * fraction))]


def p50_p99(values):
    return "%.1f/%.1f" % (part(values, 0.5), part(values, 0.99))


def peers(root):
    """Programs of the same kind that are here: name, argv, folder, keys that move."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(root)]
    subprocess.run(git + ["init", "-q"], check=True)
    for i in range(60):
        subprocess.run(git + ["commit", "-q", "--allow-empty", "-m", "commit %d" % i], check=True)
    text = str(root / "long.txt")
    rows = [("tig", ["tig"], (b"j", b"k")), ("htop", ["htop"], (DOWN, UP)),
            ("vim", ["vim", "-u", "NONE", "-n", text], (b"j", b"k")),
            ("nano", ["nano", text], (DOWN, UP)), ("less", ["less", text], (b"j", b"k"))]
    return [row for row in rows if shutil.which(row[0])]


def beside(bench, measure):
    """The same of each peer, for the note."""
    notes = []
    for name, argv, keys in peers(bench.root):
        with running(argv, bench.root, {"HOME": str(bench.root)}) as program:
            notes.append("%s %s" % (name, measure(program, keys)))
    return ", ".join(notes)


def first_screen():
    with Bench() as bench:
        taken = []
        for _ in range(12):
            with bench.lathe() as program:
                taken.append(program.first_screen())
        note = beside(bench, lambda program, _: "%.0f" % program.first_screen())
        return statistics.median(taken[2:]), note


def move_in_files(program):
    program.settle()
    program.key(b"\x1b1")


def quiet_keys():
    with Bench() as bench:
        with bench.lathe() as program:
            move_in_files(program)
            ours = program.keys((DOWN, UP))

        def theirs(program, keys):
            program.settle()
            return p50_p99(program.keys(keys, 100))
        return ours, beside(bench, theirs)


def quiet_p50():
    ours, note = quiet_keys()
    return part(ours, 0.5), "p99 %.2f; p50/p99 of %s" % (part(ours, 0.99), note)


def quiet_p99():
    with Bench() as bench, bench.lathe() as program:
        move_in_files(program)
        return part(program.keys((DOWN, UP), 1000), 0.99), "of 1,000 keys"


def typed_p99():
    with Bench() as bench, bench.lathe() as program:
        program.settle()
        program.key(b"\x1b3")
        taken = program.keys((b"a", "年".encode(), b" ", b"b"), 600)
        return part(taken, 0.99), "p50 %.2f; letters and Chinese" % part(taken, 0.5)


@contextlib.contextmanager
def busy_disk(root):
    """3 GB are written and synced beside, again and again."""
    script = "while :; do dd if=/dev/zero of=%s bs=1M count=3000 conv=fsync; done" % (
        root / "busy")
    child = subprocess.Popen(["sh", "-c", script], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def keys_while_streaming(program, seconds):
    """Keys pressed at odd moments while frames come; what a key changed is in the next frame."""
    taken, end, i = [], time.monotonic() + seconds, 0
    while time.monotonic() < end:
        pause = time.monotonic() + 0.013 + 0.007 * (i % 5)
        while time.monotonic() < pause:
            program.read(max(pause - time.monotonic(), 0))
        ms = program.key((DOWN, UP)[i % 2])
        taken += [ms] if ms is not None else []
        i += 1
    return sorted(taken)


def stream_p99(busy=False):
    with Bench(words=8000, rate=800.0) as bench, bench.lathe() as program:
        move_in_files(program)
        with busy_disk(bench.root) if busy else contextlib.nullcontext():
            if busy:
                time.sleep(1)
            program.key(F5)
            taken = keys_while_streaming(program, 8)
        return part(taken, 0.99), "p50 %.2f of %d keys" % (part(taken, 0.5), len(taken))


def busy_p99():
    with Bench() as bench, bench.lathe() as program, busy_disk(bench.root):
        move_in_files(program)
        taken = program.keys((DOWN, UP), 500, 0.012)
        return part(taken, 0.99), "p50 %.2f" % part(taken, 0.5)


def stream_busy_p99():
    return stream_p99(busy=True)


def request():
    with Bench() as bench:
        taken = []
        for _ in range(15):
            with bench.lathe() as program:
                program.settle()
                begin = time.monotonic()
                os.write(program.master, F5)
                taken.append((bench.asked() - begin) * 1000)
                program.settle(0.1)
        return statistics.median(taken), "worst %.1f of %d" % (max(taken), len(taken))


def idle():
    with Bench() as bench, bench.lathe() as program:
        program.settle(1.0)
        program.key(F5)
        program.settle(7.0, 7.5)  # a toast is gone after five seconds
        begin = program.cpu_ms(), program.switches(), program.bytes
        program.read(6.0)
        cpu, wakes, sent = (a - b for a, b in zip(
            (program.cpu_ms(), program.switches(), program.bytes), begin))
        return cpu + wakes + sent, "%.1f ms of CPU, %d wake-ups, %d bytes in 6 s" % (
            cpu, wakes, sent)


def memory(key):
    with Bench(words=3000, rate=3000.0) as bench, bench.lathe() as program:
        program.settle()
        program.key(F5)
        program.settle(1.0)
        return program.status(key) / 1024, "after an answer of 3,000 words"


def anonymous():
    return memory("RssAnon")


def resident():
    return memory("VmRSS")


def long_line():
    with Bench() as bench:
        (bench.root / "wide.txt").write_text("word " * ((10 << 20) // 5))
        taken = []
        for _ in range(5):
            with bench.lathe("wide.txt") as program:
                taken.append(program.first_screen())
        with running(["vim", "-u", "NONE", "-n", str(bench.root / "wide.txt")], bench.root) as vim:
            note = "vim %.0f" % vim.first_screen()
        return statistics.median(taken), note


def bytes_a_token(words, rate):
    with Bench(words=words, rate=rate) as bench, bench.lathe() as program:
        program.settle()
        before = program.bytes
        program.key(F5)
        program.settle(1.0, 60)
        return (program.bytes - before) / words, "%d words, %d a second" % (words, rate)


def bytes_fast():
    return bytes_a_token(4000, 800.0)


def bytes_slow():
    return bytes_a_token(240, 40.0)


def scroll():
    with Bench(words=4000, rate=8000.0) as bench, bench.lathe() as program:
        program.settle()
        program.key(F5)
        program.settle(1.5)
        program.key(b"\x1b4")
        program.key(b"z")
        program.settle(0.3)
        sizes = []
        for i in range(40):
            before = program.bytes
            program.key(UP if i < 20 else DOWN, 0.02)
            program.settle(0.02)
            sizes.append(program.bytes - before)
        return statistics.median(sizes), "worst %d" % max(sizes)


# As in run.py.
ROWS = [
    ("complete first screen", "ms", "<", 35, first_screen),
    ("key to screen, quiet, p50", "ms", "<", 1, quiet_p50),
    ("key to screen, quiet, p99", "ms", "<", 3, quiet_p99),
    ("typed into the editor, quiet, p99", "ms", "<", 3, typed_p99),
    ("key to screen, 800 tokens/s, p99", "ms", "<", 16, stream_p99),
    ("key to screen, 3 GB written beside, p99", "ms", "<", 16, busy_p99),
    ("key to screen, both, p99", "ms", "<", 16, stream_busy_p99),
    ("F5 to the first byte of the request", "ms", "<", 10, request),
    ("idle: CPU ms + wake-ups + bytes", "", "<", 1, idle),
    ("workbench, RssAnon", "MB", "<", 8, anonymous),
    ("workbench, RSS", "MB", "<", 24, resident),
    ("a single line of 10 MB opens", "ms", "<", 300, long_line),
    ("to the terminal a token, 800 tokens/s", "B", "<", 200, bytes_fast),
    ("to the terminal a token, 40 tokens/s", "B", "<", 200, bytes_slow),
    ("a zoomed pane scrolls by a line", "B", "<", 1000, scroll),
]
