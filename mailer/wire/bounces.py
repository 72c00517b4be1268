"""Reads delivery reports: RFC 3464, the free-form ones of the mail servers in use, and the notices of Amazon SES."""

from __future__ import annotations

import json
import re

from mailer.model.mail import Bounce, Cause, Parsed, Undelivered
from mailer.wire.bounce_texts import verdict
from mailer.wire.bounces_read import (
    Refusal,
    blocks_in_text,
    free_form,
    machine_readable,
    original,
    report_text,
    status_blocks,
    unquoted,
    without,
)

_DAEMON = re.compile(
    r"mailer-daemon|mailer?.?daemon|postmaster|mail deliver|mail.delivery|mail administrator|system administrator|delivery (?:sub)?system|ndr administrator"
    r"|bounce|mmsc|mail system|mail router|exchange server|^\s*<?>?\s*$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"undeliver|returned mail|return(?:ed|ing) (?:message|to sender)|delivery (?:status|fail|error|report|delay|has fail|problem)"
    r"|deliver[yi][^\n]{0,30}fail|fail[a-z]{0,4} (?:delivery|notice)|mail (?:system )?(?:error|failure|failed)|could ?n[o']t (?:be )?(?:send|deliver)"
    r"|non[- ]?delivery|not delivered|postmaster notify|mail delivery|delayed mail|message (?:status|delayed|delivery|you sent)|error sending your"
    r"|warning: (?:message|could not)|considered unsolicited|blocked by our|message was not delivered"
    r"|unzustellbar|zustell|non remis|échec de|no se pudo entregar|entrega|mancata consegna|niet bezorgd|onbestelbaar|nie dostarczono"
    r"|недоставлен|не доставлено|無法傳遞|退信|无法传递|未送达|メールエラー|配信不能|送信エラー|エラー通知|olevererbart|kunde inte levereras",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"could ?n[o']t be delivered|was ?n[o']t delivered|not been delivered|not be delivered|delivery (?:has )?failed|delivery to the following"
    r"|did not reach the following|unable to deliver|failed to (?:deliver|send)|undeliverable|permanent (?:fatal )?error|delivery of the following"
    r"|returned (?:below|to sender)|wasn't able to deliver|had delivery errors|error (?:occurred while|delivering)|trouble delivering"
    r"|mail delivery (?:system|subsystem|failed)|message delivery|automatically rejected|could not deliver|cannot be delivered|failed addresses"
    r"|user unknown|unknown user|送信できません|未能送达|no pudo ser entregado|konnte nicht zugestellt|n'a pas pu être|не удалось доставить|has been delayed"
    r"|was not delivered|rejected your message|not yet been delivered|have not yet received|remote host said|undelivered|doesn't have a"
    r"|mail that you sent|mail system error|rejected by a remote|exceeds allowed size|couldn't be delivered|transcript of session|while talking to"
    r"|following (?:address|recipient)s?[^\n]{0,30}(?:fail|had|error)|not reach",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delivery status notification \(delay\)|delivery delayed|message delayed|warning message only|still being retried|delayed mail|delay reason"
    r"|not yet been delivered|have not yet received|will (?:be retried|continue to)|delivery attempts will continue|has been delayed|is delayed"
    r"|delayed \d{1,3} hours?|could not send message for past|need not send it again|do not need to re-?send|mail delivery delayed"
    r"|verzögert|retardé|retrasad|wurde noch nicht zugestellt",
    re.IGNORECASE,
)
_GAVE_UP = re.compile(
    r"permanent(?:ly)?[ -](?:fatal |failed|error)|failed permanently|given up|will not be retried|\(failure\)", re.IGNORECASE
)
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vs|pd)\s*:", re.IGNORECASE)
_LONGEST_NOTICE = 500_000  # characters of JSON
_FINE = ("delivered", "relayed", "expanded")


def read_bounce(parsed: Parsed) -> Bounce | None:
    """What a delivery report says, or None for any other message: complaints, read receipts, notes of absence, successes.

    A warning of delay is a bounce whose recipients are `delayed`. The address is the one the letter was written to where
    the report knows it (RFC 3464 section 2.3.1); it may be empty where a report names none.
    """
    if _is_other_report(parsed):
        return None
    if (notice := _notice(parsed)) is not None:
        return _of_notice(notice)
    blocks = status_blocks(parsed)
    text, copy = report_text(parsed)
    if not blocks and not looks_like_report(parsed, text):
        return None
    if is_forwarded_report(parsed):
        text, copy = unquoted(text), text
    message_id, to = original(parsed, copy)
    blocks = blocks or blocks_in_text(text)
    refusals = machine_readable(blocks, text) if blocks else free_form(text, _failed_recipients(parsed), to)
    refusals = [refusal for refusal in refusals if refusal.action not in _FINE]
    if not refusals:
        return None
    refusals = without(
        refusals, frozenset(address.lower() for address in _own(parsed)) - frozenset(address.lower() for address in to)
    )
    late = bool(_DELAY.search(f"{parsed.first('Subject')}\n{text}")) and not _GAVE_UP.search(text)
    recipients = tuple(_undelivered(refusal, late=late) for refusal in refusals)
    return Bounce(recipients, message_id, refusals[0].texts[0].strip()[:1000])


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
    found = verdict(refusal.texts, refusal.status, refusal.reply, refusal.stage, local=refusal.local)
    return Undelivered(refusal.address, refusal.status, found.cause, found.permanent)


def _is_other_report(parsed: Parsed) -> bool:
    kinds = {part.type for part in parsed.parts if not part.in_message}
    return bool(
        kinds & {"message/feedback-report", "message/disposition-notification"}
    ) or "disposition-notification" in parsed.first("Content-Type")


def looks_like_report(parsed: Parsed, text: str) -> bool:
    """Whether a message without a delivery-status part is a delivery report: a mail server wrote it, and says so."""
    if "report-type=delivery-status" in parsed.first("Content-Type").lower().replace('"', "").replace(" ", ""):
        return True
    if parsed.first("X-Failed-Recipients"):
        return True
    subject = bool(_SUBJECT.search(parsed.first("Subject")))
    body = bool(_BODY.search(text[:20_000]))
    if _DAEMON.search(parsed.first("From")):
        return subject or body
    nobody = parsed.first("Return-Path").strip() in ("<>", "< >") or "no-reply" in parsed.first("From").lower()
    return (nobody and subject and (body or bool(re.search("[45]\\d\\d|エラー", text)))) or is_forwarded_report(parsed)


def is_forwarded_report(parsed: Parsed) -> bool:
    """Whether a person passed on a whole report in the text of a message: its subject says so and its status fields are there."""
    subject = parsed.first("Subject")
    if not (_FORWARDED.match(subject) and _SUBJECT.search(subject)):
        return False
    text = report_text(parsed)[0] + report_text(parsed)[1]
    return "final-recipient:" in text.lower() and "action: failed" in text.lower()


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
        for value in parsed.all(name):
            found.extend(word.strip("<>,;\"'") for word in value[:2000].split() if "@" in word)
    return found


def _notice(parsed: Parsed) -> dict[str, object] | None:
    """The JSON of an Amazon SES notification, if the message is one."""
    text = next((part.text for part in parsed.parts if part.text and not part.in_message), "") or ""
    start = text.lstrip()
    if not start.startswith("{") or ("notificationType" not in start[:200_000] and "eventType" not in start[:200_000]):
        return None
    try:
        found, _ = json.JSONDecoder().raw_decode(start[:_LONGEST_NOTICE])
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
