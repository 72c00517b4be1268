"""What every test shares: repeatable property tests, and runs in which nothing may be skipped (MENTORPOST_NOTHING_SKIPPED=1)."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

from tests.searching import LONG, tries

# A run is the same on every machine and at every speed; `make fuzz` looks further, and elsewhere each time.
settings.register_profile("usual", deadline=None, derandomize=True, max_examples=tries(100))
settings.register_profile("long", deadline=None, max_examples=10_000)
settings.load_profile("long" if LONG else "usual")

# Material that is no part of this repository may be absent everywhere; every other reason to skip is a machine half set up.
_NOT_OURS = ("corpora", "corpus", "shared", "not beside the")


class _Skips:
    """Collects the reasons of all skipped tests of a run, from every worker."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report.nodeid, report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report.nodeid, report.longrepr)

    def _note(self, name: str, because: object) -> None:
        reason = str(because[2]) if isinstance(because, tuple) else str(because)
        if not any(word in reason.lower() for word in _NOT_OURS):
            self.reasons.append(f"{name}: {reason}")


# These measure how long something takes: the run gives them the machine for themselves, after all others (make test).
_MEASURING = ("test_growth", "test_smtp_speed")
# Whole files that start many processes or a browser, or live a story more than once: make test runs them, make check has a minute.
_LONG = (
    *(
        "cli/test_looking.py",
        "cli/test_rehearse.py",
        "cli/test_roster.py",
        "cli/test_check.py",
        "cli/test_start.py",
        "cli/test_backup.py",
        "cli/test_forget.py",
        "cli/test_replay.py",
    ),
    *("cli/test_preview.py", "cli/test_preview_page.py", "steps/test_retention.py"),
    *("letters/test_looks.py", "db/test_schema.py", "rehearsals/test_several_programs.py", "rehearsals/test_what_is_kept.py"),
    *("rehearsals/test_forgotten.py", "rehearsals/test_exported.py", "rehearsals/test_replay.py", "rehearsals/test_replay_town.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    gc.freeze()  # what was collected stays: no look for garbage goes through it again
    for item in items:
        if item.path.name.startswith(_MEASURING):
            item.add_marker(pytest.mark.alone)
        if item.path.as_posix().endswith(_LONG):
            item.add_marker(pytest.mark.slow)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("MENTORPOST_NOTHING_SKIPPED") == "1" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Skips(), "nothing-skipped")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    skips = session.config.pluginmanager.get_plugin("nothing-skipped")
    if isinstance(skips, _Skips) and skips.reasons and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skips = terminalreporter.config.pluginmanager.get_plugin("nothing-skipped")
    if isinstance(skips, _Skips) and skips.reasons:
        terminalreporter.section("skipped, and nothing may be skipped here", red=True)
        for reason in skips.reasons:
            terminalreporter.line(reason)
