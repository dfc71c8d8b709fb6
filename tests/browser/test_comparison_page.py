"""The page that compares, in Chromium and Firefox: from a file to the results, with the engine in the browser."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, BrowserContext, Page

from reclamation_core.laboratory.comparison_page.exchange import LARGEST_FILE
from reclamation_core.simulation import generate_complaints, write_complaints
from tests.browser.comparison_site import PLACE, built, serving
from tests.browser.conftest import DESKTOP, NARROWEST, PHONE
from tests.browser.firefox import firefox
from tests.browser.test_board import AXE, IDENTIFIERS, RULES, WIDE
from tests.unit.laboratory.page_visitor import Visitor

pytestmark = pytest.mark.browser
COMPARE: Final = "#page form:has(> [name=step][value=compare]) > .buttons button"
COLUMNS: Final = "#page form:has(> [name=step][value=columns]) > .buttons button"
READ: Final = "#page form:has(> [name=step][value=file]) > .buttons button:not([name])"
WORKING: Final = """() => new Promise(done => {
  const look = () => document.getElementById('engine-progress').value > 5 ? done() : setTimeout(look, 10);
  look();
})"""
EXAMPLE: Final = "[name=example]"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[tuple[str, list[str]]]:
    with serving(site) as (address, seen):
        yield address + PLACE, seen


@pytest.fixture
def served(server: tuple[str, list[str]]) -> tuple[str, list[str]]:
    """The address of the page, and the paths that are requested during the test."""
    server[1].clear()
    return server


@pytest.fixture(scope="module")
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    with opened(chromium, DESKTOP) as context:
        yield context


@pytest.fixture
def window(profile: BrowserContext) -> Iterator[BrowserContext]:
    """A window in which Python starts from the memory that the page stored during the first test."""
    yield profile
    for page in profile.pages:
        page.close()


def new_page(window: BrowserContext, width: int) -> Page:
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    return page


@contextmanager
def opened(chromium: Browser, width: int) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="fr-FR")
    context.set_default_timeout(120_000)
    yield context
    context.close()


def listening(page: Page, address: str) -> list[str]:
    """Return a list to which the browser adds what it complains of and what it requests elsewhere."""
    seen: list[str] = []
    page.on("console", lambda message: seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.context.on("requestfailed", lambda request: seen.append(f"failed: {request.url}"))
    own = (address, f"blob:{address.removesuffix(PLACE)}")
    page.context.on("request", lambda one: None if one.url.startswith((*own, "data:")) else seen.append(one.url))
    return seen


def faults(page: Page) -> list[str]:
    """Return what axe finds, unknown identifiers, and what is wider than the narrowest window."""
    page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": list(RULES)}}
    violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
    found = [f"{one['id']}: {one['nodes'][0]['html'][:100]}" for one in violations]
    found += page.evaluate(IDENTIFIERS)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    found += [f"wide: {one}" for one in page.evaluate(WIDE)]
    page.set_viewport_size(size)
    return found


def reach(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no key reaches {selector}")


def pressed(page: Page, selector: str, after: str) -> None:
    """Press a button by keyboard, and wait for the next view, whose heading has the focus."""
    reach(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_selector(after, state="attached")
    page.wait_for_selector("#engine-ready")
    assert page.evaluate("document.activeElement.id") == "titre"


def saved(page: Page, what: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(f'[name=what][value="{what}"]').press("Enter")
    return Path(waiting.value.path()).read_bytes()


def cells(content: bytes) -> dict[str, Any]:
    """Return the rows of each sheet, but those that say when the workbook was made."""
    made = {"Situation au", "Exporté le", "As of", "Exported on"}
    sheets = load_workbook(io.BytesIO(content))
    rows = {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in sheets}
    return {title: [row for row in all_rows if row[0] not in made] for title, all_rows in rows.items()}


def same_files(page: Page, visitor: Visitor) -> None:
    """Compare files of the results with Python's: the workbook of all tables cell by cell, the others byte by byte.

    Chromium asks a person before it saves more than ten files of a page, so that not every table is saved apart.
    """
    tables = page.eval_on_selector_all("[name=what][value^='csv:']", "all => all.map(one => one.value)")
    for what in ("xlsx", "before", "after", tables[-1]):
        ours, theirs = saved(page, what), visitor.save(what).content
        assert (cells(ours) == cells(theirs)) if what == "xlsx" else (ours == theirs), what


def test_a_person_compares_the_example_by_keyboard_alone(window: BrowserContext, served: tuple[str, list[str]]) -> None:
    address, requested = served
    page = window.new_page()
    seen = listening(page, address)
    page.goto(address)
    found = {"file": faults(page)}
    pressed(page, EXAMPLE, COLUMNS)
    found["columns"] = faults(page)
    pressed(page, COLUMNS, COMPARE)
    found["policies"] = faults(page)
    reach(page, "#after-threshold")
    page.keyboard.type("7")
    pressed(page, COMPARE, "#reference")
    found["results"] = faults(page)

    visitor = Visitor("fr")
    visitor.press("Essayer avec l’exemple")
    visitor.press("Confirmer les colonnes")
    visitor.press("Comparer", **{"after-threshold": "7"})
    same_files(page, visitor)

    reach(page, "button[name=reference]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cote-2")
    found["case"] = faults(page)
    assert "Pourquoi" in page.inner_text("#page")
    assert {step: one for step, one in found.items() if one} == {}
    assert seen == []
    assert all(path.startswith(PLACE) for path in requested)


def test_a_file_of_ones_own_gives_what_python_gives_and_nothing_leaves(
    window: BrowserContext, served: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, _ = served
    path = tmp_path / "messages.csv"
    write_complaints(path, generate_complaints(600, 11, until=date(2026, 4, 30)))
    page = new_page(window, PHONE)
    page.goto(f"{address}en.html")
    page.set_input_files("#file", path)
    page.click(READ)
    page.click(COLUMNS)
    changes = {"before-days": "8", "after-threshold": "7", "after-days-regional": "15"}
    page.wait_for_selector(COMPARE)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for name, value in changes.items():
        page.fill(f"#{name}", value)
    page.click(COMPARE)
    page.wait_for_selector("#reference")

    visitor = Visitor("en")
    content = {"file": (path.name, path.read_bytes())}
    visitor.press("Read this file", content)
    visitor.press("Confirm the columns", content)
    visitor.press("Compare", content, **changes)
    assert visitor.response is not None
    normal = "html => { const one = document.createElement('div'); one.innerHTML = html; return one.innerHTML; }"
    assert page.inner_html("#page") == page.evaluate(normal, visitor.response.html)
    same_files(page, visitor)

    with serving(tmp_path) as (elsewhere, requested):
        send = "address => fetch(address, {mode: 'no-cors'}).then(() => 'sent', error => error.name)"
        assert page.workers[0].evaluate(send, elsewhere) == "TypeError"
        assert page.evaluate(send, elsewhere) == "TypeError"
        assert requested == []


OWN: Final = (
    "reference,received_at,channel,formal,complainant,nature,requirement,sold_service,client_scope,service_reach,"
    "mobilisation,Sous-traitance\n"
    "D-1,2026-05-04,email,true,trainee,grievance,contractual,true,local,one_centre,local,true\n"
    "D-2,2026-05-05,portal,true,trainee,grievance,contractual,true,local,one_centre,local,false\n"
    "D-3,2026-05-06,survey,false,trainee,,,true,local,one_centre,local,\n"
)
"""Two complaints, of which one is about a subcontracted service, and a message of the survey."""
TYPED: Final = {
    "threshold": "7",
    "days-regional": "15",
    "row-id": "subcontracted",
    "row-when": "own.subcontracted: true",
    "fact-name": "subcontracted",
    "fact-label": "subcontracted",
}
CHOSEN: Final = {"row-then": "level:regional", "fact-type": "boolean", "fact-column": "Sous-traitance"}


@pytest.mark.parametrize(
    ("name", "width"), [("index.html", NARROWEST), pytest.param("en.html", 375, marks=pytest.mark.soak)]
)
def test_the_question_of_a_director_is_asked_by_keyboard_on_a_phone(
    window: BrowserContext, served: tuple[str, list[str]], tmp_path: Path, name: str, width: int
) -> None:
    """The threshold is 7, the region has 15 days and takes what is subcontracted, by a row and a fact of one's own."""
    address, requested = served
    path = tmp_path / "messages.csv"
    path.write_text(OWN, encoding="utf-8")
    page = new_page(window, width)
    page.goto(f"{address}{name}")
    page.set_input_files("#file", path)
    pressed(page, READ, COLUMNS)
    pressed(page, COLUMNS, COMPARE)
    for summary in page.locator("fieldset:has(#after-start) summary").all():
        summary.press("Enter")
    for field in TYPED:
        reach(page, f"#after-{field}")
        page.keyboard.type(TYPED[field])
    for field, value in CHOSEN.items():
        reach(page, f"#after-{field}")
        page.select_option(f"#after-{field}", value)
    found = faults(page)
    pressed(page, COMPARE, "#reference")
    found += faults(page)
    listed = page.locator("tr", has=page.locator("button[name=reference]")).all_inner_texts()
    assert [row for row in listed if "D-1" in row and "subcontracted" in row]
    assert not [row for row in listed if "D-2" in row]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    reach(page, "button[name=reference][value=D-1]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cote-2")
    assert found + faults(page) == []
    assert all(one.startswith(PLACE) for one in requested)


