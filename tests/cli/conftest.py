"""Running the real command line in this process, and one world that tests look at without changing it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailer.cli import main
from tests.cli.world import World, write_settings


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def run(*words: object, settings: Path | None = None) -> Ran:
        capsys.readouterr()
        code = main([*(["--settings", str(settings)] if settings is not None else []), *(str(word) for word in words)])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings of a program that has never run."""
    return write_settings(tmp_path)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A program on its first morning; close it with `leave` before a command looks."""
    return World(tmp_path)


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three weeks later: Ana did not answer the first check-in but the second, a stranger wrote, an unproved CONFIRM came."""
    world = World(tmp_path_factory.mktemp("october"))
    world.live(datetime(2027, 10, 19, 15, tzinfo=UTC))
    world.write("somebody@example.net", "Can I have your list of members?", proved=False)
    world.live(datetime(2027, 10, 20, 15, tzinfo=UTC))
    world.write("ana@example.org", "All is well, thanks!", answers="check_in_again")
    world.live(datetime(2027, 10, 21, 15, tzinfo=UTC))
    world.leave()
    return world


@pytest.fixture
def unused_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
