"""Authentication-Results: only the trusted server's own, topmost and well-formed word proves a sender."""

from __future__ import annotations

import time

import pytest

from mailer.model.mail import Parsed
from mailer.wire.authres import Result, passes, read
from mailer.wire.parse import parse

TRUSTED = "mx.example.org"
ANA = "ana@example.com"


def verdict(*values: str, address: str = ANA, trusted: str = TRUSTED) -> bool | None:
    return passes(Parsed(tuple(("Authentication-Results", value) for value in values), (), 1), address, trusted)


@pytest.mark.parametrize(
    "value",
    [
        "mx.example.org; dmarc=pass header.from=example.com",
        "mx.example.org; dmarc=pass",
        "MX.Example.ORG; DMARC=Pass Header.From=Example.COM",
        "mx.example.org 1; spf=pass smtp.mailfrom=example.net; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com",
        "mx.example.org;\r\n\tdkim=pass header.i=@example.com header.s=s1 header.b=aB3/=x;\r\n\tdmarc=pass header.from=example.com",
        '"mx.example.org"; dmarc=pass header.from="example.com"',
        "mx.example.org (a (nested) comment; with; marks); dmarc (why) = pass (x) header.from = example.com;",
        "mx.example.org; dmarc/1=pass policy.dmarc=none header.from=example.com",
        "mx.example.org; dmarc=pass action=none header.from=example.com; compauth=pass reason=100",
        'mx.example.org; spf=fail reason="not; allowed (here" smtp.mailfrom=a@example.net; dmarc=pass header.from=example.com',
    ],
)
def test_a_pass_of_the_trusted_server_counts_however_it_is_written(value: str) -> None:
    assert verdict(value) is True


@pytest.mark.parametrize(
    "value",
    [
        "mx.example.org; dmarc=fail header.from=example.com",
        "mx.example.org; dmarc=none header.from=example.com",
        "mx.example.org; none",
        "mx.example.org",
        "mx.example.org; spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com",
        "mx.example.org; dmarc=pass header.from=evil.test",
        "mx.example.org; dmarc=pass header.from=sub.example.com",
        "mx.example.org; dmarc=pass header.from=example.com.evil.test",
        "mx.example.org; dmarc=pass header.from=evil.test header.from=example.com",
        "mx.example.org; dmarc=fail header.from=example.com; dmarc=pass header.from=example.com",
        "mx.example.org; spf=none (dmarc=pass header.from=example.com) smtp.mailfrom=x@evil.test",
        'mx.example.org; spf=none smtp.mailfrom="x; dmarc=pass header.from=example.com"; dmarc=fail',
        'mx.example.org; spf=none reason="\\"; dmarc=pass header.from=example.com"',
        "mx.example.org; spf=none smtp.mailfrom=x(@evil.test; dmarc=pass header.from=example.com",
        "mx.example.org; spf=none smtp.mailfrom=x); dmarc=pass header.from=example.com",
        'mx.example.org; spf=none smtp.mailfrom=x"@evil.test; dmarc=pass header.from=example.com',
        "mx.example.org; dmarc=pass= header.from=example.com",
        "mx.example.org; dmarc==pass header.from=example.com",
        "mx.example.org; dmarc=passed header.from=example.com",
        "mx.example.org; xdmarc=pass header.from=example.com",
        "mx.example.org; dmarc pass header.from=example.com",
        "mx.example.org dmarc=pass header.from=example.com",
        "mx.example.org; dmarc=pass header.from=",
        "mx.example.org two; dmarc=pass",
        "; mx.example.org; dmarc=pass",
    ],
)
def test_anything_else_the_trusted_server_says_is_no_proof(value: str) -> None:
    assert verdict(value) is False


@pytest.mark.parametrize(
    "value",
    [
        "mx.evil.test; dmarc=pass header.from=example.com",
        "mx.example.org.evil.test; dmarc=pass header.from=example.com",
        "xmx.example.org; dmarc=pass header.from=example.com",
        "(mx.example.org;) mx.evil.test; dmarc=pass header.from=example.com",
        "dmarc=pass action=none header.from=example.com",  # Microsoft's form names no server
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dmarc=pass header.from=example.com",
        "",
        ";",
    ],
)
def test_a_header_of_another_server_or_of_none_says_nothing(value: str) -> None:
    assert verdict(value) is None


def test_no_header_and_no_trusted_server_say_nothing() -> None:
    assert verdict() is None
    assert verdict("mx.example.org; dmarc=pass", trusted="") is None
    assert verdict("; dmarc=pass", trusted="") is None


def test_only_the_topmost_header_of_the_trusted_server_counts() -> None:
    good, bad = "mx.example.org; dmarc=pass header.from=example.com", "mx.example.org; dmarc=fail header.from=example.com"
    other = "mx.evil.test; dmarc=fail header.from=example.com"
    assert verdict(bad, good) is False
    assert verdict(good, bad) is True
    assert verdict(other, good) is True
    assert verdict("mx.example.org; dmarc=pass (open", good) is False  # broken, but the server's: a forged one below stays out
    assert verdict("mx.example.org; spf=none x(y", good) is False


def test_an_address_without_a_domain_is_never_proved() -> None:
    assert verdict("mx.example.org; dmarc=pass", address="") is False


def test_the_whole_header_is_read() -> None:
    results = read("mx.example.org 1; none")
    assert results is not None
    assert (results.server, results.found) == ("mx.example.org", ())
    results = read("a.test; dkim=pass reason=\"good; (really)\" header.d=x.test (c); spf=softfail smtp.mailfrom='q'@y.test")
    assert results is not None
    assert results.found == (
        Result("dkim", "pass", (("reason", "good; (really)"), ("header.d", "x.test"))),
        Result("spf", "softfail", (("smtp.mailfrom", "'q'@y.test"),)),
    )


@pytest.mark.parametrize("piece", ["(", ")", "\\", '"', ";", "=", "a=b ", "((\\", '"\\', "mx.example.org; dmarc=pass (", " ", "a"])
def test_a_megabyte_of_anything_is_read_within_a_second(piece: str) -> None:
    flood = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    start = time.process_time()
    assert verdict(flood, "mx.example.org; " + flood, flood[:20_000]) is not True
    assert time.process_time() - start < 1


def test_an_encoded_word_never_becomes_a_verdict() -> None:
    raw = (
        b"Authentication-Results: mx.example.org; spf=none smtp.mailfrom= =?utf-8?q?x=3B_dmarc=3Dpass?=\r\n"
        b"From: ana@example.org\r\n\r\nCONFIRM\r\n"
    )
    assert passes(parse(raw), "ana@example.org", "mx.example.org") is not True
