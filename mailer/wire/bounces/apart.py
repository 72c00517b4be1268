"""Takes a delivery report apart: which recipients, in whose words, with which codes; machine-readable (RFC 3464) or free-form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mailer.model.mail import Parsed
from mailer.wire.bounces.texts import Stage, stage_of
from mailer.wire.html.read import to_text

_LONGEST = 16_000  # characters of a report that are read; the rest is the returned letter
_LONGEST_HTML = 100_000  # characters of HTML, where a report has no plain text
_MOST = 100  # recipients
_REJECTED = re.compile(r"^Disposition:[^\n]{0,80}automatic-action/[^\n]{0,80}; ?deleted", re.IGNORECASE | re.MULTILINE)
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")

_COPY = re.compile(  # where the returned letter begins
    r"^[ \t]*[-|=+_*>]{2,}[^\n]{0,80}(?:copy of|original message|below this line|returned message|message text follows"
    r"|message headers? follow"
    r"|unsent message|message follows|header of the original|message header|undelivered message|text of your message"
    r"|原文)[^\n]{0,80}$"
    r"|^(?:Return-Path|Received):[ \t]|^[ \t]*Original message (?:follows|headers)|^[ \t]*(?:The attached"
    r"|A copy of the) (?:original )?message"
    r"|^[ \t]*-{3,}=? ?(?:Original|The message)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,10}")
_LEADS = re.compile(  # what may stand before a refused address in its line
    r"[\s>*•|\"'(-]{0,20}<?(?:(?:(?:e-?mail |failed |recipient'?s? |final |original )?(?:recipient|address|rcpt(?: to)?|to"
    r"|user|mailbox|for)s?[^:]{0,20}:"
    r"|(?:<<< ?)?[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} )?|[^:]{0,60}delivering your mail to"
    r"|[^:]{0,60}recipients? returned[^:]{0,20}:|undeliverable to|[^:]{0,60}addressed to"
    r"|rfc822;|did not reach the following recipient:|\[status:[^\]:]{0,20}, address:)\s{0,8})?[<\"'(]{0,2}",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"did not reach the following|was not delivered to|not be delivered to the following|delivery to the following"
    r"|following (?:list of )?recipient"
    r"|following address|to these recipients",
    re.IGNORECASE,
)
_EXPANDED = re.compile(rf"\(expanded from:? <?({_ADDRESS.pattern})>?\)")  # whom we wrote to, where a list or an alias stood between
_OF_NEXT = re.compile(
    r"^[45]\d\d [^\n<@]{1,80}\.\.\. [45]\d\d ", re.MULTILINE
)  # sendmail's of a host, above the address it is about
_SERVICE = re.compile(r"(?:mailer-daemon|postmaster|abuse|support|help|helpdesk|contact|admin|webmaster)@", re.IGNORECASE)
_REPLY = re.compile(r"(?<![\d.])([245]\d\d)(?=[ \-:#]|$)(?![ -]\d{4})", re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245]\.[0-9]{1,2}\.[0-9]{1,3})(?![\d]|\.\d)")
_MESSAGE_ID = re.compile(r"^[> \t]{0,8}Message-Id:\s{0,4}<([^<>\s]{3,300})>", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(r"^[> \t]{0,8}To:([^\n]{1,1000})", re.IGNORECASE | re.MULTILINE)
_QUOTE = re.compile(r"^>{1,3}[ \t]?(?!>>)", re.MULTILINE)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a report says of one recipient."""

    address: str
    status: str = ""
    reply: str = ""
    action: str = ""  # RFC 3464 section 2.3.3, lower case
    texts: tuple[str, ...] = ()  # the most telling first
    stage: Stage = Stage.UNKNOWN
    local: bool = False  # a program or a rule spoke, not an SMTP server that looked for the mailbox


def status_blocks(parsed: Parsed, *, inside: bool = False) -> list[dict[str, str]]:
    """The recipient blocks of every delivery-status part: field names in lower case, values unfolded. `inside`: of a report
    that another report hands on."""
    blocks: list[dict[str, str]] = []
    for part in parsed.parts:
        if part.type in _STATUS_TYPES and part.in_message is inside:
            blocks.extend(_blocks(_decoded(part.content[:_LONGEST])))
    return blocks


def rejected(parsed: Parsed) -> list[dict[str, str]]:
    """Recipient blocks where a mailbox's own rules or limits refused the letter and told so as a read receipt (RFC 5429
    section 2.2): "was automatically rejected: quota exceeded"."""
    for part in parsed.parts:
        if part.type == "message/disposition-notification" and not part.in_message:
            text = _decoded(part.content[:_LONGEST])
            if _REJECTED.search(text) and "automatically rejected" in report_text(parsed)[0].lower():
                return [{**fields, "action": "failed"} for fields in _blocks(text)]
    return []


