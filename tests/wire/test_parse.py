"""Any bytes become a message: headers, parts, charsets and addresses, within the limits, and never an exception."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailer.model.mail import Parsed
from mailer.wire.parse import PART_LIMIT, SIZE_LIMIT, addresses, message_ids, one_address, parse, parse_date, sender


def text_of(raw: bytes) -> str:
    return next((part.text for part in parse(raw).parts if part.text), "")


def types(parsed: Parsed) -> list[tuple[str, str]]:
    return [(part.path, part.type) for part in parsed.parts]


SUBJECTS = (
    (b"plain", "plain"),
    (b"folded\n  over\n\tlines", "folded over lines"),
    (b"=?utf-8?q?caf=C3=A9?=", "café"),
    (b"=?utf-8?b?w6TDtg==?= =?utf-8?q?_x?= y", "äö x y"),
    (b"=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
    (b"=?iso-8859-1?q?caf=E9?= noir", "café noir"),
    (b"=?utf-8*en?q?hi?=", "hi"),
    (b"=?x-none?q?caf=C3=A9?=", "café"),
    (b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
    (b"=?gb2312?b?ztK6zQ==?=", "我和"),
    (b"caf\xc3\xa9", "café"),
    (b"caf\xe9", "café"),
    (b"=?utf-8?q?a=0ABcc:_x?=", "a Bcc: x"),
    (b"=?utf-8?q?never ends", "=?utf-8?q?never ends"),
    (b"=?a?q?" * 300, "=?a?q?" * 300),
    (b"a\0b", "a b"),
)


@pytest.mark.parametrize(("written", "read"), SUBJECTS)
def test_a_header_is_unfolded_and_decoded(written: bytes, read: str) -> None:
    assert parse(b"Subject: " + written + b"\n\nx").first("subject") == read


SENDERS = (
    ("ana@example.org", "", "ana@example.org"),
    ("Ana Ruiz <Ana@Example.ORG>", "Ana Ruiz", "Ana@example.org"),
    ('"Ruiz, Ana" <ana@example.org>', "Ruiz, Ana", "ana@example.org"),
    ("=?utf-8?q?M=C3=BCller=2C_Jan?= <jan@example.org>", "Müller, Jan", "jan@example.org"),
    ('"=?utf-8?q?M=C3=BCller=2C_Jan?=" <jan@example.org>', "Müller, Jan", "jan@example.org"),
    ("ana@example.org (Ana Ruiz)", "Ana Ruiz", "ana@example.org"),
    ('"boss@example.org" <eve@example.com>', "boss@example.org", "eve@example.com"),
    ("ana@example.org <ana@example.org>", "ana@example.org", "ana@example.org"),
    ("<a+b.c@example.org>", "", "a+b.c@example.org"),
    ("boss@example.org <eve@example.com>", "", ""),
    ("boss@example.org, eve@example.com", "", ""),
    ("<boss@example.org>, <eve@example.com>", "", ""),
    ("<boss@example.org> <eve@example.com>", "", ""),
    ("friends: ana@example.org;", "", ""),
    ("<@relay.example:ana@example.org>", "", ""),
    ("ana(x)@example.org", "", ""),
    ('"ana"@example.org', "", ""),
    ("ana@[192.0.2.1]", "", ""),
    ("ana@example.org.", "", ""),
    ("ana @example.org", "", ""),
    ("<<ana@example.org>>", "", ""),
    ("ana@example.org> <eve@example.com", "", ""),
    ("=?utf-8?q?ana=40example.org?=", "", ""),
    ("=?utf-8?q?boss=40example.org=3E=2C?= <eve@example.com>", "boss@example.org>,", "eve@example.com"),
    ("änne@example.org", "", ""),
    ("ana", "", ""),
    ("", "", ""),
    ("<>", "", ""),
    ("a" * 65 + "@example.org", "", ""),
    ("(" * 5000, "", ""),
    ('"' * 5000, "", ""),
)


@pytest.mark.parametrize(("written", "name", "address"), SENDERS)
def test_a_sender_is_one_plain_address_or_none(written: str, name: str, address: str) -> None:
    assert sender(parse(f"From: {written}\n\nx".encode())) == (name, address)


@pytest.mark.parametrize(
    "head",
    [
        b"From: ana@example.org\nFrom: eve@example.com\n",
        b"From: ana@example.org\nfrom : eve@example.com\n",
        b"From : ana@example.org\n",
        b" From: eve@example.com\nFrom: ana@example.org\n",
        b"To: x@example.org\n From: eve@example.com\nFrom: ana@example.org\n",
        b"From\n : ana@example.org\n",
        b"Subject: none\n",
    ],
)
def test_repeated_hidden_or_malformed_senders_are_none(head: bytes) -> None:
    assert sender(parse(head + b"\nx")) == ("", "")


def test_one_address_reads_a_value_alone() -> None:
    assert one_address(" Ana <ana@EXAMPLE.org> ") == ("Ana", "ana@example.org")


def test_addresses_of_many_people_are_found_once_each() -> None:
    value = 'a@b.com, "x, y" <c@D.com>; g: e@f.com (k <z@z.z>), (x) h@i.j;, <a@b.com>, nobody, <k@l.m'
    assert addresses(value) == ("a@b.com", "c@d.com", "e@f.com", "h@i.j", "k@l.m")


def test_message_ids_lose_their_brackets() -> None:
    assert message_ids("<a@b> <c\t@d>\n <e>  <a@b>") == ("a@b", "c@d", "e")
    assert message_ids("a@b c") == ("a@b",)
    assert message_ids("") == ()


HOUR = timedelta(hours=1)
DATES = (
    ("Sun, 23 May 2027 04:58:08 +0300", datetime(2027, 5, 23, 4, 58, 8, tzinfo=timezone(3 * HOUR))),
    ("23 May 27 04:58 EST", datetime(2027, 5, 23, 4, 58, tzinfo=timezone(-5 * HOUR))),
    ("Tue, 7 Apr 2026 10:00:01 +0000 (UTC)", datetime(2026, 4, 7, 10, 0, 1, tzinfo=UTC)),
    ("Tue Apr  7 10:00:01 2026", datetime(2026, 4, 7, 10, 0, 1, tzinfo=UTC)),
    ("2026-04-07T10:00:01Z", datetime(2026, 4, 7, 10, 0, 1, tzinfo=UTC)),
    ("Tue, 7 Apr 2026 10:00:60 GMT", datetime(2026, 4, 7, 10, 0, 59, tzinfo=UTC)),
    ("Tue, 31 Feb 2026 10:00:01 +0000", None),
    ("Tue, 7 Apr 2026 10:00:01 +9999", None),
    ("Tue, 7 Apr 0001 10:00:01 +0000", None),
    ("soon", None),
    ("", None),
)


@pytest.mark.parametrize(("written", "moment"), DATES)
def test_a_date_is_an_aware_moment_or_none(written: str, moment: datetime | None) -> None:
    assert parse_date(written) == moment


CHARSETS = (
    ("utf-8", "Zażółć", "Zażółć".encode()),
    ("iso-8859-2", "Zażółć", "Zażółć".encode("iso-8859-2")),
    ("windows-1251", "Привет", "Привет".encode("cp1251")),
    ("koi8-r", "Привет", "Привет".encode("koi8-r")),
    ("gb2312", "你好", "你好".encode("gb18030")),
    ("big5", "你好", "你好".encode("big5")),
    ("shift_jis", "日本", "日本".encode("shift_jis")),
    ("iso-2022-jp", "日本", "日本".encode("iso2022_jp")),
    ("euc-kr", "안녕", "안녕".encode("euc-kr")),
    ("us-ascii", "café", "café".encode()),
    ("", "café", b"caf\xe9"),
    ("idna", "café", "café".encode()),
    ("unicode_escape", r"\x41", rb"\x41"),
    ("zlib_codec", "x", b"x"),
    ("utf-8", "“x”", b"\x93x\x94"),
)


@pytest.mark.parametrize(("charset", "text", "content"), CHARSETS)
def test_a_text_is_read_in_its_charset_or_the_likeliest(charset: str, text: str, content: bytes) -> None:
    assert text_of(b"Content-Type: text/plain; charset=" + charset.encode() + b"\n\n" + content) == text


ENCODED = (
    (b"base64", base64.b64encode(b"words"), "words"),
    (b"base64", b"d29y ZHM", "words"),
    (b"base64", b"d29yZHM=\n____\nfooter of a list", "words\n____\nfooter of a list"),
    (b"base64", b"these are plain words, not base64", "these are plain words, not base64"),
    (b"quoted-printable", b"caf=C3=A9 =\nnoir= \nx =ZZ", "café noirx =ZZ"),
    (b"x-uuencode", b"begin 644 a\n%=V]R9',\nend", "words"),
    (b"unheard-of", b"words", "words"),
    (b"8bit", b"caf\xc3\xa9", "café"),
)


@pytest.mark.parametrize(("encoding", "content", "text"), ENCODED)
def test_a_transfer_encoding_is_undone(encoding: bytes, content: bytes, text: str) -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: " + encoding + b"\n\n" + content
    assert text_of(raw) == text


def test_flowed_lines_are_joined_and_marks_kept() -> None:
    head = b"Content-Type: text/plain; format=flowed"
    body = b"\n\none \ntwo\n>quoted \n> words\n>> deep\n-- \nAna \nRuiz"
    assert text_of(head + body) == "one two\n> quoted words\n>> deep\n-- \nAna Ruiz"
    assert text_of(head + b"; delsp=yes\n\n\xe4\xbd\xa0 \n\xe5\xa5\xbd") == "你好"


def test_the_tree_is_listed_in_order_with_its_places() -> None:
    raw = (
        b'Content-Type: multipart/mixed; boundary="a"\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=ab\n\n'
        b"--ab\n\none\n--ab\nContent-Type: TEXT/HTML\n\n<p>one\n--ab--\n--a\nContent-Type: message/rfc822\n\n"
        b"Subject: inner\nMessage-ID: <i@x>\n\ninside\n--a\nContent-Type: application/pdf; name*=utf-8''%C3%A9.pdf\n"
        b"Content-Disposition: attachment\n\nx\n--a--\nepilogue"
    )
    parsed = parse(raw)
    assert types(parsed) == [
        ("1", "multipart/mixed"),
        ("1.1", "multipart/alternative"),
        ("1.1.1", "text/plain"),
        ("1.1.2", "text/html"),
        ("1.2", "message/rfc822"),
        ("1.2.1", "text/plain"),
        ("1.3", "application/pdf"),
    ]
    assert [part.in_message for part in parsed.parts] == [False] * 5 + [True, False]
    assert parsed.parts[4].headers == (("Subject", "inner"), ("Message-ID", "<i@x>"))
    assert (parsed.parts[6].filename, parsed.parts[6].disposition) == ("é.pdf", "attachment")


MALFORMED = (
    (b'Content-Type: multipart/mixed; boundary="a"\n\njust words', "just words"),
    (b"Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\nguessed\n--b--", "guessed"),
    (b"Content-Type: text/plain\nno header but words\n\nmore", "no header but words\n\nmore"),
    (b"no header at all", "no header at all"),
    (b"Content-Type: nonsense\n\nwords", "words"),
    (b"\n\nFrom: a@b.c\n\nwords", "words"),
    (b"From sender Mon\nSubject: x\n\nwords", "words"),
    (b"Subject: x\r\n\r\nwords\r\n", "words\n"),
    (b"Subject: x\r\rwords\r", "words\n"),
    (b"Content-Type: message/rfc822\n\nno message, sorry!", "no message, sorry!"),
    (b"Content-Type: text/plain; charset=utf-8; charset=x; ; =; a\n\nwords", "words"),
    (b'Content-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: multipart/mixed; boundary="a"\n\n--a\n\nwords', "words"),
)


@pytest.mark.parametrize(("raw", "words"), MALFORMED)
def test_words_of_a_malformed_message_are_kept(raw: bytes, words: str) -> None:
    assert text_of(raw) == words


def test_tnef_and_calendars_are_known() -> None:
    assert parse(b"Content-Type: application/octet-stream; name=WinMail.dat\n\nx").parts[0].type == "application/ms-tnef"
    calendar = parse(b"Content-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR").parts[0]
    assert (calendar.parameters["method"], calendar.text) == ("REPLY", "BEGIN:VCALENDAR")


def test_limits_are_told() -> None:
    many = parse(b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 1000)
    assert len(many.parts) <= PART_LIMIT and any("200 parts" in problem for problem in many.problems)
    deep = parse(b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (i, i) for i in range(100)))
    assert len(deep.parts) == 21 and any("20 levels" in problem for problem in deep.problems)
    large = parse(b"Subject: x\n\n" + b"x" * SIZE_LIMIT)
    assert large.size > SIZE_LIMIT and any("10 MB" in problem for problem in large.problems)
    assert any("16 KB" in problem for problem in parse(b"Subject: " + b"x" * 20_000 + b"\n\nx").problems)
    assert any("256 KB" in problem for problem in parse(b"a: b\n" * 60_000 + b"\nx").problems)
