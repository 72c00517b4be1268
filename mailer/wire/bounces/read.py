"""Reads delivery reports: RFC 3464, the free-form ones of the mail servers in use, and the notices of Amazon SES."""

from __future__ import annotations

import json
import re

from mailer.model.mail import Bounce, Cause, Parsed, Undelivered
from mailer.wire.bounces.apart import (
    Refusal,
    blocks_in_text,
    free_form,
    machine_readable,
    original,
    rejected,
    report_text,
    status_blocks,
    unquoted,
    without,
)
from mailer.wire.bounces.texts import verdict

_DAEMON = re.compile(
    r"mailer-daemon|mailer?.?daemon|mdaemon@|post.?master|mail deliver|mail.delivery|mail administrator|system administrator"
    r"|delivery (?:sub)?system|ndr administrator"
    r"|bounce|mmsc|mail system|mail server|mail router|exchange server|^\s*<?>?\s*$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|returned mail|return(?:ed|ing) (?:message|to sender)|delivery (?:status|fail|error|report|delay|has fail"
    r"|problem)"
    r"|deliver[yi][^\n]{0,30}fail|fail[a-z]{0,4} (?:delivery|notice)|mail (?:system )?(?:error|failure|failed)"
    r"|could ?n[o']t (?:be )?(?:send|deliver)"
    r"|non[- ]?delivery|not delivered|postmaster notify|mail delivery|delayed mail|message (?:status|delayed|delivery"
    r"|you sent)|error sending your"
    r"|warning: (?:message|could not)|considered unsolicited|blocked by our|message was not delivered"
    r"|unzustellbar|zustell|non remis|échec de|no se pudo entregar|entrega|mancata consegna|niet bezorgd|onbestelbaar"
    r"|nie dostarczono"
    r"|недоставлен|не доставлено|無法傳遞|退信|无法传递|未送达|メールエラー|配信不能|送信エラー|エラー通知|olevererbart"
    r"|kunde inte levereras|kan inte levereras|recapito non riuscito|nie można dostarczyć|не удается доставить|kunne ikke lever"
    r"|ikke leveret|kan ikke leveres|niet worden bezorgd|não entregue|não é possível entregar|no entregado|zwrot(?:ka)?:|remise",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"could ?n[o']t be delivered|was ?n[o']t delivered|not been delivered|not be delivered|delivery (?:has )?failed"
    r"|delivery to the following"
    r"|did not reach the following|unable to deliver|failed to (?:deliver|send)|undeliverable|permanent (?:fatal )?error"
    r"|delivery of the following"
    r"|returned (?:below|to sender)|wasn't able to deliver|had delivery errors|error (?:occurred while|delivering)"
    r"|trouble delivering"
    r"|mail delivery (?:system|subsystem|failed)|message delivery|automatically rejected|could not deliver"
    r"|cannot be delivered|failed addresses"
    r"|user unknown|unknown user|送信できません|未能送达|no pudo ser entregado|konnte nicht zugestellt|n'a pas pu être"
    r"|не удалось доставить|has been delayed"
    r"|was not delivered|rejected your message|not yet been delivered|have not yet received|remote host said|undelivered"
    r"|doesn't have a"
    r"|mail that you sent|mail system error|rejected by a remote|exceeds allowed size|couldn't be delivered"
    r"|transcript of session|while talking to"
    r"|no such user|invalid user address|did not receive a copy|returned because it encountered|failed recipients"
    r"|n'a pas pu etre"
    r"|recapito non riuscito|non è stato consegnato|dostarczenie do następujących|zostać dostarczona|сбой доставки|не доставлен"
    r"|leverans misslyckades|levering mislykkedes|kunne ikke lever|niet worden bezorgd|pôde ser entregue|se ha podido entregar"
    r"|remote server returned|diagnostic information for administrators"
    r"|following (?:address|recipient)s?[^\n]{0,30}(?:fail|had|error)|not reach",
    re.IGNORECASE,
)
_GATEWAY = re.compile(r"(?:smtp|mail[-_.]?(?:service|server|gateway|system)|imss|gateway)[^\s@<>]{0,40}@", re.IGNORECASE)
# One of these stands in whatever the two above find in ASCII, and in a sender that takes no reply: looking for them is faster.
_HINTS = (
    *("daemon", "master", "deliver", "administrator", "bounce", "mmsc", "system", "router", "server"),
    *("smtp", "service", "imss", "gateway", "reply"),
)
_DELAY = re.compile(
    r"delivery status notification \(delay\)|delivery delayed|message delayed|warning message only|still being retried"
    r"|delayed mail|delay reason"
    r"|not yet been delivered|have not yet received|will (?:be retried|continue to)|delivery attempts will continue"
    r"|has been delayed|is delayed"
    r"|delayed \d{1,3} hours?|could not send message for past|need not send it again|do not need to re-?send"
    r"|mail delivery delayed"
    r"|verzögert|retardé|retrasad|wurde noch nicht zugestellt",
    re.IGNORECASE,
)
_GAVE_UP = re.compile(
    r"permanent(?:ly)?[ -](?:fatal |failed|error)|failed permanently|given up|will not be retried|\(failure\)", re.IGNORECASE
)
_CODE_OR_ERROR = re.compile(r"[45]\d\d|エラー")
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vs|pd)\s*:", re.IGNORECASE)
_LONGEST_NOTICE = 200_000  # characters of JSON
_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")
_FINE = ("delivered", "relayed", "expanded", "deliverable")


