"""Rules give a message its meaning: the first that hits, every one considered told, every example true, every flaw named."""

from __future__ import annotations

import tomllib

import pytest

from mailer.model.errors import BadRules
from mailer.model.mail import Proof
from mailer.model.program import Rule
from mailer.wire.classify import MEANINGS
from mailer.wire.classify_examples import run_examples
from mailer.wire.classify_rules import check_rule, parse_rules
from tests.wire.desk import classified, context, rules, written


def parsed(source: str) -> tuple[Rule, ...]:
    return parse_rules(source, tomllib.loads(source), "inbox_rules/m2m/50_own.toml", "m2m")


GOOD = """
# a comment
[[rule]]
name  = "a thank-you"
means = "reply"
when  = { text = ["thank*"], role = "mentor" }
[[rule.example]]
text = "Thank you!"
role = "mentor"
hits = true
[[rule.example]]
text = "Hello"
role = "mentor"
hits = false
"""


def test_a_rule_is_known_by_profile_file_and_name() -> None:
    (rule,) = parsed(GOOD)
    assert (rule.name, rule.means, rule.line, rule.file) == ("m2m/50_own: a thank-you", "reply", 3, "inbox_rules/m2m/50_own.toml")
    assert [example.hits for example in rule.examples] == [True, False]


def test_every_shipped_rule_is_sound_and_its_examples_hold() -> None:
    assert [flaw for rule in rules() for flaw in check_rule(rule)] == []
    assert run_examples(rules(), context()) == ()


def test_an_example_that_does_not_hold_is_a_flaw_with_its_reason() -> None:
    lying = parsed(GOOD.replace("Thank you!", "Bye!"))
    (flaw,) = run_examples(lying, context())
    assert str(flaw).startswith(
        "inbox_rules/m2m/50_own.toml:3: example 1 of “a thank-you” is taken by “no rule” — here: the text does not hold “thank*”"
    )
    (flaw,) = run_examples(parsed(GOOD.replace("Hello", "Thanks")), context())
    assert "is hit and should not be" in str(flaw)


def test_a_rule_above_that_takes_the_message_away_shows() -> None:
    greedy = parsed(GOOD)[0]
    above = Rule("m2m/10_all: all", "reply", {}, greedy.examples[:1], "inbox_rules/m2m/10_all.toml", 1)
    assert "is taken by “m2m/10_all: all”" in str(run_examples((above, greedy), context())[0])


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('means = "reply"', 'means = "replly"', "50_own.toml:3: “replly” is no meaning — did you mean “reply”?"),
        ("text = [", "txt = [", "50_own.toml:3: “txt” is no condition — did you mean “text”?"),
        ('role = "mentor" }', 'has = "forms" }', "50_own.toml:3: “forms” is nothing “has” knows — did you mean “form”?"),
        ('role = "mentor" }', 'word = "CONFRIM" }', "50_own.toml:3: “CONFRIM” is nothing “word” knows — did you mean “CONFIRM”?"),
        ('role = "mentor" }', 'safety = "yes" }', "50_own.toml:3: “safety” is neither true nor false — write safety = true"),
        (
            'name  = "a thank-you"',
            'label = "x"',
            "50_own.toml:3: a rule has no key “label” — known are name, means, when, example, because",
        ),
        ("hits = true", "hits = false", "50_own.toml:3: the rule has no example that it hits — add one with hits = true"),
        ("hits = false", "hits = true", "50_own.toml:3: the rule has no example that it nearly hits — add one with hits = false"),
        ('text = "Hello"\n', "", '50_own.toml:3: an example has no text — add text = "what somebody writes"'),
        ("# a comment", "[rules]", "50_own.toml:2: “rules” is not known here — a rule begins with [[rule]]"),
    ],
)
def test_every_flaw_of_a_rule_is_told_by_file_and_line(old: str, new: str, line: str) -> None:
    with pytest.raises(BadRules) as caught:
        parsed(GOOD.replace(old, new, 1))
    assert f"inbox_rules/m2m/{line}" in [str(flaw) for flaw in caught.value.flaws]


def test_every_rule_considered_is_told_with_its_reason() -> None:
    found = classified(written("Confirm, thanks!"), roles="mwoc", letter="closing_gate")
    assert (found.means, found.rule) == ("commands", "m2m/60_words: a word of ours")
    assert found.considered[-1].hit and found.considered[-1].because == "has commands"
    assert found.considered[0].because == "origin is human, not own"
    assert not any(one.hit for one in found.considered[:-1])


@pytest.mark.parametrize(
    ("text", "roles", "proof", "means"),
    [
        ("CONFIRM", "mwoc", Proof.TOKEN, "commands"),
        ("CONFIRM", "mwoc", Proof.CLAIMED, "unproved"),
        ("STOP", "mentor", Proof.CLAIMED, "commands"),
        ("CONFIRM", "", Proof.UNKNOWN, "stranger"),
        ("I want to end my life", "", Proof.UNKNOWN, "safety"),
        ("Away until 2 November", "mentor", Proof.CLAIMED, "reply"),
        ("Away until 2 November", "mentor", Proof.AUTHENTICATED, "commands"),
        ("All is well", "mentor", Proof.CLAIMED, "reply"),
        ("1: Mel\n2: yes", "mentor", Proof.TOKEN, "answers"),
        ("1: Mel\n2: yes", "mentor", Proof.CLAIMED, "reply"),
        ("Mentor: Ana\nContact made: 10/18\nSummary: ok", "coordinator", Proof.TOKEN, "form"),
        ("Ana Ruiz: spoke 3 March, going well", "coordinator", Proof.TOKEN, "form"),
        ("Mentor survey: https://s.example/m\nMentee survey: https://s.example/e", "mwoc", Proof.AUTHENTICATED, "kit"),
        ("Name,Email,Role,Coordinator,Mentor\nAna,a@example.org,mentor,c@example.org,", "mwoc", Proof.AUTHENTICATED, "roster"),
        ("", "mentor", Proof.TOKEN, "empty"),
        ("Two letters and one walk.", "mentor", Proof.TOKEN, "reply"),
    ],
)
def test_meanings_by_words_role_and_proof(text: str, roles: str, proof: Proof, means: str) -> None:
    assert classified(written(text), roles=roles, proof=proof).means == means


def test_without_a_rule_that_hits_a_message_is_a_reply() -> None:
    from mailer.wire.classify import classify

    found = classify(written("Hello"), (), roles=frozenset(), proof=Proof.TOKEN, letter="")
    assert (found.means, found.rule, found.considered) == ("reply", "", ())
    assert found.means in MEANINGS
