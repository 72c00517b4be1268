"""`check` and the start of `run` look at SPF and DMARC of the inboxes' domains, kindly: nothing fails and nothing waits for it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mailer.cli import main
from mailer.files.settings import read_settings
from mailer.modes.live import run
from tests.live.world import PASSWORD, server_settings
from tests.post.name_server import SILENT, name_server
from tests.servers import office

INBOX = "mc@updates.dev"
NO_SPF = "updates.dev has no SPF record, so other servers may take our letters for junk"
NO_DMARC = "updates.dev has no DMARC record, so nobody can tell our letters from forged ones"


async def beside(folder: Path, inbox: str, act: Callable[[Path], Awaitable[None]]) -> None:
    async with office(folder / "post", inboxes=(inbox,), smtp_port=0, imap_port=0) as post:
        await act(server_settings(folder, post, "sqlite:///mentorpost.db", inbox))


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "any")


def check(folder: Path, *words: str, inbox: str = INBOX) -> int:
    codes: list[int] = []

    async def ask(path: Path) -> None:
        codes.append(await asyncio.to_thread(main, ["--settings", str(path), "check", *words]))

    asyncio.run(beside(folder, inbox, ask))
    return codes[0]


def test_check_names_the_records_that_are_missing_and_calls_all_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with name_server({}):
        assert check(tmp_path) == 0
    said = capsys.readouterr()
    path = tmp_path / "settings.toml"
    line = 1 + path.read_text().splitlines().index(f'inbox = "{INBOX}"')
    assert f'Please look: {path}:{line}: {NO_SPF} — add TXT updates.dev "v=spf1 … -all"' in said.out
    assert f'Please look: {path}:{line}: {NO_DMARC} — add TXT _dmarc.updates.dev "v=DMARC1; p=none"' in said.out
    assert said.out.endswith("All is well.\n") and said.err == ""


def test_check_has_nothing_to_remark_where_both_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with name_server({"updates.dev": ['"v=spf1 mx -all"'], "_dmarc.updates.dev": ['"v=DMARC1; p=reject"']}):
        assert check(tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["domains"] == [{"domain": "updates.dev", "asked": True, "remarks": []}]


@pytest.mark.slow
def test_a_silent_name_server_is_told_of_and_fails_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with name_server({"updates.dev": [SILENT], "_dmarc.updates.dev": [SILENT]}):
        assert check(tmp_path) == 0
    said = capsys.readouterr().out
    assert "updates.dev: no name server told whether it has SPF and DMARC records." in said
    assert NO_SPF not in said and NO_DMARC not in said


@pytest.mark.parametrize(("words", "inbox"), [(("--offline",), INBOX), ((), "mc@example.org"), ((), "mc@mail.example.com")])
def test_offline_and_for_names_that_are_nobodys_no_name_server_is_asked(tmp_path: Path, words: tuple[str, ...], inbox: str) -> None:
    with name_server({}) as server:
        assert check(tmp_path, *words, inbox=inbox) == 0
    assert server.asked == []


def test_the_service_says_so_once_it_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []

    async def serve(path: Path) -> None:
        running = asyncio.create_task(run(read_settings(path)))
        for _ in range(200):
            await asyncio.sleep(0.05)
            said.append(capsys.readouterr().out)
            if NO_DMARC in "".join(said) or running.done():
                break
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0

    with name_server({}):
        asyncio.run(beside(tmp_path, INBOX, serve))
    told = "".join(said)
    assert "Mentorpost serves MC update." in told
    assert NO_SPF in told and NO_DMARC in told
