"""`mentorpost run` and `mentorpost once`: the service itself."""

from __future__ import annotations

import argparse

from mailer.cli.command import Commands, command
from mailer.cli.opening import settings_of


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "run",
        "the service, in the foreground, until SIGTERM",
        run,
        "mentorpost run\nmentorpost --settings /etc/mentorpost/settings.toml run --quiet",
        "It finishes the letter in hand, then stops.",
    )
    parser.add_argument("--quiet", action="store_true", help="say only what went wrong")
    command(
        commands,
        "once",
        "one turn (collect, answer, chase, deliver), then exit: for cron",
        once,
        "*/5 * * * *  cd /srv/mentorpost && .venv/bin/mentorpost once",
        "Exit code 1 where a mailbox could not be read.",
    )


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from mailer.modes import live

    settings = settings_of(arguments)
    return asyncio.run(live.run(settings, quiet=arguments.quiet))


def once(arguments: argparse.Namespace) -> int:
    import asyncio

    from mailer.modes import live

    settings = settings_of(arguments)
    return asyncio.run(live.once(settings))
