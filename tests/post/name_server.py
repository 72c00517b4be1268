"""A small real name server on loopback for tests: it tells the TXT records of a table, or keeps silent about a name."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SILENT = "silent"  # as the only record: no answer at all


class NameServer:
    """Answers over UDP until it is closed; `asked` are the names it was asked for."""

    def __init__(self, records: Mapping[str, Sequence[str]]) -> None:
        self._records, self.asked = records, list[str]()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            self._answer(dns.message.from_wire(wire), sender)

    def _answer(self, question: dns.message.Message, sender: tuple[str, int]) -> None:
        name = question.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        texts = self._records.get(name)
        if texts == [SILENT]:
            return
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *texts))
        self._socket.sendto(answer.to_wire(), sender)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()


@contextmanager
def name_server(records: Mapping[str, Sequence[str]]) -> Iterator[NameServer]:
    """Serve these records, to everybody in this process who asks the machine's name server."""
    server = NameServer(records)
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    dns.asyncresolver.default_resolver = resolver  # type: ignore[assignment]
    try:
        yield server
    finally:
        dns.asyncresolver.default_resolver = None
        server.close()
