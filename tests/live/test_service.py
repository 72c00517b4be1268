"""The service as a new user starts it: its sample month over real SMTP and IMAP, and an answer to whoever writes afterwards."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import smtplib
import sys
import time
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from db import journal
from mailer.files.servers import Embedded
from mailer.files.settings import Settings, read_settings
from mailer.modes.live import Service, opened
from tests.live.world import ROOT

PORTS = re.compile(r"port (\d+)")


def settings(folder: Path) -> Settings:
    """The shipped settings in a folder of their own, on free ports."""
    text = (ROOT / "settings.toml").read_text(encoding="utf-8")
    text = re.sub(r"(smtp_port|imap_port) *= *\d+", r"\1 = 0", text)
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    for name in ("inbox_rules", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    return read_settings(folder / "settings.toml")


def mailbox(service: Service, address: str) -> list[Message]:
    assert service.sample is not None
    return [message_from_bytes(raw) for raw in service.sample.office.mailbox(address)]


def named(service: Service, letter: str, to: str) -> int:
    return sum(item.name == letter and item.to_address == to for item in service.console.letters)


@pytest.mark.slow
def test_the_sample_month_is_lived_over_real_servers(tmp_path: Path) -> None:
    asyncio.run(_month(settings(tmp_path)))


async def _month(given: Settings) -> None:
    async with opened(given, quiet=True) as service:
        assert service.sample is not None
        service.sample.pause = 0.0
        await service.sample.live(service.desk, service.console, service.stop)
        for mentee in ("mel", "sam", "noor", "ivo"):
            address = f"{mentee}@example.org"
            surveys = [item for item in mailbox(service, address) if "survey" in str(item["Subject"])]
            assert len(surveys) == 1
            assert "october/e" in surveys[0].as_string() and "october/m" not in surveys[0].as_string()
            assert surveys[0]["To"] == address and not surveys[0]["Cc"]
        assert named(service, "introduction", "greta@example.org") == 1
        assert named(service, "mentor_silent", "wanda@example.org") == 1
        assert named(service, "closing_gate", "wanda@example.org") == 0, "Ben answered the hand-over"
        assert named(service, "contact_form", "wanda@example.org") == 1
        assert len(mailbox(service, "wanda@example.org")) == sum(
            item.to_address == "wanda@example.org" for item in service.console.letters
        )

        with service.desk.store.reading() as connection:
            assert not journal.parked(connection)
            came = sum(len(story.arrivals) for story in service.sample.stories) + 1  # the contact form goes to the inbox itself
            assert journal.counts(connection)["done"] == came
        assert [story.program.key for story in service.sample.stories] == list(given.keys), "every program has a month"
        assert named(service, "mentor_or_not_feedback", "pia@example.org") == 1
        assert named(service, "mentor_gave_notice", "paul@example.org") == 1
        assert named(service, "hand_off", "gus@example.org") == 1
        for words in (b"pigeons", b"her garden"):
            assert not _places_with(given, words), "what is not kept stands in no database and in no mailbox"


def _places_with(given: Settings, words: bytes) -> list[str]:
    assert isinstance(given.mail, Embedded)
    return [place.name for place in given.mail.folder.rglob("*") if place.is_file() and words in place.read_bytes()]


@pytest.mark.slow
def test_whoever_writes_to_the_running_service_is_answered_and_sigterm_ends_it(tmp_path: Path) -> None:
    asyncio.run(_answered(settings(tmp_path)))


async def _answered(given: Settings) -> None:
    async with opened(given, quiet=True) as service:  # an earlier run that has told its month
        assert service.sample is not None
        service.sample.clock.leap(service.sample.end)
        service.sample._keep(service.desk.store)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mailer", "--settings", given.file, "run", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(90):  # a busy machine takes its time to start
            ports: list[str] = []
            while len(ports) < 2:
                ports += PORTS.findall((await process.stdout.readline()).decode())
            answers = 0
            for number in range(3):
                await asyncio.to_thread(_write, int(ports[1]), number)
                while True:
                    line = (await process.stdout.readline()).decode()
                    assert line, "the service ended"
                    if "-> receipt" in line and "cora@example.org" in line:
                        answers += 1
                        break
            assert answers == 3
        before = _cpu_seconds(process.pid)
        await asyncio.sleep(3)
        assert _cpu_seconds(process.pid) - before < 1.0, "a service with nothing to do rests"
    finally:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await process.wait() == 0


def _cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / 100


def _write(port: int, number: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.login("cora@example.org", "any")
        text = f"From: Cora Lind <cora@example.org>\r\nTo: mc@example.org\r\nSubject: {time.time_ns()}\r\n"
        client.sendmail(
            "cora@example.org", ["mc@example.org"], f"{text}Message-ID: <w{number}@example.org>\r\n\r\nSTATUS\r\n".encode()
        )
