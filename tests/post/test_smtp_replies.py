"""What a server's bytes are as replies, and what a reply means for a letter."""

from __future__ import annotations

import pytest

from mailer.model.post import Fate
from mailer.post.smtp_replies import LONGEST_REPLY, Garbled, Reply, ReplyReader, Step, judge

REPLIES = [
    (b"250 2.1.0 fine\r\n", [Reply(250, "fine", "2.1.0")]),
    (b"250 fine\r\n", [Reply(250, "fine")]),
    (b"250\r\n", [Reply(250, "")]),
    (b"250 \n", [Reply(250, "")]),
    (b"550-5.1.1 no such\r\n550 5.1.1 person\r\n", [Reply(550, "no such person", "5.1.1")]),
    (b"250 a\r\n354 b\r\n", [Reply(250, "a"), Reply(354, "b")]),
    (b"250 1.2.3.4 accepted\r\n", [Reply(250, "1.2.3.4 accepted")]),
    (b"250 2.0.0\r\n", [Reply(250, "", "2.0.0")]),
    (b"550 \xff\xfe\r\n", [Reply(550, "��")]),
]


@pytest.mark.parametrize(("data", "replies"), REPLIES)
def test_bytes_become_replies_however_they_are_cut(data: bytes, replies: list[Reply]) -> None:
    for size in (1, 2, 3, 7, len(data)):
        reader = ReplyReader()
        found = [reply for start in range(0, len(data), size) for reply in reader.feed(data[start : start + size])]
        assert found == replies
        assert not reader.trouble


@pytest.mark.parametrize(
    "data", [b"hello\r\n", b"25\r\n", b"2500 x\r\n", b"150 x\r\n", b"\r\n", b"650 x\r\n", b"HTTP/1.1 400 Bad\r\n"]
)
def test_what_is_no_reply_ends_the_reading(data: bytes) -> None:
    reader = ReplyReader()
    assert reader.feed(b"250 first\r\n" + data) == [Reply(250, "first")]
    assert reader.trouble


@pytest.mark.parametrize(
    "data", [b"250 " + b"x" * (LONGEST_REPLY + 1), b"250-more\r\n" * (LONGEST_REPLY // 7)], ids=["line", "lines"]
)
def test_a_reply_without_end_is_given_up(data: bytes) -> None:
    reader = ReplyReader()
    reader.feed(data)
    assert reader.trouble == "the server's answer does not end"


VERDICTS = [
    (Step.MAIL, Reply(250, ""), None),
    (Step.MAIL, Reply(451, ""), Fate.TRY_AGAIN),
    (Step.MAIL, Reply(421, ""), Fate.TRY_AGAIN),
    (Step.MAIL, Reply(550, "", "5.7.1"), Fate.PAUSED),
    (Step.MAIL, Reply(530, "", "5.7.0"), Fate.PAUSED),
    (Step.MAIL, Reply(552, "", "5.3.4"), Fate.REFUSED),
    (Step.RCPT, Reply(251, ""), None),
    (Step.RCPT, Reply(450, "", "4.2.0"), Fate.TRY_AGAIN),
    (Step.RCPT, Reply(550, "", "5.1.1"), Fate.REFUSED),
    (Step.RCPT, Reply(552, "", "5.2.2"), Fate.TRY_AGAIN),
    (Step.RCPT, Reply(530, ""), Fate.PAUSED),
    (Step.DATA, Reply(354, ""), None),
    (Step.DATA, Reply(554, ""), Fate.REFUSED),
    (Step.DATA, Reply(451, ""), Fate.TRY_AGAIN),
    (Step.DOT, Reply(250, ""), Fate.SENT),
    (Step.DOT, Reply(452, ""), Fate.TRY_AGAIN),
    (Step.DOT, Reply(554, "", "5.7.1"), Fate.REFUSED),
    (Step.DOT, Reply(550, "", "5.7.515"), Fate.REFUSED),
    (Step.DOT, Reply(535, ""), Fate.PAUSED),
]


@pytest.mark.parametrize(("step", "reply", "fate"), VERDICTS)
def test_every_reply_has_its_verdict(step: Step, reply: Reply, fate: Fate | None) -> None:
    assert judge(step, reply) == fate


@pytest.mark.parametrize(("step", "code"), [(Step.DATA, 250), (Step.MAIL, 354), (Step.RCPT, 354), (Step.DOT, 354)])
def test_a_code_that_cannot_belong_to_its_step_is_garbled(step: Step, code: int) -> None:
    with pytest.raises(Garbled):
        judge(step, Reply(code, ""))
