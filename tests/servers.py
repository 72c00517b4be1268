"""Mail servers for tests, each on free loopback ports and gone when its block ends: the embedded office, chaos, Dovecot, Postfix."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailer.office import PostOffice
from tests.post.chaos import Accepted, Chaos, chaos_server

__all__ = [
    "Accepted",
    "Chaos",
    "Dovecot",
    "PostOffice",
    "certificate",
    "chaos_server",
    "cutting_proxy",
    "dovecot",
    "office",
    "postfix",
    "program",
    "smtp_sink",
]


def program(name: str) -> str:
    """The path of an installed program; without it the test is skipped, in CI it fails: there everything is installed."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")
    if path is None:
        reason = f"{name} is not installed (tests/install_servers.sh installs it)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def office(folder: Path, inboxes: Sequence[str] = ("inbox@example.org",), **options: object) -> AsyncIterator[PostOffice]:
    """The embedded post office, mail kept in `folder`."""
    async with PostOffice(folder, inboxes=inboxes, **options) as opened:  # type: ignore[arg-type]
        yield opened


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder other users may enter, with a name short enough for the servers' sockets."""
    folder = Path(tempfile.mkdtemp(prefix="post-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _listening(port: int, process: subprocess.Popen[bytes] | None = None, log: Path | None = None) -> None:
    for _ in range(100):
        if process is not None and process.poll() is not None:
            break
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return
    raise RuntimeError("the server did not start: " + (log.read_text(errors="replace")[-2000:] if log and log.exists() else ""))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a fresh self-signed certificate for `name`, and a client's context that trusts it."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    words = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
        "-addext",
        f"subjectAltName=DNS:{name}",
    ]
    subprocess.run([program("openssl"), *words, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


@asynccontextmanager
async def smtp_sink(*options: str) -> AsyncIterator[int]:
    """Postfix's smtp-sink, which takes and forgets everything; gives the port."""
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    command = [program("smtp-sink"), *user, *options, f"127.0.0.1:{port}", "1000"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await _listening(port, process)
        yield port
    finally:
        _stop(process)


_POSTFIX_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
proxymap unix - - n - - proxymap
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
anvil unix - - n - 1 anvil
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
"""


@asynccontextmanager
async def postfix() -> AsyncIterator[int]:
    """A private Postfix that queues every letter and then throws it away; gives the port. Needs root."""
    postmaster = program("postfix")
    if os.getuid() != 0:
        pytest.skip("a private Postfix can only be started by root")
    port = free_port()
    with _folder() as folder:
        config, queue, data = folder / "etc", folder / "queue", folder / "data"
        for part in (config, queue, data):
            part.mkdir()
        owner = pwd.getpwnam("postfix")
        os.chown(data, owner.pw_uid, owner.pw_gid)
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": queue,
            "data_directory": data,
            "maillog_file": folder / "log",
            "maillog_file_prefixes": folder,
            "inet_interfaces": "127.0.0.1",
            "mydestination": "",
            "myhostname": "sink.example.org",
            "default_transport": "discard:",
            "mynetworks": "127.0.0.0/8",
            "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
            "alias_maps": "",
            "local_recipient_maps": "",
            "alias_database": "",
            "master_service_disable": "",
            "smtputf8_enable": "yes",
        }
        (config / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        (config / "master.cf").write_text(_POSTFIX_SERVICES.format(port=port).lstrip())
        process = subprocess.Popen(
            [postmaster, "-c", str(config), "start-fg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            await _listening(port, process, folder / "log")
            yield port
        finally:
            subprocess.run([postmaster, "-c", str(config), "stop"], check=False, capture_output=True)
            _stop(process)


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running Dovecot: any user name with the password `secret`."""

    port: int
    tls_port: int
    folder: Path
    client_tls: ssl.SSLContext
    owner: tuple[int, int]

    def put(self, user: str, messages: Sequence[bytes]) -> None:
        """Drop messages into a user's INBOX, as a delivery agent would."""
        maildir = self.folder / "mail" / user
        for part in (maildir, *(maildir / name for name in ("new", "cur", "tmp"))):
            if not part.exists():
                part.mkdir(parents=True)
                os.chown(part, *self.owner)
        batch = time.time_ns()
        for number, raw in enumerate(messages):
            path = maildir / "tmp" / f"{batch // 10**9}.M{batch + number}.test"
            path.write_bytes(raw)
            os.chown(path, *self.owner)
            path.rename(maildir / "new" / path.name)

    def renumber(self, user: str) -> None:
        """Lose the list of UIDs, as a restore from a backup may: the mailbox gets a new UIDVALIDITY."""
        for path in (self.folder / "mail" / user).glob("dovecot*"):
            path.unlink()


_DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
{users}
first_valid_uid = 1
mail_fsync = never
mail_location = maildir:{folder}/mail/%u
maildir_very_dirty_syncs = no
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{extra}
"""


@asynccontextmanager
async def dovecot(extra: str = "") -> AsyncIterator[Dovecot]:
    """A private Dovecot with IMAP (STARTTLS offered) and IMAPS; `extra` is added to its settings."""
    daemon = program("dovecot")
    port, tls_port = free_port(), free_port()
    with _folder() as folder:
        root = os.getuid() == 0
        owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
        ids = (owner.pw_uid, owner.pw_gid)
        for part in ("mail", "home", "run", "state"):
            (folder / part).mkdir()
        for part in ("mail", "home"):
            os.chown(folder / part, *ids)
        _, client = certificate(folder)
        users = "" if root else f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}"
        text = _DOVECOT.format(folder=folder, users=users, uid=ids[0], gid=ids[1], port=port, tls_port=tls_port, extra=extra)
        (folder / "dovecot.conf").write_text(text)
        process = subprocess.Popen([daemon, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
        try:
            await _listening(port, process, folder / "log")
            yield Dovecot(port, tls_port, folder, client, ids)
        finally:
            _stop(process)


@asynccontextmanager
async def cutting_proxy(port: int, cuts: Sequence[int | None]) -> AsyncIterator[int]:
    """Passes connections on to `port`; cuts the first after `cuts[0]` bytes from the server, and so on (None: never); then never."""
    left = list(cuts)
    ends: set[asyncio.StreamWriter] = set()
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> None:
        passed = 0
        try:
            while data := await reader.read(65536):
                room = len(data) if most is None else most - passed
                writer.write(data[:room])
                await writer.drain()
                passed += len(data)
                if room < len(data):
                    return
        except OSError:
            pass  # either side has gone
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        most = left.pop(0) if left else None
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        ends.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            ends.add(far_writer)
            await asyncio.gather(pump(reader, far_writer, None), pump(far_reader, writer, most))
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        while tasks:  # nothing is cancelled: closed ends let every pump run out
            for end in ends:
                end.transport.abort()
            await asyncio.wait(list(tasks), timeout=0.1)
        await server.wait_closed()
