"""The small language inside `{{ … }}` and `{% … %}`: facts, if, for, a few filters, and nothing that could run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import get_close_matches
from typing import cast

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailer.letters.errors import EmptyPlaceholder
from mailer.model.errors import Flaw

FIRST_SLOT = 0xF0000  # a value's place in text: private-use plane 15
MOST_VALUES = 0xFF00
SLOTS = "[\U000f0000-\U0010ffff]"
_NOT_TEXT = re.compile("[\U000f0000-\U0010ffff\ud800-\udfff\ufffe\uffff]")
_NEW_LINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_TAG = re.compile(r"\{%[^%]*%\}")
_LONG_TAG = re.compile(r"\{[{%][^{}]{60}")
_LOOP_FACTS = ("index", "first", "last")
_MOST_NESTED = 6  # blocks inside blocks; Python itself gives up at twenty
_RESERVED = ("self", "super", "caller", "varargs", "kwargs")  # names that mean something to Jinja itself


def clean(text: str) -> str:
    """`text` as a letter may show it: newlines as \\n, no controls, no direction overrides, nothing that could pass for a slot."""
    if text.isprintable():
        return text
    text = _NEW_LINE.sub("\n", text).replace("\t", " ")
    return _NOT_TEXT.sub("\ufffd", _CONTROL.sub("", text))


def _keep_line_ends(source: str) -> str:
    """A line of tags alone vanishes (trim_blocks); a line that says something and ends in a tag keeps its end (`+%}`)."""
    if "%}" not in source:
        return source
    lines = source.split("\n")
    for number, line in enumerate(lines):
        ending = line.rstrip()
        if ending.endswith("%}") and ending[-3:-2] not in ("-", "+") and _TAG.sub("", ending).strip():
            lines[number] = ending[:-2] + "+%}"
    return "\n".join(lines)


class Values:
    """The values of one rendering, in order of appearance; each is represented by one private-use character."""

    __slots__ = ("_places", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[tuple[str, str], str] = {}

    def slot(self, name: str, text: str) -> str:
        """The character that stands for `text`; the same fact with the same text has the same one."""
        key = (name, text)
        place = self._places.get(key)
        if place is None:
            if len(self.texts) >= MOST_VALUES:
                raise ValueError("a letter holds more values than any person would read")
            place = self._places[key] = chr(FIRST_SLOT + len(self.texts))
            self.texts.append(text)
        return place


class _Empty(Exception):
    def __init__(self, name: str, line: int) -> None:
        super().__init__(name)
        self.name = name
        self.line = line


class _Facts(ImmutableSandboxedEnvironment):
    """Attribute access means: a key of a mapping, or where a loop stands. Nothing else can be reached."""

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP_FACTS:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: object, argument: object) -> object:
        return self.getattr(obj, str(argument))


def _fact(value: object, name: str, line: int) -> object:
    if isinstance(value, Undefined):
        raise _Empty(name, line)
    return value


def _maybe(value: object, name: str, line: int) -> object:
    """A fact that may be missing, as a condition: missing is no."""
    return "" if isinstance(value, Undefined) else value


def _entries(value: object, name: str, line: int) -> object:
    """What a loop goes through: a list, or nothing; never the letters of a text."""
    if value and not isinstance(value, (list, tuple)):
        raise _Empty(name, line)
    return value or ()


@pass_context
def _put(context: Context, value: object, name: str, line: int) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise _Empty(name, line)
    text = clean(str(value)).strip()
    if not text:
        raise _Empty(name, line)
    values = context.resolve_or_missing("_values")
    return values.slot(name, text) if isinstance(values, Values) else " ".join(text.split())


def _texts(value: object) -> list[str]:
    return [str(item) for item in value if str(item).strip()] if isinstance(value, (list, tuple)) else [str(value)]


def _list(value: object) -> str:
    """`Ana, Ben and Cleo`."""
    texts = _texts(value)
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


FILTERS: Mapping[str, Callable[..., object]] = {
    "list": _list,
    "join": lambda value, between=", ": between.join(_texts(value)),
    "count": lambda value: len(value) if isinstance(value, (list, tuple)) else 0,
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "capital": lambda value: str(value)[:1].upper() + str(value)[1:],
}


def _environment() -> _Facts:
    facts = _Facts(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, cache_size=0)
    facts.globals = {}
    facts.filters = {**FILTERS, "_put": _put, "_fact": _fact, "_maybe": _maybe, "_entries": _entries}
    facts.tests = {}
    return facts


_ENVIRONMENT = _environment()


def syntax_of(source: str) -> nodes.Template:
    """The syntax tree of a text with placeholders; raises jinja2's TemplateSyntaxError."""
    return _ENVIRONMENT.parse(_keep_line_ends(source))