def _decoded(content: bytes) -> str:
    return content.decode("iso2022_jp" if b"\x1b$" in content else "utf-8", "replace")


def blocks_in_text(text: str) -> list[dict[str, str]]:
    """The recipient blocks that some servers write into plain text."""
    return _blocks(text) if "final-recipient:" in text.lower() else []


def _blocks(text: str) -> list[dict[str, str]]:
    blocks: list[dict[str, str]] = []
    reporter = ""
    for chunk in re.split(r"\n[ \t]*\n", text.replace("\r", "")):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", chunk).split("\n"):
            if (hit := _FIELD.fullmatch(line.strip())) is not None:
                if "action" in fields and hit[1].lower() == "final-recipient" and "final-recipient" in fields:
                    blocks.append({**fields, "reporting-mta": fields.get("reporting-mta", reporter)})  # no blank line between
                    fields = {}
                fields.setdefault(hit[1].lower(), hit[2].strip())
        reporter = fields.get("reporting-mta", reporter)
        if any(name in fields for name in ("final-recipient", "original-recipient", "x-actual-recipient")) and len(blocks) < _MOST:
            blocks.append({**fields, "reporting-mta": reporter})
    return blocks


def report_text(parsed: Parsed) -> tuple[str, str]:
    """The words of the report itself, and the copy of the returned letter below them."""
    plain = [part for part in parsed.parts if part.text and not part.in_message and part.type == "text/plain"]
    texts = [(part.text or "")[:_LONGEST] for part in plain[:3]]
    if not any(text.strip() for text in texts):
        html = next((part.text for part in parsed.parts if part.text and part.type == "text/html" and not part.in_message), "")
        texts = [to_text(html[:_LONGEST_HTML])[:_LONGEST]]
    text = "\n\n".join(texts)[:_LONGEST]
    hit = _COPY.search(text, 1)
    return (text[: hit.start()], text[hit.start() :]) if hit is not None else (text, "")


def unquoted(text: str) -> str:
    """A report that a person forwarded inside a message, without its quotation marks."""
    return _QUOTE.sub("", text)


def original(parsed: Parsed, copy: str) -> tuple[str, tuple[str, ...]]:
    """Message-ID and recipients of the returned letter, as far as the report gives it back."""
    for part in parsed.parts:
        if part.type in ("message/rfc822", "message/global") and part.headers and not part.in_message:
            fields = {name.lower(): value for name, value in reversed(part.headers)}
            return fields.get("message-id", "").strip().strip("<>"), _addresses(fields.get("to", ""))
        if part.type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            copy = part.text or part.content[:_LONGEST].decode("utf-8", "replace")
            break
    if not copy:
        later = [
            part.text or "" for part in parsed.parts[1:] if part.text and part.type.startswith("text/") and not part.in_message
        ]
        copy = later[-1][:_LONGEST] if later else ""
    message_id, to = _MESSAGE_ID.search(copy), _TO.search(copy)
    return (message_id[1] if message_id else ""), (_addresses(to[1]) if to else ())


def _addresses(value: str) -> tuple[str, ...]:
    return tuple(hit[0] for hit in _ADDRESS.finditer(value[:2000]))


def machine_readable(blocks: list[dict[str, str]], text: str) -> list[Refusal]:
    """The refusals of RFC 3464 blocks. `text` is the human part: it tells the stage, and the reason where the blocks do not."""
    chunks = _by_address(text)
    refusals: list[Refusal] = []
    for fields in blocks:
        kind, _, words = fields.get("diagnostic-code", "").partition(";")
        if not words and kind:
            kind, words = "", kind
        status = _first(_STATUS, fields.get("status", ""))
        spoken = _first(_STATUS, words)
        if spoken and (not status or status.endswith(".0.0") or _inner(words) != spoken):
            status = _inner(words)
        address = _recipient(fields)
        own = chunks.get(address.lower(), text if len(blocks) == 1 else "")
        if status.endswith(".0.0") or not status:
            status = _inner(_told_by_server(chunks.get(address.lower(), ""))) or status
        told = " ".join((words, fields.get("x-powermta-bouncecategory", "")))
        refusals.append(
            Refusal(
                address,
                status,
                _first(_REPLY, words),
                fields.get("action", "").split("(")[0].strip().lower(),
                (told, _told_by_server(own), f"{own}\n\n{fields.get('status', '')}"),  # the comment of a status only explains it
                stage_of(own) or stage_of(words),
                kind.strip().lower() == "x-unix" or "command output" in own.lower() or _by_rule(fields),
            )
        )
    return refusals


def _by_rule(fields: dict[str, str]) -> bool:
    """Amazon's receiving service answers with a text its customer chose ("Mailbox does not exist"), whatever the reason."""
    return "inbound-smtp." in (reporter := fields.get("reporting-mta", "")) and "amazonaws.com" in reporter


