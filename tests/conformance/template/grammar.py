# SPDX-License-Identifier: MIT
"""Random templates for the comparison with jinja2, from a seed."""

import random

NUMBERS = [
    "n", "m", "zero", "f", "g", "1", "2.5", "-3", "xs[0]", "users[1].age", "7", "1e3", "d.a",
]
STRINGS = [
    "s", "e", "uni", "zh", "long", "'abc'", "\"q's\"", "users[0].name", "words[2]", "multi",
    "html",
]
LISTS = [
    "xs", "words", "many", "nested", "empty", "floats", "[1, 'a', none]", "range(4)", "mixed",
    "users[0].tags",
]
BOOLS = [
    "yes", "no", "n is odd", "missing is defined", "s is string", "xs is sequence", "nil is none",
]
STRING_FILTERS = [
    "upper", "lower", "title", "capitalize", "trim", "length", "replace('l', 'L')", "truncate(7)",
    "truncate(9, true, '')", "center(9)", "e", "urlencode", "wordcount", "string|reverse",
    "first|default('-')", "last|default('-')", "list", "indent(2)", "wordwrap(8)", "striptags",
    "string", "default('d', true)", "tojson", "sort", "unique|list", "batch(3)|list", "int",
    "float(1)", "join('.')", "pprint", "forceescape",
]
NUMBER_FILTERS = [
    "abs", "round", "round(1)", "int", "float", "string", "round(1, 'floor')", "round(0, 'ceil')",
    "default(3)", "filesizeformat", "tojson", "e", "string|length", "pprint", "round(-1)",
]
LIST_FILTERS = [
    "length", "first|default('x')", "last|default('x')", "list", "join(',')", "reverse|list",
    "string", "batch(2)|list", "slice(2)|list", "map('string')|list", "select|list",
    "reject('none')|list", "tojson", "map('length')|list", "sort", "unique|list", "sum", "max",
    "min", "count", "pprint", "batch(3, 'z')|list", "map('string')|map('upper')|join('-')",
]
METHODS = [
    ".upper()", ".strip()", ".split()", ".split('l')", ".replace('o', '0')", ".startswith('H')",
    ".find('l')", ".count('l')", ".title()", ".splitlines()", ".zfill(8)", ".ljust(7, '.')",
    ".isalpha()", ".partition('l')", ".rsplit(' ', 1)", ".swapcase()", ".center(8, '*')", "[1:]",
    "[::-1]", "[-3:]", "[0:2]", ".endswith('d')",
]
POWERS = ["n", "m", "2", "0.5", "-1", "zero", "xs[0]", "s|length"]
BASES = ["n", "m", "f", "xs[0]", "2.5", "-3"]
OTHERS = ["none", "true", "d", "missing", "{'k': 1}", "users[2]", "deep.x", "d.zz"]
LOOPS = ["", "{{ loop.index }}", "{{ loop.last }}", "{{ loop.cycle('a', 'b') }}",
         "{{ loop.revindex }}"]
BLOCK_FILTERS = ["upper", "trim", "indent(2)", "replace(1, 2)", "title"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]


