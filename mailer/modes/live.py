"""The live service: real clock, real servers (or the embedded post office), turns until somebody says stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import evidence, outbox, people
from mailer.clock import Clock, SystemClock
from mailer.files.servers import OFFICE, Embedded
from mailer.files.settings import Settings
from mailer.files.watch import Watch
from mailer.model.errors import Bad, Flaw
from mailer.modes import needs
from mailer.modes.alarm import Alarm
from mailer.modes.checking import lines_of
from mailer.modes.console import Console
from mailer.modes.edits import none_is_bad, take_up
from mailer.modes.library import database_of, open_books, open_database, sealing_key
from mailer.modes.lock import at_work, only_one
from mailer.modes.sample import Sample, open_sample
from mailer.modes.sender_domains import look_up
from mailer.modes.servers import Lines, lines_to, lines_to_office, places
from mailer.office import PostOffice
from mailer.steps.book import Book
from mailer.steps.chase import next_moment
from mailer.steps.deliver import ask_about
from mailer.steps.desk import Desk
from mailer.steps.turn import turn

_EAR_SECONDS = 300.0
_BREATH = 0.05  # between two rings: whatever a server says, it cannot keep us from everything else


@dataclass(slots=True)
class Service:
    """Everything a running service holds."""

    settings: Settings
    desk: Desk
    lines: dict[str, Lines]
    console: Console
    clock: Clock
    sample: Sample | None
    stop: asyncio.Event
    watch: Watch


@asynccontextmanager
async def opened(settings: Settings, *, quiet: bool, waits: bool = False) -> AsyncIterator[Service]:
    """Open the books, the database and the mail of a service, and close them again.

    Where another service is at work on the same PostgreSQL database it `waits` for its turn, or is refused (BadSettings).
    """
    async with AsyncExitStack() as stack:
        watch = Watch(settings.rules, settings.templates)
        books = _books(settings)
        stack.enter_context(only_one(database_of(settings), settings.file))
        store = open_database(settings)
        stack.callback(store.close)
        say = Console(SystemClock().now, plain_names=False, quiet=quiet).say if waits else None
        await stack.enter_async_context(at_work(store, settings.file, say))
        key = sealing_key(settings)
        lines: dict[str, Lines] = {}
        sample: Sample | None = None
        clock: Clock = SystemClock()
        if isinstance(settings.mail, Embedded):
            inboxes = tuple(program.inbox for program in settings.programs)
            mail = settings.mail
            office = PostOffice(
                mail.folder, mail.smtp_port, mail.imap_port, inboxes, OFFICE, file=settings.file, lines=_lines_of_ports(settings)
            )
            await stack.enter_async_context(office)
            sample = open_sample(settings, books, store, key, office)
            clock = sample.clock
            for program in settings.programs:
                lines[program.key] = lines_to_office(mail, office.smtp_port, office.imap_port, program.inbox)
        else:
            for program in settings.programs:
                lines[program.key] = lines_to(settings.mail[program.key])
        for client in lines.values():
            stack.push_async_callback(client.close)
        console = Console(clock.now, plain_names=sample is not None, quiet=quiet)
        stop = asyncio.Event()
        desk = Desk(
            store,
            key,
            clock.now,
            books,
            {name: client.inbox for name, client in lines.items()},
            {name: client.post for name, client in lines.items()},
            console,
            {name: (client.done_folder, client.parked_folder) for name, client in lines.items()},
            stop.is_set,
            places={name.removeprefix("imap/"): place for name, place in places(settings).items() if name.startswith("imap/")},
        )
        _begin(desk, needs.FOREGROUND if waits else needs.CRON)
        yield Service(settings, desk, lines, console, clock, sample, stop, watch)


def _lines_of_ports(settings: Settings) -> dict[str, int]:
    lines = lines_of(settings)
    return {name: lines.line("mail", "embedded", name) for name in ("smtp_port", "imap_port")}


def _books(settings: Settings) -> dict[str, Book]:
    """What the service begins with; where it cannot be used, what that means is said behind the reasons."""
    try:
        return open_books(settings)
    except Bad as error:
        advice = "mend what is named above; mentorpost check says when all of it can be used"
        raise Bad(*error.flaws, Flaw(settings.file, 0, "until then no mail is read and no letter leaves", advice)) from error


def _begin(desk: Desk, how: str) -> None:
    """The first moment of a service: letters whose fate a crash left unknown, the admin's address, edits mended meanwhile."""
    with desk.store.transaction() as connection:
        needs.note_turn(connection, how, desk.now())
        none_is_bad(connection)
    for key, book in desk.books.items():
        with desk.store.transaction() as connection:
            for letter in outbox.recover(connection, key, ask=book.rules.policy.word("uncertain") == "ask"):
                desk.watcher.trouble(book.program, f"letter {letter.id} ({letter.name}) may have left before the last stop")
                if book.rules.policy.word("uncertain") == "ask":
                    ask_about(connection, desk, letter, desk.now())
            admin = book.program.admin
            if admin and not any("admin" in person.roles for person in people.by_address(connection, key, (admin,))):
                people.add_person(connection, key, name=book.program.name, email=admin, role="admin", state="active")
                evidence.add_act(connection, key, desk.now(), "admin", {"name": book.program.name, "email": admin})


