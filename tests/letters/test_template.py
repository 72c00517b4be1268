"""What an admin may write in a letter, what is refused with file and line, and that values never become structure.

Shows R-034, R-038.
"""

from __future__ import annotations

import re

import pytest

from mailer.letters.errors import EmptyPlaceholder, NotNeutral, UnsafeLink
from mailer.letters.facts import sample
from mailer.letters.markdown import parse
from mailer.letters.notes import compile_notes
from mailer.letters.plain import plain_page
from mailer.letters.template import compile_layout, render
from mailer.model.errors import BadTemplate
from tests.letters.shelf import REPLY_TO, layout, read, written

HEAD = "subject: {{ program.name }}: hello\n\n"
EVERY = sample("")

REFUSED = [
    ("Hello", "test.md:1: not a heading line"),
    ("subject: Hello", "test.md:1: the letter says nothing"),
    ("preheader: x\n\nHello", "test.md:1: there is no subject"),
    ("subject: About your recovery\n\nHello", "test.md:1: the subject says “recovery”"),
    ("subject: Eating-disorder week\n\nHello", "test.md:1: the subject says “Eating-disorder”"),
    ("subject: Your mentor, {{ you.first_name }}\n\nHello", "test.md:1: the subject says “mentor”"),
    ("subject: {{ text }}\n\nHello", "test.md:1: this letter has no fact “text”"),
    ("subject: x\nlang: 12345\n\nHello", "test.md:2: “12345” is no language"),
    (
        HEAD + "Hello {{ you.frist_name }}",
        "test.md:3: this letter has no fact “you.frist_name” — did you mean you.first_name? Else use",
    ),
    (HEAD + "a\n\n{{ nobody }}", "test.md:5: this letter has no fact “nobody”"),
    (HEAD + "{% for row in rows %}{{ row.secret }}{% endfor %}", "test.md:3: this letter has no fact “rows.secret”"),
    (HEAD + "a\n{{ you.first_name", "test.md:4: the placeholder cannot be read"),
    (HEAD + "{% if text %}", "test.md:3: the placeholder cannot be read"),
    (HEAD + "{{ text | wordwrap }}", "test.md:3: there is no filter “wordwrap”"),
    (HEAD + "{{ text | join(you.name) }}", "test.md:3: the filter “join” takes a text only"),
    (HEAD + "{{ text.upper() }}", "test.md:3: Call is not allowed"),
    (HEAD + "{{ range(9) }}", "test.md:3: Call is not allowed"),
    (HEAD + "{{ text * 9 }}", "test.md:3: Mul is not allowed"),
    (HEAD + "{{ text ~ text }}", "test.md:3: Concat is not allowed"),
    (HEAD + "{{ rows[0] }}", "test.md:3: Getitem is not allowed"),
    (HEAD + "{{ text.__class__ }}", "test.md:3: this letter has no fact “text.__class__”"),
    (HEAD + "{{ self }}", "test.md:3: this letter has no fact “self”"),
    (HEAD + "{{ text if text else text }}", "test.md:3: CondExpr is not allowed"),
    (HEAD + "{{ text is defined }}", "test.md:3: Test is not allowed"),
    (HEAD + "{% set a = 1 %}", "test.md:3: Assign is not allowed"),
    (HEAD + "{% macro a() %}{% endmacro %}", "test.md:3: Macro is not allowed"),
    (HEAD + "{% import 'a' as b %}", "test.md:3: Import is not allowed"),
    (HEAD + "{% include 'a' %}", "test.md:3: Include is not allowed"),
    (HEAD + "{% extends 'a' %}", "test.md:3: Extends is not allowed"),
    (HEAD + "{% block a %}{% endblock %}", "test.md:3: Block is not allowed"),
    (HEAD + "{% with %}{% endwith %}", "test.md:3: With is not allowed"),
    (HEAD + "{% filter upper %}a{% endfilter %}", "test.md:3: FilterBlock is not allowed"),
    (HEAD + "{% for a, b in rows %}{% endfor %}", "test.md:3: For is not allowed"),
    (HEAD + "{% for a in rows if a %}{% endfor %}", "test.md:3: For is not allowed"),
    (HEAD + "{% for a in rows recursive %}{% endfor %}", "test.md:3: For is not allowed"),
    (HEAD + "{% for a in rows %}{{ loop.cycle }}{% endfor %}", "test.md:3: a loop does not tell “cycle”"),
    (HEAD + "{% if text %}" * 9 + "{% endif %}" * 9, "test.md:3: a block inside too many blocks"),
    (HEAD + "{{ " + "(" * 3000 + "text" + ")" * 3000 + " }}", "test.md:3: a placeholder with too many brackets"),
    (HEAD + "![photo](https://example.org/a.png)", "test.md:3: an image"),
    (HEAD + "a\n<b>bold</b>", "test.md:4: HTML in a letter"),
    (HEAD + "[here](javascript:alert)", "test.md:3: a link that leads nowhere"),
    (HEAD + "We have just launched this", "test.md:3: “just launched” grows old"),
    (HEAD + "a\nb \U000f0000", "test.md:4: an invisible private-use character"),
]


