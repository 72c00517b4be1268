"""SPF and DMARC of a sender's domain, asked of a real name server on loopback."""

from __future__ import annotations

import asyncio
import time

import pytest

from mailer.post.sender_domain import Published, published
from tests.post.name_server import SILENT, name_server

SPF, DMARC = '"v=spf1 mx -all"', '"v=DMARC1; p=none"'


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ({"post.dev": [SPF], "_dmarc.post.dev": [DMARC]}, Published(1, True)),
        ({"post.dev": ['"v=spf1 include:_spf." "post.net ~all"', '"site=abc"'], "_dmarc.post.dev": []}, Published(1, False)),
        ({}, Published(0, False)),
        ({"post.dev": [SPF, '"v=spf1 a -all"'], "_dmarc.post.dev": ['"v=spf1 -all"']}, Published(2, False)),
        ({"post.dev": ['"v=spf10 mx"', '"about v=spf1 mx"']}, Published(0, False)),
        ({"post.dev": [SILENT], "_dmarc.post.dev": [DMARC]}, Published(None, True)),
        ({"post.dev": [SPF], "_dmarc.post.dev": [SILENT]}, Published(1, None)),
    ],
)
def test_records_are_found_by_what_they_begin_with(records: dict[str, list[str]], found: Published) -> None:
    with name_server(records):
        assert asyncio.run(published("post.dev", patience=0.3)) == found


def test_a_domain_is_under_the_policy_of_one_above_it_but_has_an_spf_record_of_its_own() -> None:
    with name_server({"post.dev": [SPF], "_dmarc.post.dev": [DMARC]}) as server:
        assert asyncio.run(published("mail.south.post.dev")) == Published(0, True)
    assert sorted(server.asked) == ["_dmarc.mail.south.post.dev", "_dmarc.post.dev", "_dmarc.south.post.dev", "mail.south.post.dev"]


@pytest.mark.parametrize("domain", ["", ".", "a..b", f"{'x' * 80}.dev", "b\u00fccher.dev"])
def test_no_domain_however_it_is_written_makes_an_error(domain: str) -> None:
    with name_server({}):
        asyncio.run(published(domain, patience=0.3))


def test_nobody_waits_long_for_a_name_server_that_keeps_silent() -> None:
    with name_server({"post.dev": [SILENT], "_dmarc.post.dev": [SILENT]}):
        began = time.monotonic()
        assert asyncio.run(published("post.dev", patience=0.3)) == Published(None, None)
    assert time.monotonic() - began < 2
