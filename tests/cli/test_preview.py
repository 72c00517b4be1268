"""`mentorpost preview`: every letter over HTTP, to this machine only; stops at once; says clearly what it cannot do."""

from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from mailer.files.settings import read_settings
from mailer.letters.facts import ALLOWED
from mailer.letters.template import compile_letter
from mailer.model.program import Vocabulary
from mailer.modes.preview.fact_words import comes_from
from mailer.modes.preview.page import alone
from mailer.modes.preview.remarks import remarks_on
from mailer.modes.preview.site import read_edition
from tests.cli.conftest import Cli
from tests.cli.preview_world import Preview, copied, preview
from tests.cli.world import HOUSE
from tests.letters.shelf import layout
from tests.letters.test_looks import contrast

PROFILES = ("m2m", "mphp", "icb", "peer")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    with preview(copied(tmp_path_factory.mktemp("all"))) as found:
        yield found


@pytest.mark.parametrize("profile", PROFILES)
def test_every_letter_of_a_profile_is_there_in_every_form(running: Preview, profile: str) -> None:
    first = running.get(f"/{profile}.html")
    names = re.findall(r'<li><a data-go href="([^"]+)"', first.text)
    own = {path.stem for path in (HOUSE / "templates/email" / profile).glob("*.md")} - {"footer"}
    assert first.status == 200 and {name.split(".")[1] for name in names} >= own
    for name in names:
        found = running.get(f"/{name}")
        assert found.status == 200 and "would be held" not in found.text
        for part in (
            "Plain text</h2>",
            "Mail source</summary>",
            "Template</summary>",
            "Placeholders</summary>",
            "<dt>Reply-To</dt>",
        ):
            assert part in found.text, (name, part)
        for sample in re.findall(r'<li><a data-go="here" href="([^"]+)"', found.text)[1:]:
            assert "Plain text</h2>" in running.get(f"/{sample}").text, sample
        for frame in re.findall(r'<iframe [^>]*src="([^"]+)"', found.text):
            letter = running.get(f"/{frame}")
            assert letter.status == 200 and "</html>" in letter.text
            assert "sandbox" in letter.headers["Content-Security-Policy"]


def test_a_page_shows_the_words_exactly_as_they_would_be_sent(running: Preview) -> None:
    text = unescape(running.get("/m2m.check_in.html").text)
    assert "MC update: how was October 2027?" in text
    assert "One line is enough; every question is optional. Hello Ana," in text  # the line below the subject
    assert "Content-Type: multipart/alternative" in text and "List-Unsubscribe:" in text
    assert "{{ coordinator.first_name }}" in text and "email/m2m/check_in.md" in text
    assert "<td>Cora</td><td>the roster; only what disclose.toml lets this reader know</td>" in text
    assert "mentees: Mel, Sam and Kim" in text and "counts as an attempt" in text


@pytest.mark.parametrize(
    ("letter", "reader", "about"),
    [
        ("closing_gate", "Wanda", "Ana Ruiz"),
        ("mentee_check_in", "Mel", ""),
        ("mentor_silent", "Wanda", "Ana Ruiz"),
        ("check_in", "Ana", ""),
    ],
)
def test_a_letter_is_shown_to_one_of_its_readers_never_to_whom_it_is_about(
    running: Preview, letter: str, reader: str, about: str
) -> None:
    text = " ".join(running.get(f"/m2m.{letter}.html").text.split())
    assert f"{reader.casefold()}@example.org" in text and f"Hello {reader}," in text and about in text


def test_the_common_letter_is_told_from_the_profiles_own(running: Preview) -> None:
    assert "the common letter" in running.get("/m2m.digest.html").text
    assert "To whoever it is about: asks for leave" in running.get("/m2m.address_confirmation.html").text
    assert "this profile's own letter" in unescape(running.get("/mphp.digest.html").text)


