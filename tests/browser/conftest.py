"""Chromium without a screen, and the addresses of every page of the board."""

import os
import re
from collections.abc import Iterator
from typing import Final
from urllib.error import HTTPError
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.browser import executable
from tests.browser.site import FIRST, seeded
from tests.fragments import Page as HtmlPage

ARGUMENTS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--accept-lang=fr-FR",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
DESKTOP, PHONE, NARROWEST = 1280, 390, 320
"""Widths in pixels; the last one is that of WCAG 2.1, 1.4.10 (reflow)."""
_VARIABLE: Final = re.compile(r"R-\d+-\d+|A-\d+|(?<=actions/)%3C[^/]+|(?<=site%3A)\w+|(?<=region%3A)[^/?]+|(?<=/)\d+\b")


@pytest.fixture(scope="session")
def board() -> Iterator[str]:
    """The address of the board."""
    with seeded() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser with an empty profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=[*ARGUMENTS], env={**os.environ, "LANGUAGE": "fr"}
        )
        yield browser
        browser.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    """The width of the window."""
    return int(request.param)


@pytest.fixture
def context(chromium: Browser, width: int) -> Iterator[BrowserContext]:
    """A window of its own; scripts may run."""
    opened = chromium.new_context(viewport={"width": width, "height": 800}, locale="fr-FR")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in that window."""
    return context.new_page()


@pytest.fixture(scope="session")
def addresses(board: str) -> dict[str, str]:
    """The address of a page of each kind, by what the addresses of that kind have in common.

    The links of each page lead to the next ones, so that a page that is added is tested without a list of pages. A kind
    has a path, or a parameter of its path, that no kind before has: a list has a hundred combinations of its filters.
    """
    found = {path: board + path for path in FIRST}
    seen: set[tuple[str, str]] = set()
    waiting = [(board + path, _content(board + path)) for path in FIRST]
    while waiting:
        address, html = waiting.pop(0)
        for link in (given["href"] for given in HtmlPage(html).having("a") if given.get("href")):
            following = urldefrag(urljoin(address, link)).url
            path, *names = _parts(following.removeprefix(board))
            parts = {(path, name) for name in ("", *names)}
            is_file = "." in urlsplit(following).path.rpartition("/")[2]
            is_new = (
                not is_file and following.startswith(board) and not parts <= seen and following not in found.values()
            )
            if is_new and (content := _content(following)):
                seen |= parts
                found[path + "?" * bool(names) + ",".join(names)] = following
                waiting.append((following, content))
    return found


def _content(address: str) -> str:
    """Return a page; nothing for a file to download."""
    try:
        with urlopen(address) as response:  # noqa: S310  the server of this test
            is_page = response.headers["Content-Type"].startswith("text/html")
            return response.read().decode() if is_page and "Content-Disposition" not in response.headers else ""
    except HTTPError as error:
        return error.read().decode()


def _parts(path: str) -> list[str]:
    """Return the path of an address, without what differs between pages of a kind, and the names of its parameters."""
    parts = urlsplit(path)
    return [_VARIABLE.sub("*", parts.path), *sorted(parse_qs(parts.query, keep_blank_values=True))]