class Compiled:
    """A text proved already, made into a program when it is first said: of a thousand sentences a day needs a few."""

    __slots__ = ("_made", "_tree")

    def __init__(self, tree: nodes.Template) -> None:
        self._tree = tree
        self._made: Template | None = None

    def make(self) -> Template:
        if self._made is None:
            self._made = _ENVIRONMENT.from_string(self._tree)
        return self._made

    def render(self, variables: Mapping[str, object]) -> str:
        return (self._made or self.make()).render(variables)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with placeholders, compiled. `reads` are dotted facts: `mentor.first_name`, `attempts.date`."""

    letter: str
    compiled: Compiled
    reads: frozenset[str]

    def skeleton(self, facts: Mapping[str, object], values: Values) -> str:
        """The text with a slot for every value; raises EmptyPlaceholder."""
        return self._render({**facts, "_values": values})

    def line(self, facts: Mapping[str, object]) -> str:
        """The text with its values in it, as one line; raises EmptyPlaceholder."""
        return " ".join(self._render({**facts, "_values": None}).split())

    def _render(self, variables: Mapping[str, object]) -> str:
        try:
            return self.compiled.render(variables)
        except _Empty as empty:
            raise EmptyPlaceholder(self.letter, empty.name, empty.line) from None


class Reader:
    """Walks the syntax tree of one text: notes every flaw and every fact read, and guards each placeholder.

    Without `allowed` any fact may be read, and a condition on a missing one is simply false.
    """

    def __init__(self, letter: str, file: str, first_line: int, allowed: AbstractSet[str] | None) -> None:
        self._letter = letter
        self._file = file
        self._offset = first_line - 1
        self._allowed = allowed
        self._depth = 0
        self._loops = False
        self._access = "_fact"
        self.flaws: list[Flaw] = []
        self.reads: set[str] = set()
        self.places: dict[str, int] = {}  # fact -> the line of its first use

    def compile(self, source: str) -> Wording | None:
        """The text compiled, or None where `flaws` say why not."""
        if stray := _NOT_TEXT.search(source):
            self._flaw(source.count("\n", 0, stray.start()) + 1, "an invisible private-use character", "type the words anew")
            return None
        try:
            tree = syntax_of(source)
        except TemplateSyntaxError as error:
            self._flaw(
                error.lineno,
                f"the placeholder cannot be read: {error.message}",
                "write {{ fact }}, {% if fact %} … {% endif %} or {% for x in facts %} … {% endfor %}",
            )
            return None
        except RecursionError:
            self._flaw(1, "a placeholder with too many brackets", "say it with fewer")
            return None
        tree.body = self._all(tree.body, {})
        if self.flaws:
            return None
        tree.set_environment(_ENVIRONMENT)
        compiled = Compiled(tree)
        if self._loops or _LONG_TAG.search(source):  # what the compiler may still refuse is tried at once
            compiled.make()
        return Wording(self._letter, compiled, frozenset(self.reads))

    def _flaw(self, line: int, what: str, advice: str) -> None:
        self.flaws.append(Flaw(self._file, line + self._offset, what, advice))

    def _all(self, found: Iterable[nodes.Node], scope: Mapping[str, str]) -> list[nodes.Node]:
        return [self._statement(node, scope) for node in found]

    def _inside(self, node: nodes.If | nodes.For, scope: Mapping[str, str]) -> list[nodes.Node]:
        if self._depth >= _MOST_NESTED:
            self._flaw(node.lineno, "a block inside too many blocks", "say it with fewer")
            return []
        self._depth += 1
        body = self._all(node.body, scope)
        self._depth -= 1
        return body

    def _statement(self, node: nodes.Node, scope: Mapping[str, str]) -> nodes.Node:
        match node:
            case nodes.Output():
                node.nodes = [part if isinstance(part, nodes.TemplateData) else self._output(part, scope) for part in node.nodes]
            case nodes.If():
                self._access = "_maybe" if self._allowed is None else "_fact"
                node.test = self._expression(node.test, scope)
                self._access = "_fact"
                node.body = self._inside(node, scope)
                node.elif_ = [cast(nodes.If, self._statement(branch, scope)) for branch in node.elif_]
                node.else_ = self._all(node.else_, scope)
            case nodes.For() if isinstance(node.target, nodes.Name) and node.test is None and not node.recursive:
                self._loops = True
                over = self._name(node.iter, scope)
                node.iter = self._guard("_entries", self._expression(node.iter, scope), over)
                node.else_ = self._all(node.else_, scope)
                node.body = self._inside(node, {**scope, node.target.name: over, "loop": ""})
            case _:
                self._flaw(node.lineno, f"{type(node).__name__} is not allowed in a letter", "use only {{ fact }}, if and for")
        return node

    def _output(self, node: nodes.Expr, scope: Mapping[str, str]) -> nodes.Expr:
        return self._guard("_put", self._expression(node, scope), self._name(node, scope))

    def _expression(self, node: nodes.Node, scope: Mapping[str, str]) -> nodes.Expr:
        match node:
            case nodes.Name() | nodes.Getattr():
                name = self._name(node, scope)
                self._note(name, node.lineno)
                return self._guard(self._access, node, name)
            case nodes.Filter() if node.node is not None:
                if node.name not in FILTERS:
                    self._flaw(node.lineno, f"there is no filter “{node.name}”", f"use one of {', '.join(FILTERS)}")
                if (
                    node.kwargs
                    or node.dyn_args
                    or node.dyn_kwargs
                    or not all(isinstance(value, nodes.Const) for value in node.args)
                ):
                    self._flaw(node.lineno, f"the filter “{node.name}” takes a text only", f'write {node.name}(", ")')
                node.node = self._expression(node.node, scope)
            case nodes.Not():
                node.node = self._expression(node.node, scope)
            case nodes.And() | nodes.Or():
                node.left, node.right = self._expression(node.left, scope), self._expression(node.right, scope)
            case nodes.Compare() if all(operand.op in ("eq", "ne") for operand in node.ops):
                node.expr = self._expression(node.expr, scope)
                for operand in node.ops:
                    operand.expr = self._expression(operand.expr, scope)
            case nodes.Const():
                pass
            case _:
                self._flaw(
                    node.lineno, f"{type(node).__name__} is not allowed in a letter", "use facts, filters, not, and, or, == and !="
                )
        return cast(nodes.Expr, node)

    def _name(self, node: nodes.Node, scope: Mapping[str, str]) -> str:
        """The dotted fact an expression is about: `row.who` inside `for row in rows` is `rows.who`."""
        match node:
            case nodes.Name():
                return scope.get(node.name, node.name) or node.name
            case nodes.Getattr():
                return f"{self._name(node.node, scope)}.{node.attr}"
            case nodes.Filter() if node.node is not None:
                return self._name(node.node, scope)
        return "?"

    def _note(self, name: str, line: int) -> None:
        first, _, rest = name.partition(".")
        if first == "loop":
            if rest not in _LOOP_FACTS:
                self._flaw(line, f"a loop does not tell “{rest}”", f"use loop.{', loop.'.join(_LOOP_FACTS)}")
            return
        if name.startswith("_") or "._" in name or first in _RESERVED or (self._allowed is not None and name not in self._allowed):
            known = ", ".join(sorted(self._allowed or ()))
            meant = "".join(f"did you mean {near}? Else " for near in get_close_matches(name, self._allowed or (), n=1, cutoff=0.8))
            advice = f"{meant}use one of {known}" if known else "use a fact of this letter"
            self._flaw(line, f"this letter has no fact “{name}”", advice)
        self.reads.add(name)
        self.places.setdefault(name, line + self._offset)

    def _guard(self, by: str, node: nodes.Expr, name: str) -> nodes.Filter:
        told = [nodes.Const(name, lineno=node.lineno), nodes.Const(node.lineno + self._offset, lineno=node.lineno)]
        return nodes.Filter(node, by, told, [], None, None, lineno=node.lineno)
