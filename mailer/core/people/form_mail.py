"""Rows of the Mentor Contact Form that came by mail: right rows are kept, wrong ones told in one answer (R-016, R-017, R-040)."""

from __future__ import annotations

from datetime import date

from db.records import Case, Person
from mailer.core.people.contact import told_by_form
from mailer.core.telling.facts import own_mentors
from mailer.core.telling.forms import entry_of, noted_on, row_of, rows_without_summary
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import said
from mailer.core.world.moments import in_words, month_in_words, month_of
from mailer.core.world.named_in_pairs import pair_named
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.counted import listed
from mailer.model.decision import PutForm, Say
from mailer.model.mail import Command, FormRow, IncomingMessage

_NOTHING = frozenset({"", "none", "no", "-", "n/a"})


def take_form(
    account: Transcript, by: Person, message: IncomingMessage, lines: tuple[tuple[Person, str, date | None], ...] = ()
) -> None:
    """Keep the rows of a form (or, with `lines`, one-line assessments) that a coordinator or a duty sent."""
    if not (message.form or lines):
        return
    if not by.roles & {"coordinator", "mwoc", "staff", "admin"}:
        account.refuse(message.subject or "-", "form_not_yours")
        return
    corrects = any(command.word == "SEND" for command in message.commands)
    if lines:
        for mentor, text, spoke in lines:
            row = FormRow(mentor.name, contact_made=_spoken(account, by, mentor, spoke), summary=text)
            _keep(account, by, mentor, row, f"{mentor.name}: {text}", corrects=corrects)
        return
    everyone = tuple(person for person in account.scene.situation.people.values() if "mentor" in person.roles)
    own = own_mentors(account.scene, by) if "coordinator" in by.roles else everyone
    for row in message.form:
        found = named(own, row.mentor) or (named(everyone, row.mentor) if by.roles & {"mwoc", "staff", "admin"} else ())
        ours = len(found) == 1 and _as_drafted(account.scene, found[0], row)
        if row.problems and not ours:
            account.refuse(
                row.mentor or "-",
                "form_row_wrong",
                problems="; ".join(problem.removeprefix(f"{row.mentor}: ") for problem in row.problems),
            )
        elif len(found) != 1:
            account.refuse(row.mentor or "-", "form_mentor_unknown", name=row.mentor)
        elif not ours and row.contact_made and row.attempted and row.contact_made < min(row.attempted):
            account.refuse(row.mentor, "form_made_before_attempted")
        elif _ahead(row, account.scene.today):
            account.refuse(row.mentor, "form_day_ahead")
        else:
            _keep(account, by, found[0], row, row.mentor, corrects=corrects)


def _spoken(account: Transcript, by: Person, mentor: Person, day: date | None) -> date | None:
    """The day of a talk as the contact of a row; None where it lies outside the months that lines are about."""
    scene = account.scene
    form = _form_of(scene, mentor, by)
    open_month = scene.text(form, "month") if form is not None else ""
    if day is None or day > scene.today or month_of(day) not in (open_month, scene.month):
        return None
    if _answers_draft(scene) and month_of(day) != open_month:
        told_by_form(account, mentor, day)  # the line belongs to the draft it answers, the day to its own month
        return None
    return day


def _as_drafted(scene: Scene, mentor: Person, row: FormRow) -> bool:
    """Whether the dates of a row are those of our own draft: nobody is told that they are in the wrong order."""
    dates = (*row.attempted, *((row.contact_made,) if row.contact_made else ()))
    if not dates:
        return False
    known = row_of(scene, mentor, month_of(max(dates)))
    return known.attempted == row.attempted and known.contact_made == row.contact_made


def take_lines(account: Transcript, by: Person, message: IncomingMessage) -> tuple[Command, ...]:
    """A coordinator's "Ana Ruiz: spoke 3 March, going well" is kept as that mentor's assessment of the month.

    So is "Ana Ruiz: no answer": of a mentor that is no word of a coordinator's. Gives the words that were such lines.
    """
    if "coordinator" not in by.roles:
        return ()
    own = own_mentors(account.scene, by)
    silent = tuple(
        command
        for command in message.commands
        if command.word == "NO ANSWER" and ":" in command.text and len(named(own, command.about)) == 1
    )
    said = [*message.about.items(), *((command.about, command.text.partition(":")[2].strip()) for command in silent)]
    for name, text in said:
        pair = pair_named(account.scene, name)
        found = named(own, name) if pair is None else tuple(mentor for mentor in own if mentor.id == pair[0].id)
        if len(found) == 1 and not any(command.about == name and command not in silent for command in message.commands):
            take_form(account, by, message, ((found[0], text, message.spoke.get(name)),))
    return silent


