"""Every key of a TOML text is found on its line, whatever its quoting, nesting, or the strings and comments around it."""

from __future__ import annotations

import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.files.toml_lines import Place, key_lines, read_toml
from mailer.model.errors import BadSettings

SOURCE = '''# a comment = 1
top = 1
"quoted.key" = "a # no comment"

[programs.m2m]   # trailing [comment]
inbox = "mc@example.org"
text = """
line = 3 inside a text
[no table]
"""
list = [
  "a",
  { when = "time", to = "b" },
  # between
  ["x",
   "y"],
]
literal = 'C:\\new "quoted"'
after = 1

[[arrive]]
at = 2027-10-01T08:00:00
[[arrive]]
at = 2027-10-02T08:00:00
body = \'\'\'one \'quote\' [x]
two\'\'\'
[arrive.extra]
deep.er = true
[programs."odd key"]
"é" = 1
'''

PLACES: tuple[tuple[Place, int], ...] = (
    (("top",), 2),
    (("quoted.key",), 3),
    (("programs", "m2m"), 5),
    (("programs", "m2m", "inbox"), 6),
    (("programs", "m2m", "text"), 7),
    (("programs", "m2m", "list"), 11),
    (("programs", "m2m", "list", 0), 12),
    (("programs", "m2m", "list", 1), 13),
    (("programs", "m2m", "list", 1, "to"), 13),
    (("programs", "m2m", "list", 2), 15),
    (("programs", "m2m", "literal"), 18),
    (("programs", "m2m", "after"), 19),
    (("arrive",), 21),
    (("arrive", 0, "at"), 22),
    (("arrive", 1), 23),
    (("arrive", 1, "at"), 24),
    (("arrive", 1, "body"), 25),
    (("arrive", 1, "extra"), 27),
    (("arrive", 1, "extra", "deep", "er"), 28),
    (("programs", "odd key"), 29),
    (("programs", "odd key", "é"), 30),
    (("nothing", "at", "all"), 0),
    (("programs", "m2m", "absent"), 5),
)


@pytest.mark.parametrize(("place", "line"), PLACES, ids=str)
def test_a_place_is_found_on_its_line(place: Place, line: int) -> None:
    assert read_toml(SOURCE, "x.toml", BadSettings).line(*place) == line


def test_a_dotted_word_finds_elements_of_arrays_by_number() -> None:
    assert read_toml(SOURCE, "x.toml", BadSettings).dotted("arrive.1.body") == 25


SYNTAX = (
    ("a = 1\nb = \n", "x.toml:2: this is no TOML: Invalid value"),
    ("a = 1\na = 2\n", "x.toml:2: this is no TOML: Cannot overwrite a value"),
    ('a = "open', "x.toml:1: this is no TOML: "),
    ("[a\nb = 1\n", "x.toml:1: this is no TOML: "),
)


@pytest.mark.parametrize(("text", "beginning"), SYNTAX)
def test_a_mistake_in_the_syntax_is_told_with_its_line(text: str, beginning: str) -> None:
    with pytest.raises(BadSettings) as found:
        read_toml(text, "x.toml", BadSettings)
    assert str(found.value).startswith(beginning)


def test_brackets_without_end_are_refused_and_do_not_break_anything() -> None:
    with pytest.raises(BadSettings):
        read_toml("a = " + "[" * 100_000, "x.toml", BadSettings)


def test_the_lines_of_a_megabyte_are_found_quickly() -> None:
    text = "".join(f"[[row]]\nkey = 'value {number}'\nlist = [1, 2, 3]\n" for number in range(25_000))
    began = time.perf_counter()
    lines = key_lines(text)
    assert lines["row", 24_999, "list"] == 75_000
    assert time.perf_counter() - began < 10


_KEYS = st.text("ab.\"'[]=# \\é", min_size=1, max_size=5)
_TEXTS = st.text("ab\"'[]{}=#,\\ \n", max_size=8)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@given(st.dictionaries(_KEYS, _TEXTS | st.lists(_TEXTS, max_size=3), max_size=6))
def test_any_flat_file_has_each_key_on_the_line_where_it_was_written(data: dict[str, str | list[str]]) -> None:
    written: dict[str, int] = {}
    text = ""
    for key, value in data.items():
        written[key] = text.count("\n") + 1
        shown = _quoted(value) if isinstance(value, str) else "[" + ",\n ".join(_quoted(item) for item in value) + "] # ] ["
        text += f"{_quoted(key)} = {shown}\n# = '\n"
    assert tomllib.loads(text) == data
    lines = key_lines(text)
    assert {key: lines[key,] for key in data} == written
