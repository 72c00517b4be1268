"""A private PostgreSQL for tests, in a folder of its own on a free loopback port; each test gets a fresh database of it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

__all__ = ["Postgres", "postgres_server"]

_STARTS_WITHIN = 30.0  # seconds; a busy machine is slow to start it
# Faster, and as true: what these give up is outliving the machine's power, which no test here takes away.
_FAST = ("fsync=off", "full_page_writes=off", "max_connections=60", "shared_buffers=16MB")


@dataclass(slots=True)
class Postgres:
    """A running server; the superuser `tests` needs no password from this machine."""

    port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/{database}"

    def order(self, command: str) -> None:
        """Carry out what no transaction may hold, such as CREATE DATABASE."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(command)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database, gone when the block ends."""
        name = f"test_{next(self._numbers)}"
        self.order(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.order(f"DROP DATABASE {name} WITH (FORCE)")


def _programs() -> Path:
    """The folder of the newest installed server; Debian keeps it out of PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if (path.parent / "postgres").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)
    known = shutil.which("initdb")
    if known is not None and shutil.which("postgres") is not None:
        return Path(known).resolve().parent
    reason = "PostgreSQL is not installed (tests/install_servers.sh installs it)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _owner() -> pwd.struct_passwd:
    """The server refuses to run as root: then the user that Debian's package made, or nobody."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            server.order("SELECT 1")
            return
        except OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One server for all tests of a process; skipped with a reason where it is not installed."""
    programs, owner = _programs(), _owner()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    who: dict[str, Any] = {}
    if os.getuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data, log = folder / "data", folder / "log"
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
    try:
        init = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(init, cwd=folder, env=environment, capture_output=True, check=False, **who)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        server = Postgres(_free_port())
        options = (f"port={server.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *_FAST)
        command = [str(programs / "postgres"), "-D", str(data), *(word for option in options for word in ("-c", option))]
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output, **who)
        try:
            _wait(server, process, log)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nobody will start on this data again
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