def bomb() -> bytes:
    """Return a workbook of little size whose sheet has a gigabyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(200):
                sheet.write(bytes(1 << 20))
    return made.getvalue()


def formula() -> bytes:
    """Return a workbook with a formula as a heading, whose value no spreadsheet has stored."""
    book, made = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["reference", '=HYPERLINK("http://example.org","x")'])
    book.save(made)
    return made.getvalue()


def hostile_files(folder: Path) -> tuple[str, ...]:
    """Write files of which no row can be read, and return their names."""
    contents = {
        "bomb.xlsx": bomb(),
        "columns.csv": ";".join(f"c{number}" for number in range(1_000_000)).encode() + b"\n1\n",
        "encoding.csv": "référence;reçue le\nA;2026-05-04\n".encode("utf-16")[5:] + b"\xff\x00\x81",
        "nothing.csv": b"",
        "formula.xlsx": formula(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    with (folder / "large.csv").open("wb") as file:
        file.truncate(2 * LARGEST_FILE)
    (folder / MARKED).write_bytes(b"reference;received_at;<img src=x onerror=alert(1)>\nR1;2026-05-04;x\n")
    return (*contents, "large.csv")


MARKED: Final = "<img src=x onerror=alert(1)>.csv"
"""A file whose name and a heading are HTML, which are shown as texts."""


def test_hostile_files_are_refused_and_a_stopped_work_is_done_again(
    window: BrowserContext, served: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, _ = served
    page = window.new_page()
    page.goto(address)
    for name in hostile_files(tmp_path):
        page.set_input_files("#file", tmp_path / name)
        page.click(READ)
        page.wait_for_selector("#engine-ready")
        assert page.locator("#erreurs li").count() >= 1, name
        assert page.evaluate("document.activeElement.id") == "erreurs"
    page.set_input_files("#file", tmp_path / MARKED)
    page.click(READ)
    page.wait_for_selector(COLUMNS)
    assert "<img" in page.inner_text("#page")
    assert page.locator("#page img").count() == 0
    page.click("[name=step][value=file]")
    page.wait_for_selector("#file")
    page.click(EXAMPLE)
    page.wait_for_selector(COLUMNS)
    page.evaluate("restart('stopped')")  # the example and the columns outlive the program
    page.click(COLUMNS)
    page.wait_for_selector(COMPARE)
    page.evaluate("restart('stopped')")
    page.fill("#after-threshold", "7")
    page.click(COMPARE)
    page.wait_for_selector("#reference")
    page.click("[name=step][value=file]")
    page.wait_for_selector("#file")
    path = tmp_path / "many.csv"
    write_complaints(path, generate_complaints(4000, 12, until=date(2026, 4, 30)))
    page.set_input_files("#file", path)
    page.click(READ)
    page.click(COLUMNS)
    page.fill("#after-threshold", "7")
    page.click(COMPARE)
    page.evaluate(WORKING)
    page.locator("#engine-stop").press("Enter")
    page.wait_for_selector("#engine-stopped")
    assert page.evaluate("document.activeElement.matches('button')")
    assert page.input_value("#after-threshold") == "7"
    page.click(COMPARE)
    page.wait_for_selector("#reference")
    assert "4 000" in page.inner_text("#page").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_page_that_cannot_start_says_so(chromium: Browser, site: Path, served: tuple[str, list[str]]) -> None:
    address, _ = served
    without = chromium.new_context(java_script_enabled=False)
    page = without.new_page()
    page.goto(address)
    assert "JavaScript" in page.inner_text("noscript")
    without.close()

    page = chromium.new_page()
    page.set_default_timeout(120_000)
    page.goto((site / PLACE.strip("/") / "index.html").as_uri())
    assert page.is_visible("#engine-unsupported")
    page.route("**/packages.tar.gz", lambda route: route.fulfill(status=404))
    page.goto(f"{address}en.html")
    page.wait_for_selector("#engine-failed")
    assert "packages.tar.gz: HTTP 404" in page.inner_text("#engine-failed")
    page.unroute("**/packages.tar.gz")
    page.click(EXAMPLE)
    page.wait_for_selector(COLUMNS)
    page.close()


MEMORIES: Final = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const store = await caches.open(name);
    for (const key of await store.keys()) found.push((await store.match(key)).headers.get('X-Seen') ?? '');
  }
  return found;
}"""
REPLACED: Final = """async (damaged) => {
  const store = await caches.open((await caches.keys())[0]);
  const [key] = await store.keys();
  const body = damaged ? new Uint8Array(64) : await (await store.match(key)).arrayBuffer();
  await store.put(key, new Response(body, { headers: { 'X-Seen': 'yes' } }));
}"""


