#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The help, the manual and the completion say the same as the program does. Prints TAP."""
import os
import re
import subprocess
import sys

lathe = os.environ["LATHE"]
build = os.environ["top_builddir"]
results = []


def check(name, ok, detail=""):
    results.append(ok)
    print("%sok %d - %s" % ("" if ok else "not ", len(results), name))
    if not ok and detail:
        for line in str(detail).split("\n")[:20]:
            print("#   " + line)


def run(*words):
    return subprocess.run([lathe, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)


def read(path):
    with open(os.path.join(build, path), encoding="utf-8") as f:
        return f.read()


def rendered(path):
    """The page as a reader sees it, and what man complained of."""
    env = dict(os.environ, MANWIDTH="200", MAN_KEEP_FORMATTING="")
    done = subprocess.run(["man", "--warnings", "-P", "cat", "-l", os.path.join(build, path)],
                          capture_output=True, text=True, env=env)
    text = re.sub(".\b", "", done.stdout)
    return text.replace("‐", "-").replace("−", "-"), done.stderr


def main():
    help_text = run("--help")
    check("--help succeeds", help_text.returncode == 0 and help_text.stderr == "", help_text.stderr)
    section = help_text.stdout.split("Verbs:\n")[1].split("\nOptions:")[0]
    verbs = [m.group(1).rstrip() for m in re.finditer(r"^  (\S+(?: \S+)?)(?:  |\n)", section, re.M)]
    check("the help lists verbs", len(verbs) >= 8, verbs)

    page, complaints = rendered("data/man/lathe.1")
    check("lathe(1) is well formed", complaints == "", complaints)
    yaml_page, complaints = rendered("data/man/lathe.yaml.5")
    check("lathe.yaml(5) is well formed", complaints == "", complaints)
    completion = read("data/completions/lathe")
    syntax = subprocess.run(["bash", "-n", os.path.join(build, "data/completions/lathe")],
                            capture_output=True, text=True)
    check("the completion is valid bash", syntax.returncode == 0, syntax.stderr)

    for verb in verbs:
        own = run(*verb.split(), "--help")
        check("%s --help succeeds" % verb, own.returncode == 0 and
                own.stdout.startswith("Usage: lathe " + verb))
        options = sorted(set(re.findall(r"--(?:\[no-\])?[a-z-]+[a-z]",
                own.stdout.split("Options of every")[0])))
        missing = [o for o in ["lathe " + verb] + options if o not in page]
        check("%s is in the manual with all its options" % verb, not missing, missing)
        missing = [o for o in options if o.replace("[no-]", "") not in completion]
        check("%s is completed with all its options" % verb,
              not missing and '"%s"' % verb in completion, missing)
        check("%s refuses an unknown option" % verb, run(*verb.split(),
                "--no-such-option").returncode == 2)

    listed = set(re.findall(r"^\.SS lathe ([a-z]+(?: [a-z]+)?)",
            read("data/man/lathe.1").replace("\\-", "-"), re.M))
    listed = {" ".join(w for w in entry.split()) for entry in listed}
    check("the manual has no verb that the help lacks", listed <= set(verbs), listed - set(verbs))

    words = "lathe ru"
    script = ('source "%s/data/completions/lathe"; COMP_WORDS=(%s); COMP_CWORD=1; _lathe; '
              'printf "%%s\\n" "${COMPREPLY[@]}"' % (build, words))
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd="/")
    check("'lathe ru' completes to run", "run" in done.stdout.split(), done.stdout + done.stderr)
    script = script.replace("(lathe ru)", "(lathe trace '')").replace("COMP_CWORD=1",
            "COMP_CWORD=2")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd="/")
    check("'lathe trace' completes to its verbs", {"list", "show"} <= set(done.stdout.split()),
            done.stdout + done.stderr)

    script = ('source "%s/data/completions/lathe"; COMP_WORDS=(lathe trace show la); '
              'COMP_CWORD=3; _lathe; printf "%%s\\n" "${COMPREPLY[@]}"' % build)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd="/")
    check("'lathe trace show la' completes to last", done.stdout.split() == ["last"], done.stdout)

    for key in ("name", "default.model", "default.parameters", "detect",
            "connections.NAME.provider",
                "connections.NAME.base_url", "connections.NAME.model", "connections.NAME.secret",
                "connections.NAME.headers", "connections.NAME.allow_http",
                        "connections.NAME.script"):
        found = re.search(r"^\s+%s(\s|$)" % re.escape(key), yaml_page, re.M)
        check("lathe.yaml(5) has %s" % key, found)
    version = run("--version")
    check("--version", re.fullmatch(r"lathe \d+\.\d+\.\d+\n", version.stdout), version.stdout)
    print("1..%d" % len(results))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
