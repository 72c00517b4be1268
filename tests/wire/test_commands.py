"""Words of the reply grammar are found as people write them, and no sentence ever acts as one."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.model.program import Vocabulary
from mailer.wire.commands.read import read_commands
from mailer.wire.words import WORDS
from tests.wire.desk import vocabulary

MONDAY = date(2027, 10, 18)


def read(text: str) -> list[tuple[str, dict[str, object]]]:
    commands, _ = read_commands(text, vocabulary(), sent=MONDAY, order="mdy")
    return [(command.word, dict(command.arguments)) for command in commands]


def words(text: str) -> list[str]:
    return [word for word, _ in read(text)]


def unknown(text: str) -> tuple[str, ...]:
    return read_commands(text, vocabulary(), sent=MONDAY, order="mdy")[1]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("CONFIRM", "CONFIRM"),
        ("Confirm.", "CONFIRM"),
        ("please confirm", "CONFIRM"),
        ("Please confirm, thanks!", "CONFIRM"),
        ("OK, CONFIRM", "CONFIRM"),
        ("Hi, confirm please. Thanks, Hedda", "CONFIRM"),
        ("Hi, please confirm. Thanks, Hedda", "CONFIRM"),
        ("*CONFIRM*", "CONFIRM"),
        ("- CONFIRM", "CONFIRM"),
        ('"Confirm"', "CONFIRM"),
        ("CONFIRM. She has been away for six weeks.", "CONFIRM"),
        ("Bestätigt", "CONFIRM"),
        ("Confirmo, gracias", "CONFIRM"),
        ("STOP!!!", "STOP"),
        ("Please stop sending me letters", "STOP"),
        ("UNSUBSCRIBE", "STOP"),
        ("Yes please", "YES"),
        ("No, thank you", "NO"),
        ("Yes, I agree.", "AGREE"),
        ("ok", "OK"),
        ("not reached", "NOT REACHED"),
        ("NOT-REACHED", "NOT REACHED"),
        ("Not reached. She never picks up", "NOT REACHED"),
        ("Reached her yesterday, she was ill.", "REACHED"),
        ("I need staff please", "NEED STAFF"),
        ("Send it, please!", "SEND"),
        ("SENT ALL", "SENT"),
        ("Why?", "WHY"),
        ("I UNDERSTAND, thank you", "I UNDERSTAND"),
        ("I would like a mentor", "REQUEST MENTOR"),
        ("TALK TO A MENTEE", "TALK TO A MENTEE"),
        ("RESCIND", "RESCIND"),
        ("REOPEN", "REOPEN"),
        ("Reopen please, she wrote to me today!", "REOPEN"),
        ("I could not reach her.", "NOT REACHED"),
        ("👍 Confirm", "CONFIRM"),
        ("Withdraw", "WITHDRAW"),
        ("not now", "NOT NOW"),
        ("I am back, sorry.", "RETURN"),
        ("Not reached, sorry about that", "NOT REACHED"),
    ],
)
def test_polite_words_around_a_word_do_not_matter(text: str, word: str) -> None:
    assert words(text) == [word]


@pytest.mark.parametrize(
    "text",
    [
        "I cannot confirm yet",
        "Confirm?",
        "Confirm. Actually no, wait",
        "CONFIRM - but only for Milo",
        "please don't stop",
        "no, hold on",
        "Hold on",
        "we will hold a meeting",
        "Give me two days, I may have her telephone number.",
        "No problem",
        "Yes, all good",
        "All good, thanks!",
        "The end",
        "Team,",
        "Has Mel not answered?",
        "If she has not answered by Friday, confirm.",
        "What does CONFIRM do?",
        "You wrote: CONFIRM, HOLD 7 or REOPEN. Which one is best?",
        "I want to stop smoking",
        "Reached out to her twice",
        "Match is going well",
        "Help me with this form please",
        "Plan is to meet on Friday",
        "problem is that I can't log in",
        "Contact me by phone on 3 October",
        "No reply needed",
        "No answer yet",
        "I had no answer from you",
        "Mel is away until 5 November",
        "1: yes",
        "> CONFIRM",
        "Mentor: Carmen Ibarra",
        "Contact made: 2027-10-18",
        "Issues: none",
        "CONFIRM | HOLD 7 | REOPEN",
    ],
)
def test_a_sentence_that_holds_a_word_is_no_command(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("hold 10", {"days": 10}),
        ("Hold 7 days please", {"days": 7}),
        ("HOLD for a week, I may still have her number", {"days": 7}),
        ("hold it for another two weeks", {"days": 14}),
        ("hold until 1 November", {"days": 14, "until": date(2027, 11, 1)}),
        ("SNOOZE 3", {"days": 3}),
        ("SINCE 2027-09-10", {"date": date(2027, 9, 10)}),
        ("since 3 weeks", {"days": 21}),
        ("about three weeks", {"days": 21}),
        ("Since early September", {"date": date(2027, 9, 1)}),
        ("Away until 2 November", {"until": date(2027, 11, 2)}),
        ("I'm away from 25 October to 2 November", {"until": date(2027, 11, 2)}),
        ("On vacation, back on 5 November", {"until": date(2027, 11, 4)}),
        ("Away for two weeks", {"until": date(2027, 11, 1)}),
        ("NOTICE 2027-11-10", {"date": date(2027, 11, 10)}),
        ("NOTICE Joyce Keel 10 November", {"date": date(2027, 11, 10), "who": "Joyce Keel"}),
        ("ATTEMPT Ana Ruiz 2027-10-15 phone", {"who": "Ana Ruiz", "date": date(2027, 10, 15), "how": "phone"}),
        ("please send all", {"who": "ALL"}),
        ("SENT ALL", {"who": "ALL"}),
        ("Contact E-77 3 October by phone", {"who": "E-77", "date": date(2027, 10, 3), "how": "phone"}),
        ("no answer from E-77", {"who": "E-77"}),
        ("I haven't heard from Mel for three weeks.", {"who": "Mel", "days": 21}),
        ("NO ANSWER Mel Park", {"who": "Mel Park"}),
        ("Mel hasn't answered for three weeks.", {"who": "Mel", "days": 21}),
        ("Mel Park still has not replied to my letters since 20 September", {"who": "Mel Park", "date": date(2027, 9, 20)}),
        ("Could you hold this for 5 days please?", {"days": 5}),
        ("AWAY 25 October - 5 November", {"until": date(2027, 11, 5)}),
        (
            "APPROVE Ana Ruiz ana@example.org coordinator=piet@example.com",
            {"name": "Ana Ruiz", "email": "ana@example.org", "coordinator": "piet@example.com"},
        ),
        ("approve Ana Ruiz <ana@example.org>", {"name": "Ana Ruiz", "email": "ana@example.org"}),
        ("APPROVE mentor=ana@example.org", {"mentor": "ana@example.org"}),
        ("PROBLEM Ana Ruiz: cannot find time", {"who": "Ana Ruiz", "text": "cannot find time"}),
        ("PLAN: We call on Friday", {"text": "We call on Friday"}),
        ("ELIGIBLE gregor@example.com c1a", {"mentor": "gregor@example.com", "basis": "C1a"}),
        ("DIRECTORY grief north", {"tags": ("grief", "north")}),
        ("CHOOSE Henrike Stahl", {"who": "Henrike Stahl"}),
        ("REFUSE Ana Ruiz", {"who": "Ana Ruiz"}),
        (
            "VERIFY Ana Ruiz years=12 domain=SUD until=2028-05-01",
            {"who": "Ana Ruiz", "years": 12, "domain": "SUD", "until": date(2028, 5, 1)},
        ),
        ("ENROLL Marek Blau marek@example.com", {"name": "Marek Blau", "email": "marek@example.com"}),
        ("UNDO 2", {"number": 2}),
        ("hang on, wrong person, UNDO 2 please", {"number": 2}),
        ("WAIVE henrike@example.org joyce@example.com", {"mentor": "henrike@example.org", "mentee": "joyce@example.com"}),
        ("FLAG mentor=ana@example.org kind=question", {"mentor": "ana@example.org", "kind": "question"}),
        ("CONCERN he is always late", {"text": "he is always late"}),
    ],
)
def test_arguments_are_read_by_the_grammar_of_the_word(text: str, arguments: dict[str, object]) -> None:
    assert [found for _, found in read(text)] == [arguments]


def test_a_match_and_a_release_name_two_people() -> None:
    assert read("MATCH lucia@example.org gregor@example.com")[0][1]["mentor"] == "gregor@example.com"
    word, arguments = read("RELEASE SIGNED lucia@example.org gregor@example.com 12 October 2027")[0]
    assert (word, arguments["participant"], arguments["recipient"]) == ("RELEASE SIGNED", "lucia@example.org", "gregor@example.com")
    assert arguments["date"] == date(2027, 10, 12)


def test_log_lines_are_known_by_their_shape_and_narrative_is_left_out() -> None:
    text = "2027-10-12 C-90 M 45 F skill=timetable\nShe has found the museum alone.\nC-18 25 T\nCORRECT 2 2027-10-12 C-90 S 40 T"
    assert read(text) == [
        ("LOG", {"client": "C-90", "date": date(2027, 10, 12), "kind": "M", "minutes": 45, "how": "F", "skill": "timetable"}),
        ("LOG", {"client": "C-18", "minutes": 25, "how": "T"}),
        ("CORRECT", {"number": 2, "client": "C-90", "date": date(2027, 10, 12), "kind": "S", "minutes": 40, "how": "T"}),
    ]


def test_several_words_stand_one_a_line_or_in_clauses() -> None:
    assert words("SINCE 3 weeks\nNOT REACHED\n\nAna") == ["SINCE", "NOT REACHED"]
    assert words("SINCE 3 weeks, NOT REACHED") == ["SINCE", "NOT REACHED"]
    assert words("I UNDERSTAND\nPRIVATE MAILBOX\nSHOW MY NAME") == ["I UNDERSTAND", "PRIVATE MAILBOX", "SHOW MY NAME"]


@pytest.mark.parametrize(
    ("line", "about", "word"),
    [
        ("Ana Torre and Mel: RESOLVED", "Ana Torre and Mel", "RESOLVED"),  # as a digest calls a pair
        ("Ana & Mel - CONFIRM", "Ana & Mel", "CONFIRM"),
        ("Ana Torre y Mel Rey: PLAN call on Sundays", "Ana Torre y Mel Rey", "PLAN"),
    ],
)
def test_two_names_in_front_say_which_pair_a_word_concerns(line: str, about: str, word: str) -> None:
    commands, _ = read_commands(line, vocabulary(), sent=MONDAY, order="mdy")
    assert [(one.word, one.about) for one in commands] == [(word, about)]


@pytest.mark.parametrize("line", ["Ana and her dog and Mel: CONFIRM", "Wind and weather: CONFIRM", "And Mel: CONFIRM"])
def test_what_is_not_two_names_is_no_pair(line: str) -> None:
    commands, _ = read_commands(line, vocabulary(), sent=MONDAY, order="mdy")
    assert not any(one.about for one in commands)


def test_a_name_in_front_says_whom_a_word_concerns() -> None:
    commands, _ = read_commands(
        "Ana Ruiz: CONFIRM\nAna: no answer from Mel\nE-77: NOT REACHED", vocabulary(), sent=MONDAY, order="mdy"
    )
    assert [(one.word, one.about, one.line) for one in commands] == [
        ("CONFIRM", "Ana Ruiz", 1),
        ("NO ANSWER", "Ana", 2),
        ("NOT REACHED", "E-77", 3),
    ]


def test_text_behind_a_word_goes_on_until_the_next_word() -> None:
    assert read("PLAN We call on Friday\nand meet after.\n\nSEND") == [
        ("PLAN", {"text": "We call on Friday\nand meet after."}),
        ("SEND", {}),
    ]
    assert read("RELAY Hello Henrike,\nI would like to meet.") == [("RELAY", {"text": "Hello Henrike,\nI would like to meet."})]


def test_an_application_takes_its_labelled_lines() -> None:
    ((word, fields),) = read(
        "Mentorship application\nName: Ana Ruiz\nYears: 12 years\nTopics: grief, ethics\nRegion: north\n\nThank you, Ana"
    )
    assert word == "MENTORSHIP APPLICATION"
    assert fields == {"name": "Ana Ruiz", "years": 12, "topics": ("grief", "ethics"), "region": "north"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("CONFRIM", "CONFRIM ~ CONFIRM"),
        ("Confrim", "Confrim ~ CONFIRM"),
        ("HLOD 7", "HLOD 7 ~ HOLD"),
        ("REOPN", "REOPN ~ REOPEN"),
        ("NOTICE soon", "NOTICE soon ~ NOTICE"),
    ],
)
def test_a_near_miss_is_named_with_the_nearest_word(text: str, line: str) -> None:
    assert words(text) == []
    assert unknown(text) == (line,)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("RECALL K7F3", "K7F3"),
        ("recall ana@example.org, please", "ana@example.org"),
        ("Recall Ana Ruiz", "Ana Ruiz"),
        ("Recall what I wrote last week.", ""),
        ("FORGET E-77", "E-77"),
        ("Forget it", ""),
        ("Forgot", ""),
        ("Forget Monday, I am ill", ""),
        ("Recall Ana and me last spring", ""),
        ("I recall Ana Ruiz", ""),
        ("Recall", ""),
    ],
)
def test_words_of_weight_name_one_person_and_nothing_else_and_are_never_guessed(text: str, who: str) -> None:
    assert [arguments for _, arguments in read(text)] == ([{"who": who}] if who else [])
    assert unknown(text) == ()


@pytest.mark.parametrize("text", ["Dear all,", "Ana", "Many greetings from Spain", "We are fine.", "Best wishes"])
def test_ordinary_lines_are_not_taken_for_misspelled_words(text: str) -> None:
    assert unknown(text) == ()


def test_nothing_below_a_signature_mark_counts() -> None:
    assert words("We are fine.\n-- \nSTOP") == []


def test_every_word_is_understood_as_letters_write_it() -> None:
    bare = [word for word, rule in WORDS.items() if rule.grammar == "bare" and word not in ("KIND", "DAY")]
    assert [word for word in bare if words(word) != [word] or words(word.title()) != [word]] == []


def test_an_admins_list_adds_ways_() -> None:
    own = Vocabulary({"CONFIRM": ("so be it",)})
    assert [one.word for one in read_commands("So be it!", own, sent=MONDAY, order="mdy")[0]] == ["CONFIRM"]


@pytest.mark.parametrize(
    "text", ["ok " * 50_000, "please " * 50_000, "a: " * 50_000, "CONFIRM\n" * 20_000, "CONFRIM HLOD\n" * 20_000, "\x00\ud800 STOP"]
)
def test_hostile_text_is_read_without_exception_and_within_its_limit(text: str) -> None:
    commands, lines = read_commands(text, vocabulary(), sent=MONDAY, order="mdy")
    assert len(commands) <= 200
    assert len(lines) <= 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("oh no wait, UNDO please!", ["UNDO"]),
        ("Can you undo that?", ["UNDO"]),
        ("No UNDO needed", []),
        ("I don't want to UNDO it", []),
        ("what does UNDO do?", []),
        ("NEED STAFF Frank was rude to me", ["NEED STAFF"]),
        ("need staff, but please not my coordinator", ["NEED STAFF"]),
        ("staff please note that I am out", []),
        ("Swap please, I have too many already", ["SWAP"]),
        ("Can we swap days next week?", []),
        ("RETURN - sorry, I had an operation", ["RETURN"]),
        ("Return to sender", []),
        ("2. NOT REACHED", ["NOT REACHED"]),
        ("5. done", []),
        ("OK sounds good", []),
        ("STOP - I have moved and can't take part any longer", ["STOP"]),
        ("Stop - not yet", []),
    ],
)
def test_a_remark_or_an_alarm_around_a_word_does_not_hide_it(text: str, words: list[str]) -> None:
    assert [word for word, _ in read(text)] == words