@pytest.mark.soak
def test_a_later_visit_starts_from_the_stored_memory_or_anew(chromium: Browser, served: tuple[str, list[str]]) -> None:
    address, _ = served
    window = chromium.new_context(locale="fr-FR")
    window.set_default_timeout(120_000)

    def visited(name: str) -> list[str]:
        page = window.new_page()
        page.goto(f"{address}{name}")
        page.click(EXAMPLE)
        page.click(COLUMNS)
        page.wait_for_selector(COMPARE)
        for _ in range(100):
            if page.evaluate(MEMORIES) != []:
                break
            page.wait_for_timeout(100)
        found: list[str] = page.evaluate(MEMORIES)
        page.evaluate(REPLACED, name == "index.html" and found == ["yes"])
        page.close()
        return found

    assert visited("index.html") == [""]
    assert visited("en.html") == ["yes"]  # used as it was, in the other language too
    assert visited("index.html") == ["yes"]
    assert visited("index.html") == [""]  # a damaged one is replaced
    window.close()


@pytest.mark.soak
def test_firefox_compares_the_example(served: tuple[str, list[str]], tmp_path: Path) -> None:
    address, requested = served
    with firefox(tmp_path) as browser:
        browser.open(address)
        hostile_files(tmp_path)
        for name in ("bomb.xlsx", "large.csv", MARKED):  # the program refuses the others as it does in Chromium
            browser.type("#file", str(tmp_path / name))
            browser.click(READ)
            expected = COLUMNS if name == MARKED else "#erreurs"
            browser.wait(
                "return document.documentElement.dataset.state === 'ready' && "
                f"document.querySelector({json.dumps(expected)})"
            )
        assert browser.run("return document.querySelectorAll('#page img').length") == 0
        browser.open(address)
        browser.click(EXAMPLE)
        browser.wait(f"return document.querySelector({json.dumps(COLUMNS)})")
        browser.click(COLUMNS)
        browser.wait("return document.getElementById('after-threshold')")
        browser.type("#after-threshold", "7")
        browser.click(COMPARE)
        browser.wait("return document.getElementById('reference')")
        found = browser.run("return document.getElementById('page').innerHTML")
        send = "return new URL(document.querySelector('script').src).origin"
        assert address.startswith(browser.run(send))

    visitor = Visitor("fr")
    visitor.press("Essayer avec l’exemple")
    visitor.press("Confirmer les colonnes")
    visitor.press("Comparer", **{"after-threshold": "7"})
    assert visitor.response is not None
    assert found.count("<td") == visitor.response.html.count("<td")
    assert all(path.startswith(PLACE) or path == "/favicon.ico" for path in requested)
