"""Words of a program whose members find each other in a directory: asking for it, choosing, beginning, starting anew (4E)."""

from __future__ import annotations

from db.records import Match, MatchState, Person
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import begin
from mailer.core.people.contact import named_in
from mailer.core.telling.directory import directory_facts, shown, texts
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.decision import AddMatch, PutMatch
from mailer.model.mail import Command

_WORDS = frozenset({"DIRECTORY", "CHOOSE", "STARTED", "ANOTHER"})


def in_the_directory(account: Transcript, person: Person, command: Command, text: str, journal_id: int) -> bool:
    """What one of these words does where no walk has taken it; False for other words and other kinds of program."""
    if account.scene.policy.word("involvement") != "directory" or command.word not in _WORDS:
        return False
    if command.word == "DIRECTORY":
        _directory(account, person, texts(command.arguments.get("tags")), journal_id)
    elif "mentee" not in person.roles:
        account.refuse(text, "not_your_word", word=command.word)
    elif command.word == "ANOTHER":
        before = _newest_ended(account.scene, person)
        if before is None:
            account.refuse(text, "nobody_chosen")
        else:
            _directory(account, person, (), journal_id, without=(before.mentor_id,))
    else:
        _chosen(account, person, command, text)
    return True


def _directory(account: Transcript, person: Person, tags: tuple[str, ...], journal_id: int, without: tuple[int, ...] = ()) -> None:
    """The letter is the answer; a receipt beside it would say nothing."""
    facts = directory_facts(account.scene, person, tags, without)
    key = f"directory/{journal_id}/{len(account.effects)}"
    account.does(answer(account.scene, key, "directory", person, facts))
    account.because.append(f"directory: {len(tags)} words")


def _newest_ended(scene: Scene, person: Person) -> Match | None:
    own = [match for match in scene.situation.matches if match.mentee_id == person.id and match.state is MatchState.ENDED]
    return max(own, key=lambda match: match.id, default=None)


def _chosen(account: Transcript, person: Person, command: Command, text: str) -> None:
    """CHOOSE names somebody of the directory; STARTED does too, where the mentee found them without our guide."""
    scene = account.scene
    name = named_in(command)
    found = named(shown(scene, person), name)
    if len(found) != 1:
        kind = "not_in_directory" if name else "choose_whom" if command.word == "CHOOSE" else "nobody_chosen"
        account.refuse(text, kind, name=name)
        return
    mentor = found[0]
    known = next((item for item in scene.situation.matches if (item.mentor_id, item.mentee_id) == (mentor.id, person.id)), None)
    if known is not None and known.state is MatchState.ACTIVE:
        account.refuse(text, "begun_already", name=mentor.first_name)
        return
    _drop_choices(account, person)
    wanted = MatchState.PROPOSED if command.word == "CHOOSE" else MatchState.ACTIVE
    _walk(account, mentor, person, wanted)
    account.line(text, f"word {command.word}", name=mentor.first_name)


def _drop_choices(account: Transcript, person: Person) -> None:
    """Who chooses again has thought better of it: an earlier choice that did not begin is dropped; nobody was told of it."""
    scene = account.scene
    for match in scene.situation.matches:
        if match.mentee_id != person.id or match.state is not MatchState.PROPOSED:
            continue
        account.does(PutMatch(match.id, MatchState.DROPPED.value))
        for case in scene.situation.cases:
            if case.match_id == match.id and case.closed_at is None:
                account.does(put(case, closed=True))


def _walk(account: Transcript, mentor: Person, mentee: Person, state: MatchState) -> None:
    scene = account.scene
    number = -len(scene.situation.matches) - 1
    account.does(AddMatch(mentor.email, mentee.email, scene.today, proposed=True, number=number))
    if state is MatchState.ACTIVE:
        account.does(PutMatch(number, state.value))
    for ladder in scene.book.ladders.values():
        if ladder.about == "match" and ladder.opens == "matched":
            key = f"{ladder.name}/{mentor.id}-{mentee.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
            account.does(*begin(account.scene, ladder, key, subject=None, match_id=number))
            account.because.append(f"{ladder.name}: opened")
