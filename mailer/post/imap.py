"""Reads one IMAP mailbox by UID, waits for new mail in it, and files what has been read."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from mailer.model.post import ERASED, Away, Fetched, Mark
from mailer.post.imap_line import ImapLine, open_line
from mailer.post.imap_wire import Lost
from mailer.post.imap_words import Answer, code, day_of_search, fetched, mailbox, moment, uid_sets
from mailer.post.servers import ImapServer, Security, Token, refuse_plaintext

__all__ = ["Away", "ImapInbox", "ImapServer", "Security", "Token"]

_MOST_AT_ONCE = 50_000_000  # bytes of message text asked for in one fetch()
_T = TypeVar("_T")


class ImapInbox:
    """One mailbox on one server, over at most one connection. Calls wait for each other; do not fetch while another task waits.

    Every call raises Away when the server cannot be used now; how long to hold off is the caller's. The next call connects anew.
    Raises BadSettings at once where the server would be spoken to unprotected over a network.
    """

    def __init__(self, server: ImapServer) -> None:
        refuse_plaintext(server, "the IMAP server")
        self._server = server
        self._line: ImapLine | None = None
        self._turn = asyncio.Lock()
        self._listed: deque[int] = deque()  # UIDs seen in the mailbox and not yet fetched, ascending
        self._listed_after = Mark()  # the mark under which that list goes on
        self._validity = 0  # the UIDVALIDITY of what was fetched last; UIDs to be filed belong to it

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        """The next messages after `mark`, oldest first, at most `limit`, and the mark to go on from, unchanged at the end.

        Where the UIDVALIDITY is not the mark's, reading starts over: all messages come again under new numbers, and telling which
        are known is the caller's (RFC 3501 section 2.3.1.1). A message larger than the server's `largest` comes as its header only,
        with its true size. Reads with PEEK: no flag changes, and flags are never looked at.
        """
        return await self._do(lambda line: self._fetch(line, mark, limit))

    async def _fetch(self, line: ImapLine, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        if mark.uidvalidity != line.uidvalidity:
            mark = Mark(line.uidvalidity, 0)
        self._validity = line.uidvalidity
        if not self._listed or self._listed_after != mark:
            self._listed = deque(await self._list(line, mark))
        chosen = [self._listed.popleft() for _ in range(min(limit, len(self._listed)))]
        if not chosen:
            return mark, []
        sizes = await self._sizes(line, chosen)
        small: list[int] = []
        large: list[int] = []
        room = _MOST_AT_ONCE
        for number, uid in enumerate(chosen):
            size = sizes[uid][0] if uid in sizes else 0
            if size <= self._server.largest:
                room -= size
                if room < 0 and number:
                    self._listed.extendleft(reversed(chosen[number:]))
                    chosen = chosen[:number]
                    break
                small.append(uid)
            else:
                large.append(uid)
        words = await self._words(line, small, "BODY[]") | await self._words(line, large, "BODY[HEADER]")
        mark = self._listed_after = Mark(line.uidvalidity, chosen[-1])
        return mark, [
            Fetched(line.uidvalidity, uid, words[uid], sizes[uid][1], max(sizes[uid][0], len(words[uid])))
            for uid in chosen
            if uid in words and uid in sizes  # what somebody has moved away meanwhile is none of our business
        ]

    async def _list(self, line: ImapLine, mark: Mark) -> list[int]:
        """UIDs above the mark. `n:*` always means at least the last message (RFC 3501 section 6.4.8), hence the filter."""
        line.wire.arrived = False
        await line.wire.say("NOOP")  # some servers show what is new only after a command that may change numbers
        return sorted(uid for uid in await self._search(line, f"{mark.last_uid + 1}:*") if uid > mark.last_uid)

    async def _search(self, line: ImapLine, some: str, by: str = "UID ") -> set[int]:
        """The UIDs of a set, or of what else is looked for, that are in the mailbox."""
        answer = await line.wire.say("SEARCH", f"{by}{some}", prefix="UID")
        if not answer.good:
            raise Away(f"the server does not search the mailbox: {answer.text}")
        uids: set[int] = set()
        for response in answer.untagged:
            words = response[0].split()
            if len(words) > 1 and words[1].upper() == b"SEARCH":
                uids.update(int(word) for word in words[2:] if word.isdigit())
        return uids

    async def _sizes(self, line: ImapLine, uids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
        """Size in bytes and moment of arrival of each message that is still there."""
        found: dict[int, tuple[int, datetime]] = {}
        for items in await self._items(line, uids, "(UID RFC822.SIZE INTERNALDATE)"):
            size, when = items.get("RFC822.SIZE"), items.get("INTERNALDATE")
            if isinstance(size, str) and size.isdigit():
                found[int(items["UID"])] = (int(size), moment(when.decode("ascii", "replace") if isinstance(when, bytes) else ""))
        return found

    async def _words(self, line: ImapLine, uids: Sequence[int], part: str) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for items in await self._items(line, uids, f"(UID {part.replace('BODY', 'BODY.PEEK')})"):
            words = items.get(part)
            if isinstance(words, bytes):
                found[int(items["UID"])] = words
            elif isinstance(words, str) and words.upper() == "NIL":
                found[int(items["UID"])] = b""
        return found

    async def _items(self, line: ImapLine, uids: Iterable[int], what: str) -> list[dict[str, bytes | str]]:
        """FETCH responses that name one of `uids`; others a server sends of its own accord are left out."""
        wanted = {str(uid) for uid in uids}
        found: list[dict[str, bytes | str]] = []
        for some in uid_sets(uids):
            answer = await line.wire.say("FETCH", some, what, prefix="UID")
            if answer.status == "BAD":
                raise Away(f"the server does not understand FETCH: {answer.text}")
            items = (fetched(response) for response in answer.untagged)
            found.extend(item for item in items if item is not None and item.get("UID") in wanted)
        return found

    async def file(self, uids: Sequence[int], folder: str) -> bool:
        """Move messages, by the UIDs of the last fetch(), to a folder (levels separated by /), made when missing.

        What somebody else has moved or deleted is passed over. False where the server refused (full, read-only, numbers renewed):
        the messages then stay where they are.
        """
        return await self._do(lambda line: self._file(line, uids, folder))

    async def _file(self, line: ImapLine, uids: Sequence[int], folder: str) -> bool:
        if not uids:
            return True
        if self._validity != line.uidvalidity:
            return False
        if folder == ERASED:
            return all([(await self._erase(line, some)).good for some in uid_sets(uids)])
        target = mailbox(await line.place(folder))
        if not line.can & {"MOVE", "UIDPLUS"}:
            # Here what was filed stays behind, marked as deleted: it must not be filed again.
            uids = [uid for some in uid_sets(uids) for uid in await self._search(line, f"{some} UNDELETED")]
        return all([await self._move(line, some, target) for some in uid_sets(uids)])

    async def _move(self, line: ImapLine, some: str, target: str) -> bool:
        answer = await self._shift(line, some, target)
        if answer.status != "NO":
            return answer.good
        if code(answer.text, "EXPUNGEISSUED") is None and (await line.wire.say("CREATE", target)).good:
            await line.wire.say("SUBSCRIBE", target)
        # A server may refuse the whole set for one message that has gone (RFC 5530): what is left of it goes alone.
        await line.wire.say("NOOP")
        left = await self._search(line, some)
        return all([(await self._shift(line, rest, target)).good for rest in uid_sets(left)])

    async def _shift(self, line: ImapLine, some: str, target: str) -> Answer:
        if "MOVE" in line.can:  # RFC 6851
            return await line.wire.say("MOVE", some, target, prefix="UID")
        answer = await line.wire.say("COPY", some, target, prefix="UID")
        return await self._erase(line, some) if answer.good else answer

    async def _erase(self, line: ImapLine, some: str) -> Answer:
        answer = await line.wire.say("STORE", some, r"+FLAGS.SILENT (\Deleted)", prefix="UID")
        if answer.good and "UIDPLUS" in line.can:  # a plain EXPUNGE would take what others have marked (RFC 4315)
            answer = await line.wire.say("EXPUNGE", some, prefix="UID")
        return answer

    async def erase(self, folder: str, message_ids: Iterable[str], senders: Iterable[str] = ()) -> int:
        """Delete what lies in a folder (levels separated by /; "": the mailbox itself): these Message-IDs, and all from `senders`.

        Gives how many. A folder that is not there holds nothing. Works over a connection of its own.
        """
        line = await open_line(self._server)
        try:
            if folder and not (await line.wire.say("SELECT", mailbox(await line.place(folder)))).good:
                return 0
            uids: set[int] = set()
            for name in filter(_can_be_asked_for, message_ids):
                uids |= await self._search(line, f'HEADER Message-ID "{name}"', by="")
            for address in filter(_can_be_asked_for, senders):
                # A server looks for it as a part of any address: who is meant, the header says.
                found = await self._search(line, f'FROM "{address}"', by="")
                heads = await self._words(line, sorted(found), "BODY[HEADER]")
                uids |= {uid for uid, head in heads.items() if _is_from(head, address)}
            for some in uid_sets(uids):
                if not (await self._erase(line, some)).good:
                    raise Away("the server does not delete messages")
            return len(uids)
        except Lost as trouble:
            raise Away(str(trouble)) from trouble
        finally:
            await line.close()

    async def bring_back(self, folder: str, since: date) -> int:
        """Move what arrived on that day (the server's) or later from a folder back into the mailbox; gives how many messages.

        They are fetched anew then, and can be filed again. None where there is no such folder. Done twice it does the same.
        """
        return await self._do(lambda line: self._bring_back(line, folder, since))

    async def _bring_back(self, line: ImapLine, folder: str, since: date) -> int:
        if not await line.has(folder):
            return 0
        await line.select(await line.place(folder))
        # A server that cannot move leaves what was moved behind, marked as deleted.
        uids = await self._search(line, f"SINCE {day_of_search(since)} UNDELETED", by="")
        moved = all([await self._move(line, some, mailbox(self._server.mailbox)) for some in uid_sets(uids)])
        await line.select(self._server.mailbox)
        self._listed.clear()
        if not moved:
            raise Away(f"the server does not move messages from {folder} back")
        return len(uids)

    async def wait(self, seconds: float) -> bool:
        """Wait until something has arrived since the last fetch(), at most `seconds`; True where it has, or may have.

        Uses IDLE, renewed in time; where the server has none, looks every `poll_seconds`.
        """
        fresh = self._line is None or not self._line.usable
        return await self._do(lambda line: self._wait(line, seconds, fresh))

    def heard(self) -> None:
        """For whoever only listens and never fetches: what has arrived so far is known, wait() waits for more."""
        if self._line is not None:
            self._line.wire.arrived = False

    async def _wait(self, line: ImapLine, seconds: float, fresh: bool) -> bool:
        if fresh or self._listed or line.wire.arrived:
            return True
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0 and not line.wire.arrived:
            if "IDLE" in line.can:
                await line.wire.idle(min(left, self._server.idle_renewal))
            else:
                await asyncio.sleep(min(left, self._server.poll_seconds))
                await line.wire.say("NOOP")
        return line.wire.arrived

    async def probe(self) -> str | None:
        """Connect, log in and open the mailbox once. None: all is well; else what is wrong, in words."""
        try:
            line = await open_line(self._server)
        except Away as trouble:
            return str(trouble)
        await line.close()
        return None

    async def close(self) -> None:
        """Log out; the inbox may be used again afterwards."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def _do(self, work: Callable[[ImapLine], Awaitable[_T]]) -> _T:
        async with self._turn:
            line = self._line
            if line is None or not line.usable:
                self._listed.clear()
                self._line = line = await open_line(self._server)
            try:
                return await work(line)
            except Lost as trouble:
                raise Away(str(trouble)) from trouble
            except BaseException:
                # Half an answer may be on its way: whatever happened, the next call starts on a fresh connection.
                line.wire.drop("given up")
                raise


def _can_be_asked_for(text: str) -> bool:
    """Whether it can stand between quotes in a command."""
    return text.isascii() and text.isprintable() and not set(text) & set('"\\')


def _is_from(head: bytes, address: str) -> bool:
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines()
    whole = re.compile(rb"(?<![\w.+%-])" + re.escape(address.encode()) + rb"(?![\w.-])", re.IGNORECASE)
    return any(line[:5].lower() == b"from:" and whole.search(line) for line in lines)
