"""The board in Chromium: every page on a desktop and on a phone, by keyboard, printed, and with axe-core."""

from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Response
from pypdf import PdfReader

from scripts.keystrokes import wait_for_focus
from tests.browser.conftest import DESKTOP, NARROWEST, PHONE
from tests.browser.site import ANSWERED_CASE, BASE, HOSTILE_ACTION, HOSTILE_CASE, HOSTILE_REFERENCE, SCRIPT
from tests.typography import plain

pytestmark = pytest.mark.browser
AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
SMALL_PHONE: Final = (375, 667)
LIMIT: Final = 100_000
"""The most bytes of a page."""
CUT: Final = """[...document.querySelectorAll('main *')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.unseen'))
  .map(one => one.outerHTML.slice(0, 60))"""
"""What is cut at the right."""
LEFT_OUT: Final = """[...document.querySelectorAll('.criteria li, .work li')]
  .filter(one => !one.checkVisibility()).map(one => one.outerHTML)"""
BARE: Final = "[...document.querySelectorAll('button')].map(getComputedStyle).filter(one => one.borderStyle === 'none')"
WIDE: Final = """[...document.querySelectorAll('body, body *')]
  .filter(one => one.checkVisibility() && !one.closest('.unseen, .skip, .scroll table'))
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 80))
  .concat(document.documentElement.scrollWidth > innerWidth ? ['the page'] : [])"""
