"""The preview in a real browser: saved files show by themselves, mistakes leave the picture, keyboard and telephone suffice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import BROWSER, Browser
from tests.cli.preview_world import Preview, copied, preview

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
LETTER = "document.querySelector('iframe.light').contentDocument?.body?.textContent ?? ''"
PLAIN = "document.querySelector('pre.plain').textContent"
FLAWS = "document.getElementById('flaws').textContent"
READY = "document.body.classList.contains('script') && document.querySelector('iframe.light')?.style.height"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Preview, Path]]:
    """The preview of all programs, and the folder of the letters it shows."""
    folder = tmp_path_factory.mktemp("shown")
    with preview(copied(folder)) as found:
        yield found, folder / "email"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path / "profile") as found:
        found.wide(1200)
        yield found


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_saved_letter_shows_by_itself_where_one_was_reading(running: tuple[Preview, Path], browser: Browser) -> None:
    served, letters = running
    browser.go(f"{served.address}m2m.check_in.1.html")
    browser.until(READY)
    browser.ask(
        "window.kept = true; document.getElementById('source').open = true; document.getElementById('dark').click(); scrollTo(0, 300)"
    )
    browser.until("document.querySelector('iframe.dark').style.height > '100'")
    browser.ask("document.getElementById('light').click(); scrollTo(0, 300)")
    edit(letters / "m2m/check_in.md", "checking in for", "looking in for")
    browser.until(f"{PLAIN}.includes('looking in for') && ({LETTER}).includes('looking in for')")
    assert browser.ask("kept") is True  # the page was never loaded anew
    assert browser.ask("[location.pathname, scrollY, document.getElementById('source').open]") == [
        "/m2m.check_in.1.html",
        300,
        True,
    ]
    assert browser.ask("document.querySelector('#letters [aria-current]').textContent").startswith("check in")
    assert browser.ask("document.getElementById('state').textContent").startswith("Taken up at ")
    assert browser.complaints == []


def test_a_mistake_is_shown_and_the_picture_stays_until_it_is_mended(running: tuple[Preview, Path], browser: Browser) -> None:
    served, letters = running
    file = letters / "m2m/introduction.md"
    browser.go(f"{served.address}m2m.introduction.html")
    browser.until(READY)
    browser.ask("document.getElementById('find').focus(); scrollTo(0, 600)")
    edit(file, "Warmly,", "Warmly, {{ nobody }}")
    browser.until(f"{FLAWS} !== ''")
    seen = "document.getElementById('flaws').getBoundingClientRect()"
    assert browser.ask(f"[{seen}.top, scrollY, document.activeElement.id]") == [0, 600, "find"]
    flaws = browser.ask(FLAWS)
    assert "This cannot be used yet. What you see below is how it was before." in flaws
    line = file.read_text(encoding="utf-8").split("\n").index("Warmly, {{ nobody }}") + 1
    assert f"{file}:{line}" in flaws and "this letter has no fact “nobody”" in flaws and "What to do: use one of " in flaws
    assert "Warmly,\n" in browser.ask(PLAIN)
    edit(file, "Warmly, {{ nobody }}", "Kindly,")
    browser.until(f"{FLAWS} === '' && {PLAIN}.includes('Kindly,')")
    assert browser.complaints == []


def test_a_letter_that_offers_an_unknown_word_is_marked_in_the_list_and_says_so(
    running: tuple[Preview, Path], browser: Browser
) -> None:
    served, letters = running
    browser.go(f"{served.address}m2m.place_kept.html")
    browser.until(READY)
    edit(
        letters / "common/place_kept.md",
        "Hello {{ you.first_name }},",
        "Hello {{ you.first_name }},\n\n[GO AHEAD](answer:GO AHEAD)",
    )
    browser.until("document.querySelector('.worries')")
    assert "It offers “GO AHEAD”, which the rules do not know" in browser.ask("document.querySelector('.worries').textContent")
    assert browser.ask("document.querySelector('#letters [aria-current] .mark').textContent") == "look"


def test_the_keyboard_alone_finds_a_letter_and_goes_to_it(running: tuple[Preview, Path], browser: Browser) -> None:
    served, _ = running
    browser.go(f"{served.address}m2m.html")
    browser.until(READY)
    browser.press("Tab", 9)
    assert browser.ask("document.activeElement.textContent") == "Skip to the letter"
    browser.ask("document.getElementById('find').focus()")
    for key in "gate":
        browser.press(key)
    assert browser.ask(
        "[...document.querySelectorAll('#letters li:not([hidden]) a')].map(a => a.firstChild.textContent.trim())"
    ) == ["closing gate"]
    browser.press("Enter", 13)
    browser.until("document.querySelector('h1').textContent === 'closing gate'")
    assert browser.ask("[location.pathname, document.activeElement.id]") == ["/m2m.closing_gate.html", "letter"]
    browser.press("Tab", 9)
    browser.press("Tab", 9)
    assert browser.ask("document.activeElement.textContent") == "again: yes"
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Enter", 13)
    browser.until(f"{PLAIN}.includes('This question is still open.')")
    assert browser.ask("document.activeElement.textContent") == "again: yes"
    browser.ask("history.back()")
    browser.until(f"!{PLAIN}.includes('This question is still open.')")


def test_on_a_telephone_the_list_is_a_select_and_nothing_is_pushed_sideways(
    running: tuple[Preview, Path], browser: Browser
) -> None:
    served, _ = running
    browser.wide(360, 740)
    browser.go(f"{served.address}m2m.html")
    browser.until(READY)
    wide: list[str] = []
    names = browser.ask("[...document.querySelectorAll('#choose option')].map(option => option.value)")
    assert len(names) > 30 and browser.ask("document.querySelector('#letters section').getClientRects().length") == 0
    for name in names:
        browser.ask(
            f"{{ const choose = document.getElementById('choose'); choose.value = '{name}'; choose.dispatchEvent(new Event('change')) }}"
        )
        browser.until(f"location.pathname === '/{name}' && document.querySelector('#choose').value === '{name}' && ({READY})")
        browser.ask("document.querySelectorAll('details').forEach(item => item.open = true)")
        if browser.ask("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(name)
    assert wide == []
    assert browser.complaints == []


def test_everything_to_choose_or_fill_in_has_a_name_for_those_who_hear_the_page(
    running: tuple[Preview, Path], browser: Browser
) -> None:
    served, _ = running
    browser.go(f"{served.address}m2m.closing_gate.html")
    browser.until(READY)
    nameless = (
        "[...document.querySelectorAll('input, select')].filter(e => !e.labels.length || !e.labels[0].textContent.trim()).length"
    )
    assert browser.ask(nameless) == 0
    assert browser.ask("[...document.querySelectorAll('iframe')].every(frame => frame.title)") is True
    assert browser.ask(
        "['header', 'nav', 'main'].map(mark => document.querySelectorAll(`body > ${mark}, .desk > ${mark}`).length)"
    ) == [1, 1, 1]
    assert browser.ask("[...document.querySelectorAll('nav')].every(nav => nav.getAttribute('aria-label'))") is True
    assert browser.ask("document.querySelectorAll('h1').length") == 1


def test_what_cannot_be_read_at_the_start_is_shown_when_it_is_mended(tmp_path: Path, browser: Browser) -> None:
    settings = copied(tmp_path)
    file = tmp_path / "email/peer/mentor_or_not.md"
    edit(file, "Hello", "{{ Hello")
    with preview(settings, "--program", "peer") as served:
        browser.go(served.address)
        browser.until(f"{FLAWS}.includes('the placeholder cannot be read')")
        assert browser.ask("document.querySelector('h1').textContent") == "Nothing to show"
        edit(file, "{{ Hello", "Hello")
        browser.until(f"{FLAWS} === '' && document.querySelector('h1').textContent === 'mentor or not'")


def test_a_letter_comes_and_goes_with_its_file(running: tuple[Preview, Path], browser: Browser) -> None:
    served, letters = running
    file = letters / "icb/a_greeting.md"
    browser.go(f"{served.address}icb.a_greeting.html")
    browser.until("document.querySelector('h1').textContent === 'Nothing to show'")
    file.write_text(
        "subject: {{ program.name }}: hello\nclass: notice\n\nHello {{ you.first_name }},\n\nhow are you?\n", encoding="utf-8"
    )
    browser.until("document.querySelector('h1').textContent === 'a greeting'")
    assert "how are you?" in browser.ask(PLAIN)
    file.unlink()
    browser.until("document.querySelector('h1').textContent === 'Nothing to show'")
