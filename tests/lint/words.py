# SPDX-License-Identifier: MIT
"""The workbench's texts and their catalogues (core/text/words.h): what is shown is marked, what is
marked is translated, what is translated is used.

Marked are the literals in N_(...), tr(words, ...), app_tr(app, ...), app_toast(app, role, ...),
app_ask(app, ...) and the titles and help of command rows.  That the printf conversions agree is
checked where a catalogue is read.
"""
import re

import lint

MARKS = {"N_": (0,), "tr": (1,), "app_tr": (1,), "app_toast": (2,), "app_ask": (1,)}
ROW = (1, 2)  # of a macro for command rows: APP_ROW(id, title, help, ...)
CALL = re.compile(r"(?<![\w.>])(%s|[A-Z]+_ROW)\s*\(" % "|".join(MARKS))
FIELD = re.compile(r"\.(?:title|help)\s*=\s*(?=\")")
# Drawn as it stands: letters in a literal here belong in tr().
DRAWN = re.compile(r"(?<![\w.>])(paint_cstr|paint_text|paint_fitted|paint_right|pane_hint"
                   r"|pane_paragraph)\s*\(")
LITERAL = r'"(?:\\.|[^"\\\n])*"'
SPAN = re.compile(r"\{\s*STR\((%s)\)\s*,[^}]*ROLE_" % LITERAL)
GROUP = re.compile(r"%s(?:\s*%s)*" % (LITERAL, LITERAL))
PROSE = re.compile(r"[a-z]{2}.*[ .]|[A-Z][a-z]{2}")
# Names that are the same in every language: the program, its files, keys as terminals label them.
NAMES = re.compile(r"^\W*(lathe|lathe\.yaml|Esc|Enter|Tab|Space|Ctrl\+\w|F\d+)?\W*$")


def value_of(group):
    whole = "".join(part[1:-1] for part in re.findall(LITERAL, group))
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), whole)


def blanked(text):
    """Without comments, at the same places."""
    return lint.TOKEN.sub(lambda m: re.sub(r"[^\n]", " ", m[0])
                          if m.lastgroup == "comment" else m[0], text)


def arguments(code, at):
    """The (from, to) of each argument of the call whose bracket opens before AT."""
    depth, start, found = 0, at, []
    for i in range(at, len(code)):
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}" and depth > 0:
            depth -= 1
        elif code[i] in ",)" and depth == 0:
            found.append((start, i))
            start = i + 1
            if code[i] == ")":
                break
    return found


def groups(text, start, end):
    for match in GROUP.finditer(text, start, end):
        yield start if match is None else match.start(), value_of(match.group())


def marked(text):
    """(place, text) of what is to be translated."""
    code, text = lint.code_only(text), blanked(text)
    for match in CALL.finditer(code):
        if re.search(r"#\s*define\s*$|\bchar \*$", code[:match.start()][-40:]):
            continue
        given = arguments(code, match.end())
        for which in MARKS.get(match.group(1), ROW):
            if which < len(given):
                yield from groups(text, *given[which])
    for match in FIELD.finditer(text):
        yield match.start(), value_of(GROUP.match(text, match.end()).group())


def unmarked(path, text):
    code, text = lint.code_only(text), blanked(text)

    def fault(at, value):
        if PROSE.search(value) and not NAMES.match(value):
            return "%s:%d: \"%s\" is shown, but not marked for translation." % (
                path, lint.line_of(text, at), value.replace("\n", "\\n"))
        return None
    for match in DRAWN.finditer(code):
        for start, end in arguments(code, match.end()):
            if not CALL.search(code[start:end]):
                for at, value in groups(text, start, end):
                    yield fault(at, value)
    for match in SPAN.finditer(text):
        yield fault(match.start(1), value_of(match.group(1)))
    # Reasons and the like: a whole sentence is given back.
    for match in re.finditer(r"\breturn\s+[^;]*;", code):
        if not CALL.search(match.group()) and "err_" not in match.group():
            for at, value in groups(text, match.start(), match.end()):
                if re.match(r"[A-Z].*[.!?]$", value):
                    yield fault(at, value)


def catalogue(text):
    """{english: translation}, and the faults of the file's form are left to the program."""
    found, key, part = {}, None, None
    for line in text.splitlines():
        match = re.match(r"(msgid|msgstr)\s+(.*)", line)
        if match:
            part = match.group(1)
            if part == "msgid":
                key = value_of(match.group(2))
            else:
                found[key] = value_of(match.group(2))
        elif line.startswith('"') and part == "msgid":
            key += value_of(line)
        elif line.startswith('"'):
            found[key] += value_of(line)
    return {english: other for english, other in found.items() if english}


def untranslated(path, text, known):
    for at, value in marked(text):
        if re.search("[A-Za-z]{2}", re.sub(r"%[-\d.*zljh]*[a-z]", "", value)) and \
                not known.get(value):
            yield "%s:%d: \"%s\" has no translation." % (
                path, lint.line_of(text, at), value.replace("\n", "\\n"))


def main():
    report = lint.Report()
    planted = 'x = tr(w, on ? "One %d" : "Two, " /* a, "b" */ "three");'
    report.planted("no translation", untranslated("tui/x.c", planted, {}),
                   untranslated("tui/x.c", planted, {"One %d": "x", "Two": "y"}),
                   untranslated("tui/x.c", 'APP_ROW("a.b", "Do it", "Does it.", "", 0)',
                                {"Do it": "x"}),
                   untranslated("tui/x.c", '{.title = "Do it"}', {}))
    report.planted("not marked", *(filter(None, unmarked("tui/x.c", line)) for line in (
        'paint_cstr(pen, 0, 0, "Two words", ROLE_DIM);',
        'pane_hint(view, inner, STR("No runs yet."));',
        'struct span s = {STR("Output"), on ? ROLE_STRONG : ROLE_DIM};',
        'return runs ? NULL : "There is nothing here.";')))
    sources = [(path, lint.read(path)) for path in lint.c_files("tui")]
    # The workbench also translates words of the core's, such as why a model was chosen.
    said = {value for path in lint.c_files("core", "tui") for text in [lint.read(path)]
            for _, value in groups(blanked(text), 0, len(text))}
    report.rule("what is shown is marked", (f for path, text in sources
                                            for f in unmarked(path, text) if f))
    for path in lint.files(".po", folders=("data/locale",)):
        known = catalogue(lint.read(path))
        report.rule("%s is whole" % path, (f for source in sources
                                           for f in untranslated(*source, known)))
        report.rule("%s has nothing that is not said" % path,
                    ("%s: \"%s\" is nowhere in the program." % (path, english)
                     for english in known if english not in said))
    report.end()


if __name__ == "__main__":
    main()