"""What is wider than the window, but for data tables, which scroll within a region."""
FOCUSED: Final = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const kinds = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const stops = [...document.querySelectorAll(kinds)].filter(each => each.checkVisibility({visibilityProperty: true}));
  const head = one.closest('thead'), cut = head && getComputedStyle(head).clipPath !== 'none';
  return {place: stops.indexOf(one), count: stops.length, name: one.outerHTML.slice(0, 80),
          outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
          shown: !cut && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
}"""
IDENTIFIERS: Final = """['aria-describedby', 'aria-labelledby', 'for'].flatMap(name =>
  [...document.querySelectorAll(`[${name}]`)].flatMap(one => one.getAttribute(name).split(' ')))
  .concat([...document.querySelectorAll('a[href^="#"]')].map(one => one.hash.slice(1)))
  .filter(id => !document.getElementById(id))"""
"""The identifiers that are referred to and that nothing has."""
SHAPE: Final = """[...document.querySelectorAll('body, body *')].map(one => {
  let path = '';
  for (; one; one = one.parentElement)
    path += `${one.localName}.${one.className}[${one.getAttributeNames()}]${one.type ?? ''} `;
  return path;
}).concat([...document.querySelectorAll('h1, h2, h3, h4')].map(one => one.localName).join())"""
"""Each element with those around it, their classes, attributes and types; the headings in their order."""


def test_the_links_lead_to_a_page_of_every_kind(addresses: dict[str, str]) -> None:
    kinds = {
        "/", "/dossiers", "/dossiers/nouveau", "/dossiers/*", "/dossiers/*/actes/qualify", "/dossiers/*/actes/answer",
        "/pgaac", "/pgaac/nation", "/pgaac/site%3A*", "/pgaac/site%3A*/actions/*/finish", "/questions",
    }  # fmt: skip
    assert kinds <= set(addresses)


ON_A_DESKTOP: Final = pytest.mark.parametrize(
    "width", [DESKTOP, pytest.param(PHONE, marks=pytest.mark.soak)], ids=["desktop", "phone"], indirect=True
)


@ON_A_DESKTOP
def test_every_page_fits_is_quiet_comes_from_the_board_alone_and_has_no_fault_of_axe(
    page: Page, width: int, board: str, addresses: dict[str, str]
) -> None:
    """One visit of each page has all checks; the narrowest window is also one of 1280 pixels at 400 %.

    On a desktop axe reads the pages that have an element or headings that no page before has; on a phone, all pages.
    """
    seen = _listen(page, board)
    titles: dict[str, str] = {}
    shapes: set[str] = set()
    for kind, address in addresses.items():
        response = page.goto(address)
        assert response is not None
        found = [*_faults(page, response.body(), response.headers)]
        shape = set(page.evaluate(SHAPE))
        if width < DESKTOP or not shape <= shapes:
            found += _violations(page)
        shapes |= shape
        if width >= DESKTOP:
            page.set_viewport_size({"width": NARROWEST, "height": 256})
            found += page.evaluate(WIDE)
            page.set_viewport_size({"width": width, "height": 800})
        seen += [f"{kind}: {fault}" for fault in found]
        titles[kind] = page.title()
    assert seen == ["404: /page-inconnue"], "\n".join(seen)
    assert sorted(titles[kind] for kind in titles if "?" not in kind) == sorted(
        {titles[kind] for kind in titles if "?" not in kind}
    )


def _listen(page: Page, board: str) -> list[str]:
    """Return a list to which the browser adds what it complains of, and what it requests elsewhere."""
    seen: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "404" not in message.text:  # the answer says so too
            seen.append(f"console: {message.text}")

    def dismiss(dialog: Dialog) -> None:
        seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def look(answer: Response) -> None:
        if not answer.ok or not answer.url.startswith(board):
            seen.append(f"{answer.status}: {answer.url.removeprefix(board)}")

    page.on("console", hear)
    page.on("dialog", dismiss)
    page.on("response", look)
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("requestfailed", lambda request: seen.append(f"failed: {request.url}"))
    return seen


def _faults(page: Page, body: bytes, headers: dict[str, str]) -> Iterator[str]:
    if len(body) > LIMIT:
        yield f"{len(body)} bytes"
    if "default-src 'none'" not in headers["content-security-policy"]:
        yield "no policy of its content"
    if (across := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        yield f"{across} pixels to scroll across"
    if page.locator("script, img, iframe, object, [style], [onclick]").count():
        yield "elements that no page has"
    if "volé" in page.title() or page.evaluate("document.documentElement.lang") != "fr":
        yield f"title {page.title()!r}"
    if page.locator("h1").count() != 1:
        yield "not one heading of the page"
    unknown = page.evaluate(IDENTIFIERS)
    if unknown:
        yield f"identifiers of nothing: {unknown}"


def test_the_first_page_is_two_screens_of_a_phone(chromium: Browser, addresses: dict[str, str]) -> None:
    for width, height in (SMALL_PHONE, (PHONE, 844)):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
        page = context.new_page()
        response = page.goto(addresses["/"])
        assert response is not None
        assert len(response.body()) <= 40_000
        assert page.locator("details[open] li").count() >= 5
        assert page.evaluate("document.documentElement.scrollHeight") <= 2 * height, width
        context.close()


def test_filters_are_closed_on_a_phone_and_opened_by_keyboard(chromium: Browser, addresses: dict[str, str]) -> None:
    context = chromium.new_context(
        viewport={"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]}, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(addresses["/"].removesuffix("/") + "/dossiers?etat=qualified&centre=CRE")
    first = page.locator("tbody tr").first.bounding_box()
    assert first is not None
    assert first["y"] <= SMALL_PHONE[1]
    assert plain(page.locator(".filters > summary").inner_text()) == "Filtrer et trier (2 critères)"
    page.locator(".filters > summary").press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "q"
    page.keyboard.type("formateur")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=formateur**")
    assert plain(page.locator(".filters > summary").inner_text()) == "Filtrer et trier (3 critères)"
    context.close()


def test_pages_in_english_are_laid_out_as_those_in_french(chromium: Browser, addresses: dict[str, str]) -> None:
    context = chromium.new_context(viewport={"width": NARROWEST, "height": 800}, locale="en-GB", forced_colors="active")
    page, found = context.new_page(), []
    for kind in ("/", "/dossiers", f"/dossiers/{HOSTILE_CASE}", f"/dossiers/{ANSWERED_CASE}", "/questions", "/aide"):
        page.goto(addresses[kind])
        assert page.evaluate("document.documentElement.lang") == "en"
        found += [f"{kind}: {one}" for one in (*page.evaluate(WIDE), *page.evaluate(BARE), *_violations(page))]
    page.goto(addresses["/dossiers/nouveau"])
    page.locator("main form button[type=submit]").first.click()
    found += [f"refused: {one}" for one in _violations(page)]
    context.close()
    assert found == []


def _violations(page: Page) -> Iterator[str]:
    """Yield what axe-core finds; the debugger's protocol runs it, which the policy of the content does not bind."""
    page.evaluate(AXE)
    options = {"runOnly": {"type": "tag", "values": [*RULES]}, "resultTypes": ["violations"]}
    for rule in page.evaluate("options => axe.run(document, options).then(found => found.violations)", options):
        yield f"{rule['id']}: {rule['nodes'][0]['html'][:120]} ({len(rule['nodes'])})"


def _refuse(page: Page) -> None:
    """Post the form of a registration with values that are refused."""
    page.locator("#champ-received_at").fill("2026-06-01")
    page.locator("#champ-received_time").fill("09:00")
    page.locator("#champ-site").select_option("CRE")
    page.locator("summary", has_text="Enquête").click()
    page.locator("#champ-satisfaction").fill("beaucoup")
    page.keyboard.press("Enter")
    page.wait_for_selector(".refused")


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(page: Page, addresses: dict[str, str]) -> None:
    wrong = []
    for kind in ("/", "/dossiers", "/dossiers/nouveau", f"/dossiers/{HOSTILE_CASE}", "/pgaac", "/questions"):
        page.goto(addresses[kind])
        wait_for_focus(page)
        if page.evaluate("document.activeElement !== document.body"):  # the first field of a form: begin again
            page.locator(".skip").focus()
        else:
            page.keyboard.press("Tab")
        first = page.evaluate(FOCUSED)
        places = [first["place"]]
        for _ in range(min(first["count"] - 1, 60)):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused["place"] == places[-1]:
                continue  # a part of a date
            places.append(focused["place"])
            if not (focused["outlined"] and focused["shown"]):
                wrong.append(f"{kind}: {focused['name']}")
        assert places[0] == 0, "the first stop is the link to the content"
        if places != sorted(set(places)):
            wrong.append(f"{kind}: {places}")
    assert wrong == []