def _ahead(row: FormRow, today: date) -> bool:
    return any(day > today for day in (*row.attempted, *((row.contact_made,) if row.contact_made else ())))


def _keep(account: Transcript, by: Person, mentor: Person, row: FormRow, text: str, *, corrects: bool = False) -> None:
    """Keep one row. A row that has been sent is only written anew where the same mail says SEND: nobody corrects by accident."""
    scene = account.scene
    case = _form_of(scene, mentor, by)
    dates = (*row.attempted, *((row.contact_made,) if row.contact_made else ()))
    month = month_of(max(dates)) if dates else _month(scene, case, mentor)
    entry = entry_of(scene, mentor.id, month)
    if entry is not None and entry.sent_at is not None and entry.summary:
        same = row.summary.strip() in ("", entry.summary.strip()) and not (set(row.attempted) - set(entry.attempted))
        if same and row.contact_made in (None, entry.contact_made):
            account.line(text, "form_row_kept", month=month_in_words(month))
            return
        if not corrects or case is None or scene.text(case, "month") not in ("", month):
            account.refuse(text, "form_month_sent")
            return
    known = row_of(scene, mentor, month)
    issues, noted = _typed(row.issues, noted_on(entry))
    account.does(
        PutForm(
            month,
            mentor.coordinator_id or by.id,
            mentor.id,
            row.attempted or (entry.attempted if entry else ()),
            row.contact_made or (entry.contact_made if entry else None),
            row.mentees or (entry.mentees if entry else ()),
            row.summary or known.summary,
            issues or (entry.issues if entry else ""),
            noted=noted,
        )
    )
    if row.contact_made is not None and row.contact_made != known.contact_made:
        told_by_form(account, mentor, row.contact_made)
    made = in_words(row.contact_made) if row.contact_made is not None else ""
    account.line(text, "form_row_kept", month=month_in_words(month), made=made)


def _typed(issues: str, noted: tuple[tuple[str, str | Say], ...]) -> tuple[str, tuple[tuple[str, str | Say], ...] | None]:
    """What a coordinator wrote under issues, without the lines that our draft had put there: nobody has written these.

    And the lines that stay: whoever writes words of their own and leaves ours out has struck them.
    """
    if issues.strip(" .").casefold() in _NOTHING:
        return "", None
    words, kept = " ".join(issues.split()), []
    for kind, line in noted:
        ours = " ".join(line.split()) if isinstance(line, str) else ""
        if ours and ours in words:
            words = words.replace(ours, "", 1)
            kept.append((kind, line))
    typed = "; ".join(part for part in (piece.strip() for piece in words.split(";")) if part)
    return typed, tuple(kept)


def send_waits(account: Transcript, by: Person, message: IncomingMessage) -> tuple[Command, ...]:
    """SEND in a mail of whose rows some were not right: it waits, for what stood there before is not what was to be sent."""
    words = tuple(command for command in message.commands if command.word == "SEND" and not command.corrects)
    if not (words and account.refused and "coordinator" in by.roles):
        return ()
    account.refuse(words[0].text, "form_send_waits")
    return words


def _form_of(scene: Scene, mentor: Person, by: Person) -> Case | None:
    owner = mentor.coordinator_id or by.id
    return next((case for case in scene.situation.cases if case.ladder == "form" and case.subject_id == owner), None)


def _answers_draft(scene: Scene) -> bool:
    return scene.situation.letter is not None and scene.situation.letter.name == "contact_form_draft"


def _month(scene: Scene, case: Case | None, mentor: Person) -> str:
    """Which month's form words without a day belong to: that of the draft they answer, else this month's once it is asked about."""
    open_month = scene.text(case, "month") if case is not None else ""
    asked = bool(row_of(scene, mentor, scene.month).attempted) or scene.today.day >= scene.policy.number("cycle.check_in_day")
    if asked and not _answers_draft(scene):
        return max(open_month, scene.month)
    return open_month or scene.month


def tell_what_is_missing(account: Transcript, by: Person) -> None:
    """What a coordinator who wrote rows still has to do for their form to be sent."""
    months = {item.month for item in account.effects if isinstance(item, PutForm) and item.coordinator_id == by.id}
    scene = account.scene
    case = next((item for item in scene.situation.cases if item.ladder == "form" and item.subject_id == by.id), None)
    for month in sorted(months):
        if case is None or (scene.text(case, "month") or scene.month) != month:
            account.further.append(said("form_later", month=month_in_words(month)))
            continue
        missing = listed(person.name for person in rows_without_summary(scene, by, month))
        unsent = any(
            entry.sent_at is None for entry in scene.situation.forms if entry.coordinator_id == by.id and entry.month == month
        )
        if missing or unsent:
            account.further.append(said("form_next", month=month_in_words(month), missing=missing))
