"""The embedded post office: real SMTP and IMAP on loopback, for trying out and for tests; nothing leaves the machine."""

from __future__ import annotations

from mailer.office.office import PostOffice

__all__ = ["PostOffice"]
