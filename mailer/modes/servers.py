"""From settings to clients: the SMTP and IMAP servers of each program, with secrets fetched only when a connection asks."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

from mailer.files.servers import Embedded, SecretKind, Server, Servers
from mailer.files.settings import Settings
from mailer.post.imap import ImapInbox
from mailer.post.servers import ImapServer, Security, SmtpServer, Token
from mailer.post.smtp import SmtpPost


@dataclass(frozen=True, slots=True)
class Lines:
    """The clients of one program: one to read with, one that only listens (IDLE), one to send with."""

    inbox: ImapInbox
    ear: ImapInbox
    post: SmtpPost
    done_folder: str
    parked_folder: str

    async def close(self) -> None:
        for client in (self.inbox, self.ear, self.post):
            await client.close()


def places(settings: Settings) -> dict[str, str]:
    """Host and port of each server: "imap/m2m" -> "imap.example.org:993"; those of the embedded post office have no name."""
    if isinstance(settings.mail, Embedded):
        return {}
    return {
        f"{kind}/{key}": f"{server.host}:{server.port}"
        for key, servers in settings.mail.items()
        for kind, server in (("smtp", servers.smtp), ("imap", servers.imap))
    }


def lines_to(servers: Servers) -> Lines:
    """Clients for real servers. Raises BadSettings where a secret is missing."""
    imap = ImapServer(
        host=servers.imap.host,
        port=servers.imap.port,
        security=Security(servers.imap.security),
        username=servers.imap.username,
        password=_password(servers.imap),
        token=_token(servers.imap),
        mailbox=servers.mailbox,
        timeout=float(servers.imap.timeout_seconds),
        poll_seconds=float(servers.poll_seconds),
        plain_allowed=servers.imap.plain_allowed,
        tls=_tls(servers.imap),
    )
    smtp = SmtpServer(
        host=servers.smtp.host,
        port=servers.smtp.port,
        security=Security(servers.smtp.security),
        username=servers.smtp.username,
        password=_password(servers.smtp),
        token=_token(servers.smtp),
        timeout=float(servers.smtp.timeout_seconds),
        hello_name=servers.hello_name,
        plain_allowed=servers.smtp.plain_allowed,
        tls=_tls(servers.smtp),
    )
    return Lines(ImapInbox(imap), ImapInbox(imap), SmtpPost(smtp), servers.done_folder, servers.parked_folder)


def lines_to_office(embedded: Embedded, smtp_port: int, imap_port: int, inbox: str) -> Lines:
    """Clients for the post office in this process."""
    imap = ImapServer(embedded.host, imap_port, Security.NONE, inbox, "office", poll_seconds=1.0)
    smtp = SmtpServer(embedded.host, smtp_port, Security.NONE, hello_name="mentorpost.localhost")
    return Lines(ImapInbox(imap), ImapInbox(imap), SmtpPost(smtp), "Mentorpost/Done", "Mentorpost/Parked")


def _password(server: Server) -> str:
    secret = server.secret
    return secret.read() if secret is not None and secret.kind is not SecretKind.OAUTH else ""


def _token(server: Server) -> Token | None:
    secret = server.secret
    if secret is None or secret.kind is not SecretKind.OAUTH:
        return None

    async def fresh() -> str:
        return await asyncio.to_thread(secret.read)

    return fresh


def _tls(server: Server) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=server.ca_file) if server.ca_file else None