def read_bounce(parsed: Parsed) -> Bounce | None:
    """What a delivery report says, or None for any other message: complaints, read receipts, notes of absence, successes.

    A warning of delay is a bounce whose recipients are `delayed`. The address is the one the letter was written to where
    the report knows it (RFC 3464 section 2.3.1); it may be empty where a report names none.
    """
    if not may_be_report(parsed):
        return None
    refused = rejected(parsed)
    if _is_other_report(parsed) and not refused:
        return None
    if (notice := _notice(parsed)) is not None:
        return _of_notice(notice)
    blocks = refused or status_blocks(parsed)
    text, copy = report_text(parsed)
    if not blocks and not looks_like_report(parsed, text):
        return None
    if is_forwarded_report(parsed):
        text, copy = unquoted(text), text
    message_id, to = original(parsed, copy)
    blocks = blocks or blocks_in_text(text)
    if not blocks and "@" not in text:
        blocks = status_blocks(parsed, inside=True)  # a gateway wrapped the report
    mine = tuple(address.lower() for address in _own(parsed))
    refusals = machine_readable(blocks, text) if blocks else free_form(text, _failed_recipients(parsed), to, mine)
    refusals = [refusal for refusal in refusals if refusal.action not in _FINE]
    if not refusals:
        return None
    ours = frozenset(mine) - frozenset(address.lower() for address in to)
    refusals = without(refusals, ours, certain=bool(blocks))
    late = bool(_DELAY.search(f"{_subject(parsed)}\n{text}")) and not _GAVE_UP.search(text)
    recipients = tuple(_undelivered(refusal, late=late) for refusal in refusals)
    return Bounce(recipients, message_id, refusals[0].texts[0].strip()[:1000])


def may_be_report(parsed: Parsed) -> bool:
    """A quick look that lets people's mail pass: only a message for which this is True can be a report or a notice."""
    for part in parsed.parts:
        if part.type in _REPORT_TYPES or (part.text and part.text[:1] in "{ \r\n\t" and part.text.lstrip()[:1] == "{"):
            return True
    heads = parsed.by_name
    senders = heads.get("from", ("",))
    if "x-failed-recipients" in heads or not senders[0]:
        return True
    for value in heads.get("return-path", ()):
        if value.strip() in ("<>", "< >"):
            return True
    for value in senders:
        sender = value[:1000]
        low = sender.lower()
        if low.isascii() and "@" in low and not any(map(low.__contains__, _HINTS)):
            continue  # nearly everybody
        if _DAEMON.search(sender) or _GATEWAY.search(sender) or "reply" in low:
            return True
    for value in heads.get("subject", ()):
        if _FORWARDED.match(value) or value[:18].lower().startswith("delivery failure: "):
            return True
    return "report" in " ".join([value[:1000] for value in heads.get("content-type", ())]).lower()


def succeeded(parsed: Parsed) -> bool:
    """Whether a report tells of nothing but success (RFC 3464 actions, Amazon's "Delivery")."""
    if (notice := _notice(parsed)) is not None:
        return notice.get("notificationType", notice.get("eventType")) == "Delivery"
    blocks = status_blocks(parsed)
    return bool(blocks) and all(fields.get("action", "").split("(")[0].strip().lower() in _FINE for fields in blocks)


def complained(parsed: Parsed) -> bool:
    """Whether a notice of Amazon SES tells of a complaint."""
    notice = _notice(parsed)
    return notice is not None and notice.get("notificationType", notice.get("eventType")) == "Complaint"


def _undelivered(refusal: Refusal, *, late: bool) -> Undelivered:
    if refusal.action == "delayed" or (late and refusal.action != "failed"):
        return Undelivered(refusal.address, refusal.status, Cause.TEMPORARY, delayed=True)
    found = verdict(
        refusal.texts, refusal.status, refusal.reply, refusal.stage, local=refusal.local, given_up=refusal.action == "failed"
    )
    return Undelivered(refusal.address, refusal.status, found.cause, found.permanent)


