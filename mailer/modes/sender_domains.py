"""Whether other servers will believe our letters: remarks on the domains that programs write from, never a reason to stop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from mailer.files.servers import Embedded
from mailer.files.settings import Settings
from mailer.model.errors import Flaw
from mailer.modes.checking import lines_of
from mailer.post.sender_domain import Published, published

_NOBODYS = ("example.com", "example.net", "example.org")  # RFC 2606; other such names are refused as addresses


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain that programs write from, and what could be better."""

    name: str
    remarks: tuple[Flaw, ...]  # at the line of the first inbox there
    asked: bool  # False where the name server did not tell


async def look_up(settings: Settings) -> tuple[Domain, ...]:
    """Ask DNS about the domain of every inbox; nothing where the embedded post office serves the mail. A few seconds at most."""
    if isinstance(settings.mail, Embedded):
        return ()
    lines = lines_of(settings)
    first: dict[str, int] = {}
    for program in settings.programs:
        domain = program.inbox.rpartition("@")[2].lower()
        if not any(domain == name or domain.endswith(f".{name}") for name in _NOBODYS):
            first.setdefault(domain, lines.line("programs", program.key, "inbox"))
    found = await asyncio.gather(*(published(domain) for domain in first))
    return tuple(
        Domain(domain, _remarks(settings.file, line, domain, said), None not in (said.spf, said.dmarc))
        for (domain, line), said in zip(first.items(), found, strict=True)
    )


def _remarks(file: str, line: int, domain: str, said: Published) -> tuple[Flaw, ...]:
    remarks: list[Flaw] = []
    if said.spf == 0:
        what = f"{domain} has no SPF record, so other servers may take our letters for junk"
        remarks.append(Flaw(file, line, what, f'add TXT {domain} "v=spf1 … -all"; your mail provider tells what stands between'))
    elif said.spf is not None and said.spf > 1:
        what = f"{domain} has {said.spf} SPF records, and with more than one none of them counts"
        remarks.append(Flaw(file, line, what, "put them together into one"))
    if said.dmarc is False:
        what = f"{domain} has no DMARC record, so nobody can tell our letters from forged ones"
        remarks.append(Flaw(file, line, what, f'add TXT _dmarc.{domain} "v=DMARC1; p=none" to begin with'))
    return tuple(remarks)
