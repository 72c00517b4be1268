"""Reads mailbox names in modified UTF-7 in place of pymap, whose own reader never returns from a name that is not well formed."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from types import ModuleType

from pymap.parsing.command import auth
from pymap.parsing.exceptions import NotParseable
from pymap.parsing.specials import mailbox

_RUN = re.compile(rb"&([A-Za-z0-9+,]*)-")


def decode(data: bytes) -> str:
    """A mailbox name as text (RFC 3501 section 5.1.3). Raises NotParseable, which the server answers with BAD."""
    parts: list[str] = []
    position = 0
    try:
        while (start := data.find(b"&", position)) >= 0:
            run = _RUN.match(data, start)
            if run is None:
                raise NotParseable(memoryview(data))
            coded = run[1].replace(b",", b"/")
            parts.append(data[position:start].decode("ascii"))
            parts.append(b64decode(coded + b"=" * (-len(coded) % 4), validate=True).decode("utf-16-be") if coded else "&")
            position = run.end()
        parts.append(data[position:].decode("ascii"))
    except (UnicodeDecodeError, Error) as wrong:
        raise NotParseable(memoryview(data)) from wrong
    return "".join(parts)


def mend() -> None:
    """Put our reader in the place of pymap's (0.36.7), in the two modules that read names from a client."""
    module: ModuleType
    for module in (auth, mailbox):
        vars(module)["modutf7_decode"] = decode