@pytest.mark.parametrize(("source", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_a_letter_may_not_hold_is_refused_with_file_line_and_advice(source: str, said: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        written(source, "text", "rows", "rows.who")
    assert str(refused.value).startswith(said)
    assert all(flaw.advice for flaw in refused.value.flaws)


def test_all_flaws_are_told_at_once_in_their_order() -> None:
    with pytest.raises(BadTemplate) as refused:
        written("subject: relapse\n\n{{ a }}\n\n{{ b() }}\n<i>\n")
    assert [flaw.line for flaw in refused.value.flaws] == [1, 3, 5, 6]


@pytest.mark.parametrize("page", ["<p>{{ content }}</p>", read("common/layout.html").replace("</body>", '<img src="x"></body>')])
def test_a_layout_that_lacks_a_part_or_loads_something_is_refused(page: str) -> None:
    with pytest.raises(BadTemplate, match=r"layout\.html"):
        compile_layout(page, "footer", "words = []")


def test_a_letter_reads_the_facts_of_its_syntax_tree() -> None:
    template = written(
        HEAD + "{% for row in rows %}{% if row.who %}{{ row.who | upper }}{% endif %}{{ loop.index }}{% endfor %}",
        "rows",
        "rows.who",
    )
    assert template.reads == {"program.name", "program.emergency", "rows", "rows.who"}


def test_the_digest_changes_with_every_word_that_makes_a_letter() -> None:
    one, other = written(HEAD + "Hello"), written(HEAD + "Hello!")
    assert one.digest == written(HEAD + "Hello").digest
    assert len({one.digest, other.digest}) == 2
    moved = compile_layout(read("common/layout.html") + " ", read("common/footer.md"), "words = []")
    assert written(HEAD + "Hello").layout is layout() and moved.page != layout().page


EMPTY: list[tuple[str, object]] = [
    ("{{ text }}", ""),
    ("{{ text }}", " \n\t "),
    ("{{ text }}", "\x00\u202e"),
    ("{{ text }}", None),
    ("{{ text }}", True),
    ("{{ text }}", {"a": "b"}),
    ("{{ text }}", ["a"]),
    ("{{ text | join }}", []),
    ("{{ text.name }}", "a text has no names"),
    ("{% for a in text %}b{% endfor %}", "a text is no list"),
    ("{% for a in text %}b{% endfor %}", 3),
]


@pytest.mark.parametrize(("source", "value"), EMPTY)
def test_a_placeholder_with_nothing_to_say_holds_the_letter(source: str, value: object) -> None:
    template = written(f"{HEAD}Hello\n\nand {source}\n", "text", "text.name")
    with pytest.raises(EmptyPlaceholder) as held:
        render(template, {**EVERY, "text": value}, REPLY_TO)
    assert (held.value.letter, held.value.line) == ("test", 5)


@pytest.mark.parametrize("source", ["{{ text }}", "{% if text %}a{% endif %}", "{% for a in text %}b{% endfor %}"])
def test_a_fact_that_was_not_given_holds_the_letter(source: str) -> None:
    with pytest.raises(EmptyPlaceholder, match=r"text .* line 3"):
        render(written(HEAD + source, "text"), EVERY, REPLY_TO)


def test_a_name_that_makes_the_subject_telling_holds_the_letter() -> None:
    with pytest.raises(NotNeutral):
        render(written(HEAD + "Hello"), {**EVERY, "program": {"name": "Sobriety Circle", "emergency": ""}}, REPLY_TO)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//example.org", "https://example.org/ a", 'https://e.org/"x', "mailto:a@b.c"]
)
def test_a_fact_that_is_no_web_address_is_no_link(link: str) -> None:
    with pytest.raises(UnsafeLink):
        render(written(HEAD + "[Open]({{ link }})", "link"), {**EVERY, "link": link}, REPLY_TO)


HOSTILE = [
    "Ana\r\nBcc: eve@example.net",
    "=?utf-8?Q?=0ABcc:_eve@example.net?=",
    "{{ program.emergency }}{% for a in b %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "**bold** _it_ `code` [x](answer:CONFIRM) # h\n\n- item\n1. one\n\n| a |\n|---|",
    "> quoted\n```\nfence",
    "a\u2028b\u2029c\x0bd\x00e\u202ef",
    "\U000f0000\U000f0001\U0010fff0\ud800",
    "&amp; &lt;b&gt;",
    "<!--code-->",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_shown_and_never_understood(value: str) -> None:
    table = "| A | B |\n|---|---|\n| {{ text }} | x |\n"
    source = (
        f"{HEAD}Dear {{{{ text }}}},\n\n- {{{{ text }}}}\n- [go](answer:DO {{{{ text }}}})\n\n{table}\n```\n{{{{ text }}}}\n```\n"
    )
    template = written(source, "text")
    calm = render(template, {**EVERY, "text": "Ana"}, REPLY_TO)
    wild = render(template, {**EVERY, "text": value}, REPLY_TO)

    def tags(html: str) -> list[str]:
        return [tag for tag in re.findall(r"<(/?\w+|!--)", html) if tag != "br"]

    assert tags(wild.html) == tags(calm.html)
    assert wild.subject == calm.subject
    assert "911" in wild.text and wild.text.count("911") == calm.text.count("911")
    assert re.search("[\U000f0000-\U0010ffff\ud800-\udfff\u202e\x00]", wild.text + wild.html) is None
    assert wild.html.encode() and wild.text.encode()


def test_markdown_is_parsed_for_the_shape_of_a_letter_and_not_for_its_values() -> None:
    template = written(HEAD + "{% for a in text %}\n- {{ a }}\n{% endfor %}", "text")
    for names in (["a"], ["b"], ["c"], ["a", "b"]):
        render(template, {**EVERY, "text": names}, REPLY_TO)
    assert len(template._shapes) == 2


PLAIN = [
    ("one\ntwo", "one\ntwo"),
    ("# Title", "Title\n-----"),
    ("- a\n- b\n  - c", "- a\n- b\n  - c"),
    ("- a\n\n- b", "- a\n\n- b"),
    ("3. a\n4. b", "3. a\n4. b"),
    ("> said", "    said"),
    ("```\nA:  1\n\nB:\n```", "A:  1\n\nB:"),
    ("**a** _b_ `c`", "a b c"),
    ("[a](https://e.org)", "a <https://e.org>"),
    ("<https://e.org>", "https://e.org"),
    ("[a@e.org](mailto:a@e.org)", "a@e.org"),
    ("[yes, close](answer:CONFIRM)", "yes, close (CONFIRM)\n<mailto:CONFIRM>"),
    ("[HOLD 7](answer:HOLD 7)", "HOLD 7\n<mailto:HOLD%207>"),
    ("| A | Long |\n|---|---|\n| aaa | b |\n| 日本 | c |", "A      Long\n----   ----\naaa    b\n日本   c"),
    ("a " * 40, ("a " * 36).strip() + "\n" + ("a " * 4).strip()),
    ("- " + "word " * 20, "- " + ("word " * 14).strip() + "\n  " + ("word " * 6).strip()),
    ("x https://e.org/" + "y" * 90 + " z", "x\nhttps://e.org/" + "y" * 90 + "\nz"),
]


@pytest.mark.parametrize(("source", "text"), PLAIN, ids=[source[:20] for source, _ in PLAIN])
def test_markdown_reads_well_as_plain_text(source: str, text: str) -> None:
    assert plain_page(parse(source)).filled(()) == text


def test_a_table_too_wide_for_columns_becomes_groups_of_lines() -> None:
    table = f"| Who | What |\n|---|---|\n| Ana | {'long ' * 20} |\n| Ben | b |"
    assert plain_page(parse(table)).filled(()).split("\n") == [
        "Who: Ana",
        "What: " + ("long " * 13).strip(),
        "  " + ("long " * 7).strip(),
        "",
        "Who: Ben",
        "What: b",
    ]


def test_a_tag_alone_on_its_line_leaves_no_line_behind_and_another_keeps_its_end() -> None:
    template = written(HEAD + "{% if text %}\nA {% if text %}B{% endif %}\n\nC\n{% endif %}\n", "text")
    assert render(template, {**EVERY, "text": "x"}, REPLY_TO).text.startswith("A B\n\nC\n")


def test_notes_are_sentences_of_one_line() -> None:
    notes = compile_notes('closed = "{{ mentor.name }}: closed."\n"form x" = "{% if a %}{{ a }}; {% endif %}b"\n', "notes.toml")
    assert notes.say("closed", {"mentor": {"name": "Ana\nRuiz"}}) == "Ana Ruiz: closed."
    assert notes.say("form x", {"a": ""}) == "b"
    assert notes.reads["closed"] == {"mentor.name"}
    with pytest.raises(EmptyPlaceholder):
        notes.say("closed", {"mentor": {}})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = ", "notes.toml: not readable"),
        ('a = "b"\nc = 3', "notes.toml:2: c is no sentence"),
        ('a = "b"\nc = "{{ d() }}"', "notes.toml:2: Call is not allowed"),
    ],
)
def test_notes_that_cannot_be_read_say_where(source: str, said: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        compile_notes(source, "notes.toml")
    assert str(refused.value).startswith(said)
