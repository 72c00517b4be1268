"""What DNS says of a sender's domain: whether other servers can tell our letters from forged ones (SPF, DMARC)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from dns import asyncresolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer

PATIENCE = 3.0  # seconds for each question: nobody waits for a name server that keeps silent


@dataclass(frozen=True, slots=True)
class Published:
    """The records of a domain; None where the name server did not tell."""

    spf: int | None  # how many: one is right, more than one is an error to who reads them (RFC 7208 section 4.5)
    dmarc: bool | None  # there is one for the domain itself, or for one above it


async def published(domain: str, patience: float = PATIENCE) -> Published:
    """Ask the machine's name server. Never raises, whatever it says or does not say."""
    own, policy = await asyncio.gather(_texts(domain, patience), _policy(domain, patience))
    spf = None if own is None else sum(text == "v=spf1" or text.startswith("v=spf1 ") for text in own)
    return Published(spf, policy)


async def _policy(domain: str, patience: float) -> bool | None:
    """A subdomain without a record of its own is under the one of a domain above it (RFC 7489 section 6.6.3)."""
    labels = domain.split(".")
    names = [".".join(("_dmarc", *labels[at:])) for at in range(max(1, len(labels) - 1))]
    found = await asyncio.gather(*(_texts(name, patience) for name in names))
    if any(text.replace(" ", "").startswith("v=DMARC1") for texts in found for text in texts or ()):
        return True
    return None if None in found else False


async def _texts(name: str, patience: float) -> list[str] | None:
    """The TXT records under a name; none where there is no such name, None where nobody could be asked."""
    try:
        answer = await asyncresolver.get_default_resolver().resolve(name, "TXT", lifetime=patience, search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError, ValueError):
        return None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