class Grammar:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = []

    def pick(self, options):
        return self.random.choice(options)

    def number(self, depth):
        if depth <= 0:
            return self.pick(NUMBERS)
        kind = self.random.randrange(7)
        if kind < 2:
            operator = self.pick(OPERATORS)
            if operator == "**":  # kept small: Python would work on huge integers for hours
                return f"({self.pick(BASES)} ** {self.pick(POWERS)})"
            return f"({self.number(depth - 1)} {operator} {self.number(depth - 1)})"
        if kind == 2:
            return f"({self.number(depth - 1)})|{self.pick(NUMBER_FILTERS)}"
        if kind == 3:
            return f"({self.text(depth - 1)})|length"
        if kind == 4:
            return f"(-{self.number(depth - 1)})"
        if kind == 5:
            a, b, c = self.number(depth - 1), self.boolean(depth - 1), self.number(depth - 1)
            return f"({a} if {b} else {c})"
        return self.pick(NUMBERS)

    def text(self, depth):
        if depth <= 0:
            return self.pick(STRINGS)
        kind = self.random.randrange(7)
        if kind == 0:
            return f"({self.text(depth - 1)} ~ {self.any(depth - 1)})"
        if kind < 3:
            return f"({self.text(depth - 1)})|{self.pick(STRING_FILTERS)}"
        if kind == 3:
            return f"({self.text(depth - 1)}){self.pick(METHODS)}"
        if kind == 4:
            a, b, c = (self.any(depth - 1) for _ in range(3))
            return f"('%s|%5s|%r' % ({a}, {b}, {c}))"
        if kind == 5:
            a, b, c = self.text(depth - 1), self.boolean(depth - 1), self.text(depth - 1)
            return f"({a} if {b} else {c})"
        return f"({self.text(depth - 1)} * 2)"

    def sequence(self, depth):
        if depth <= 0:
            return self.pick(LISTS)
        kind = self.random.randrange(6)
        if kind == 0:
            return f"[{self.any(depth - 1)}, {self.any(depth - 1)}]"
        if kind == 1:
            return f"({self.sequence(depth - 1)})|{self.pick(LIST_FILTERS)}"
        if kind == 2:
            return f"({self.sequence(depth - 1)})|list"
        if kind == 3:
            return f"({self.sequence(depth - 1)})[{self.pick([':2', '1:', '::-1', '-2:'])}]"
        if kind == 4:
            return f"({self.any(depth - 1)}, {self.any(depth - 1)})"
        return self.pick(LISTS)

    def boolean(self, depth):
        if depth <= 0:
            return self.pick(BOOLS)
        kind = self.random.randrange(6)
        if kind == 0:
            operator = self.pick(["and", "or"])
            return f"({self.boolean(depth - 1)} {operator} {self.boolean(depth - 1)})"
        if kind == 1:
            return f"not {self.boolean(depth - 1)}"
        if kind == 2:
            return f"({self.number(depth - 1)} {self.pick(COMPARISONS)} {self.number(depth - 1)})"
        if kind == 3:
            operator = self.pick(["in", "not in"])
            return f"({self.any(depth - 1)} {operator} {self.sequence(depth - 1)})"
        if kind == 4:
            return f"({self.any(depth - 1)} == {self.any(depth - 1)})"
        return self.pick(BOOLS)

    def any(self, depth):
        kind = self.random.randrange(6)
        if kind == 0 and self.names:
            return self.pick(self.names)
        if kind == 1:
            return self.pick(OTHERS)
        return self.pick([self.number, self.text, self.sequence, self.boolean])(depth)

    def body(self, depth):
        parts = []
        for _ in range(self.random.randrange(1, 4)):
            parts.append(self.statement(depth))
        return "".join(parts)

    def sign(self):
        return self.pick(["", "", "", "", "-", "+"])

    def statement(self, depth):
        gap = self.pick(["", " ", "\n", "\n  ", " x ", "\n\n"])
        if depth <= 0:
            return f"{gap}{{{{ {self.any(2)} }}}}{gap}"
        kind = self.random.randrange(11)
        a, b, c, d = (self.sign() for _ in range(4))
        if kind == 0:
            return (f"{gap}{{%{a} if {self.boolean(2)} {b}%}}{self.body(depth - 1)}"
                    f"{{% else %}}{self.body(depth - 1)}{{%{c} endif {d}%}}{gap}")
        if kind in (1, 2):
            name = self.pick(["x", "y", "item"])
            self.names.append(name)
            loop = self.pick(LOOPS)
            test = self.pick(["", f" if {self.boolean(1)}", f" if {name}"])
            text = (f"{gap}{{%{a} for {name} in {self.sequence(2)}{test} {b}%}}{loop}"
                    f"{self.body(depth - 1)}"
                    f"{{%{c} else %}}{gap}{{% endfor {d}%}}{gap}")
            self.names.pop()
            return text
        if kind == 3:
            name = self.pick(["v", "w2", "x"])
            text = f"{{%{a} set {name} = {self.any(3)} {b}%}}{gap}"
            self.names.append(name)
            return text
        if kind == 4:
            name = self.pick(["m1", "m2"])
            self.names.append("arg")
            text = f"{{% macro {name}(arg, other=5) {a}%}}{self.body(depth - 1)}{{%{b} endmacro %}}"
            self.names.pop()
            return text + f"{{{{ {name}({self.any(1)}) }}}}"
        if kind == 5:
            return (f"{{% with z = {self.any(2)} {a}%}}{self.body(depth - 1)}{{{{ z }}}}"
                    f"{{%{b} endwith %}}")
        if kind == 6:
            name = self.pick(BLOCK_FILTERS)
            return f"{{% filter {name} %}}{self.body(depth - 1)}{{% endfilter %}}"
        if kind == 7:
            return f"{{% set t {a}%}}{self.body(depth - 1)}{{%{b} endset %}}{gap}{{{{ t|length }}}}"
        if kind == 8:
            a, b = self.pick(["", "-"]), self.pick(["", "-"])
            return (f"{gap}{{#{a} note {b}#}}{gap}"
                    f"{{% raw %}}{{{{ raw }}}}{{% endraw %}}{gap}")
        return f"{gap}{{{{{self.pick(['', '-'])} {self.any(4)} {self.pick(['', '-'])}}}}}{gap}"

    def template(self):
        self.names = []
        return self.body(4)
