"""Words about releases and matches: MATCH, RELEASE SIGNED, RESCIND, TALK TO A MENTEE, ELIGIBLE, EVALUATION (4D, R-110 to R-126)."""

from __future__ import annotations

from datetime import date, timedelta

from db.records import Case, Letter, MatchState, Person
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import Moved, begin, happened
from mailer.core.people.contact import named_in
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import said
from mailer.core.words.placing import propose
from mailer.core.world.moments import in_words
from mailer.core.world.named_in_pairs import holding, two_named
from mailer.core.world.released import MATCH, PEER_TALK, fields_of, match_in, open_match
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.classes import LetterClass
from mailer.model.consent import AddRelease, EndRelease
from mailer.model.counted import listed
from mailer.model.decision import PutMatch, PutPerson, Withdraw
from mailer.model.mail import Command
from mailer.model.program import Ladder

BASES = ("C1a", "C1b", "C2", "C3")
FEWEST = 5  # of fewer answers no figure is told (7.2, items 9 and 17)


def obey(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    """Do what a word about releases and matches says, in a program that works with them; False where it is no such word."""
    scene = account.scene
    if "roi.max_days" not in scene.policy.values:
        return False
    ladder = next((item for item in scene.book.ladders.values() if item.opens == f"word:{command.word}"), None)
    match command.word:
        case "MATCH" | "RELEASE SIGNED" | "ELIGIBLE" if "clinical_coordinator" not in person.roles:
            if command.word == "RELEASE SIGNED" and "participant" in person.roles:
                account.refuse(text, "reply_no_signature")
            else:
                account.refuse(text, "not_your_word", word=command.word)
        case "MATCH" if ladder is not None:
            propose(account, ladder, person, command, text)
        case "RELEASE SIGNED":
            _signed(account, person, command, text)
        case "ELIGIBLE":
            if not named_in(command):
                account.refuse(text, "which_person", name="")
                return True
            possible = [basis for basis in BASES if basis[:2] in scene.policy.words("eligibility.any")]
            if str(command.arguments.get("basis")) in possible:
                return False  # its ladder records it
            account.refuse(text, "basis_unknown", basis=str(command.arguments.get("basis", "")), possible=listed(possible))
        case "RESCIND" if ladder is not None:
            rescind(account, ladder, person, command, text)
        case "TALK TO A MENTEE" if ladder is not None and "participant" in person.roles:
            _talk(account, ladder, person, text)
        case "EVALUATION":
            _evaluation(account, person, text)
        case "DECLINE" if "participant" in person.roles:
            _asks_no_more(account, person)
            return False  # the request or the match itself is a walk's
        case _:
            return False
    return True


# ---------------------------------------------------------------- releases


def _signed(account: Transcript, by: Person, command: Command, text: str) -> None:
    """A release was signed on paper: for one recipient, from the day on the paper on (R-110)."""
    scene = account.scene
    day, words = command.arguments.get("date"), str(command.arguments.get("text") or command.arguments.get("participant") or "")
    words = f"{command.about} {words}".strip()  # "Mel Park: RELEASE SIGNED 2027-10-12"
    givers = holding(scene, "participant")
    others = tuple({item.id: item for item in (*holding(scene, "mentor"), *givers)}.values())
    pair = two_named(words, givers, others)
    alone = named(givers, words) if pair is None else ()
    if not isinstance(day, date):
        account.refuse(text, "release_without_day")
    elif day > scene.today:
        account.refuse(text, "day_ahead", date=in_words(day))
    elif day + timedelta(days=scene.policy.number("roi.max_days")) < scene.today:
        account.refuse(text, "release_expired", date=in_words(day))
    elif pair is not None:
        _record(account, by, pair[0], pair[1], day, text)
    elif len(alone) != 1:
        account.refuse(text, "which_person", name=words)
    elif len(waiting := _waits_for(scene, alone[0])) != 1:
        account.refuse(text, "release_for_whom", name=alone[0].first_name)
    else:
        _record(account, by, alone[0], waiting[0], day, text)


def _waits_for(scene: Scene, giver: Person) -> tuple[Person, ...]:
    """To whom a participant's release may be meant where the line names nobody: their proposed mentor, or who asks to talk."""
    pair = open_match(scene, giver)
    ids = {pair.mentor_id} if pair is not None and pair.state is MatchState.PROPOSED and pair.mentee_id == giver.id else set()
    ids |= {scene.number(case, "asker") for case in scene.situation.cases if _asks(scene, case) and case.subject_id == giver.id}
    return tuple(person for number in sorted(ids) if (person := scene.person(number)) is not None and person.id != giver.id)


def _asks(scene: Scene, case: Case) -> bool:
    return case.closed_at is None and isinstance(case.data.get("asker"), int) and bool(case.data.get("candidate"))


def _record(account: Transcript, by: Person, giver: Person, to: Person, day: date, text: str) -> None:
    scene = account.scene
    asked = any(_asks(scene, case) and (case.subject_id, case.data["asker"]) == (giver.id, to.id) for case in scene.situation.cases)
    purpose = PEER_TALK if asked or "mentor" not in to.roles else MATCH
    before = [item for item in scene.situation.releases if (item.giver_id, item.recipient_id) == (giver.id, to.id)]
    ended = [item for item in before if item.rescinded_at is not None and day <= item.signed_on]
    if ended:
        account.refuse(text, "release_rescinded", date=in_words(day))
        return
    until = day + timedelta(days=scene.policy.number("roi.max_days"))
    account.does(AddRelease(giver.id, to.id, fields_of(scene, purpose), purpose, day, until, by.id))
    account.because.append("a signed release is recorded")
    for case in account.scene.situation.cases:
        pair = match_in(account.scene, case)
        ours = (pair.mentee_id, pair.mentor_id) if pair is not None else (case.subject_id, case.data.get("asker"))
        if ours == (giver.id, to.id):
            _tell(account, case, "release")
    account.line(text, "release_recorded", name=giver.first_name, other=to.first_name, until=in_words(until))


def _tell(account: Transcript, case: Case, event: str) -> None:
    """What happened concerns a walk."""
    moved = happened(account.scene, case, event, frozenset(), account.scene.now)
    if isinstance(moved, Moved):
        account.does(*moved.effects)
        account.because.append(moved.because)


def rescind(account: Transcript, ladder: Ladder, person: Person, command: Command, text: str) -> None:
    """Taken back on receipt (R-121): the releases end, waiting letters are dropped, the match is over.

    Where it does not say which release, or names nobody we know, all of them are meant: too much is taken back rather than
    too little.
    """
    scene = account.scene
    if "participant" not in person.roles:
        account.refuse(text, "not_your_word", word=command.word)
        return
    pairs = [item for item in scene.situation.matches if item.mentee_id == person.id and item.state is not MatchState.DROPPED]
    ids = {item.recipient_id for item in scene.situation.releases if item.giver_id == person.id and item.rescinded_at is None}
    ids |= {item.mentor_id for item in pairs if item.state is not MatchState.ENDED}
    known = tuple(found for number in sorted(ids) if (found := scene.person(number)) is not None)
    meant = named(known, str(command.arguments.get("who", ""))) or known
    if not meant:
        account.refuse(text, "nothing_to_rescind")
        return
    telling = tuple(sorted(name for name, kind in scene.book.classes.items() if kind is LetterClass.DISCLOSURE))
    over = [item for item in pairs if item.mentor_id in {other.id for other in meant}]
    for other in meant:
        account.does(EndRelease(person.id, other.id))
        mentor = any(item.mentor_id == other.id for item in over)
        account.does(Withdraw(to_id=other.id, letters=() if mentor else telling, because="the release was rescinded"))
        for case in account.scene.situation.cases:
            pair = match_in(account.scene, case)
            ours = (pair.mentee_id, pair.mentor_id) if pair is not None else (case.subject_id, case.data.get("asker"))
            if case.closed_at is None and ours == (person.id, other.id):
                _tell(account, case, "rescinded")
    for item in over:
        now = next((match for match in account.scene.situation.matches if match.id == item.id), item)
        if now.state is not MatchState.ENDED:
            account.does(PutMatch(item.id, MatchState.ENDED.value))
    if over:
        known_now = account.scene.person(person.id) or person
        account.does(PutPerson(person.id, {"extra": {**known_now.extra, "surveyed": False}}))
    for case in account.scene.situation.cases:
        if case.ladder == ladder.name and case.subject_id == person.id and case.closed_at is None:
            account.does(put(case, closed=True))
    key = f"{ladder.name}/{person.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
    account.does(*begin(account.scene, ladder, key, subject=person, data={"ended": bool(over)}))
    account.because.append("a release is rescinded on receipt")


# ---------------------------------------------------------------- talking to a peer, figures


def _talk(account: Transcript, ladder: Ladder, person: Person, text: str) -> None:
    """Willing participants are asked one after the other; who asks is not named (R-114)."""
    scene = account.scene
    for case in scene.situation.cases:
        if case.ladder == ladder.name and case.closed_at is None and case.data.get("asker") == person.id:
            account.line(text, "talk_asked_already")
            return
    key = f"{ladder.name}/{person.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
    account.does(*begin(scene, ladder, key, subject=person, data={"asker": person.id}))
    account.because.append(f"{ladder.name}: opened")
    account.line(text, "talk_asked")


def _asks_no_more(account: Transcript, person: Person) -> None:
    """DECLINE is followed by silence (R-111): nobody is asked any longer on this person's behalf."""
    for case in account.scene.situation.cases:
        if case.closed_at is None and case.data.get("asker") == person.id:
            _tell(account, case, "declined")


def _evaluation(account: Transcript, person: Person, text: str) -> None:
    """A line for each question that is asked: mean and number of answers; no figure of fewer than five, nobody's own (R-126)."""
    if not person.roles & {"clinical_coordinator", "staff", "admin"}:
        account.refuse(text, "not_your_word", word="EVALUATION")
        return
    book = account.scene.book
    asked = (numbers for letter, numbers in book.numbers.items() if book.classes.get(letter) is LetterClass.EVALUATION)
    questions: dict[str, list[tuple[int, int]]] = {number: [] for numbers in asked for number in numbers}
    for question, value, number in account.scene.situation.tallies:
        questions.setdefault(question, []).append((value, number))
    lines: list[dict[str, object]] = []
    for question in sorted(questions, key=lambda item: (len(item), item)):
        total = sum(number for _, number in questions[question])
        mean = sum(value * number for value, number in questions[question]) / max(1, total)
        figure = said("evaluation_line", question=question, mean=f"{mean:.1f}", count=total)
        few = said("evaluation_few", question=question)
        lines.append({"said": text, "done": figure if total >= FEWEST else few, "offered": False})
    account.tell(lines or [{"said": text, "done": said("evaluation_none"), "offered": False}])
