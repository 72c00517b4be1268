"""Serves the preview to browsers of this machine: GET only, nothing is written, and open pages hear of every saved file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from urllib.parse import unquote, urlsplit

from mailer.files.settings import Settings
from mailer.files.watch import Watch
from mailer.model.errors import BadSettings, Flaw
from mailer.model.program import Program
from mailer.modes.preview.site import Edition, read_edition

HOST = "127.0.0.1"
_LOOKS_EVERY = 0.25  # seconds between two looks at the files; a change is taken up once it has held still for one
_HEARTBEAT = 15.0  # seconds after which a page that hears nothing is told that we are still here
_PATIENCE = 30.0  # seconds a browser may take for a request
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)


class Newsstand:
    """The newest edition, and who waits for the next one."""

    def __init__(self, settings: Settings, programs: tuple[Program, ...]) -> None:
        self._settings = settings
        self._watch = Watch(settings.templates, settings.rules)  # before the first look: nothing saved meanwhile is missed
        self._fresh = Condition()
        self.edition = read_edition(settings, programs)

    def mark(self, edition: Edition) -> str:
        """Tells editions apart, also those of a preview that was started anew."""
        return f"{os.getpid()}-{edition.number}"

    def look(self) -> None:
        """Take up what was saved since the last look; a file that cannot be used leaves the picture as it was, with the flaw."""
        if not self._watch.look():
            return
        edition = read_edition(self._settings, self.edition.programs, self.edition)
        with self._fresh:
            self.edition = edition
            self._fresh.notify_all()

    def wait(self, known: str, seconds: float) -> str:
        """The mark of the newest edition, as soon as it is another than `known`, or after so many seconds."""
        with self._fresh:
            self._fresh.wait_for(lambda: self.mark(self.edition) != known, seconds)
            return self.mark(self.edition)


class _Desk(BaseHTTPRequestHandler):
    """One browser's connection."""

    server: _Server
    server_version = "Mentorpost"
    sys_version = ""
    timeout = _PATIENCE

    def do_GET(self) -> None:
        if self.headers.get_all("Host") not in self.server.hosts:
            self._say(HTTPStatus.FORBIDDEN, "text/plain", f"For this machine only: open {self.server.address}\n")
            return
        name = unquote(urlsplit(self.path).path).removeprefix("/") or "index.html"
        if name == "events":
            self._events()
            return
        stand = self.server.stand
        edition = stand.edition
        found = edition.find(name, stand.mark(edition))
        status = HTTPStatus.OK if found.there else HTTPStatus.NOT_FOUND
        self._say(status, found.type, found.text, _ALONE if found.alone else _PAGE)

    def _refuse(self) -> None:
        self.close_connection = True
        self._say(HTTPStatus.METHOD_NOT_ALLOWED, "text/plain", "Only GET is understood here.\n")

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = _refuse  # noqa: N815

    def _say(self, status: HTTPStatus, kind: str, text: str, policy: str = "default-src 'none'") -> None:
        body = text.encode()
        self._head(status, kind, policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str, policy: str) -> None:
        self.send_response(status)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")

    def _events(self) -> None:
        """Server-sent events: the mark of the edition now, and each newer one as soon as it is there."""
        self.close_connection = True
        self._head(HTTPStatus.OK, "text/event-stream", "default-src 'none'")
        self.end_headers()
        known = ""
        while not self.server.stopping.is_set():
            mark = self.server.stand.wait(known, _HEARTBEAT)
            self.wfile.write((f"data: {mark}\n\n" if mark != known else ":\n\n").encode())
            known = mark

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            pass  # the browser has gone: nothing is owed to it

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads a log of a page one looks at oneself."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # open pages wait for news: they do not keep us from stopping
    block_on_close = False
    allow_reuse_address = os.name == "posix"

    def __init__(self, port: int, stand: Newsstand) -> None:
        self.stand = stand
        self.stopping = Event()
        super().__init__((HOST, port), _Desk)
        # Whatever name leads here, only these two are meant: another site's name that resolves to us (DNS rebinding) is not.
        self.hosts = [[f"{name}:{self.server_port}"] for name in (HOST, "localhost")]

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"


def _keep_looking(stand: Newsstand, stop: Event) -> None:
    """Look at the files until it stops, beside whoever waits for that: reading them anew takes its time."""
    try:
        while not stop.wait(_LOOKS_EVERY):
            stand.look()
    finally:
        stop.set()  # a preview that does not look any more would show what is not there


def serve(stand: Newsstand, port: int, say: Callable[[str], None], opens_at: str = "") -> None:
    """Serve until SIGINT or SIGTERM; `port` 0 takes a free one. Says the address first. Raises BadSettings for a port in use."""
    stop = Event()
    try:
        taken = _Server(port, stand)
    except OSError as trouble:
        what = (trouble.strerror or str(trouble)).lower()
        raise BadSettings(Flaw(f"--port {port}", 0, what, "choose another, or leave --port out for a free one")) from trouble
    with taken as server:
        before = {one: signal.signal(one, lambda *_: stop.set()) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            for work in (lambda: server.serve_forever(0.1), lambda: _keep_looking(stand, stop)):
                Thread(target=work, daemon=True).start()
            say(f"Open {server.address}{opens_at} in a browser of this machine. Every saved file shows at once; Ctrl+C stops.")
            stop.wait()
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            server.stopping.set()
            server.shutdown()
    say("The preview has stopped.")
