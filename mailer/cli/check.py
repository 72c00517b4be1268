"""`mentorpost check`: can everything that people edit be used, and do the servers answer?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import settings_of
from mailer.cli.printing import complain, count, say, say_json

if TYPE_CHECKING:
    from mailer.files.settings import Settings
    from mailer.model.program import Policy, Rulebook
    from mailer.modes.checking import Checked
    from mailer.modes.sender_domains import Domain


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "check",
        "can settings, rules, ladders, letters and servers be used",
        run,
        "mentorpost check\nmentorpost check --offline --explain\nmentorpost check --offline --diagram ladders.html",
        "It reads every editable file, runs the examples beside the rules, renders every letter, proves that the ladders end, and "
        "logs in to the mail servers and asks DNS for SPF and DMARC of the inboxes. Nothing is sent and nothing is changed.",
    )
    parser.add_argument("--offline", action="store_true", help="leave the mail servers and DNS out")
    parser.add_argument("--explain", action="store_true", help="tell each ladder in sentences, with a worked example")
    parser.add_argument(
        "--diagram",
        metavar="FILE",
        nargs="?",
        const="-",
        help="draw each ladder: as text, or with FILE as a page with drawings",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from mailer.files.servers import Embedded
    from mailer.modes.checking import ask_servers, check_files

    settings = settings_of(arguments)
    found = check_files(settings)
    domains: tuple[Domain, ...] = ()
    if not arguments.offline and not isinstance(settings.mail, Embedded):
        from mailer.modes.sender_domains import look_up

        asyncio.run(ask_servers(settings, settings.mail, found))
        domains = asyncio.run(look_up(settings))
    if arguments.json:
        say_json({**_as_json(settings, found, explained=arguments.explain), "domains": _domains(domains)}, indent=2)
    else:
        for flaw in found.flaws:
            complain(flaw)
        if arguments.explain:
            _explain(found)
        if arguments.diagram is not None:
            _draw(found, arguments.diagram)
        _summary(settings, found, domains, offline=arguments.offline)
    return 1 if found.flaws else 0


def _summary(settings: Settings, found: Checked, domains: tuple[Domain, ...], *, offline: bool) -> None:
    from mailer.files.servers import Embedded
    from mailer.modes.checking import seeds_numbers

    for program in settings.programs:
        rules = found.rulebooks.get(program.key)
        if rules is None:
            say(f"{program.key}: cannot be used as it is.")
            continue
        book = found.books.get(program.key)
        letters = count(len(book.letters), "letter") if book is not None else "letters that cannot be used"
        examples = sum(len(rule.examples) for rule in rules.rules)
        say(
            f"{program.key} ({program.profile}, {program.timezone.key}, {program.inbox}): {count(len(rules.rules), 'rule')} "
            f"with {count(examples, 'example')}, {count(len(rules.ladders), 'ladder')}, {letters}."
        )
        left = seeds_numbers(rules.policy)
        if left:
            say(
                "  As the program's own description has it: "
                + ", ".join(f"{name} = {_written(value)}" for name, value in left)
                + "."
            )
        if rules.policy.changed:
            say("  Other than the default: " + ", ".join(_changed(rules.policy)) + ".")
    if isinstance(settings.mail, Embedded):
        say("Mail: the embedded post office in this process; there is no other server to ask.")
    elif offline:
        say("Mail: the servers were left out (--offline).")
    for server in found.servers:
        answer = "does not serve us" if server.trouble else "answers"
        say(f"{server.program}: {server.protocol} {server.host}:{server.port} {answer}.")
    for remark in found.remarks:
        say(f"Please look: {remark}.")
    for domain in domains:
        if not domain.asked:
            say(f"{domain.name}: no name server told whether it has SPF and DMARC records.")
        for remark in domain.remarks:
            say(f"Please look: {remark}.")
    say(f"{count(len(found.flaws), 'flaw')}: mend the lines above." if found.flaws else "All is well.")


def _domains(domains: tuple[Domain, ...]) -> list[dict[str, object]]:
    return [
        {"domain": one.name, "asked": one.asked, "remarks": [{"what": flaw.what, "advice": flaw.advice} for flaw in one.remarks]}
        for one in domains
    ]


def _written(value: object) -> str:
    """A value as it would stand in policy.toml."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case Mapping():
            return f"{{ {', '.join(f'{name} = {_written(item)}' for name, item in value.items())} }}"
        case list() | tuple():
            return f"[{', '.join(_written(item) for item in value)}]"
        case _:
            return str(value)