def test_the_first_link_leads_past_the_navigation(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["/pgaac"])
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Aller au contenu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.fixture
def without_scripts(chromium: Browser, width: int) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="fr-FR", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_refusal_is_announced_and_leads_to_the_field(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses["/dossiers/nouveau"])
    _refuse(page)
    wait_for_focus(page)
    assert list(_violations(page)) == []
    assert page.title().startswith("Erreur")
    assert page.locator(".refused:focus").count() == 1
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Note de satisfaction"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "satisfaction"
    assert page.locator("#champ-satisfaction").input_value() == "beaucoup"
    assert page.locator("#champ-satisfaction").get_attribute("aria-invalid") == "true"


def test_the_letter_of_an_answer_is_beside_its_form_and_has_the_focus(
    without_scripts: Page, page: Page, width: int, board: str
) -> None:
    address = f"{board}/dossiers/{HOSTILE_CASE}/actes/answer"
    without_scripts.goto(address)
    for one in (without_scripts, page):
        one.goto(address)
        one.select_option("[name=decision]", "founded")
        one.fill("[name=text]", "Deux séances manquent.")
        one.get_by_role("button", name="Voir le courrier").click()
        wait_for_focus(one)
        form, letter = one.locator("#champs").bounding_box(), one.locator(".letter").bounding_box()
        assert form is not None
        assert letter is not None
        assert "Deux séances manquent." in one.locator(".sheet").inner_text()
        assert one.locator("#courrier:focus").count() == 1
        is_beside = letter["x"] >= form["x"] + form["width"] and letter["y"] < form["y"] + form["height"]
        assert is_beside if width == DESKTOP else letter["y"] >= form["y"] + form["height"]
    assert list(_violations(page)) == []
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST
    page.get_by_role("button", name="Actualiser le courrier").press("Shift+Tab")
    assert page.locator(":focus").inner_text() == "Enregistrer cette réponse"


def test_texts_of_people_are_shown_as_they_were_typed(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses[f"/dossiers/{HOSTILE_CASE}"])
    assert SCRIPT in page.locator(".quoted.text").first.inner_text()
    outside = page.evaluate(
        """[...document.querySelectorAll('.text')].filter(one => one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).display !== 'inline').length"""
    )
    assert outside == 0
    page.goto("about:blank")  # without the policy of the board's pages
    page.set_content(page.request.get(addresses["/pgaac/site%3ACRE"] + "/pgaac.html").text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_hostile_reference_is_a_text_of_the_title_and_the_heading(page: Page, addresses: dict[str, str]) -> None:
    page.goto(addresses[HOSTILE_ACTION])
    assert plain(page.title()) == f"Action {HOSTILE_REFERENCE} – centre Stains – Réclamations"
    assert plain(page.locator("h1").inner_text()) == f"Action {HOSTILE_REFERENCE} – centre Stains"
    assert page.locator("meta").count() == 2
    page.locator("a[href$='/amend']").click()
    assert page.locator("main form[method=post]").get_attribute("action") == f"{BASE}{HOSTILE_ACTION}/amend"
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    most_lines = """() => {
        const one = document.querySelector('h1 .whole'), range = new Range();
        one.textContent = 'CRE-101';
        range.selectNodeContents(one.firstChild);
        return Math.max(...Array.from({length: 40}, (_, at) => {
            one.previousSibling.data = 'm'.repeat(at) + ' ';
            return range.getClientRects().length;
        }));
    }"""
    assert page.evaluate(most_lines) == 1


def test_a_printed_page_has_every_column_and_no_navigation(chromium: Browser, addresses: dict[str, str]) -> None:
    page, wrong, read = chromium.new_page(), [], 0
    page.emulate_media(media="print")
    for kind in (one for one in addresses if one.count("/") <= 3):  # the forms of acts are laid out alike
        page.goto(addresses[kind])
        is_wide = page.evaluate("getComputedStyle(document.querySelector('main')).page === 'wide'")
        page.set_viewport_size({"width": 1009 if is_wide else 680, "height": 900})  # A4 within its margins
        wrong += [f"{kind}: {one}" for one in (*page.evaluate(CUT)[:3], *page.evaluate(LEFT_OUT)[:3])]
        if page.locator("nav, .skip, .no-print").filter(visible=True).count():
            wrong.append(f"{kind}: navigation")
        if kind in {"/", "/dossiers", "/questions"}:
            columns = [name.split()[0] for name in page.locator("thead th").all_inner_texts()]
            for sheet in PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages:
                text = sheet.extract_text()
                read += text.count("R-2026-")
                # The first page has lists without columns too.
                is_cut = kind != "/" and "R-2026-" in text and not all(column in text for column in columns[:5])
                if is_cut or "Nouvelle demande" in text or is_wide != (sheet.mediabox.width > sheet.mediabox.height):
                    wrong.append(f"{kind}: {text}")
    page.close()
    assert wrong == []
    assert read > 50
