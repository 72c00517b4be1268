"""What a mail server means by its refusal: from its words, its status codes and the moment it spoke, never from its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from mailer.model.mail import Cause
from mailer.wire.bounces.words import NO_SUCH_PERSON


class Stage(StrEnum):
    """The SMTP command that was refused (RFC 5321), as far as a report tells."""

    UNKNOWN = ""
    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


class _Kind(StrEnum):
    FULL = "full"
    SURELY_NO_USER = "surely no user"
    CONTENT = "content"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    TEMPORARY = "temporary"
    MAILER = "mailer"
    DENIED = "recipient denied"
    NO_HOST = "no host"
    MOVED = "moved"
    NO_USER = "no user"


@dataclass(frozen=True, slots=True)
class Verdict:
    cause: Cause
    permanent: bool  # the address itself is dead


# Phrases in the order they are tried: a full box, a disliked text or sender is often reported with "user unknown" around it.
# Lower case, single spaces; addresses and links are taken out of the text before.
_PHRASES: tuple[tuple[_Kind, tuple[str, ...]], ...] = (
    (
        _Kind.FULL,
        (
            "quota-issues", "mailbox full", "not enough disk space", "mailbox is full", "mailbox was full",
            "mailbox for user is full", "inbox is full", "inbox full", "quota exceeded", "over quota", "overquota",
            "exceeded storage", "quota full", "out of storage", "storage quota", "disk quota", "exceeds allowed size",
            "exceeded the local limit", "mailbox size limit", "mailbox exceeds", "mailbox has exceeded",
            "exceeded its quota", "account is full", "quotaexceeded", "mail quota", "quota violation",
            "exceeds quota", "exceeded quota", "too many messages in mailbox", "boite pleine", "boîte pleine",
            "bal pleine", "postfach voll", "postfach ist voll", "buzón lleno", "buzon lleno", "caixa cheia",
            "casella piena", "mailbox vol", "переполнен", "メールボックスが一杯", "邮箱已满", "郵箱已滿", "user is overquota",
            "not enough storage", "mailbox limit", "user has too many messages", "has reached its quota",
            "no space left for this user",
        ),
    ),
    (
        _Kind.CONTENT,
        (
            "spam-related", "spam detected", "detected as spam", "considered spam", "message content rejected",
            "content rejected", "looks like spam", "is spam", "classified as spam", "spam message", "- spam",
            "spam content", "unsolicited bulk", "unsolicited mail", " virus", "(virus", "[virus", "malware", "message too large",
            "message too big", "message size exceeds", "exceeds size limit", "message length exceeds",
            "message is too large", "too large", "size limit exceeded", "maximum message size", "maximum size",
            "8-bit data", "headers too large", "data format error", "mime error", "malformed message",
            "content presents a potential", "attachment is not allowed", "banned attachment", "mail rejete",
            "message filtered", "not rfc 5322", "addresses in from: header", "missing headers", "duplicate header",
            "mail content denied", "suspicious content", "bare lf", "likely unsolicited", "phishing",
            "message content", "spam score", "probable spam", "spam or virus",
        ),
    ),
    (
        _Kind.SUSPENDED,
        (
            "inactive-mailbox", "is disabled", "account disabled", "mailbox disabled", "disabled recipient",
            "has been disabled", "account has been suspended", "is suspended", "account suspended", "user suspended",
            "temporarily locked", "temporary locked", "is locked", "account locked", "account is blocked",
            "mailbox is blocked", "is frozen", "mailbox frozen", "account inactive", "mailbox inactive",
            "is inactive", "inactive user", "inactive account", "inactive on this", "deactivated", "est bloque",
            "est bloqué", "not currently accepting", "is not accepting mail", "currently suspended", "user_disabled",
            "mailbox currently unavailable",
            "rejected: on hold", "account on hold",
        ),
    ),
    (_Kind.DENIED, ("recipient address rejected: access denied",)),  # so Exchange Online says that it knows no such recipient
    (
        _Kind.BLOCKED,
        (
            "policy-related", "dmarc", " spf ", "spf record", "spf check", "dkim", "unauthenticated email",
            "authentication information", "authentication checks", "not authenticated", "sender is unauthenticated",
            "sender address rejected", "sender rejected", "sender denied", "sender was rejected", "domain of sender",
            "sender domain", "sender's domain", "blocked using", "is blocked", "blocked for", "been blocked",
            "blocked by", "block list", "blocklist", "blacklist", "black list", "blackholed", "dnsbl", "rbl",
            "spamhaus", "spamcop", "sorbs", "barracuda", "banned sending", "banned", "reputation", "reverse dns",
            "no ptr", "ptr record", "dns ptr", "ptr resource", "client host rejected", "access denied",
            "access not allowed", "no access from mail server", "not allowed to send", "not permitted to send",
            "relaying", "relay access", "mail relay", "relay denied", "unable to relay", "relay not permitted",
            "relay quota", "open relay", "policy reasons", "policy violation", "policy restrictions",
            "security policy", "due to policy", "message refused", "unusual rate", "rate limit",
            "too many connections", "too many recipients", "too many errors", "unexpected volume", "user complaints",
            "connections not accepted", "not accepting connections", "unverifyable sending",
            "please use the smtp server", "weren't sent", "on our block", "invalid ip for sending",
            "email address is not verified", "purported responsible", "not on the allowed", "only accepts",
            "not authorized", "not authorised", "you do not have permission", "restricted", "no-reply",
            "adresse ip source bloquee", "not in our whitelist", "spamming", "spammer", "domain owner", "starttls",
            "tls required", "encryption", "unsolicited", "from your ip", "sending ip", "your host", "your ip", "helo",
            "my name was rejected", "prohibited", "mail from", "blocked", "not registered gateway user",
            "is not a registered", "not a member", "might not exist, or you may not have permission",
            "recipient preferences",
        ),
    ),
    (  # said by the system that keeps the mailbox, or only ever at RCPT
        _Kind.SURELY_NO_USER,
        (
            "not listed in", "recipient name is not recognized", "ディレクトリには見つかりません", "no valid recipients for this",
            "unknown user: ", "delivery error: dd this user doesn't have", "recipnotfound", "recipientnotfound",
            ") unknown recipient", "( @ no such user", "( @ user not exist", "user not found",
            "no mailbox here by that name", "bad-mailbox", "mailbox unavailable (-",
            "| @ no such user here", '| @ "no such user here', "| @ no such address here",
            "@ (user unknown)", "@ (unknown user)", "@ : user unknown",
            "and other recipients in the same domain)", "invalid final delivery userid", "invalid user address",
            "(unknown user @",
            "because the address couldn't be found. check for typos",
            "ディレクトリのリストにありません", "no such user!",
            *NO_SUCH_PERSON,
        ),
    ),
    (
        _Kind.MAILER,
        (
            "command output:", "mailer error", "procmail", "internal system error", "internal error",
            "system config error", "local configuration",
        ),
    ),
    (
        _Kind.NO_HOST,
        (
            "host unknown", "bad-domain", "dns server returned answer with no data", "... unknown host",
            ": unknown host", "unknown host:", "unknown host or domain", "all host address lookups failed",
            "no host found for existing", "couldn't find a mail exchanger", "no mx found", "dns domain",
            "infodomainnonexistent", "nonexistentdomain", "domain doesnt exist", "domain doesn't exist",
            "domain name not known", "dominio inexistente", "host not found", "no such domain", "no such host",
            "domain does not exist", "domain not found", "unknown domain", "invalid domain", "any host named",
            "unrouteable mail domain", "unroutable mail domain", "unrouteable address", "unroutable address",
            "name or service not known", "illegal host/domain", "domain is not reachable", "bad destination system",
            "name server: host not found", "domain name not found", "domain isn't found", "non-existent domain",
            "nonexistent domain", "does not accept mail", "does not accept email", "does not receive mail", "nullmx",
            "null mx", "point to non-existent hosts", "no mx record", "no valid mx",
            "domain of recipient does not exist", "host name lookup failure", "no mail exchangers", "no mail server",
            "lookup failure: host",
            "mx or srv record indicated no", "not host any mail", "domain is invalid", "no relevant mx",
        ),
    ),
    (
        _Kind.MOVED,
        (
            "mailbox has moved", "no longer on server", "no forwarding address", "user has moved", "has moved",
            "address no longer valid",
        ),
    ),
    (
        _Kind.NO_USER,
        (
            "user unknown", "unknown user", "user not found", "no such user", "user does not exist",
            "user doesn't exist", "no such person", "no such recipient", "no such mailbox", "no such address",
            "recipient unknown", "unknown recipient", "recipient not found", "recipnotfound", "recipientnotfound",
            "recipient name is not recognized", "mailbox not found", "mailbox does not exist", "mailbox unknown",
            "unknown mailbox", "mailbox doesn't exist", "mailbox unavailable", "mailbox is unavailable",
            "address unknown", "unknown address", "unknown or illegal alias", "unknown to address",
            "address does not exist", "address doesn't exist", "address not found", "address wasn't found",
            "not listed in", "no account by that name", "account does not exist", "account doesn't exist",
            "unknown account", "no mailbox here", "no mail box available", "not a valid mailbox", "invalid mailbox",
            "invalid recipient", "bad destination mailbox", "invalid address", "not a known user", "is not known",
            "couldn't be found", "that you tried to reach does not exist", "is not a valid", "not a valid recipient",
            "no user by that name", "does not have an account", "doesn't have a", "doesn't have an",
            "no longer exists", "not our customer", "does not exist", "user invalid", "invalid user", "address error",
            "undeliverable address", "undefined user", "mailbox for this user does not exist", "address rejected",
            "dosn't exist", "user is unknown", "local user unknown", "ユーザーが見つかりません", "宛先不明",
            "存在しません", "не существует",
            "not exist", "no valid recipient", "user (",
            "rejected address",
        ),
    ),
    (
        _Kind.TEMPORARY,
        (
            "timed out", "timeout", "time-out", "try again", "try later", "temporary failure", "temporarily", "retry",
            "greylist", "graylist", "deferred", "connection refused", "not responding", "could not connect",
            "delay reason", "expired", "too old", "in the queue too long", "service unavailable",
            "service not available", "network is unreachable", "no route to host", "loop", "hop count", "name server",
            "dns query failed", "insufficient", "disk space", "not reachable", "unreachable",
            "failing for a long time", "try to deliver", "server error", "queue file", "tried for", "message expired",
            "did not accept our requests to connect", "lookup failure", "essayer plus tard", "lost connection",
            "cannot send message for", "have not yet received", "not yet been delivered",
        ),
    ),
)  # fmt: skip

_BY_KIND = dict(_PHRASES)
_DEAD_STATUS = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.9", "5.1.10"))
_CAUSE_OF_STATUS = {
    "2.2": Cause.MAILBOX_FULL,
    "2.1": Cause.UNKNOWN,
    "2.3": Cause.CONTENT,
    "3.4": Cause.CONTENT,
    "1.7": Cause.BLOCKED,
    "1.8": Cause.BLOCKED,
    "5.3": Cause.BLOCKED,
}
_CAUSE_OF_SUBJECT = {"4": Cause.TEMPORARY, "3": Cause.TEMPORARY, "6": Cause.CONTENT, "7": Cause.BLOCKED}
_NO_MAIL_HERE = frozenset(("521", "556"))  # RFC 7504: the host takes no mail at all
_LISTS = re.compile(r"spamhaus|spamcop|sorbs|dnsbl|barracudacentral|/rbl|blocklist|blacklist", re.IGNORECASE)
_FILTERED = re.compile(r" 55\d[ :-]+(?:: )+user unknown")  # KDDI names no user where a filter of the user refused
_NOISE = re.compile(
    r"<?[a-z]{3,6}://[^\s<>]{1,500}|<?[^\s<>@:;,()\"'（），。]{1,100}@[^\s<>@:;,()\"'（），。]{1,200}>?|\s+", re.IGNORECASE
)
_AFTER_COMMAND = re.compile(
    r"(?:in\s{1,9}reply\s{1,9}to|after|smtp:)\s{0,9}(?:the\s{1,9})?(?:end\s{1,9}of\s{1,9})?(rcpt|mail|data|ehlo|helo)\b",
    re.IGNORECASE,
)
_TRANSCRIPT = re.compile(
    r"^[^\n<>]{0,60}?(?:> )?(?:>>>|<<<|-->|sent:|\bin:) {0,2}(rcpt|mail|data|ehlo|helo)\b"
    r"|^[^\n<>]{0,60}?(?:> )?(?:<<<|>>>|<--|replied:|\bout:) {0,2}([245])\d\d",
    re.IGNORECASE | re.MULTILINE,
)


def verdict(
    texts: tuple[str, ...], status: str, reply: str, stage: Stage, *, local: bool = False, given_up: bool = False
) -> Verdict:
    """What a refusal means. `texts` are the server's words, the most telling first; `local`: a program, not SMTP, spoke;
    `given_up`: the report says "failed", whatever the code.

    "User unknown" makes an address dead only with a 5.1.x status or at RCPT: a server that knew the address first and
    refuses the letter after DATA dislikes the letter.
    """
    plain, kind = "", None
    for text in texts:
        plain = _plain(text)
        kind = next((kind for kind, phrases in _PHRASES if any(phrase in plain for phrase in phrases)), None)
        if kind is not None:
            break
    if kind in (_Kind.NO_USER, _Kind.TEMPORARY, None):
        everything = " | ".join(_plain(text) for text in texts)
        for certain in (_Kind.FULL, _Kind.SURELY_NO_USER):  # a report that contradicts itself proves no death
            if any(phrase in everything for phrase in _BY_KIND[certain]):
                kind = certain
                break
    if kind is _Kind.NO_HOST and "not found, try again" in plain and status not in _DEAD_STATUS:
        kind = _Kind.TEMPORARY  # the name servers did not answer
    transient = status.startswith("4") or (not status and reply.startswith("4"))
    if reply in _NO_MAIL_HERE and kind in (_Kind.NO_USER, _Kind.NO_HOST, None) and stage in (Stage.RCPT, Stage.UNKNOWN):
        return Verdict(Cause.DEAD_ADDRESS, True)
    match kind:
        case _Kind.FULL:
            return Verdict(Cause.MAILBOX_FULL, False)
        case _Kind.CONTENT:
            return Verdict(Cause.CONTENT, False)
        case _Kind.BLOCKED:
            return Verdict(Cause.BLOCKED, False)
        case _Kind.SUSPENDED:
            return Verdict(Cause.UNKNOWN, False)
        case _Kind.SURELY_NO_USER if not transient:
            return Verdict(Cause.DEAD_ADDRESS, True)
        case _Kind.DENIED:
            dead = stage in (Stage.RCPT, Stage.UNKNOWN) and not transient
            return Verdict(Cause.DEAD_ADDRESS if dead else Cause.BLOCKED, dead)
        case _Kind.MAILER if status not in _DEAD_STATUS or local:
            return Verdict(Cause.TEMPORARY, False)
        case _Kind.NO_HOST | _Kind.MOVED | _Kind.NO_USER if stage in (Stage.CONNECT, Stage.MAIL) and status not in _DEAD_STATUS:
            return Verdict(Cause.BLOCKED, False)
        case _Kind.NO_HOST if stage is Stage.DATA and status not in _DEAD_STATUS:
            return Verdict(Cause.CONTENT, False)  # a host named in the letter, or its sender's
        case _Kind.NO_USER if _FILTERED.search(plain):
            return Verdict(Cause.UNKNOWN, False)
        case _Kind.NO_HOST | _Kind.MOVED:
            dead = not transient or (kind is _Kind.NO_HOST and "does not accept" in plain)
            return Verdict(Cause.DEAD_ADDRESS, True) if dead else Verdict(Cause.TEMPORARY, False)
        case _Kind.NO_USER if not transient:
            told = status in _DEAD_STATUS or status == "5.1.0" or status.startswith("5.1.3")
            dead = told or (stage is Stage.RCPT and (not status.startswith(("5.6", "5.7")) or reply == "553"))
            return Verdict(Cause.DEAD_ADDRESS, True) if dead and not local else Verdict(Cause.UNKNOWN, False)
        case _Kind.NO_USER if given_up and status in ("4.1.1", "4.1.0") and stage is Stage.RCPT and not local:
            return Verdict(Cause.DEAD_ADDRESS, True)  # for days the server knew no such user
        case _Kind.TEMPORARY if status not in _DEAD_STATUS:
            return Verdict(Cause.TEMPORARY, False)
        case _:
            return _by_status(status, transient=transient)


def _plain(text: str) -> str:
    """Lower case, single blanks, "@" for each address and link, "|" for an empty line."""
    return f" {' '.join(_NOISE.sub(_blank, text).lower().split())} "


def _blank(hit: re.Match[str]) -> str:
    if hit[0].isspace():
        return " | " if hit[0].count("\n") > 1 else " "
    return " spamhaus " if "://" in hit[0] and _LISTS.search(hit[0]) else " @ "


def _by_status(status: str, *, transient: bool) -> Verdict:
    """The meaning of a code alone (RFC 3463 section 3)."""
    if status in _DEAD_STATUS:
        return Verdict(Cause.DEAD_ADDRESS, True)
    _, _, detail = status.partition(".")
    if detail in _CAUSE_OF_STATUS:
        return Verdict(_CAUSE_OF_STATUS[detail], False)
    if transient:
        return Verdict(Cause.TEMPORARY, False)
    return Verdict(_CAUSE_OF_SUBJECT.get(detail.partition(".")[0], Cause.UNKNOWN), False)


def stage_of(text: str) -> Stage:
    """The SMTP command that a report says was refused: Postfix and Exim in words, sendmail in a transcript."""
    if (hit := _AFTER_COMMAND.search(text)) is not None:
        return _STAGES.get(hit[1].lower(), Stage.MAIL)  # "MAİL" is matched as well
    plain = text.lower()
    if "does not like recipient" in plain or any(words in plain for words in _AT_RCPT):
        return Stage.RCPT
    if (hit := _DISLIKED.search(plain)) is not None:
        return _STAGES[hit[1]]
    if "failed after i sent the message" in plain or "for text command" in plain or "message (data)" in plain:
        return Stage.DATA
    if "sender was rejected" in plain or "[mail_from]" in plain:
        return Stage.MAIL
    if "my name was rejected" in plain:
        return Stage.CONNECT
    command = ""
    for hit in _TRANSCRIPT.finditer(text):
        if hit[1]:
            command = hit[1].lower()
        elif command and hit[2] in "45":
            # RCPT and DATA sent together: what comes before "no valid recipients" answers RCPT (RFC 2920 section 3.1)
            return Stage.RCPT if command == "data" and _NOBODY_LEFT.search(text, hit.end()) else _STAGES.get(command, Stage.MAIL)
    return Stage.UNKNOWN


_DISLIKED = re.compile(r"did not like our (rcpt|mail|data|ehlo|helo)\b")
_NOBODY_LEFT = re.compile(r"^[ \t>]{0,4}<<< 5\d\d[^\n]{0,40}no valid recipients", re.IGNORECASE | re.MULTILINE)
_AT_RCPT = ("(state 14)", "rcpt to response", "in rcpt to", "[rcpt_to]", "remote smtp server has rejected address")
_STAGES = {"rcpt": Stage.RCPT, "mail": Stage.MAIL, "data": Stage.DATA, "ehlo": Stage.CONNECT, "helo": Stage.CONNECT}
