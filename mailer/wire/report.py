"""What was understood of a message, as JSON (CONTRACT.md section 5) and as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mailer.model.mail import Bounce, Classified, Command, Considered, FormRow, IncomingMessage
from mailer.wire.quoting.split import Cut

_BOLD, _DIM, _GREEN, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_CUT_LIMIT = 40


def as_json(classified: Classified) -> dict[str, object]:
    """The object that `mentorpost read --json` prints: plain values only, days as ISO texts."""
    message = classified.message
    doubtful = {number: sure for number, sure in message.sure.items() if sure != "certain"}
    return {
        "from": message.from_address,
        "origin": str(message.origin),
        "means": classified.means,
        "rule": classified.rule,
        "considered": [_considered(one) for one in classified.considered],
        "new_text": message.new_text,
        "quoted_text": message.quoted_text,
        "commands": [_command(command) for command in message.commands],
        "answers": dict(message.answers),
        **({"sure": doubtful} if doubtful else {}),
        "form": [_row(row) for row in message.form],
        "bounce": _bounce(message.bounce),
        "away_until": message.away_until.isoformat() if message.away_until else None,
        "safety": message.safety,
        "attachments": [{"name": one.name, "type": one.type, "used_as": one.used_as} for one in message.attachments],
        "problems": [*message.problems, *(unknown_line(line) for line in message.unknown_lines)],
    }


def unknown_line(line: str) -> str:
    """A sentence about a line that looks like a command but is none."""
    written, _, word = line.partition(" ~ ")
    return f"“{written}” is no word we know" + (f"; did you mean {word}?" if word else "")


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return str(value)


def _considered(one: Considered) -> str:
    return f"{'hit' if one.hit else 'miss'}: {one.rule} ({one.because})"


def _command(command: Command) -> dict[str, object]:
    found: dict[str, object] = {"word": command.word, "arguments": _plain(command.arguments), "line": command.line}
    return {**found, "about": command.about} if command.about else found


def _row(row: FormRow) -> dict[str, object]:
    found: dict[str, object] = {
        "mentor": row.mentor,
        "attempted": [day.isoformat() for day in row.attempted],
        "contact_made": row.contact_made.isoformat() if row.contact_made else None,
        "mentees": list(row.mentees),
        "summary": row.summary,
        "issues": row.issues,
    }
    return {**found, "extra": dict(row.extra)} if row.extra else found


def _bounce(bounce: Bounce | None) -> dict[str, object] | None:
    if bounce is None:
        return None
    return {
        "recipients": [
            {
                "address": one.address,
                "status": one.status,
                "cause": str(one.cause),
                "permanent": one.permanent,
                "delayed": one.delayed,
            }
            for one in bounce.recipients
        ]
    }


class _Paint:
    """Colours for a terminal, or none."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, paint: str, text: str) -> str:
        return f"{paint}{text}{_PLAIN}" if self.colour and text else text


def as_text(classified: Classified, colour: bool = False, cut: Sequence[Cut] = ()) -> str:
    """The same for a reader: what was understood, what was cut and why, and every rule that was considered."""
    paint = _Paint(colour)
    message = classified.message
    lines = [
        _line(
            paint,
            "From",
            f"{message.from_name} <{message.from_address}>" if message.from_name else message.from_address or "unreadable",
        ),
        _line(paint, "Subject", message.subject),
        _line(paint, "Written by", f"{message.origin}" + (f" ({message.origin_because})" if message.origin_because else "")),
        _line(paint, "Means", f"{paint(_BOLD, classified.means)}, by {classified.rule or 'no rule'}"),
    ]
    if message.safety:
        lines.append(paint(_RED, "Safety words: this message is held for a human."))
    lines += _block(paint, "New words", message.new_text.split("\n") if message.new_text else ["(none)"])
    lines += _block(paint, "Words of ours", (_say(command) for command in message.commands))
    lines += _block(paint, "Not understood", (paint(_YELLOW, unknown_line(line)) for line in message.unknown_lines))
    lines += _block(paint, "Answers", (f"{number}: {text}{_doubt(message, number)}" for number, text in message.answers.items()))
    lines += _block(paint, "About", (f"{name}: {text}" for name, text in message.about.items()))
    lines += _block(paint, "Contact form", (_say_row(row) for row in message.form))
    lines += _block(paint, "Links", (f"{whom}: {link}" for whom, link in message.links.items()))
    lines += _block(paint, "Not delivered", _say_bounce(message))
    if message.away_until:
        lines.append(_line(paint, "Away until", message.away_until.isoformat()))
    lines += _block(
        paint,
        "Attachments",
        (f"{one.name} ({one.type})" + (f", read as {one.used_as}" if one.used_as else "") for one in message.attachments),
    )
    lines += _block(paint, "Problems", (paint(_YELLOW, problem) for problem in message.problems))
    lines += _block(paint, "Cut", (paint(_DIM, _say_cut(one)) for one in cut[:_CUT_LIMIT]))
    lines += _block(
        paint,
        "Rules",
        (f"{paint(_GREEN, 'hit ') if one.hit else paint(_DIM, 'miss')} {one.rule}: {one.because}" for one in classified.considered),
    )
    return "\n".join(line for line in lines if line)


def _line(paint: _Paint, title: str, text: str) -> str:
    return f"{paint(_BOLD, title + ':')} {text}" if text else ""


def _block(paint: _Paint, title: str, entries: Iterable[str]) -> list[str]:
    found = [f"  {entry}" for entry in entries]
    return [paint(_BOLD, title + ":"), *found] if found else []


def _doubt(message: IncomingMessage, number: str) -> str:
    return " (likely, not certain)" if message.sure.get(number) == "likely" else ""


def _say(command: Command) -> str:
    arguments = ", ".join(f"{key} {_plain(value)}" for key, value in command.arguments.items())
    whom = f" (about {command.about})" if command.about else ""
    return f"{command.word}{': ' if arguments else ''}{arguments}{whom}, line {command.line}"


def _say_row(row: FormRow) -> str:
    tried = ", ".join(day.isoformat() for day in row.attempted) or "-"
    made = row.contact_made.isoformat() if row.contact_made else "-"
    return f"{row.mentor}: attempted {tried}; made {made}; mentees {', '.join(row.mentees) or '-'}; {row.summary}" + (
        f"; issues: {row.issues}" if row.issues else ""
    )


def _say_bounce(message: IncomingMessage) -> list[str]:
    if message.bounce is None:
        return []
    return [
        f"{one.address} {one.status}: {one.cause}"
        + (", the address is dead" if one.permanent else "")
        + (", still tried" if one.delayed else "")
        for one in message.bounce.recipients
    ]


def _say_cut(one: Cut) -> str:
    where = f"line {one.first}" if one.first == one.last else f"lines {one.first} to {one.last}"
    return f"{where}: {one.kind} ({one.why})"
