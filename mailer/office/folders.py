"""What the IMAP server pymap asks of a mailbox, answered from maildirs on disk.

pymap's own backends do not serve: one forgets everything at exit and makes a new UIDVALIDITY, the other reads and rewrites
its whole list of UIDs for every message.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import AsyncIterable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pymap.backend.mailbox import MailboxDataInterface, MailboxSetInterface
from pymap.bytes import Writeable
from pymap.concurrent import Event, Subsystem
from pymap.flags import FlagOp
from pymap.interfaces.message import CachedMessage
from pymap.listtree import ListTree
from pymap.mailbox import MailboxSnapshot
from pymap.message import BaseLoadedMessage, BaseMessage
from pymap.mime import MessageContent
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials.flag import Answered, Deleted, Draft, Flag, Flagged, Recent, Seen
from pymap.selected import SelectedMailbox, SelectedSet

from mailer.office.maildir import Maildir, Stored, names_in, path_for

_LETTERS = {Draft: "D", Flagged: "F", Answered: "R", Seen: "S", Deleted: "T"}
_FLAGS = {letter: flag for flag, letter in _LETTERS.items()}


def _letters(flags: Iterable[Flag]) -> str:
    return "".join(sorted(_LETTERS[flag] for flag in flags if flag in _LETTERS))


class Message(BaseMessage):
    """A message as pymap sees it; its words stay on disk until they are asked for."""

    def __init__(self, stored: Stored, *, expunged: bool = False) -> None:
        flags = frozenset(_FLAGS[letter] for letter in stored.flags if letter in _FLAGS)
        super().__init__(stored.uid, datetime.fromtimestamp(stored.arrived, UTC), flags, expunged=expunged)
        self.stored = stored

    async def load_content(self, requirement: FetchRequirement) -> BaseLoadedMessage:
        """The words of the message; none where only what is known without them is asked for, or where the file has gone."""
        if requirement & (FetchRequirement.HEADER | FetchRequirement.BODY | FetchRequirement.CONTENT):
            try:
                return _Loaded(self, requirement, self.stored.path.read_bytes())
            except FileNotFoundError:
                pass
        return BaseLoadedMessage(self, requirement, None)


class _Loaded(BaseLoadedMessage):
    """Takes a message apart only when a part of it is asked for: mail programs and our service mostly want the whole."""

    def __init__(self, message: Message, requirement: FetchRequirement, raw: bytes) -> None:
        super().__init__(message, requirement, None)
        self._raw = raw

    @property
    def content(self) -> MessageContent:
        if self._content is None:
            self._content = MessageContent.parse(self._raw)
        return self._content

    def get_body(self, section: Sequence[int] | None = None, binary: bool = False) -> Writeable:
        if section or binary:
            return super().get_body(section, binary)
        return Writeable.wrap(self._raw)

    def get_size(self, section: Sequence[int] | None = None) -> int:
        return super().get_size(section) if section else len(self._raw)

    def __bytes__(self) -> bytes:
        return self._raw


class Folder(MailboxDataInterface[Message]):
    """One mailbox, shared by every session that has it open."""

    def __init__(self, maildir: Maildir) -> None:
        self.maildir = maildir
        digest = hashlib.sha256(f"{maildir.folder}:{maildir.uidvalidity}".encode()).digest()[:16]
        self._mailbox_id = ObjectId.new_mailbox_id(digest)
        self._selected_set = SelectedSet()
        self._messages = {uid: Message(stored) for uid, stored in maildir.messages.items()}
        self._recent: set[int] = set()
        self._changes: list[int] = []  # UIDs in the order they changed; a session remembers how far it has read
        self._changed: Event = Subsystem.for_asyncio().new_event()

    @property
    def mailbox_id(self) -> ObjectId:
        return self._mailbox_id

    @property
    def readonly(self) -> bool:
        return False

    @property
    def uid_validity(self) -> int:
        return self.maildir.uidvalidity

    @property
    def selected_set(self) -> SelectedSet:
        return self._selected_set

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        """Tell a session what has changed since it last asked; with `wait_on`, wait for a change, unless there is one already."""
        seen = selected.mod_sequence
        if wait_on is not None and seen == len(self._changes):
            await wait_on.or_event(self._changed).wait()
        selected.mod_sequence = len(self._changes)
        if seen is None:
            selected.add_updates(list(self._messages.values()), [])
        else:
            uids = dict.fromkeys(self._changes[seen:])
            updated = [self._messages[uid] for uid in uids if uid in self._messages]
            selected.add_updates(updated, [uid for uid in uids if uid not in self._messages])
        return selected

    def _note(self, uids: Iterable[int]) -> None:
        self._changes.extend(uids)
        self._changed.set()

    def _admit(self, stored: Stored, recent: bool) -> Message:
        message = self._messages[stored.uid] = Message(stored)
        if recent:
            self._recent.add(stored.uid)
        self._note([stored.uid])
        return message

    def deliver(self, raw: bytes, arrived: float | None = None) -> int:
        """Add a message that has just arrived (seconds since 1970; None: this machine's moment); gives its UID."""
        return self._admit(self.maildir.add(raw, arrived=arrived), recent=True).uid

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        arrived = append_msg.when.timestamp() if append_msg.when else None
        return self._admit(self.maildir.add(bytes(append_msg.literal), _letters(append_msg.flag_set), arrived), recent)

    async def copy(self, uid: int, destination: Folder, *, recent: bool = False) -> int | None:
        message = self._messages.get(uid)
        if message is None:
            return None
        stored = message.stored
        try:
            copied = destination.maildir.add(stored.path.read_bytes(), stored.flags, stored.arrived)
        except FileNotFoundError:
            return None
        return destination._admit(copied, recent).uid

    async def move(self, uid: int, destination: Folder, *, recent: bool = False) -> int | None:
        message = self._messages.get(uid)
        if message is None:
            return None
        try:
            moved = destination.maildir.take(message.stored)
        except FileNotFoundError:
            return None
        self.maildir.forget(uid)
        self._drop([uid])
        return destination._admit(moved, recent).uid

    def _drop(self, uids: Iterable[int]) -> None:
        gone = list(uids)
        for uid in gone:
            self._messages.pop(uid, None)
            self._recent.discard(uid)
        self._note(gone)

    async def get(self, uid: int, cached_msg: CachedMessage) -> Message:
        message = self._messages.get(uid)
        if message is not None:
            return message
        letters = _letters(cached_msg.permanent_flags)
        return Message(Stored(uid, letters, self.maildir.folder / "gone", cached_msg.internal_date.timestamp()), expunged=True)

    async def update(self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp) -> Message:
        message = await self.get(uid, cached_msg)
        flags = mode.apply(message.permanent_flags, flag_set) & frozenset(_LETTERS)
        if not message.expunged and flags != message.permanent_flags:
            self.maildir.mark(uid, _letters(flags))
            message.permanent_flags = flags
            self._note([uid])
        return message

    async def delete(self, uids: Iterable[int]) -> None:
        self._drop(self.maildir.remove(uids))

    async def claim_recent(self, selected: SelectedMailbox) -> None:
        for uid in sorted(self._recent):
            selected.session_flags.add_recent(uid)
        self._note(self._recent)
        self._recent = set()

    async def cleanup(self) -> None:
        """Nothing to tidy: every change is on disk when it is answered."""

    async def messages(self) -> AsyncIterable[Message]:
        for message in list(self._messages.values()):
            yield message

    async def snapshot(self) -> MailboxSnapshot:
        unseen = [number for number, message in enumerate(self._messages.values(), 1) if Seen not in message.permanent_flags]
        return MailboxSnapshot(
            self.mailbox_id,
            self.readonly,
            self.uid_validity,
            self.permanent_flags - {Recent},
            self.session_flags,
            len(self._messages),
            len(self._recent),
            len(unseen),
            unseen[0] if unseen else None,
            self.maildir.next_uid,
        )


class Folders(MailboxSetInterface[Folder]):
    """All mailboxes of one address."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: dict[str, Folder] = {}
        self.inbox = self._folder("INBOX")
        self._subscribed = set(names_in(root))

    def _folder(self, name: str) -> Folder:
        if name not in self._open:
            self._open[name] = Folder(Maildir(path_for(self._root, name)))
        return self._open[name]

    @property
    def delimiter(self) -> str:
        return "/"

    async def set_subscribed(self, name: str, subscribed: bool) -> None:
        (self._subscribed.add if subscribed else self._subscribed.discard)(name)

    async def list_subscribed(self) -> ListTree:
        return self._tree(name for name in names_in(self._root) if name in self._subscribed)

    async def list_mailboxes(self) -> ListTree:
        return self._tree(names_in(self._root))

    def _tree(self, names: Iterable[str]) -> ListTree:
        return ListTree(self.delimiter).update("INBOX", *names)

    async def get_mailbox(self, name: str) -> Folder:
        if name.upper() == "INBOX":
            return self.inbox
        if not (path_for(self._root, name) / "cur").is_dir():
            raise KeyError(name)
        return self._folder(name)

    async def add_mailbox(self, name: str) -> ObjectId:
        path = path_for(self._root, name)
        if name.upper() == "INBOX" or not all(name.split("/")) or len(path.name) > 200 or (path / "cur").is_dir():
            raise ValueError(name)
        self._subscribed.add(name)
        return self._folder(name).mailbox_id

    async def delete_mailbox(self, name: str) -> None:
        path = path_for(self._root, name)
        if name.upper() == "INBOX" or not (path / "cur").is_dir():
            raise KeyError(name)
        self._open.pop(name, None)
        shutil.rmtree(path)

    async def rename_mailbox(self, before: str, after: str) -> None:
        """Rename a mailbox and those below it. INBOX keeps its place: its mail is moved, as RFC 3501 section 6.3.5 asks."""
        names = names_in(self._root)
        if after in names or after.upper() == "INBOX":
            raise ValueError(after)
        if before.upper() == "INBOX":
            await self.add_mailbox(after)
            for uid in list(self.inbox.maildir.messages):
                await self.inbox.move(uid, self._folder(after))
            return
        moved = [name for name in names if name == before or name.startswith(f"{before}/")]
        if not moved:
            raise KeyError(before)
        for name in moved:
            self._open.pop(name, None)
            path_for(self._root, name).rename(path_for(self._root, after + name[len(before) :]))
