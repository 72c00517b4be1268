"""The copies of forgotten mail in the programs' mailboxes: deleted by Message-ID or sender, in the inbox and where it is filed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mailer.files.servers import Embedded
from mailer.files.settings import Settings
from mailer.modes.servers import Lines, lines_to, lines_to_office
from mailer.steps.forget import erase_copies


async def erase_everywhere(settings: Settings, wanted: Mapping[str, Sequence[str]], addresses: Collection[str]) -> int:
    """Delete these messages (program -> Message-IDs), and all from these addresses; gives how many. Raises post.imap.Away."""
    count = 0
    for key, names in wanted.items():
        if key not in settings.keys:
            continue
        lines = _lines(settings, key)
        try:
            count += await erase_copies(lines.inbox, ("", lines.done_folder, lines.parked_folder), names, addresses)
        finally:
            await lines.close()
    return count


def _lines(settings: Settings, key: str) -> Lines:
    mail = settings.mail
    if isinstance(mail, Embedded):
        return lines_to_office(mail, mail.smtp_port, mail.imap_port, settings.program(key).inbox)
    return lines_to(mail[key])
