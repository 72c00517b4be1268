"""Whether a person's act is behind what their mail program wrote: a letter opened, an invitation answered.

It is no contact (REQUIREMENTS.md 4.1), but it shows that somebody is there.
"""

from __future__ import annotations

import re

from mailer.model.mail import Origin, Parsed
from mailer.wire.bounces.read import succeeded

# RFC 8098 section 3.2.6.1: "automatic-action" is done without the user, "manual-action" at their explicit word. How the receipt
# itself was sent (MDN-sent-automatically) does not matter: many people have set once that they always send one.
_MODE = re.compile(r"^Disposition:\s*(manual|automatic)-action\b", re.IGNORECASE | re.MULTILINE)


def by_hand(parsed: Parsed, kind: Origin) -> bool:
    """Whether a read receipt or a calendar message comes of something its sender did; False for everything else."""
    match kind:
        case Origin.RECEIPT:
            about = parsed.first("Content-Type")[:1000].lower()
            notices = [part for part in parsed.parts if part.type == "message/disposition-notification" and not part.in_message]
            modes = [hit[1].lower() for part in notices for hit in _MODE.finditer(part.content.decode("utf-8", "replace"))]
            if notices or "disposition-notification" in about:
                return bool(modes) and "automatic" not in modes
            # What a server says of a delivery says nothing of its reader; "was read on 3 May" in plain words does.
            return not succeeded(parsed)
        case Origin.CALENDAR:
            return parsed.first("Auto-Submitted").strip().lower() in ("", "no")  # not a calendar that accepts by itself (RFC 3834)
        case _:
            return False
