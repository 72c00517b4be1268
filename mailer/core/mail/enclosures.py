"""Files that came with a mail and that nothing here reads: somebody is told that they are there."""

from __future__ import annotations

from mailer.model.mail import Attachment, IncomingMessage

_LOGO = 50_000  # octets; smaller pictures beside words are what mail programs and firms put below them
_NO_FILES = frozenset(
    (
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/ms-tnef",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
    )
)


def files_of(message: IncomingMessage) -> tuple[Attachment, ...]:
    """The files of a mail that were read as nothing: a photograph, a voice note, a mail sealed for other eyes."""
    worded = bool(message.new_text.strip())
    return tuple(
        item
        for item in message.attachments
        if not item.used_as and item.type not in _NO_FILES and not (worded and item.type.startswith("image/") and item.size < _LOGO)
    )
