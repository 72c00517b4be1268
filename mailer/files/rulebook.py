"""Loads what an admin wrote for one program except the letters: policy, words, rules, ladders, disclosure; whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from mailer.files.disclosure import read_disclosure
from mailer.files.fields import Table
from mailer.files.folders import Source, digest_of, from_here, read_folder
from mailer.files.items import read_items
from mailer.files.policy import override_policy, policy_from
from mailer.files.toml_lines import Toml, read_toml
from mailer.files.values import Override, nearest
from mailer.model.disclosure import Disclosure
from mailer.model.errors import Bad, BadRules, Flaw
from mailer.model.program import Item, Ladder, Policy, Program, Rule, Rulebook, Vocabulary

# Parsers come as arguments: this floor knows files, the floors beside it know what stands in them.
RulesParser = Callable[[str, Mapping[str, object], str, str], Sequence[Rule]]  # source, data, file, folder ("common", "m2m")
LadderParser = Callable[[Mapping[str, object], str, Callable[[str], int]], Ladder]  # data, file, line of a dotted key

_RULES = re.compile(r"\d\d_[a-z0-9_]+\.toml")
_LADDER = re.compile(r"ladder_[a-z0-9_]+\.toml")
_ONE_OF_A_KIND = ("policy.toml", "words.toml", "safety.toml", "disclose.toml", "items.toml")


def read_rulebook(
    program: Program,
    folder: Path,
    policy_overrides: Sequence[Override] = (),
    *,
    parse_rules: RulesParser,
    parse_ladder: LadderParser,
    known_words: Collection[str] = (),
) -> Rulebook:
    """Reads `folder`/common and `folder`/<profile>; raises BadRules with the flaws of all files.

    Rules: common/ first, then the profile's, each in the order of their numbers. Words and safety phrases of both are
    joined. A ladder or disclosure of the profile replaces the common one of the same file name. Where `known_words` are given,
    a word of words.toml that is none of them is a flaw: nothing would ever come of it.
    """
    flaws: list[Flaw] = []
    common = read_folder(folder / "common", (".toml",), BadRules)
    own = read_folder(folder / program.profile, (".toml",), BadRules)
    parsed: dict[str, Toml] = {}
    for source in (*common, *own):
        flaws += _misnamed(source)
        with _Gather(flaws):
            parsed[source.file] = read_toml(source.text, source.file, BadRules)
    policy = Policy({})
    with _Gather(flaws):
        policy = _policy(folder / program.profile / "policy.toml", own, policy_overrides)
    rules: list[Rule] = []
    for source, name in (*((each, "common") for each in common), *((each, program.profile) for each in own)):
        if _RULES.fullmatch(source.name) and source.file in parsed:
            with _Gather(flaws):
                rules += parse_rules(source.text, parsed[source.file].data, source.file, name)
    ladders: dict[str, Ladder] = {}
    by_name = {source.name: source for source in (*common, *own)}
    for source in by_name.values():
        if _LADDER.fullmatch(source.name) and source.file in parsed:
            with _Gather(flaws):
                ladder = parse_ladder(parsed[source.file].data, source.file, parsed[source.file].dotted)
                if ladder.name in ladders:
                    what = f"the ladder {ladder.name!r} stands in {ladders[ladder.name].file} already"
                    flaws.append(Flaw(source.file, parsed[source.file].dotted("ladder.name"), what, "give it another name"))
                ladders[ladder.name] = ladder
    with _Gather(flaws):
        read = [(source.name, parsed[source.file]) for source in (*common, *own) if source.file in parsed]
        vocabulary = _vocabulary(read, known_words)
    source_of_it = by_name.get("disclose.toml")
    disclosure = Disclosure()
    if source_of_it is not None and source_of_it.file in parsed:
        with _Gather(flaws):
            disclosure = read_disclosure(parsed[source_of_it.file])
    activity = by_name.get("items.toml")
    items: tuple[Item, ...] = ()
    if activity is not None and activity.file in parsed:
        with _Gather(flaws):
            items = read_items(parsed[activity.file])
    if flaws:
        raise BadRules(*flaws)
    digest = digest_of((*common, *own), repr(sorted((item.key, repr(item.value)) for item in policy_overrides)))
    files = {f"{source.folder}/{source.name}": source.text for source in (*common, *own)}
    set_over = {item.key: item.value for item in policy_overrides}
    return Rulebook(program, policy, tuple(rules), vocabulary, ladders, disclosure, items, digest, files, set_over)


class _Gather:
    """Takes the flaws of a `Bad` raised inside it, so that the next file is still read."""

    def __init__(self, flaws: list[Flaw]) -> None:
        self._flaws = flaws

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Bad):
            self._flaws.extend(flaw for flaw in error.flaws if flaw not in self._flaws)
            return True
        return False


def _policy(place: Path, own: Sequence[Source], overrides: Sequence[Override]) -> Policy:
    source = next((source for source in own if source.name == "policy.toml"), None)
    if source is None:
        raise BadRules(
            Flaw(from_here(place), 0, "there is no policy that can be read", "every profile has one; empty means the defaults")
        )
    return override_policy(policy_from(source.text, source.file), overrides)


def _misnamed(source: Source) -> list[Flaw]:
    if source.name in _ONE_OF_A_KIND or _RULES.fullmatch(source.name) or _LADDER.fullmatch(source.name):
        return []
    advice = "rules are called 10_name.toml, ladders ladder_name.toml; else " + nearest(source.name, _ONE_OF_A_KIND, cutoff=0.8)
    return [Flaw(source.file, 0, "nobody reads a file of this name", advice)]


def _vocabulary(files: Sequence[tuple[str, Toml]], known_words: Collection[str]) -> Vocabulary:
    """The words of words.toml and the phrases of safety.toml, common and profile joined."""
    words: dict[str, tuple[str, ...]] = {}
    lists: dict[str, tuple[str, ...]] = {}
    flaws: list[Flaw] = []
    for name, toml in files:
        root = Table(toml, (), toml.data, flaws)
        if name == "words.toml":
            root.refuse_unknown(("words", "links", "plain"))
            if (table := root.table("words")) is not None:
                for word in table.data:
                    if known_words and word.upper() not in known_words:
                        table.complain(
                            word, f"{word!r} is no word that people can write to us", nearest(word, known_words, "CONFIRM")
                        )
                    words[word.upper()] = _joined(words.get(word.upper(), ()), table.words(word))
            if (links := root.table("links")) is not None:
                links.refuse_unknown(("mentor", "mentee"))
                for key in ("mentor", "mentee"):
                    lists[key] = _joined(lists.get(key, ()), tuple(label.lower() for label in links.words(key)))
            if (plain := root.table("plain")) is not None:
                plain.refuse_unknown(("stop",))
                lists["stop"] = _joined(lists.get("stop", ()), plain.words("stop"))
        elif name == "safety.toml":
            root.refuse_unknown(("phrases", "except"))
            for key in ("phrases", "except"):
                lists[key] = _joined(lists.get(key, ()), root.words(key))
    if flaws:
        raise BadRules(*flaws)
    default = Vocabulary()
    return Vocabulary(
        words,
        lists.get("phrases", ()),
        lists.get("except", ()),
        lists.get("mentor", ()) or default.mentor_links,
        lists.get("mentee", ()) or default.mentee_links,
        lists.get("stop", ()),
    )


def _joined(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))
