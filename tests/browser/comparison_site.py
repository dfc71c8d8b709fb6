"""The folder of the comparison page on a server that does nothing else, below a folder of its site."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import environ
from pathlib import Path
from typing import Any, Final

from reclamation_core.laboratory.comparison_page.folder import npm_package, write_page_folder
from scripts.environments import ROOT

PLACE: Final = "/docs/try/"
"""Where the site has the page."""


class _Handler(SimpleHTTPRequestHandler):
    """Serves files, with what the browsers need to keep them, and notes the paths."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, seen: list[str], **options: Any) -> None:
        self._seen = seen
        super().__init__(*arguments, **options)

    def send_head(self) -> Any:
        self._seen.append(self.path)
        return super().send_head()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder on a free port; yield its address, and the paths that were requested."""
    seen: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder), seen=seen))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def built(folder: Path) -> Path:
    """Write the page below a folder, as a site has it; npm brings Pyodide once, or `PYODIDE` names its package."""
    package = Path(environ["PYODIDE"]) if "PYODIDE" in environ else next((ROOT / "build").glob("pyodide-*.tgz"), None)
    if package is None:
        (ROOT / "build").mkdir(exist_ok=True)
        package = npm_package(ROOT / "build")
    write_page_folder(folder / PLACE.strip("/"), package)
    return folder