def _recipient(fields: dict[str, str]) -> str:
    """The address we wrote to where the report knows it, else the one that was refused at the end."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        hit = _ADDRESS.search(fields.get(name, "").partition(";")[2] or fields.get(name, ""))
        if hit is not None:
            return hit[0]
    return (fields.get("final-recipient", "").partition(";")[2] or fields.get("final-recipient", "")).strip(" <>")[:200]


def _inner(words: str) -> str:
    """The last code of a refusal that one server reports of another: "5.1.0 Unknown address 550-'5.2.2 Mailbox full'"."""
    codes: list[str] = _STATUS.findall(words)
    return codes[-1] if codes else ""


def free_form(text: str, named: tuple[str, ...], to: tuple[str, ...], own: tuple[str, ...] = ()) -> list[Refusal]:
    """The refusals a report tells in words. `named`: X-Failed-Recipients; `to`: whom the returned letter went to;
    `own`: whom the report went to, in lower case."""
    chunks = _by_address(text)
    if named:
        wanted = {address.lower(): address for address in named}
        chunks = {key: chunks.get(key, text if len(wanted) == 1 else "") for key in wanted}
    elif not chunks:
        weak = [hit[0] for hit in _ADDRESS.finditer(text) if not _SERVICE.match(hit[0]) and hit[0].lower() not in own]
        chunks = {address.lower(): text for address in (to or tuple(weak[:1]) or ("",))}
    if len(chunks) == 1:
        chunks = dict.fromkeys(chunks, text)
    return [_refusal(address, chunk) for address, chunk in list(chunks.items())[:_MOST]]


def _refusal(address: str, chunk: str) -> Refusal:
    server = _told_by_server(chunk)
    codes = [code for code in _STATUS.findall(server) if not code.endswith(".0.0")]  # "503 5.0.0 Need RCPT" only follows
    status = codes[-1] if codes else _inner(server) or _first(_STATUS, chunk)
    return Refusal(
        address,
        status,
        _first(_REPLY, server),
        "",
        (server, chunk),
        stage_of(chunk),
        "command output" in chunk.lower(),
    )


def _told_by_server(text: str) -> str:
    """The lines with a reply code and those that go on below them: the refusing server's words, not the report's."""
    kept: list[str] = []
    following = 0
    for line in text.split("\n"):
        if _REPLY.search(line) or _STATUS.search(line):
            following = 6
        if following and line.strip():
            kept.append(line.strip())
        following = following - 1 if line.strip() and following else 0
    return " ".join(kept)[:4000]


def _by_address(text: str) -> dict[str, str]:
    """The text cut where a line begins with a refused address: address in lower case -> its lines."""
    cuts: list[tuple[int, str]] = []
    place = 0
    for line in text.split("\n"):
        if "@" in line and len(line) < 2000 and len(cuts) < 4 * _MOST:
            hit = _ADDRESS.search(line)
            if hit is not None and (expanded := _EXPANDED.search(line)) is not None:
                if line.lstrip()[0] == "(" and cuts:  # below the address
                    cuts[-1] = (cuts[-1][0], expanded[1].lower())
                    hit = None
                else:
                    hit = _ADDRESS.search(line, expanded.start()) if _LEADS.fullmatch(line[: hit.start()]) else None
                    cuts += [(place, hit[0].lower())] if hit is not None else []
            elif hit is not None and _LEADS.fullmatch(line[: hit.start()]) and not _SERVICE.match(hit[0]):
                cuts.append((place, hit[0].strip("'").rstrip(".").lower()))
        place += len(line) + 1
    chunks: dict[str, str] = {}
    marked = next(
        (place for place in (hit.end() for hit in _HEADING.finditer(text)) if any(start >= place for start, _ in cuts)), 0
    )
    cuts = [cut for cut in cuts if cut[0] >= marked]
    for (start, address), (end, _) in zip(cuts, [*cuts[1:], (len(text), "")], strict=False):
        if len(cuts) > 1 and (other := _OF_NEXT.search(text, start, end)) is not None:
            end = other.start()
        chunks[address] = f"{chunks[address]}\n{text[start:end]}" if address in chunks else text[start:end]
    return chunks


def _first(pattern: re.Pattern[str], text: str) -> str:
    hit = pattern.search(text)
    return hit[1] if hit else ""


def without(refusals: list[Refusal], own: frozenset[str], *, certain: bool) -> list[Refusal]:
    """Without our own addresses, and none twice. Where only ours are left, a `certain` report (RFC 3464) is believed;
    else the report did not name the address."""
    seen: dict[str, Refusal] = {}
    for refusal in refusals:
        seen.setdefault(refusal.address.lower(), refusal)
    others = [refusal for key, refusal in seen.items() if key not in own]
    if others or certain:
        return others or list(seen.values())
    return [replace(refusal, address="") for refusal in seen.values()][:1]