def test_each_sample_has_a_page_and_one_that_an_edit_took_away_shows_the_letter(running: Preview) -> None:
    assert "You have asked for the end" in running.get("/m2m.closing_gate.2.html").text
    assert running.get("/m2m.closing_gate.99.html").text == running.get("/m2m.closing_gate.html").text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1.evil.example:{port}", "none"])
def test_another_host_name_is_refused(running: Preview, host: str) -> None:
    answer = running.get(host=host.format(port=running.port))
    assert (answer.status, answer.text) == (403, f"For this machine only: open {running.address}\n")
    assert running.get(host=f"localhost:{running.port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_only_get_is_understood(running: Preview, method: str) -> None:
    answer = running.get(method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path",
    [
        *("/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/settings.toml", "/page.py", "/m2m.footer.html"),
        *("/m2m.check_in", "/m2m.check_in.x.html", "/m2m.%00.html", "/nobody.check_in.html", "/m2m/check_in.md"),
    ],
)
def test_what_is_no_page_is_not_found(running: Preview, path: str) -> None:
    answer = running.get(path)
    assert answer.status == 404
    assert "Nothing to show" in answer.text and "root:" not in answer.text


def test_pages_may_load_nothing_from_elsewhere(running: Preview) -> None:
    answer = running.get()
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'(?:src|href)="(?:https?:|//)', answer.text) is None


@pytest.mark.alone
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_a_second_with_one_line_while_a_page_is_listening(tmp_path: Path, sign: signal.Signals) -> None:
    with preview(copied(tmp_path), "--program", "peer") as found:
        page = socket.create_connection(("127.0.0.1", found.port), timeout=10)
        page.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{found.port}\r\n\r\n".encode())
        heard = b""
        while b"data: " not in heard:
            heard += page.recv(4096)
        began = time.monotonic()
        found.running.send_signal(sign)
        out, err = found.running.communicate(timeout=10)
        took = time.monotonic() - began
        page.close()
    assert (found.running.returncode, out, err) == (0, "The preview has stopped.\n", "")
    assert took < 1