async def run(settings: Settings, *, quiet: bool = False) -> int:
    """Serve until SIGTERM or SIGINT; the letter in hand is finished first. Gives the exit code."""
    async with opened(settings, quiet=quiet, waits=True) as service:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, _stop, service)
        _greet(service)
        _reload(service)  # edits of the days that it waited
        asked = asyncio.create_task(_look_at_domains(service))  # beside the work: no name server holds it up
        if service.sample is not None:
            await service.sample.live(service.desk, service.console, service.stop)
        await _serve(service)
        asked.cancel()
        service.console.say("Stopped: everything decided is kept, everything not yet sent waits in the outbox.")
    return 0


async def _look_at_domains(service: Service) -> None:
    for domain in await look_up(service.settings):
        for remark in domain.remarks:
            service.console.say(f"Please look: {remark}.")


def _stop(service: Service) -> None:
    """Asked to stop: the letter in hand is finished, no other is begun."""
    service.stop.set()
    for client in service.lines.values():
        client.post.halt()


async def once(settings: Settings, *, quiet: bool = False) -> int:
    """One turn, for cron; exit code 1 where a mailbox could not be read."""
    async with opened(settings, quiet=quiet) as service:
        done = await turn(service.desk)
        _remember(service, needs.CRON)
        return 1 if done.deaf else 0


async def _serve(service: Service) -> None:
    alarm = Alarm(service.clock, service.settings.turn_seconds)
    alarm.start()
    ears = [asyncio.create_task(_listen(lines, alarm)) for lines in service.lines.values()]
    stopping = asyncio.create_task(service.stop.wait())
    try:
        while not service.stop.is_set():
            await turn(service.desk)
            _remember(service, needs.FOREGROUND)
            _reload(service)
            alarm.set(_next(service))
            waiting = asyncio.create_task(alarm.wait())
            await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
    finally:
        alarm.stop()
        for task in (*ears, stopping):
            task.cancel()
        await asyncio.gather(*ears, stopping, return_exceptions=True)


def _next(service: Service) -> datetime | None:
    with service.desk.store.reading() as connection:
        waiting = outbox.next_due(connection)
    moments = [item for item in (waiting, next_moment(service.desk)) if item is not None]
    soonest = min(moments, default=None)
    # What is due already and did not move (a server away) is looked at again after a breath, not at once.
    return max(soonest, service.clock.now() + timedelta(seconds=1)) if soonest is not None else None


async def _listen(lines: Lines, alarm: Alarm) -> None:
    """Ring when mail comes; when the server cannot be heard, try again later: the pulse of the alarm goes on meanwhile."""
    pause = 1.0
    while True:
        try:
            if await lines.ear.wait(_EAR_SECONDS):
                lines.ear.heard()
                await alarm.ring()
            pause = 1.0
            await asyncio.sleep(_BREATH)
        except asyncio.CancelledError:
            raise
        except Exception:  # whatever the library raises: the turn itself reports a deaf inbox
            await asyncio.sleep(pause)
            pause = min(pause * 2, 300.0)


def _remember(service: Service, how: str) -> None:
    """Keep for `status` that a turn was lived, the last answer of each server, and which one takes no letters since when."""
    desk = service.desk
    with desk.store.transaction() as connection:
        needs.note_turn(connection, how, desk.now())
        for name, moment in desk.contacts.items():
            evidence.set_fact(connection, f"contact/{name}", moment.isoformat())
        for program in desk.books:
            needs.note_post(connection, program, desk.paused_until.get(program), desk.contacts.get(f"smtp/{program}"), desk.now())
    desk.contacts.clear()


def _reload(service: Service) -> None:
    """Take up edited rules and letters."""
    if service.watch.look():
        take_up(service.settings, service.desk, service.console)


def _greet(service: Service) -> None:
    say = service.console.say
    if service.sample is None:
        names = ", ".join(program.name for program in service.settings.programs)
        say(f"Mentorpost serves {names}. Ctrl-C or SIGTERM stops it.")
        return
    with suppress(StopIteration):
        service.sample.greet(say)
