"""The `[mail]` table of settings.toml: the embedded post office, or the SMTP and IMAP servers of each program."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from mailer.files.fields import Table
from mailer.model.errors import BadSettings, Flaw
from mailer.model.hosts import is_loopback

MAIL_KEYS = ("mode", "embedded", "smtp", "imap")
EMBEDDED_KEYS = ("folder", "host", "smtp_port", "imap_port")
_LOGIN_KEYS = ("username", "password_env", "password_file", "oauth_command_env")
_SERVER_KEYS = ("host", "port", "security", "timeout_seconds", "ca_file", "plain_allowed", *_LOGIN_KEYS)
SMTP_KEYS = (*_SERVER_KEYS, "hello_name")
IMAP_KEYS = (*_SERVER_KEYS, "mailbox", "done_folder", "parked_folder", "poll_seconds")


# The authserv-id (RFC 8601) under which the embedded post office vouches for the senders that have logged in.
OFFICE = "post.mentorpost.localhost"


class SecretKind(StrEnum):
    """Where a secret is kept; settings.toml only ever names the place."""

    ENV = "password_env"  # an environment variable holds the password
    FILE = "password_file"  # a file holds it (systemd credentials, Docker secrets)
    OAUTH = "oauth_command_env"  # an environment variable holds a command that prints a fresh OAuth 2 token (XOAUTH2)


@dataclass(frozen=True, slots=True)
class Secret:
    kind: SecretKind
    name: str  # of the variable, or the file's path
    file: str  # settings.toml and the line that names it, for complaints
    line: int

    def read(self, environment: Mapping[str, str] | None = None) -> str:
        """The password, or for OAUTH a token fresh from its command (up to 30 s, so call it in a thread).

        Raises BadSettings, never showing the secret, where it cannot be read or is empty.
        """
        variables = os.environ if environment is None else environment
        if self.kind is SecretKind.FILE:
            try:
                found = Path(self.name).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as trouble:
                raise self._bad(f"the password file {self.name} cannot be read", "check its path and its permissions") from trouble
        else:
            found = variables.get(self.name, "")
        if not found:
            what = "file" if self.kind is SecretKind.FILE else "environment variable"
            raise self._bad(f"the {what} {self.name} is not set or empty", "set it before the service starts")
        return self._token(found) if self.kind is SecretKind.OAUTH else found

    def _token(self, command: str) -> str:
        try:
            done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=30, check=True)
        except (OSError, ValueError, subprocess.SubprocessError) as trouble:
            raise self._bad(
                f"the command in {self.name} gave no token", "run it by hand: it must print one line and exit 0"
            ) from trouble
        if not (token := done.stdout.strip()):
            raise self._bad(f"the command in {self.name} printed nothing", "it must print the access token")
        return token

    def _bad(self, what: str, advice: str) -> BadSettings:
        return BadSettings(Flaw(self.file, self.line, what, advice))


@dataclass(frozen=True, slots=True)
class Embedded:
    """The post office inside this process, on loopback: for the sample program, not for the world."""

    folder: Path
    host: str = "127.0.0.1"
    smtp_port: int = 2525
    imap_port: int = 1143


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach one mail server; times are seconds."""

    host: str
    port: int
    security: str  # "starttls", "tls", "none"
    username: str = ""  # "" logs in nowhere
    secret: Secret | None = None
    timeout_seconds: int = 60
    ca_file: str = ""  # PEM of a private authority; "" means the system's
    plain_allowed: bool = False  # security "none" to another machine, because somebody said so


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of one program."""

    smtp: Server
    imap: Server
    hello_name: str = ""
    mailbox: str = "INBOX"
    done_folder: str = "Mentorpost/Done"  # where read messages are moved; "" leaves them
    parked_folder: str = "Mentorpost/Parked"
    poll_seconds: int = 60  # between looks where the server has no IDLE


Mail: TypeAlias = Embedded | Mapping[str, Servers]  # program key -> its servers


@dataclass(frozen=True, slots=True)
class MailTables:
    """The tables that say where mail goes, not yet joined with the programs' own."""

    mode: str
    embedded: Embedded
    smtp: Table | None = field(default=None)
    imap: Table | None = field(default=None)


