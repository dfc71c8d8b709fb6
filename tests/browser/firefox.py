"""Firefox without a screen, driven by Marionette, the remote protocol of Firefox: JSON over a socket."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from scripts.browser import FIREFOX, executable

_PREFERENCES: Final = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "intl.accept_languages": "fr",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
_SECONDS: Final = 120


class Firefox:
    """A window of Firefox.

    Args:
        connection: the socket of its remote protocol.
        reader: what comes from there.
    """

    def __init__(self, connection: socket.socket, reader: IO[bytes]) -> None:
        self._connection, self._reader, self._count = connection, reader, 0
        self._message()
        self.send("WebDriver:NewSession", {})
        self.send("WebDriver:SetTimeouts", {"script": _SECONDS * 1000, "implicit": 0, "pageLoad": _SECONDS * 1000})

    def _message(self) -> Any:
        length = b""
        while (one := self._reader.read(1)) != b":":
            length += one
        return json.loads(self._reader.read(int(length)))

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        """Send a command, and return its result."""
        self._count += 1
        content = json.dumps([0, self._count, command, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(content), content))
        _, _, error, result = self._message()
        if error is not None:
            raise AssertionError(f"{command}: {error['error']}: {error['message']}")
        return result.get("value", result) if isinstance(result, dict) else result

    def open(self, address: str) -> None:
        """Open a page."""
        self.send("WebDriver:Navigate", {"url": address})

    def run(self, script: str) -> Any:
        """Run a script, the body of a function, in the page."""
        return self.send("WebDriver:ExecuteScript", {"script": script, "args": []})

    def wait(self, script: str) -> Any:
        """Run a script until it returns what is true."""
        return self.send(
            "WebDriver:ExecuteAsyncScript",
            {
                "script": "const done = arguments[0], look = () => { const found = (() => {"
                + script
                + "})(); found ? done(found) : setTimeout(look, 50); }; look();",
                "args": [],
            },
        )

    def element(self, selector: str) -> str:
        """Return the reference of an element."""
        found = self.send("WebDriver:FindElement", {"using": "css selector", "value": selector})
        return str(next(iter(found.values())))

    def click(self, selector: str) -> None:
        """Click on an element."""
        self.send("WebDriver:ElementClick", {"id": self.element(selector)})

    def type(self, selector: str, text: str) -> None:
        """Type a text into an element, or choose a file in it."""
        self.send("WebDriver:ElementSendKeys", {"id": self.element(selector), "text": text})


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Start Firefox with an empty profile in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    preferences = {**_PREFERENCES, "marionette.port": port}
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
    (folder / "user.js").write_text("".join(lines))
    program = executable(FIREFOX)
    process = subprocess.Popen(
        [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with _connected(port, process) as connection, connection.makefile("rb") as reader:
            yield Firefox(connection, reader)
    finally:
        process.terminate()
        process.wait()


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    until = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=2 * _SECONDS)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("Firefox does not answer")
