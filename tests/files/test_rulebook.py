"""The rulebook and the letters' folder: whole or not at all, common first, every file's flaws told together; changes noticed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.files.letters import read_letter_folder
from mailer.files.rulebook import read_rulebook
from mailer.files.values import Override
from mailer.files.watch import Watch
from mailer.model.errors import BadRules, BadTemplate, Flaw
from mailer.model.program import Ladder, Program, Rule, Rulebook
from mailer.wire.words import WORDS

PROGRAM = Program("m2m", "m2m", "MC update", "mc@example.org", ZoneInfo("UTC"))

FILES = {
    "common/words.toml": '[words]\nCONFIRM = ["confirmed"]\n[links]\nmentor = ["Mentor link"]\n',
    "common/safety.toml": 'phrases = ["help me"]\nexcept = ["help me understand"]\n',
    "common/20_first.toml": "rule = []\n",
    "common/ladder_problem.toml": '[ladder]\nname = "problem"\n',
    "m2m/policy.toml": "attempt.count = 3\n",
    "m2m/words.toml": '[words]\nconfirm = ["confirmo", "confirmed"]\n',
    "m2m/10_second.toml": "rule = []\n",
    "m2m/ladder_contact.toml": '# a comment\n[ladder]\nname = "contact"\n',
    "m2m/disclose.toml": '[mentor]\nmentee = ["first_name"]\n',
}


def parse_rules(source: str, data: Mapping[str, object], file: str, profile: str) -> tuple[Rule, ...]:
    """Stands where the real parser of the floor beside it stands: one rule for each file, named by its place."""
    if data.get("bad"):
        raise BadRules(Flaw(file, 1, "a bad rule", "mend it"))
    return (Rule(f"{profile}/{Path(file).stem}", "reply"),)


def parse_ladder(data: Mapping[str, object], file: str, line_of: Callable[[str], int]) -> Ladder:
    head = data["ladder"]
    assert isinstance(head, dict)
    if "bad" in head:
        raise BadRules(Flaw(file, line_of("ladder.bad"), "a bad ladder", "mend it"))
    return Ladder(str(head["name"]), "mentor", "assigned", "first", {}, file=file)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def book(folder: Path, *overrides: Override) -> Rulebook:
    return read_rulebook(PROGRAM, folder, overrides, parse_rules=parse_rules, parse_ladder=parse_ladder, known_words=WORDS)


def flaws_of(folder: Path) -> list[str]:
    with pytest.raises(BadRules) as found:
        book(folder)
    return [str(flaw).replace(f"{folder}/", "") for flaw in found.value.flaws]


def test_common_comes_first_and_the_profile_adds_to_it(tmp_path: Path) -> None:
    found = book(write(tmp_path, FILES))
    assert [rule.name for rule in found.rules] == ["common/20_first", "m2m/10_second"]
    assert found.vocabulary.words == {"CONFIRM": ("confirmed", "confirmo")}
    assert (found.vocabulary.safety, found.vocabulary.safety_except) == (("help me",), ("help me understand",))
    assert found.vocabulary.mentor_links == ("mentor link",)
    assert set(found.ladders) == {"problem", "contact"}
    assert [(clause.reader, clause.about, clause.fields) for clause in found.disclosure.clauses] == [
        ("mentor", "mentee", ("first_name",))
    ]
    assert found.policy.number("attempt.count") == 3


def test_a_ladder_of_the_profile_replaces_the_common_one_of_its_file_name(tmp_path: Path) -> None:
    found = book(write(tmp_path, {**FILES, "m2m/ladder_problem.toml": '[ladder]\nname = "own"\n'}))
    assert set(found.ladders) == {"own", "contact"}


def test_a_story_changes_the_policy_and_so_the_digest(tmp_path: Path) -> None:
    folder = write(tmp_path, FILES)
    changed = book(folder, Override("attempt.count", 4))
    assert changed.policy.number("attempt.count") == 4
    assert changed.digest != book(folder).digest


def test_the_digest_depends_on_every_byte_and_name_but_not_on_the_place(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", FILES), write(tmp_path / "two", FILES)
    assert book(one).digest == book(two).digest
    (two / "m2m/ladder_contact.toml").write_text('# a comment!\n[ladder]\nname = "contact"\n')
    assert book(one).digest != book(two).digest
    write(two, FILES)
    (two / "m2m/10_second.toml").rename(two / "m2m/11_second.toml")
    assert book(one).digest != book(two).digest


WRONG = (
    (
        {"m2m/policy.toml": "attempt.cuont = 3"},
        ["m2m/policy.toml:1: 'attempt.cuont' is no policy key — did you mean 'attempt.count'?"],
    ),
    (
        {"m2m/90 other.toml": ""},
        [
            "m2m/90 other.toml: nobody reads a file of this name — rules are called 10_name.toml, ladders ladder_name.toml; else possible here: disclose.toml, items.toml, policy.toml, safety.toml, words.toml"
        ],
    ),
    (
        {"m2m/word.toml": ""},
        [
            "m2m/word.toml: nobody reads a file of this name — rules are called 10_name.toml, ladders ladder_name.toml; else did you mean 'words.toml'?"
        ],
    ),
    (
        {"common/words.toml": '[words]\nCONFIRM = ["yes"]\nconfirme = ["of course"]'},
        ["common/words.toml:3: 'confirme' is no word that people can write to us — did you mean 'CONFIRM'?"],
    ),
    (
        {"common/words.toml": "[words]\nHOLD = 3"},
        ['common/words.toml:2: HOLD = 3 cannot be used — write a text or a list of texts, ["a", "b"]'],
    ),
    ({"common/safety.toml": "phrase = []"}, ["common/safety.toml:1: 'phrase' is no key of this file — did you mean 'phrases'?"]),
    (
        {"m2m/disclose.toml": '[mentor]\nmentee = ["surname"]'},
        ["m2m/disclose.toml:2: 'surname' is nothing that can be told of a person — did you mean 'name'?"],
    ),
    (
        {"m2m/ladder_two.toml": '[ladder]\nname = "contact"'},
        ["m2m/ladder_two.toml:2: the ladder 'contact' stands in m2m/ladder_contact.toml already — give it another name"],
    ),
    (
        {
            "m2m/10_second.toml": "bad = true",
            "m2m/ladder_contact.toml": '[ladder]\nname = "x"\nbad = 1',
            "common/20_first.toml": "x = = 1",
        },
        [
            "common/20_first.toml:1: this is no TOML: Invalid value — mend the line; every value is a text in quotes, a number, true or false, a date, or a list in [ ]",
            "m2m/10_second.toml:1: a bad rule — mend it",
            "m2m/ladder_contact.toml:3: a bad ladder — mend it",
        ],
    ),
)


@pytest.mark.parametrize(("files", "printed"), WRONG, ids=[next(iter(case[0])) for case in WRONG])
def test_the_flaws_of_all_files_are_told_together(tmp_path: Path, files: dict[str, str], printed: list[str]) -> None:
    assert flaws_of(write(tmp_path, {**FILES, **files})) == printed


def test_a_profile_without_a_policy_is_no_profile(tmp_path: Path) -> None:
    write(tmp_path, {"common/words.toml": ""})
    assert flaws_of(tmp_path) == [
        "m2m/policy.toml: there is no policy that can be read — every profile has one; empty means the defaults"
    ]


def test_a_file_that_is_no_text_is_told_by_its_line(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "m2m/10_second.toml").write_bytes(b"# one\n# \xff\n")
    assert flaws_of(tmp_path) == ["m2m/10_second.toml:2: this is no UTF-8 text — save the file as UTF-8"]


LETTERS = {
    "common/layout.html": "<p>",
    "common/footer.md": "bye",
    "common/neutral.toml": "words = []",
    "common/notes.toml": 'x = "y"',
    "common/wording.toml": "",
    "common/receipt.md": "subject: common",
    "common/digest.md": "subject: common",
    "m2m/check_in.md": "subject: hello",
    "m2m/receipt.md": "subject: own",
    "m2m/.receipt.md.swp": "an editor's leavings",
}


def test_a_profile_falls_back_to_the_common_letters(tmp_path: Path) -> None:
    found = read_letter_folder(write(tmp_path, LETTERS), "m2m").letters
    assert {name: source.text for name, source in found.items()} == {
        "check_in": "subject: hello",
        "receipt": "subject: own",
        "digest": "subject: common",
    }
    assert found["digest"].file == str(tmp_path / "common/digest.md")


def test_what_all_letters_share_is_no_letter(tmp_path: Path) -> None:
    folder = read_letter_folder(write(tmp_path, LETTERS), "m2m")
    assert (folder.text("footer.md"), folder.text("layout.html")) == ("bye", "<p>")
    assert "footer" not in folder.letters


def test_a_missing_footer_is_told(tmp_path: Path) -> None:
    write(tmp_path, LETTERS)
    (tmp_path / "common/footer.md").unlink()
    with pytest.raises(BadTemplate, match=r"footer\.md: this file is missing — every letter needs it"):
        read_letter_folder(tmp_path, "m2m")
    with pytest.raises(BadTemplate, match="there is no such folder"):
        read_letter_folder(tmp_path / "none", "m2m")


def test_a_change_is_told_once_and_only_when_it_has_come_to_rest(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    watch = Watch(tmp_path)
    first = watch.digest
    assert [watch.look(), watch.look()] == [False, False]
    (tmp_path / "m2m/policy.toml").write_text("attempt.count = 4\n")
    assert watch.look() is False
    (tmp_path / "common/words.toml").write_text("# more to come\n")
    assert watch.look() is False
    assert watch.look() is True
    assert watch.look() is False
    assert watch.digest != first


def test_a_file_saved_without_a_change_is_no_change(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    watch = Watch(tmp_path)
    os.utime(tmp_path / "m2m/policy.toml", ns=(1, 1))
    assert [watch.look(), watch.look()] == [False, False]


@pytest.mark.parametrize("name", ["m2m/new.toml", "new/policy.toml"])
def test_new_and_removed_files_are_changes(tmp_path: Path, name: str) -> None:
    write(tmp_path, FILES)
    watch = Watch(tmp_path)
    write(tmp_path, {name: "x = 1"})
    assert [watch.look(), watch.look()] == [False, True]
    (tmp_path / name).unlink()
    assert [watch.look(), watch.look()] == [False, True]


def test_an_editors_leavings_are_no_change(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    watch = Watch(tmp_path)
    write(tmp_path, {"m2m/.policy.toml.swp": "x", "m2m/policy.toml~": "x", "m2m/#policy.toml#": "x"})
    assert [watch.look(), watch.look()] == [False, False]


def test_a_single_file_can_be_watched(tmp_path: Path) -> None:
    place = tmp_path / "settings.toml"
    place.write_text("a")
    watch = Watch(place)
    place.write_text("ab")
    assert [watch.look(), watch.look()] == [False, True]