def read_mail(root: Table, folder: Path) -> MailTables:
    """Reads `[mail]`; complaints go to the root table's list."""
    mail = root.table("mail")
    if mail is None:
        return MailTables("embedded", Embedded(folder / "var/post"))
    mail.refuse_unknown(MAIL_KEYS)
    mode = mail.choice("mode", ("embedded", "servers"), "embedded")
    inside = mail.table("embedded")
    embedded = Embedded(folder / "var/post")
    if inside is not None:
        inside.refuse_unknown(EMBEDDED_KEYS)
        embedded = Embedded(
            folder / inside.text("folder", "var/post"),
            inside.text("host", "127.0.0.1"),
            inside.number("smtp_port", 2525, 0, 65535),
            inside.number("imap_port", 1143, 0, 65535),
        )
        if embedded.smtp_port == embedded.imap_port != 0:
            what = f"imap_port = {embedded.imap_port} is the smtp_port as well"
            inside.complain("imap_port", what, "give each a port of its own, or 0 for any that is free")
        if not is_loopback(embedded.host):
            inside.complain(
                "host", f"host = {embedded.host!r} would open the sample post office to others", "write 127.0.0.1 or ::1"
            )
    if mode == "servers":
        for key in ("smtp", "imap"):
            if not mail.has(key):
                mail.complain(key, f"mode is 'servers', but there is no [mail.{key}]", "add it with at least a host")
    return MailTables(mode, embedded, mail.table("smtp"), mail.table("imap"))


def read_servers(tables: MailTables, program: Table, inbox: str) -> Servers:
    """The servers of one program: `[mail.smtp]` and `[mail.imap]`, with what the program's own `smtp` and `imap` tables change."""
    smtp, imap = _joined(tables.smtp, program.table("smtp")), _joined(tables.imap, program.table("imap"))
    for table, keys in ((smtp, SMTP_KEYS), (imap, IMAP_KEYS)):
        if table is not None:
            table.refuse_unknown(keys)
    return Servers(
        _server(smtp, inbox, 587, "starttls"),
        _server(imap, inbox, 993, "tls"),
        smtp.text("hello_name", "") if smtp else "",
        imap.text("mailbox", "INBOX") if imap else "INBOX",
        imap.text("done_folder", "Mentorpost/Done") if imap else "",
        imap.text("parked_folder", "Mentorpost/Parked") if imap else "",
        imap.number("poll_seconds", 60, 5, 3600) if imap else 60,
    )


def _joined(general: Table | None, own: Table | None) -> Table | None:
    """The general table with the program's keys over it; a login of its own replaces the general one whole."""
    if general is None or own is None:
        return own or general
    data = dict(general.data)
    if any(key in own.data for key in _LOGIN_KEYS[1:]):
        for key in _LOGIN_KEYS[1:]:
            data.pop(key, None)
    return Table(own.source, own.place, {**data, **own.data}, own.flaws)


def _server(table: Table | None, inbox: str, port: int, security: str) -> Server:
    if table is None:
        return Server("", port, security)
    secrets = [key for key in _LOGIN_KEYS[1:] if table.has(key)]
    if len(secrets) > 1:
        table.complain(secrets[1], f"{secrets[0]} and {secrets[1]} are both given", "keep one of them")
    secret = _secret(table, secrets[0]) if secrets else None
    ca_file = _beside(table, table.text("ca_file", ""))
    if ca_file and not Path(ca_file).is_file():
        table.complain("ca_file", f"there is no file {ca_file}", "write the path of a file of certificates in PEM")
    server = Server(
        table.text("host"),
        table.number("port", port, 1, 65535),
        table.choice("security", ("starttls", "tls", "none"), security),
        table.text("username", inbox if secret else ""),
        secret,
        table.number("timeout_seconds", 60, 1, 600),
        ca_file,
        table.flag("plain_allowed", False),
    )
    if server.security == "none" and server.host and not server.plain_allowed and not is_loopback(server.host):
        table.complain(
            "security", f"mail and passwords would go to {server.host} in the clear", 'write security = "starttls" or "tls"'
        )
    if server.username and secret is None:
        table.complain("username", "a username, but no password", "add password_env, password_file or oauth_command_env")
    return server


def _secret(table: Table, key: str) -> Secret:
    kind, name = SecretKind(key), table.text(key)
    if kind is SecretKind.FILE:
        name = _beside(table, name)
    return Secret(kind, name, table.source.file, table.source.line(*table.place, key))


def _beside(table: Table, name: str) -> str:
    """A path relative to settings.toml, as the process can open it; "" stays ""."""
    return str(Path(table.source.file).resolve().parent / name) if name else ""