def _changed(policy: Policy) -> list[str]:
    return [f"{name} = {_written(policy.values[name])}" for name in sorted(policy.changed)]


def _explain(found: Checked) -> None:
    from mailer.modes.ladder_words import explain
    from mailer.modes.worked import told

    for rules in found.rulebooks.values():
        say(*_heading(rules))
        for ladder in rules.ladders.values():
            say(*explain(ladder, rules.policy), *told(ladder, rules, _year()), "")


def _heading(rules: Rulebook) -> tuple[str, ...]:
    """Whose ladders follow: programs share some of them, each with numbers of its own."""
    program = rules.program
    words = f"Program {program.key} (profile {program.profile}): {count(len(rules.ladders), 'ladder')}"
    return words, "=" * len(words), ""


def _year() -> int:
    from mailer.clock import SystemClock

    return SystemClock().now().year


def _draw(found: Checked, place: str) -> None:
    from pathlib import Path

    from mailer.modes.ladder_diagram import as_page, as_text

    if place != "-":
        Path(place).write_text(as_page(tuple(found.rulebooks.values())), encoding="utf-8")
        return
    for rules in found.rulebooks.values():
        say(*_heading(rules))
        for ladder in rules.ladders.values():
            say(*as_text(ladder, rules.policy), "")


def _as_json(settings: Settings, found: Checked, *, explained: bool) -> dict[str, object]:
    from mailer.files.servers import Embedded

    return {
        "ok": not found.flaws,
        "flaws": [{"file": flaw.file, "line": flaw.line, "what": flaw.what, "advice": flaw.advice} for flaw in found.flaws],
        "remarks": [{"file": one.file, "line": one.line, "what": one.what, "advice": one.advice} for one in found.remarks],
        "programs": [_program(key, rules, found, explained=explained) for key, rules in found.rulebooks.items()],
        "mail": "embedded" if isinstance(settings.mail, Embedded) else "servers",
        "servers": [
            {
                "program": one.program,
                "protocol": one.protocol,
                "host": one.host,
                "port": one.port,
                "ok": not one.trouble,
                "said": one.trouble,
            }
            for one in found.servers
        ],
    }


def _program(key: str, rules: Rulebook, found: Checked, *, explained: bool) -> dict[str, object]:
    from mailer.modes.checking import seeds_numbers
    from mailer.modes.ladder_words import explain
    from mailer.modes.worked import worked

    book = found.books.get(key)
    said: dict[str, object] = {
        "program": key,
        "profile": rules.program.profile,
        "inbox": rules.program.inbox,
        "rules": len(rules.rules),
        "examples": sum(len(rule.examples) for rule in rules.rules),
        "ladders": sorted(rules.ladders),
        "letters": sorted(book.letters) if book is not None else [],
        "policy": dict(rules.policy.values),
        "policy_left_as_described": [name for name, _ in seeds_numbers(rules.policy)],
        "policy_changed": sorted(rules.policy.changed),
    }
    if explained:
        said["ladders_worked"] = {
            ladder.name: [{"on": day.on.isoformat(), "what": list(day.lines)} for day in worked(ladder, rules, _year())]
            for ladder in rules.ladders.values()
        }
        said["ladders_explained"] = {ladder.name: list(explain(ladder, rules.policy)) for ladder in rules.ladders.values()}
    return said
