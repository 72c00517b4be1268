"""Runs the examples beside the rules: each must be hit by the very rule it stands beside, or by another one."""

from __future__ import annotations

from datetime import UTC, datetime

from mailer.model.errors import Flaw
from mailer.model.mail import Proof
from mailer.model.program import Example, Rule
from mailer.wire.classify import classify
from mailer.wire.understand import Context, understand

# A Friday; examples read their dates relative to it.
WRITTEN = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)


def run_examples(rules: tuple[Rule, ...], context: Context) -> tuple[Flaw, ...]:
    """A flaw for every example that the whole list of rules understands otherwise than it says.

    All rules run, not the one alone: a rule above that takes its messages away shows too.
    """
    flaws: list[Flaw] = []
    for rule in rules:
        for number, example in enumerate(rule.examples, 1):
            message = understand(raw_of(example), received_at=WRITTEN, book=context)
            roles = frozenset(example.role.replace(",", " ").split())
            found = classify(message, rules, roles=roles, proof=Proof(example.proof), letter=example.answers)
            if (found.rule == rule.name) is example.hits:
                continue
            mine = next((one.because for one in found.considered if one.rule == rule.name), "never reached")
            name = rule.name.partition(": ")[2]
            if example.hits:
                what = f"example {number} of “{name}” is taken by “{found.rule or 'no rule'}”"
                advice = f"here: {mine}; change the rule, the example, or their order"
            else:
                what = f"example {number} of “{name}” is hit and should not be"
                advice = f"it hits because {mine}; narrow the rule, or say hits = true"
            flaws.append(Flaw(rule.file, rule.line, what, advice))
    return tuple(flaws)


def raw_of(example: Example) -> bytes:
    """An example as the bytes of a message; its headers replace the usual ones."""
    headers = {
        "From": "Example Person <person@example.net>",
        "To": "inbox@example.org",
        "Subject": example.subject or ("Re: A short question" if example.answers else "A letter"),
        "Date": "Fri, 20 Mar 2026 11:00:00 -0400",
        "Message-ID": "<example@mail.example.net>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    for name, value in example.headers.items():
        known = next((other for other in headers if other.lower() == name.lower()), name)
        headers[known] = value
    lines = [f"{name}: {' '.join(value.split())}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\nMIME-Version: 1.0\r\n\r\n" + example.text.lstrip("\n").replace("\n", "\r\n")).encode()
