"""A real headless Chromium for tests of pages, spoken to over its debugging pipe: it goes somewhere, is asked, and waits."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
_SECONDS = 30.0  # for any answer: much more than a browser needs, on a busy machine too
_MOVED = "import os, sys; [os.dup2(int(sys.argv[at]), at + 2) for at in (1, 2)]; os.execv(sys.argv[3], sys.argv[3:])"
_UNTIL = """new Promise((done, failed) => {
  const wanted = () => { try { return %s } catch { return null } };
  const look = () => { const found = wanted(); if (found) { done(found); return true } return false };
  if (look()) return;
  const watch = new MutationObserver(() => look() && watch.disconnect());
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const ticking = setInterval(() => look() && clearInterval(ticking), 50);
  setTimeout(() => failed(new Error("never came: " + wanted.toString())), %d);
})"""


class Browser:
    """One page of a browser with a profile of its own; a context manager."""

    def __init__(self, folder: Path) -> None:
        to_it, from_us = os.pipe()
        to_us, from_it = os.pipe()
        # The browser reads its descriptor 3 and writes to 4; above 9 ours are not in the way of those.
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_it, from_it)]
        command = [
            sys.executable, "-c", _MOVED, *map(str, theirs), str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu",
            "--disable-background-networking", f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank",
        ]  # fmt: skip
        self._browser = subprocess.Popen(
            command, pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for end in (to_it, from_it, *theirs):
            os.close(end)
        self._out, self._in = from_us, to_us
        self._rest = b""
        self._asked = 0
        self._loaded: set[str] = set()  # the visits whose page has come whole
        self.complaints: list[str] = []  # what pages said to the console as errors, and what their policy forbade
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")
        self._ask("Page.setLifecycleEventsEnabled", enabled=True)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.terminate()
        self._browser.wait(_SECONDS)
        os.close(self._out)
        os.close(self._in)

    def wide(self, pixels: int, high: int = 900, *, dark: bool = False) -> None:
        """The width of the window, and whether the reader prefers the dark."""
        self._ask("Emulation.setDeviceMetricsOverride", width=pixels, height=high, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])

    def go(self, address: str) -> None:
        """Open an address and wait until it is loaded, frames and all."""
        loader = self._ask("Page.navigate", url=address)["loaderId"]
        until = time.monotonic() + _SECONDS
        while loader not in self._loaded:
            self._note(self._hear(until))

    def ask(self, script: str) -> Any:
        """The value of a script's expression; a promise is waited for."""
        said = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise AssertionError(said["exceptionDetails"].get("exception", {}).get("description", said["exceptionDetails"]["text"]))
        return said["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true, at every change of the page."""
        return self.ask(_UNTIL % (script, _SECONDS * 500))

    def press(self, key: str, code: int = 0) -> None:
        """One key: a character, or a name such as "Tab" with its code."""
        text = key if len(key) == 1 else "\r" if key == "Enter" else ""
        for kind in ("keyDown", "keyUp"):
            self._ask(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, text=text if kind == "keyDown" else ""
            )

    def picture(self, file: Path) -> None:
        """What the window shows, as PNG."""
        file.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        session = {"sessionId": self._session} if hasattr(self, "_session") else {}
        message = {"id": self._asked, "method": method, "params": parameters, **session}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + _SECONDS
        while True:
            said = self._hear(until)
            if said.get("id") == self._asked:
                if "error" in said:
                    raise AssertionError(f"{method}: {said['error']['message']}")
                result: dict[str, Any] = said["result"]
                return result
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        parameters = said.get("params", {})
        if said.get("method") == "Page.lifecycleEvent" and parameters["name"] == "load":
            self._loaded.add(parameters["loaderId"])
        if said.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])
        if said.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(parameters["exceptionDetails"]["text"])

    def _hear(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
            part = os.read(self._in, 65536) if ready else b""
            if not part:
                raise AssertionError("the browser does not answer")
            self._rest += part
        whole, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(whole)
        return found