def _is_other_report(parsed: Parsed) -> bool:
    kinds = {part.type for part in parsed.parts if not part.in_message}
    return (
        bool(kinds & {"message/feedback-report", "message/disposition-notification"})
        or "disposition-notification" in parsed.first("Content-Type")[:1000]
    )


def looks_like_report(parsed: Parsed, text: str) -> bool:
    """Whether a message without a delivery-status part is a delivery report: a mail server wrote it, and says so."""
    if "report-type=delivery-status" in parsed.first("Content-Type")[:1000].lower().replace('"', "").replace(" ", ""):
        return True
    if parsed.first("X-Failed-Recipients"):
        return True
    subject = bool(_SUBJECT.search(_subject(parsed)))
    sender = parsed.first("From")[:1000]
    if _subject(parsed).lower().startswith("delivery failure: ") and _BODY.search(text[:8_000]):
        return True
    if _GATEWAY.search(sender) and subject and _BODY.search(text[:8_000]):
        return True
    if _DAEMON.search(sender):
        return subject or bool(_BODY.search(text[:8_000]))
    if parsed.first("Return-Path").strip() == "<>" and any(part.type == "message/rfc822" for part in parsed.parts):
        return bool(_BODY.search(text[:8_000]))
    nobody = parsed.first("Return-Path").strip() in ("<>", "< >") or "no-reply" in parsed.first("From")[:1000].lower()
    if nobody and subject:
        return bool(_BODY.search(text[:8_000]) or _CODE_OR_ERROR.search(text[:8_000]))
    return is_forwarded_report(parsed)


def is_forwarded_report(parsed: Parsed) -> bool:
    """Whether a person passed on a whole report in the text of a message: its subject says so and its status fields are there."""
    subject = _subject(parsed)
    if not (_FORWARDED.match(subject) and _SUBJECT.search(subject)):
        return False
    text = report_text(parsed)[0] + report_text(parsed)[1]
    return "final-recipient:" in text.lower() and "action: failed" in text.lower()


def _subject(parsed: Parsed) -> str:
    return parsed.first("Subject")[:500]


def _failed_recipients(parsed: Parsed) -> tuple[str, ...]:
    return tuple(
        word.strip(" <>")
        for value in parsed.all("X-Failed-Recipients")
        for word in value[:4000].replace(";", ",").split(",")
        if "@" in word
    )


def _own(parsed: Parsed) -> list[str]:
    """Whom the report itself was sent to and by: never the address it complains about."""
    found: list[str] = []
    for name in ("To", "Delivered-To", "X-Original-To", "From", "Return-Path", "Envelope-To"):
        for value in parsed.all(name)[: 1 if name == "X-Original-To" else 20]:  # below the topmost it may be the refused one
            found.extend(word.strip("<>,;\"'") for word in value[:2000].split() if "@" in word)
    return found


def _notice(parsed: Parsed) -> dict[str, object] | None:
    """The JSON of an Amazon SES notification, if the message is one."""
    text = next((part.text for part in parsed.parts if part.text and not part.in_message), "") or ""
    start = text[:_LONGEST_NOTICE].lstrip()
    if "notificationType" not in start and "eventType" not in start:
        return None
    found = _object(start)
    wrapped = found.get("Message") if found is not None and "Type" in found else None  # the envelope of Amazon SNS
    return _object(wrapped) if isinstance(wrapped, str) else found


def _object(text: str) -> dict[str, object] | None:
    if not text.startswith("{"):
        return None
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(text)  # gateways break long lines, inside texts too
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _of_notice(notice: dict[str, object]) -> Bounce | None:
    bounce, mail = notice.get("bounce"), notice.get("mail")
    if not isinstance(bounce, dict) or notice.get("notificationType", notice.get("eventType")) != "Bounce":
        return None
    listed = bounce.get("bouncedRecipients")
    blocks = [
        {
            "final-recipient": f"rfc822; {row.get('emailAddress', '')}",
            "status": str(row.get("status", "")),
            "action": str(row.get("action", "failed")),
            "diagnostic-code": str(row.get("diagnosticCode", "")),
        }
        for row in (listed if isinstance(listed, list) else [])
        if isinstance(row, dict)
    ]
    refusals = machine_readable(blocks[:100], "")
    headers = mail.get("commonHeaders") if isinstance(mail, dict) else None
    message_id = str(headers.get("messageId", "")) if isinstance(headers, dict) else ""
    recipients = tuple(_undelivered(refusal, late=False) for refusal in refusals)
    return Bounce(recipients, message_id.strip("<> "), refusals[0].texts[0].strip()[:1000]) if recipients else None
