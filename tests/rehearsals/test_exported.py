"""What is handed over to one person holds nothing of anybody else that this person may not know, after a life in each profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailer.files.settings import read_settings
from mailer.modes.explain import Unknown
from mailer.modes.export import gather
from mailer.modes.forget import plan
from mailer.modes.rehearse import KEY
from mailer.steps.forget import forget
from tests.rehearsals.canaries import CODE, MADE, NUMBER, Aviary, Being, digits
from tests.rehearsals.forgotten import END, ROOT, lived, settle
from tests.rehearsals.test_canaries import MAY, WORDS


def strangers_words(aviary: Aviary, profile: str, reader: Being, letter: str, text: str) -> list[str]:
    """What stands in a text that is somebody else's, and is not for this reader."""
    found: list[str] = []
    low = text.casefold()
    own = {reader.email}
    for code in {*CODE.findall(low), *(digits(number)[-10:] for number in NUMBER.findall(low))}:
        if code in aviary.said:
            sender, kind = aviary.said[code]
            sent = letter and reader.role in WORDS[profile].get(kind, ())  # a letter they have had already
            assessed = kind == "form" and reader.coordinator == sender  # what their coordinator noted of them
            if sender not in own and not sent and not assessed:
                found.append(f"words ({kind}) of {sender} in {letter or 'the rest'}")
            continue
        owner, what = aviary.canaries[code]
        assert owner is not None
        if owner is not reader and not MAY[profile](reader, owner, what, letter):
            found.append(f"{what} of a {owner.role} in {letter or 'the rest'}")
    return found


@pytest.mark.parametrize("profile", sorted(MADE))
def test_it_holds_their_own_and_nothing_of_others_that_they_may_not_know(profile: str, tmp_path: Path) -> None:
    aviary = MADE[profile](seed=3, months=2)
    store, books = lived(aviary, f"sqlite:///{tmp_path / 'life.db'}")
    settings = read_settings(ROOT / "settings.toml", {})
    leaks: list[str] = []
    letters = own_words = 0
    for being in aviary.people:
        told: dict[str, Any] = gather(store, settings, books, being.email, END)
        (program,) = told["programs"]
        letters += len(program["letters_we_sent"])
        for letter in program.pop("letters_we_sent"):
            leaks += [f"{being.role}: {leak}" for leak in strangers_words(aviary, profile, being, letter["letter"], str(letter))]
        rest = json.dumps(program, ensure_ascii=False)
        leaks += [f"{being.role}: {leak}" for leak in strangers_words(aviary, profile, being, "", rest)]
        own_words += sum(sender == being.email and code in rest for code, (sender, _) in aviary.said.items())
        assert told["person"]["name"] == being.name and told["person"]["address"] == being.email
    assert leaks == []
    assert letters > 20 and (own_words > 3 or profile == "peer"), "too little happened to show anything"
    store.close()


def test_what_others_said_in_confidence_is_not_told_to_whom_it_names(tmp_path: Path) -> None:
    aviary = MADE["m2m"](seed=3, months=1)
    mentor = aviary.each("mentor")[0]
    mentee = next(item for item in aviary.each("mentee") if item.mentor == mentor.email)
    aviary.lines.clear()
    aviary.mail(END.date().replace(month=2, day=2), mentee.email, f"PROBLEM {mentor.first} never calls back")
    store, books = lived(aviary, f"sqlite:///{tmp_path / 'life.db'}")
    settings = read_settings(ROOT / "settings.toml", {})
    told = [gather(store, settings, books, being.email, END)["programs"] for being in (mentee, mentor)]
    assert "never calls back" in str(told[0]) and "'about': 'problem'" in str(told[0])
    assert "never calls back" not in str(told[1]) and "problem" not in str(told[1])
    store.close()


def test_a_release_and_what_was_told_under_it_are_listed_by_role(tmp_path: Path) -> None:
    aviary = MADE["mphp"](seed=3, months=2)
    store, books = lived(aviary, f"sqlite:///{tmp_path / 'life.db'}")
    settings = read_settings(ROOT / "settings.toml", {})
    found: list[Any] = [gather(store, settings, books, being.email, END)["programs"] for being in aviary.each("participant")]
    given = {paper["to"] for (program,) in found for paper in program["releases_you_gave"]}
    assert given and given <= {"mentor", "participant"}
    being = aviary.each("participant")[0]
    settle(store, "mphp", being)
    planned = plan(store, books, being.email)
    forget(store, books, KEY, planned, END)
    with pytest.raises(Unknown, match="is forgotten"):
        gather(store, settings, books, planned.ref, END)
    store.close()
