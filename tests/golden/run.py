# SPDX-License-Identifier: MIT
"""Whole screens against golden files.

Each NAME.script drives the workbench without a terminal, with the virtual clock, on a copy of
workspace/; what it saves as SCREEN is compared with SCREEN.txt here.  A first line "#! OPTIONS"
gives the program options (--lang zh_CN); further lines "#% env NAME=VALUE" set variables, and
"#% bare" starts in an empty folder, "#% append FILE LINE" adds a line to a file, "#% chinese" runs
it once more in Chinese: SCREEN.zh.txt.
Variables that hold keys are taken out of the environment, and $HOME is a folder of the test's own.
`make golden-update` (or LATHE_GOLDEN=update) writes the screens anew.
"""
import difflib
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LATHE = os.environ["LATHE"]
UPDATE = os.environ.get("LATHE_GOLDEN") == "update"


class Tap:
    def __init__(self):
        self.count = 0

    def say(self, good, name, lines=()):
        self.count += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        for line in lines:
            print("# " + line.rstrip("\n"))

    def end(self):
        print("1..%d" % self.count)


def compare(tap, screen, language):
    golden = HERE / (screen.name + language + ".txt")
    got = screen.read_text()
    if UPDATE:
        golden.write_text(got)
    want = golden.read_text() if golden.exists() else ""
    diff = difflib.unified_diff(want.splitlines(), got.splitlines(), "golden", "got", n=0,
                                lineterm="")
    tap.say(want == got, screen.name + language, list(diff)[:60])


SIZES = ("80x24", "120x34", "200x50")


def screens_of(text):
    for word, name in (line.split()[:2] for line in text.splitlines()
                       if line.startswith(":save-screen")):
        if word == ":save-screens":
            yield from (name + "-" + size for size in SIZES)
        else:
            yield name


def run_script(tap, script, language=""):
    with tempfile.TemporaryDirectory() as scratch:
        workspace = pathlib.Path(scratch) / "workspace"
        screens = pathlib.Path(scratch) / "screens"
        shutil.copytree(HERE / "workspace", workspace)
        # A read-only source tree (make distcheck) gives read-only copies.
        for place, _, names in os.walk(workspace):
            for name in [place] + [os.path.join(place, name) for name in names]:
                os.chmod(name, os.stat(name).st_mode | 0o200)
        screens.mkdir()
        # A run names the commit it ran at: always this one, wherever the tests are built.
        (pathlib.Path(scratch) / ".git").mkdir()
        (pathlib.Path(scratch) / ".git" / "HEAD").write_text("0123456789abcdef" * 2 + "01234567\n")
        first = script.read_text().partition("\n")[0]
        options = shlex.split(first[2:]) if first.startswith("#!") else []
        wishes = [line[3:].split(" ") for line in script.read_text().splitlines()
                  if line.startswith("#%")]
        options += ["--lang=zh_CN"] if language else []
        home = pathlib.Path(scratch) / "home"
        home.mkdir()
        if ["bare"] in wishes:
            workspace = home / "empty"
            workspace.mkdir()
        env = {name: value for name, value in os.environ.items()
               if not name.endswith("_API_KEY") and not name.startswith("XDG_")}
        env.update(wish[1].split("=", 1) for wish in wishes if wish[0] == "env")
        for line in script.read_text().splitlines():
            if line.startswith("#% append "):
                name, text = line.split(" ", 3)[2:]
                with open(workspace / name, "a", encoding="utf-8") as file:
                    file.write(text + "\n")
        env.update(HOME=str(home), TZ="UTC")
        done = subprocess.run([LATHE, *options, "--clock=virtual", "--script", str(script),
                               "--screens", str(screens), str(workspace)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False, env=env)
        good = done.returncode == 0 and not done.stdout and not done.stderr
        tap.say(good, script.stem + language + " runs",
                (done.stdout + done.stderr).splitlines()[:40])
        for name in screens_of(script.read_text()):
            if (screens / name).exists():
                compare(tap, screens / name, language)
            else:
                tap.say(False, name, ["it was not saved"])


def main():
    tap = Tap()
    for script in sorted(HERE.glob("*.script")):
        run_script(tap, script)
        if "#% chinese" in script.read_text().splitlines():
            run_script(tap, script, ".zh")
    tap.end()


main()
