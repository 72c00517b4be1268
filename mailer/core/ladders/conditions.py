"""The questions a ladder may ask before it takes an exit (`if = [...]`); a closed list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from db.records import Case, EventKind, Letter, LetterState, Person, PersonState
from mailer.core.ladders import listing, others
from mailer.core.ladders.act import agreed
from mailer.core.ladders.act_consent import one_to_five
from mailer.core.ladders.until import person_moment
from mailer.core.telling import activity, month_log
from mailer.core.telling.facts import kept_links, own_mentors, recipients
from mailer.core.telling.forms import all_rows_sent, rows_without_summary
from mailer.core.world import conversations
from mailer.core.world.attempts import attempts_at, enough_in_a_month, signs_for, unanswered
from mailer.core.world.moments import local_day
from mailer.core.world.registers import Condition, gathered
from mailer.core.world.released import disclosing, match_in, released
from mailer.core.world.scene import Scene
from mailer.core.world.who import heard_of, mentees_of, subject_of


def holds(scene: Scene, case: Case, condition: str) -> bool:
    """Whether one condition holds; "not X" turns it round, "policy KEY" reads a policy flag."""
    if condition.startswith("not "):
        return not holds(scene, case, condition.removeprefix("not "))
    if condition.startswith("policy "):
        return scene.policy.flag(condition.removeprefix("policy "))
    name, *words = condition.split()
    asked = CONDITIONS.get(name)
    if asked is None or asked.words != len(words):
        raise ValueError(f"unknown condition {condition!r}")
    return asked.asks(scene, case, tuple(words))


def _enough_attempts(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    person = subject_of(scene.situation, case)
    return person is not None and _enough(scene, person)


def _attempts_left(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return len(_tried(scene, case, ("check_in", "check_in_again"))) < scene.policy.number("attempt.count")


def _handover_attempts_left(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return _more(scene, case, ("welcome_check_in", "welcome_check_in_again"), scene.policy.number("handover.attempts"))


def _handover_attempts_made(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether enough attempts of the mwoc count by evidence, letters and calls: what came back is none (4A invariant b)."""
    return _made(scene, case, scene.policy.number("handover.attempts"))


