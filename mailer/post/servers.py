"""Where the mail servers are and how to speak to them: addresses, security, credentials and patience."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from mailer.model.errors import BadSettings, Flaw
from mailer.model.hosts import is_loopback

Token: TypeAlias = Callable[[], Awaitable[str]]


class Security(StrEnum):
    """How a connection is protected; nothing here is opportunistic: what is asked for happens, or nothing is sent."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # to this very machine only, unless the settings allow more


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The server that takes our letters (RFC 5321, 6409). Times are seconds."""

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""  # empty: no login
    password: str = field(default="", repr=False)
    token: Token | None = field(default=None, repr=False)  # asked for a fresh OAuth 2 token at every login (XOAUTH2)
    timeout: float = 60.0  # for connecting, TLS, each answer, each stretch of data
    dot_timeout: float = 600.0  # for the answer after the last dot (RFC 5321 section 4.5.3.2.6)
    hello_name: str = ""  # what we call ourselves in EHLO; empty: the machine's name
    idle_seconds: float = 60.0  # a connection unused for longer is closed
    letters_per_connection: int = 500
    plain_allowed: bool = False  # security "none" to another machine
    tls: ssl.SSLContext | None = field(default=None, repr=False)  # None: the system's authorities, name checked


@dataclass(frozen=True, slots=True)
class ImapServer:
    """The server that keeps one mailbox we read (RFC 3501). Times are seconds."""

    host: str
    port: int = 993
    security: Security = Security.TLS
    username: str = ""
    password: str = field(default="", repr=False)
    token: Token | None = field(default=None, repr=False)
    mailbox: str = "INBOX"
    timeout: float = 60.0  # for connecting, TLS, and any silence of the server inside a command
    poll_seconds: float = 60.0  # between looks where the server has no IDLE
    idle_renewal: float = 300.0  # a silent IDLE is renewed this often, which also proves that the connection lives (RFC 2177)
    largest: int = 10_000_000  # bytes; of a larger message only the header is fetched
    plain_allowed: bool = False
    tls: ssl.SSLContext | None = field(default=None, repr=False)


def refuse_plaintext(server: SmtpServer | ImapServer, what: str) -> None:
    """Raise BadSettings where mail or passwords would cross a network unprotected and the settings do not ask for that."""
    if server.security is Security.NONE and not server.plain_allowed and not is_loopback(server.host):
        raise BadSettings(
            Flaw(
                "settings.toml",
                0,
                f"{what} {server.host} would be spoken to without TLS",
                'set its security to "starttls" or "tls"; "none" is meant for a server on this machine',
            )
        )
