"""A message came: what it means decides what is done. Machines are never answered, strangers change nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from db.records import Letter, Person, PersonState
from mailer.core.ladders.act import duty_note
from mailer.core.mail import answered, copies, hands_off, kits, results, signs, strange_words, unkept
from mailer.core.mail.doubt import nobody_known, unproved
from mailer.core.mail.enclosures import files_of
from mailer.core.mail.in_vain import in_vain
from mailer.core.people import addresses, rosters
from mailer.core.people.absence import address_broken, away, look_after, mended
from mailer.core.people.contact import contact
from mailer.core.people.form_mail import send_waits, take_form, take_lines, tell_what_is_missing
from mailer.core.telling.offered import as_written
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import said
from mailer.core.words import corrections, safety
from mailer.core.words import obey as words
from mailer.core.words.candidates import only_refused
from mailer.core.words.help import waits_for_a_word, word_list
from mailer.core.words.plain_words import (
    ask_who_would_stop,
    flags_in,
    marked,
    number_given,
    plainly,
    sendings,
    thanked,
    told_besides,
)
from mailer.core.words.recall import open_about
from mailer.core.world.moments import in_words
from mailer.core.world.scene import Scene
from mailer.core.world.who import MEMBERS, holder
from mailer.model.classes import LetterClass
from mailer.model.consent import NotKept
from mailer.model.decision import (
    AddEvent,
    AddNote,
    Decision,
    Effect,
    LetterBounced,
    MailArrived,
    PutAnswers,
    PutPerson,
)
from mailer.model.mail import Command, IncomingMessage, Proof

_IGNORED = {
    "own": "one of our own letters came back to the inbox",
    "receipt": "a read receipt that a machine sent by itself",
    "calendar": "a calendar answered by itself",
    "list": "mail of a list",
}


def mail_arrived(scene: Scene, mail: MailArrived) -> Decision:
    """Decide about one message. The situation names the people its sender can be, and the letter it answers."""
    message = mail.classified.message
    person = sender(scene)
    match mail.classified.means:
        case "receipt" | "calendar" as means if message.by_hand:
            return signs.without_words(scene, means)
        case "own" | "receipt" | "calendar" | "list" as means:
            return Decision((), _IGNORED[means])
        case "bounce":
            return bounced(scene, message)
        case "complaint":
            return Decision(duty_note(scene, "staff", "complaint", {}), "somebody marked a letter as unwanted")
        case "auto_reply":
            return _auto_reply(scene, message, person, mail.proof)
        case "safety":
            return safety.cry_for_help(scene, mail, person)
        case _ if person is None:
            return nobody_known(scene, mail)
        case _ if copies.is_copy(scene, person, message):
            return copies.evidence_of(scene, person, mail)
        case _ if safety.holds(person) and not any(command.word == "STOP" for command in message.commands):
            return safety.while_held(scene, mail, person)
        case _ if not mail.proof.suffices:
            return unproved(scene, mail, person)
        case _ if person.state is PersonState.UNCONFIRMED and not hands_off.first_words(mail):
            return hands_off.before_confirmed(scene, mail, person)
        case _:
            return _person_wrote(scene, mail, person)


def sender(scene: Scene) -> Person | None:
    """Who wrote: of several people at one address the one the answered letter went to; nobody where that does not tell."""
    ids = scene.situation.sender_ids
    letter = scene.situation.letter
    if letter is not None and letter.to_id in ids:
        return scene.person(letter.to_id)
    return scene.person(ids[0]) if len(ids) == 1 else None


def _answered(scene: Scene, person: Person | None) -> Letter | None:
    """The letter this mail answers, if it was written to this person."""
    letter = scene.situation.letter
    return letter if letter is not None and person is not None and letter.to_id == person.id else None


def bounced(scene: Scene, message: IncomingMessage) -> Decision:
    """A delivery report: a letter that came back is no attempt; a dead address stops the clocks (4A ADDRESS_BROKEN)."""
    letter = scene.situation.letter
    report = message.bounce
    if report is None or not report.recipients:
        return Decision((), "a delivery report without a recipient")
    if letter is None or letter.to_id is None:
        return Decision((), "a delivery report about no letter of ours")
    failed = [item for item in report.recipients if not item.delayed]
    if not failed:
        return Decision((), "delayed is not failed")
    person = scene.person(letter.to_id)
    if person is None:
        return Decision((LetterBounced(letter.id),), "a letter came back")
    if person.state is PersonState.FORGOTTEN:  # the report names the address that is to be known no more
        return Decision(
            (LetterBounced(letter.id), NotKept("a report about somebody forgotten")), "a letter to somebody forgotten came back"
        )
    decided = undelivered(scene, letter, person, permanent=any(item.permanent for item in failed), cause=failed[0].cause.value)
    if scene.book.classes.get(letter.name) is LetterClass.DISCLOSURE:  # the report may hold what the letter said (7.2, item 11)
        told = look_after(scene, person, "disclosure_came_back", {"letter": said(f"letter {letter.name}")})
        return Decision((*decided.effects, *told, NotKept("a report about a disclosure")), decided.because)
    return decided


def undelivered(scene: Scene, letter: Letter, person: Person, *, permanent: bool, cause: str) -> Decision:
    """A letter came back or was refused at the door."""
    effects: list[Effect] = [LetterBounced(letter.id)]
    if permanent and person.address_broken_on is None:
        effects.extend(address_broken(scene, person))
        return Decision(tuple(effects), "the address is dead: clocks stop, a human is asked")
    effects.extend(look_after(scene, person, "letter_came_back", {"cause": cause}))
    return Decision(tuple(effects), "a letter came back; the address itself is not dead")


def _auto_reply(scene: Scene, message: IncomingMessage, person: Person | None, proof: Proof) -> Decision:
    if person is None:
        return Decision((), "an automatic reply of a stranger")
    until = message.away_until
    if until is None or until < scene.today or until > scene.today + timedelta(days=366):
        return Decision((), "an automatic reply without a day; a machine's answer is no contact")
    if not proof.suffices:
        effects: tuple[Effect, ...] = (AddEvent(person.id, "sign_of_life", scene.today, "automatic reply"),)
        return Decision((*effects, *look_after(scene, person, "unproved_sign", {})), "an unproved absence is a sign of life")
    notes = look_after(scene, person, "is_away", {"date": in_words(until)})
    return Decision((*away(scene, person, until), *notes), "away: clocks stand still until the day after")


def _person_wrote(scene: Scene, mail: MailArrived, person: Person) -> Decision:
    message = mail.classified.message
    withheld, spoken, unread = unkept.withheld(scene, person), False, False
    if withheld:
        message, spoken, unread = unkept.without(message, person)
    else:
        message = strange_words.as_sentences(message, scene.book)
    letter = _answered(scene, person)
    message = plainly(scene, message, letter)
    mail = replace(mail, classified=replace(mail.classified, message=message))
    account = Transcript(scene)
    stopped = any(command.word == "STOP" for command in message.commands)
    if person.address_broken_on is not None and open_about(scene, person) is None:
        account.does(PutPerson(person.id, {"address_broken_on": None}), *mended(scene, person))
    # What a mail brings goes before what it asks for: rows and SEND may stand in one mail.
    take_form(account, person, message)
    lines = take_lines(account, person, message)
    lines = (*lines, *send_waits(account, person, message))
    kits.take(account, person, message)
    rosters.take(account, person, mail)
    results.take(account, person, message, mail.classified.means)
    account.settle(0)
    _obey(account, person, mail, letter, besides=lines)
    taken = answered.by_a_walk(account, person, message, letter)
    if hands_off.applies(account.scene, person):
        hands_off.leave_alone(account, person, mail, taken)
    elif person.roles & set(MEMBERS):
        contact(account, person, stopped, letter)
        addresses.asked_for(account, person, mail)
        if withheld:
            unkept.tell(account, message, taken=taken, spoken=spoken, unread=unread)
        elif not taken:
            _tell_answers(account, person, message, letter)
            if message.parting and not stopped:
                ask_who_would_stop(account, message)
            elif not account.lines and not account.refused:
                account.does(*thanked(account.scene, person, message, letter))
    elif not taken and not account.lines and not account.refused and message.new_text.strip():
        begins = message.new_text.strip().split("\n")[0][:80]
        facts: dict[str, object] = {"person": {"name": person.name}, "text": message.new_text[:2000]}
        read = duty_note(account.scene, "staff", "words_to_read", facts, person)
        account.does(*read)
        if not read:  # nobody else is there to read it
            account.refuse(begins, "no_word_of_ours")
        elif letter is not None and safety.waits(account.scene, letter):
            account.refuse(begins, "safety_stands", ["DONE"])
        elif letter is not None and waits_for_a_word(account.scene, person):
            # Who answered a question in words that decide nothing would else believe that it was decided.
            account.refuse(begins, "read_by_staff")
        else:
            account.does(*thanked(account.scene, person, message, letter))
    elif not taken and not account.lines and not account.refused and (files := files_of(message)):
        account.refuse(", ".join(item.name or item.type for item in files)[:80], "file_unread")
    tell_what_is_missing(account, person)
    replies = account.reply(
        person, mail.journal_id, letter, word_list(account.scene, person) if account.refused else [], message.subject
    )
    if account.refused and not replies:
        replies = in_vain(account, person)
    because = "; ".join(account.because) or f"{mail.classified.means}: {len(account.lines)} done, {len(account.refused)} not"
    return Decision((*account.standing(), *replies), because)


def _obey(account: Transcript, person: Person, mail: MailArrived, letter: Letter | None, besides: Collection[Command]) -> None:
    """What the words of a mail ask for, one after the other; then what it says anew of a receipt."""
    message = mail.classified.message
    undone = {command.text for command in message.commands if command.word == "UNDO"}
    said = tuple(
        command
        for command in message.commands
        # "wait, UNDO" is one wish: nothing else of that line is done first.
        if not command.corrects and command not in besides and (command.word == "UNDO" or command.text not in undone)
    )
    said = tuple(command for at, command in enumerate(said) if command not in said[:at])  # "STOP, please stop" is said once
    unclear = words.contradicting(said)

    def obey(command: Command) -> None:
        since = len(account.lines)
        phone = number_given(message) if command.word == "PHONE ME" else ""
        words.obey(account, person, command, letter, mail.journal_id, phone)
        account.settle(since)

    for command in said:
        if command in unclear:
            account.refuse(command.text or command.word, "contradicts", word=command.word)
        else:
            obey(command)
    corrected = corrections.anew(message, letter)
    corrections.correct(account, person, message, letter, obey)
    for line in message.unknown_lines:
        text, _, nearest = line.partition(" ~ ")
        if message.parting and nearest == "STOP":
            continue  # asked about in a kinder way
        if nearest and text.upper().startswith(nearest):
            account.refuse(text, "word_unread", [as_written(nearest)], word=nearest)
        elif nearest and only_refused(account.scene, person, Command(nearest, {}, 0, text), letter):
            obey(Command(nearest, {}, 0, text))  # "I agree, I will sign it": offered that word, they would only be refused
        elif not any(text.endswith(anew) for anew in corrected.values()):
            account.refuse(text, "not_a_word", [as_written(nearest)] if nearest else [], nearest=nearest)


def _tell_answers(account: Transcript, person: Person, message: IncomingMessage, letter: Letter | None) -> None:
    """Answers and free words are kept, and told to whoever looks after this person (R-018, reply grammar 5)."""
    text, files = message.new_text.strip(), len(files_of(message))
    scene = account.scene
    if not text and not message.answers:
        if not message.commands and not account.lines and not account.refused:
            account.does(*look_after(scene, person, "wordless", {"files": files}))
        return
    if scene.policy.word("involvement") == "directory":
        # What a pair talks about is theirs: a mail that asks for nothing is read by a person, and not kept as an answer.
        if not message.commands:
            account.does(*duty_note(scene, "staff", "words_to_read", {"person": {"name": person.name}, "text": text[:2000]}))
        return
    account.does(PutAnswers(person.id, letter.name if letter else "", scene.month, message.answers, text))
    account.does(*marked(scene, person, message, letter))
    now = account.scene.person(person.id)
    if now is not None and now.away_until is not None and now.away_until != person.away_until:
        _tell(account, person, letter, "is_away", {"date": in_words(now.away_until)})
    loose = account.loose if scene.policy.word("involvement") == "monthly" else set()  # elsewhere pairs are left alone
    if any(command.word != "OK" and command.text not in loose for command in message.commands) and not message.answers:
        text = told_besides(message)
        if not text:
            return
    facts: dict[str, object] = {"text": _told(text, message.answers)[:4000], "count": len(message.answers), "files": files}
    facts["flags"] = len(flags_in(scene, message, letter))
    kind = "would_stop" if message.parting else "has_answered"
    _tell(account, person, letter, kind, facts)


def _tell(account: Transcript, person: Person, letter: Letter | None, kind: str, facts: Mapping[str, object]) -> None:
    """A digest line for whoever reads the answers to this letter, else for whoever looks after its writer."""
    reader = _reader(account.scene, letter)
    if reader is not None and reader.id != person.id:
        account.does(AddNote(reader.id, kind, {"person": {"name": person.name}, **facts}))
    else:
        account.does(*look_after(account.scene, person, kind, dict(facts)))


def _told(text: str, answers: Mapping[str, str]) -> str:
    """The answers by their numbers, then whatever words were written besides them."""
    numbered = "; ".join(f"{number}: {answer}" for number, answer in answers.items())
    known = {line.strip() for answer in answers.values() for line in answer.split("\n")}
    besides = [line for line in text.split("\n") if not any(words and line.strip().endswith(words) for words in known)]
    rest = "\n".join(besides).strip() if numbered else text
    return "; ".join(part for part in (numbered, rest) if part)


def _reader(scene: Scene, letter: Letter | None) -> Person | None:
    """Who reads the answers to a letter, where its ladder names somebody (`read_by`): what is told to one is not passed on."""
    case = scene.situation.case
    role = next((sending.read_by for sending in sendings(scene, letter) if sending.read_by), "")
    return holder(scene.situation, role, case) if role and case is not None else None