def test_a_port_in_use_is_said_clearly(cli: Cli, settings: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = cli("preview", "--port", taken.getsockname()[1], settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert re.fullmatch(r"--port \d+: address already in use — choose another, or leave --port out for a free one\n", ran.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--letter", "chek_in"), "--letter: there is no letter 'chek_in' — did you mean 'check_in'?"),
        (("--profile", "nobody"), "there is no profile 'nobody' — possible here: icb, m2m, mphp, peer"),
        (("--program", "m3m"), "there is no program 'm3m' — did you mean 'm2m'?"),
        (("--port", "0"), "write a number from 1 to 65535"),
        (("--program", "m2m", "--profile", "m2m"), "not allowed with argument"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_two(cli: Cli, settings: Path, words: tuple[str, ...], said: str) -> None:
    ran = cli("preview", *words, settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_the_letter_asked_for_is_the_one_to_open(tmp_path: Path) -> None:
    with preview(copied(tmp_path), "--letter", "hand_off") as found:
        assert found.page == f"{found.address}mphp.hand_off.html"


def test_the_pages_can_be_written_as_files(cli: Cli, settings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    ran = cli("preview", "--profile", "peer", "--out", folder, settings=settings)  # a profile that no program has yet
    files = {path.name for path in folder.iterdir()}
    assert (ran.code, ran.out) == (0, f"{len(files)} files written: open {folder / 'index.html'}.\n")
    for name in files:
        text = (folder / name).read_text(encoding="utf-8")
        assert "<script" not in text
        assert {unquote(link) for link in re.findall(r'(?:src|href)="([^":#]+)"', text)} <= files, name


def test_files_are_not_written_where_a_letter_cannot_be_used(cli: Cli, tmp_path: Path) -> None:
    settings = copied(tmp_path)
    (tmp_path / "email/m2m/check_in.md").write_text("subject: Hello\n\nHello {{ nobody }},\n")
    ran = cli("preview", "--out", tmp_path / "pages", settings=settings)
    assert (ran.code, ran.out) == (1, "")
    assert f"{tmp_path / 'email/m2m/check_in.md'}:3: this letter has no fact “nobody”" in ran.err
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize(
    ("body", "text", "subject", "said"),
    [
        ("[CONFIRM](answer:CONFIRM) [AWAY until …](answer:AWAY until …)", "Hello", "Harbor", None),
        ("[GO AHEAD](answer:GO AHEAD)", "Hello", "Harbor", "It offers “GO AHEAD”, which the rules do not know"),
        ("Hello", "Mentor survey: (the link for mentors)\nMentee survey: (the link for mentees)", "Harbor", None),
        (
            "Hello",
            "First: (the link for one)\nSecond: (the link for the other)",
            "Harbor",
            "“First: …”, “Second: …” are not understood",
        ),
        ("Hello", "x" * 90, "Harbor", "A line of its plain text is 90 columns wide"),
        ("Hello", f"<mailto:{'x' * 90}>\nhttps://example.org/{'x' * 90}", "Harbor", None),
        ("Hello", "Hello", "H" * 61, "The subject has 61 characters"),
    ],
)
def test_what_a_reader_may_stumble_over_is_remarked(body: str, text: str, subject: str, said: str | None) -> None:
    template = compile_letter("test", f"subject: Harbor\n\n{body}\n", "test.md", layout())
    found = list(remarks_on(template, text, subject, Vocabulary()))
    assert [said in remark for remark in found] == [True] if said else found == []


def test_every_fact_says_where_it_comes_from() -> None:
    facts = {fact for allowed in ALLOWED.values() for fact in allowed} - {"program"}
    assert [fact for fact in sorted(facts) if not comes_from(fact)] == []


def test_light_and_dark_do_not_depend_on_the_browser() -> None:
    page = '<meta name="color-scheme" content="light dark">@media (prefers-color-scheme: dark) {}'
    assert alone(page, "light") == '<meta name="color-scheme" content="light">@media (max-width: 0) {}'
    assert alone(page, "dark") == '<meta name="color-scheme" content="dark">@media (min-width: 0) {}'


def test_the_colours_of_the_page_stand_out_by_day_and_by_night() -> None:
    style = (HOUSE / "mailer/modes/preview/page.css").read_text(encoding="utf-8")
    for found in re.findall(r":root \{(.*?)\}", style, re.DOTALL):
        colours = {name: value if len(value) == 7 else "#" + 2 * value[1:] for name, value in re.findall(r"--(\w+): (#\w+)", found)}
        for text, ground in (
            *(("ink", ground) for ground in ("back", "card", "mark", "badback")),
            *(("soft", ground) for ground in ("back", "card", "mark")),
            *(("link", ground) for ground in ("back", "card", "mark")),
            ("bad", "badback"),
        ):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize(
    ("file", "old", "new", "anew"),
    [
        ("m2m/check_in.md", "checking in", "looking in", {"check_in"}),
        ("common/footer.md", "sent to you alone", "to you alone", None),
        ("common/neutral.toml", '"recovery"', '"harbour"', None),
        ("common/notes.toml", "\n", "\n# a remark\n", None),
    ],
)
def test_an_edit_renders_anew_what_it_touches(tmp_path: Path, file: str, old: str, new: str, anew: set[str] | None) -> None:
    settings = read_settings(copied(tmp_path))
    before = read_edition(settings, (settings.program("m2m"),))
    path = tmp_path / "email" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    after = read_edition(settings, before.programs, before)
    assert (after.flaws, after.number) == ((), 1)
    touched = {entry.name for entry in after.shelves["m2m"] if entry not in before.shelves["m2m"]}
    assert touched == (anew or {entry.name for entry in before.shelves["m2m"]})
