"""The monthly links, from a duty of the program (R-011): kept for the month, and only where they are the same for everybody."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from db.records import Person
from mailer.core.ladders.walk import Moved, Refused, happened, roles_on
from mailer.core.telling.facts import kept_links
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import said
from mailer.core.world.leaks import CALENDAR, Watch, Watched, folded, found_in, watch_over
from mailer.core.world.moments import in_words, local_day, slot
from mailer.core.world.scene import Scene
from mailer.model.mail import IncomingMessage

_PIECES = re.compile(r"[/?&#;]+")
_ADDRESS = re.compile(r"[^\s@=:]+@[\w-]+\.\w")


def take(account: Transcript, person: Person, message: IncomingMessage) -> None:
    """Take up the links of a mail. One that names somebody is refused: it would tell of them to everybody who gets it."""
    if not message.links or not person.roles & {"mwoc", "staff", "admin", "coordinator"}:
        return
    scene = account.scene
    sent = {key: value for key, value in message.links.items() if value}
    named = _naming(scene, sent)
    for role, piece in sorted(named.items(), reverse=True):
        account.refuse(sent[role], "link_names_somebody", piece=piece)
    given = {key: value for key, value in sent.items() if key not in named}
    if not given:
        return
    for case in scene.situation.cases:
        if case.about != "program" or case.closed_at is not None:
            continue
        scene_with = Scene(scene.book, scene.situation, scene.now, {"links": given}, scene.answers_message)
        moved = happened(scene_with, case, "kit", roles_on(scene, person, case), slot(scene.now, scene.policy, scene.zone))
        if isinstance(moved, Refused):
            account.refuse(next(iter(given.values())), moved.kind)
            return
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            account.because.append(moved.because)
            for role in sorted(given, reverse=True):
                account.line(given[role], f"link_{role}")
            ready = account.scene.case(case.key)
            missing = {"mentor", "mentee"} - (kept_links(account.scene, ready).keys() if ready is not None else set())
            for role in sorted(missing - set(named)):
                account.refuse(message.subject or "-", f"link_{role}_missing")
            if not missing and ready is not None and ready.due_at is not None and ready.due_at > scene.now:
                account.further.append(said("survey_leaves", date=in_words(local_day(ready.due_at, scene.zone))))
            return
    account.refuse(next(iter(given.values())), "kit_not_awaited")


def _naming(scene: Scene, links: dict[str, str]) -> dict[str, str]:
    """Role -> the piece of its link that is somebody's name, number or address (7.2, item 6); only of links that name somebody."""
    people = scene.situation.people.values()
    known = [Watched(one.id, one.name, one.phone, (one.email,), one.roles) for one in people]
    usual = scene.book.everyday | CALENDAR
    watch = watch_over(known, usual)
    # What a survey tool has made up ("d/1FaLiX0") holds every short surname sooner or later: there it counts behind its first name.
    beside = watch_over(known, usual | watch.surnames.keys())
    first = {folded(one.first_name) for one in people} - usual
    found: dict[str, str] = {}
    for role, link in links.items():
        for raw in _PIECES.split(link.partition("://")[2].partition("?")[0])[1:] + _PIECES.split(link.partition("?")[2]):
            piece = unquote_plus(raw)
            if _ADDRESS.search(piece) or _names(piece, watch, beside, first):
                found.setdefault(role, piece)
    return found


def _names(piece: str, watch: Watch, beside: Watch, first: set[str]) -> bool:
    made_up = any(sign.isdigit() for sign in piece)
    # "name=Mina": a first name is a name where nothing else stands behind the sign.
    return bool(found_in(beside if made_up else watch, piece)) or folded(piece.partition("=")[2]) in first