def _mentee_attempts_made(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return _made(scene, case, scene.policy.number("mentee_case.mwoc_attempts"))


def _came_back_since(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether letters that counted when the gate was reached have come back since, so that too few do now."""
    person = subject_of(scene.situation, case)
    if person is None:
        return False
    own = _tried(scene, case)
    wanted = scene.policy.number("mentee_case.mwoc_attempts" if case.about == "match" else "handover.attempts")
    if any(letter.bounced_at is not None for letter in own) and not _made(scene, case, wanted):
        return True
    began = min((letter.sent_at for letter in own if letter.sent_at is not None), default=None)
    if began is None or case.about == "match":
        return False
    gap = scene.policy.number("attempt.min_gap_days")
    before = [item for item in unanswered(scene.situation, person.id, gap, scene.zone) if item.on < local_day(began, scene.zone)]
    lost = any(item.result == "bounced" for item in before)
    return lost and not enough_in_a_month(tuple(before), scene.policy.number("attempt.count"))


def _mentee_attempts_left(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return _more(scene, case, ("mentee_check_in",), scene.policy.number("mentee_case.mwoc_attempts"))


def _signs(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    person = subject_of(scene.situation, case)
    return person is not None and bool(signs_for(scene.situation, case, person.id))


def _unproved_sign(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    person = subject_of(scene.situation, case)
    return person is not None and _unproved(scene, case, person.id)


def _form_ready(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    coordinator = scene.person(case.subject_id)
    month = scene.text(case, "month") or scene.month
    return coordinator is not None and not all_rows_sent(scene, coordinator, month)


def _form_incomplete(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether mentors are missing on the form while its month lasts: then the rest is asked for, once (R-017, 4.3)."""
    coordinator = scene.person(case.subject_id)
    month = scene.text(case, "month") or scene.month
    return coordinator is not None and month == scene.month and bool(rows_without_summary(scene, coordinator, month))


def _has_mentees(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    subject = scene.person(case.subject_id)
    if subject is None:
        return False
    return bool(own_mentors(scene, subject)) if case.about == "coordinator" else bool(mentees_of(scene.situation, subject.id))


def _kit_complete(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    links = kept_links(scene, case)
    return bool(links.get("mentor")) and bool(links.get("mentee"))


def _first_moment(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return case.opened_at == scene.now


def _marked(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether something is remembered about the person a walk is about (see the verb `mark`)."""
    subject = subject_of(scene.situation, case)
    return subject is not None and bool(subject.extra.get(words[0]))


def _kept_with_walk(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether a walk remembers something (see the verb `keep`)."""
    return bool(case.data.get(words[0]))


def _said(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the word in hand came with this argument."""
    return bool(scene.words.get(words[0]))


def _below(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether a walk has counted less of something than the policy allows: `below loops problem.max_loops`."""
    return scene.number(case, words[0]) < scene.policy.number(words[1])


def _about_a_duty(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the matter speaks against somebody who would otherwise look after it (S27)."""
    return bool(case.data.get("against"))


def _heard_of(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the writer of the word in hand knows that this walk is open."""
    writer = scene.person(scene.number_said("by"))
    return writer is not None and heard_of(scene.situation, case, writer)


def _answers_letter(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the mail in hand answers a letter of this name."""
    return scene.words.get("letter") == words[0] and scene.words.get("letter_case", case.id) == case.id


def _one_match(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether it is clear which match a walk is about."""
    return case.match_id is not None


def _match_open(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return any(match.id == case.match_id and match.state.goes_on for match in scene.situation.matches)


def _all_agreed(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether everybody whom a walk asks has said yes, the writer of the mail in hand included."""
    asked = {person.id for role in ("coordinator", "mentor", "mentees") for person in recipients(scene, case, role)}
    return asked <= {*agreed(case), scene.number_said("by")}


def _takes_part(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the person a walk is about is active: nobody is asked each month who wants no letters."""
    person = subject_of(scene.situation, case)
    return person is not None and person.state is PersonState.ACTIVE


def _came_before(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether a day of the person (see `until = "person …"`) lies before this walk began, or is not known: nothing is made up."""
    moment = person_moment(scene, case, words[0])
    # Who was asked for the address first has been known for longer than the walk.
    letters = [letter.not_before for letter in scene.situation.letters if letter.to_id == case.subject_id]
    known = min((*letters, *((case.opened_at,) if case.opened_at is not None else ())), default=None)
    return moment is None or known is None or moment < known


def _released(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the signed release that a walk needs is there and good today."""
    return released(scene, case) is not None


def _by_mail(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether what a release lets be told may stand in a letter (A29)."""
    return disclosing(scene, case) is not None


def _match_is(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    match = match_in(scene, case)
    return match is not None and match.state.value == words[0]


def _candidate_left(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the verb `ask_next` found somebody who was not asked yet."""
    return bool(case.data.get("candidate"))


def _one_to_five(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether every numbered answer of the mail in hand is a number from 1 to 5."""
    given = scene.words.get("answers")
    return isinstance(given, Mapping) and all(one_to_five(answer) for answer in given.values())


def _held(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether a cry for help of this person is still with a human."""
    person = subject_of(scene.situation, case)
    return person is not None and person.held_by_safety


_OWN: Mapping[str, Condition] = {
    "held": Condition(0, _held),
    "released": Condition(0, _released),
    "by_mail": Condition(0, _by_mail),
    "match_is": Condition(1, _match_is),
    "one_to_five": Condition(0, _one_to_five),
    "candidate_left": Condition(0, _candidate_left),
    "enough_attempts": Condition(0, _enough_attempts),
    "attempts_left": Condition(0, _attempts_left),
    "handover_attempts_left": Condition(0, _handover_attempts_left),
    "mentee_attempts_left": Condition(0, _mentee_attempts_left),
    "handover_attempts_made": Condition(0, _handover_attempts_made),
    "mentee_attempts_made": Condition(0, _mentee_attempts_made),
    "came_back_since": Condition(0, _came_back_since),
    "signs": Condition(0, _signs),
    "unproved_sign": Condition(0, _unproved_sign),
    "form_ready": Condition(0, _form_ready),
    "form_incomplete": Condition(0, _form_incomplete),
    "has_mentees": Condition(0, _has_mentees),
    "kit_complete": Condition(0, _kit_complete),
    "first_moment": Condition(0, _first_moment),
    "marked": Condition(1, _marked),
    "below": Condition(2, _below),
    "about_a_duty": Condition(0, _about_a_duty),
    "heard_of": Condition(0, _heard_of),
    "answers_letter": Condition(1, _answers_letter),
    "one_match": Condition(0, _one_match),
    "match_open": Condition(0, _match_open),
    "all_agreed": Condition(0, _all_agreed),
    "kept": Condition(1, _kept_with_walk),
    "said": Condition(1, _said),
    "came_before": Condition(1, _came_before),
    "takes_part": Condition(0, _takes_part),
}
CONDITIONS: Mapping[str, Condition] = gathered(
    _OWN,
    listing.CONDITIONS,
    others.CONDITIONS,
    activity.CONDITIONS,
    conversations.CONDITIONS,
    month_log.CONDITIONS,
)


def _enough(scene: Scene, person: Person) -> bool:
    """Attempts enough in one month, none of them answered, and the silence after each of them long enough."""
    silent_since = scene.today - timedelta(days=scene.policy.number("attempt.wait_days"))
    tried = unanswered(scene.situation, person.id, scene.policy.number("attempt.min_gap_days"), scene.zone)
    old = tuple(attempt for attempt in tried if attempt.on <= silent_since)
    return enough_in_a_month(old, scene.policy.number("attempt.count"))


def _tried(scene: Scene, case: Case, names: tuple[str, ...] = ()) -> tuple[Letter, ...]:
    """Letters of this round of the walk that were sent as attempts, whether or not they came back."""
    since = case.data.get("round")
    first = int(since) if isinstance(since, int) else 0
    prefix = case.key + "/"
    return tuple(
        letter
        for letter in scene.situation.letters
        if letter.attempt
        and (not names or letter.name in names)
        and letter.key.startswith(prefix)
        and letter.state is LetterState.SENT
        and int(letter.key[len(prefix) :].partition("/")[0]) >= first
    )


def _more(scene: Scene, case: Case, names: tuple[str, ...], wanted: int) -> bool:
    """Whether one more letter is due: what came back does not count; but twice as many as wanted are enough for a human to look."""
    tried = _tried(scene, case, names)
    return sum(letter.bounced_at is None for letter in tried) < wanted and len(tried) < 2 * wanted


def _made(scene: Scene, case: Case, wanted: int) -> bool:
    """Whether so many attempts of this round of the walk count: letters that arrived, and calls told since its first letter."""
    person = subject_of(scene.situation, case)
    began = min((letter.sent_at for letter in _tried(scene, case) if letter.sent_at is not None), default=None)
    if person is None or began is None:
        return False
    tried = attempts_at(scene.situation, person.id, scene.policy.number("attempt.min_gap_days"), scene.zone, since=began)
    days = scene.policy.number("mentee_case.wait_days" if case.about == "match" else "handover.wait_days")
    letters = {letter.name for letter in scene.situation.letters if letter.attempt}
    # A letter's silence is the walk's own wait; a call has to be as old by itself.
    old = [item for item in tried if item.what in letters or item.on <= scene.today - timedelta(days=days)]
    return sum(item.counts for item in old) >= wanted


def _unproved(scene: Scene, case: Case, person_id: int) -> bool:
    """An unproved sign of life since the first attempt of this round (CONTRACT.md section 9, Proof of the sender)."""
    sent = [letter.sent_at for letter in _tried(scene, case) if letter.sent_at is not None and letter.to_id == person_id]
    first = min(sent, default=None)
    return first is not None and any(
        event.kind is EventKind.SIGN_OF_LIFE and event.at >= first
        for event in scene.situation.events
        if event.person_id == person_id
    )
