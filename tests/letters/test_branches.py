"""The ways of a letter: its sample, each branch of its conditions, lists with none, one and three entries."""

from __future__ import annotations

import pytest

from mailer.letters.branches import ways
from mailer.letters.facts import sample
from mailer.letters.template import render
from tests.letters.shelf import REPLY_TO, letter, read, sources


@pytest.mark.parametrize(
    ("source", "facts", "changed"),
    [
        ("Hello", {}, []),
        ("{% if a %}x{% endif %}", {"a": True}, [("a: no",)]),
        ("{% if not a %}x{% endif %}", {"a": True}, [("a: no",)]),
        ("{% if a %}x{% else %}y{% endif %}", {"a": ""}, [("a: some words",)]),
        ('{% if a == "on" %}x{% elif b %}y{% endif %}', {"a": "", "b": False}, [("a: on",), ("b: yes",)]),
        ("{% if a %}{% if b %}x{% endif %}{% endif %}", {"a": False, "b": False}, [("a: yes",), ("a: yes", "b: yes")]),
        ("{% if a and b %}x{% endif %}", {"a": True, "b": False}, [("b: yes",)]),
        ("{% for x in a %}x{% endfor %}", {"a": ["p", "q"]}, [("a: none",), ("a: 1",), ("a: 3",)]),
        (
            "{% for x in a %}{% if x.b %}x{% endif %}{% endfor %}",
            {"a": [{"b": ""}]},
            [("a: none",), ("a.b: some words",), ("a: 3",)],
        ),
        ("{% if p.phone %}x{% endif %}", {"p": {"phone": "555 0196"}}, [("p.phone: nothing",)]),
        ("{{ names }}", {"names": "Mel and Sam"}, [("names: Mel",), ("names: Mel, Sam and Kim",)]),
        ("{% if a %}x{% endif %}", {"a": []}, []),  # what would be in the list nobody knows
    ],
)
def test_each_branch_has_a_way_that_changes_as_little_as_possible(
    source: str, facts: dict[str, object], changed: list[tuple[str, ...]]
) -> None:
    found = ways(source, facts)
    assert found[0].facts == facts
    assert sorted(way.changed for way in found[1:]) == sorted(changed)


@pytest.mark.parametrize("name", sorted(sources()))
def test_no_way_of_a_shipped_letter_would_be_held(name: str) -> None:
    for way in ways(read(sources()[name]), sample(name)):
        assert render(letter(name), way.facts, REPLY_TO).text


def test_the_gate_of_somebody_who_asked_for_no_more_letters_is_among_the_ways() -> None:
    texts = [
        render(letter("closing_gate"), way.facts, REPLY_TO).text
        for way in ways(read("m2m/closing_gate.md"), sample("closing_gate"))
    ]
    for said in (
        "that is an answer, not silence",
        "You have asked for the end",
        "This question is still open",
        "close this match",
        "None.",
    ):
        assert any(said in " ".join(text.split()) for text in texts), said
