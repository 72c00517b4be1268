"""A preview that runs as a process of its own, and the requests of a browser of this machine."""

from __future__ import annotations

import http.client
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.world import HOUSE, write_settings

PROGRAM = """
[programs.{0}]
profile  = "{0}"
name     = "Harbor {0}"
inbox    = "{0}@example.org"
timezone = "America/New_York"
"""


def copied(folder: Path) -> Path:
    """Settings of all four programs, with templates of their own in `folder`/email."""
    shutil.copytree(HOUSE / "templates/email", folder / "email")
    settings = write_settings(folder, templates=folder / "email")
    settings.write_text(settings.read_text() + "".join(PROGRAM.format(profile) for profile in ("mphp", "icb", "peer")))
    return settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What the preview answered."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A running preview."""

    running: subprocess.Popen[str]
    port: int
    page: str  # what it says to open

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path: str = "/", method: str = "GET", host: str = "") -> Answer:
        """Ask for a path exactly as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        if host != "none":
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, dict(answer.getheaders()), text)


@contextmanager
def preview(settings: Path, *words: str) -> Iterator[Preview]:
    """Start one, wait until it says where it is, and end it."""
    command = [sys.executable, "-m", "mailer", "--settings", str(settings), "preview", *words]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None and running.stderr is not None
            ready, _, _ = select.select([running.stdout], [], [], 60)
            line = running.stdout.readline() if ready else ""
            found = re.match(r"Open (http://127\.0\.0\.1:(\d+)/\S*) in a browser", line)
            assert found is not None, line
            yield Preview(running, int(found[2]), found[1])
        finally:
            running.kill()
