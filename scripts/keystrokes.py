"""Count the keys, other than text, of the commonest acts of the board, by keyboard in Chromium.

`python -m scripts.keystrokes` prints them beside those of the forms before they followed the guards, with the same
data. Text is what is typed into a field, the digits of dates among it; every other key counts: those that move the
focus, choose, open and send. An act begins on a page that was just opened, and ends when it is recorded.

A whole case follows, from registration to closing: on a phone, without scripts, each act begins where the one before
ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import attrs
from playwright.sync_api import Page, sync_playwright

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.testing.builders import (
    FakeClock,
    a_complaint,
    a_planned_case,
    a_qualified_case,
    a_registered_case,
    an_action,
    an_analysed_case,
    an_answered_case,
)
from reclamation_core.vocabulary import Role
from scripts.browser import executable
from scripts.usage import show_help
from tests import asgi
from tests.browser.site import BASE, application
from tests.unit.desk.factories import SITES, at

_FOCUSED: Final = """() => {
  const one = document.activeElement;
  return {name: one.name || '', href: one.getAttribute('href') || '', tag: one.tagName, main: !!one.closest('main')};
}"""
_FIELD: Final = """name => {
  const all = [...document.getElementsByName(name)].filter(one => one.type !== 'hidden'), one = all[0];
  if (!one) return null;
  return {tag: one.tagName, type: one.type || '', value: one.value,
    checked: all.filter(each => each.checked).map(each => each.value),
    codes: all.map(each => each.value), closed: !one.checkVisibility(),
    labels: one.tagName === 'SELECT' ? [...one.options].map(each => each.label) : [],
    options: one.tagName === 'SELECT' ? [...one.options].map(each => each.value) : []};
}"""
_ORDER: Final = """names => [...document.querySelectorAll('main [name]')].map(one => one.name)
  .filter((name, place, all) => names.includes(name) && all.indexOf(name) === place)"""


@attrs.frozen
class Act:
    """An act to count: the page that it begins on, and by form the part of its link and what is entered.

    Args:
        name: what a reader calls it.
        before: the keys that it took with the forms before; of an act of a whole case, the most keys that it may take.
        page: the path of the page; None for the page of the act before.
        forms: for each form, the end of the address that leads to it, and the values by the names of the fields; None
            in place of values for a page without a form.
    """

    name: str
    before: int
    page: str | None
    forms: tuple[tuple[str, Mapping[str, str] | None], ...]


def fill(desk: Desk, clock: FakeClock) -> None:
    """Record a case for each act, in the order of `ACTS`, with the same data each time."""
    clock.set(at(2))
    received = a_complaint(received_at=at(1), channel="centre_letter", requirement="contractual")
    a_registered_case(desk, received, complainant="Mme Durand", verbatim="La salle est froide.")
    supported = a_registered_case(desk, received, complainant="Mme Durand")
    desk.add_support(supported.reference, kind="letter", title="lettre de Mme Durand")
    an_analysed_case(desk, received, complainant="Mme Durand")
    a_qualified_case(desk, received, complainant="Mme Durand")
    an_answered_case(desk, received, complainant="Mme Durand")
    planned = a_planned_case(desk, received, actions=[an_action(reference="CRE-100")], complainant="Mme Durand")
    desk.pgaac("CRE").finish(planned.actions[0].action, evidence="feuille signée")


PHONE: Final[Any] = {"viewport": {"width": 375, "height": 667}, "locale": "fr-FR", "java_script_enabled": False}
"""A context of a browser as narrow as a phone, without scripts."""
_CASE: Final = "/dossiers/R-2026-{:06d}"
_RISKS: Final = {
    "severity_safety": "0", "severity_legal": "0", "severity_contract": "2", "severity_financial": "0",
    "severity_relation": "2", "severity_training": "2", "likelihood": "2", "recurrences": "0",
}  # fmt: skip
ACTS: Final = (
    Act(
        "enregistrer une demande",
        95,
        "/",
        (
            (
                "/dossiers/nouveau",
                {
                    "received_at": "2026-06-01",
                    "site": "CRE",
                    "complainant": "M. Lenoir, 1 rue des Lilas",
                    "verbatim": "Le formateur est absent depuis lundi.",
                    "channel": "centre_letter",
                    "formal": "true",
                    "complainant_fact": "trainee",
                    "nature": "grievance",
                    "requirement": "contractual",
                    "sold_service": "true",
                    "client_scope": "local",
                    "service_reach": "one_centre",
                },
            ),
        ),
    ),
    Act(
        "ajouter un support",
        23,
        _CASE.format(1),
        (("/actes/add_support", {"kind": "letter", "title": "lettre de Mme Durand"}),),
    ),
    Act(
        "qualifier",
        67,
        _CASE.format(2),
        (
            (
                "/actes/qualify",
                {"problem": "Aucun remplaçant n'était prévu.", "requirement_reference": "convention, article 3"}
                | {"conforming": "false"}
                | _RISKS,
            ),
        ),
    ),
    Act(
        "inscrire une action",
        74,
        _CASE.format(3),
        (
            (
                "/actes/plan",
                {
                    "reference": "CRE-101",
                    "type": "corrective",
                    "origin": "complaint",
                    "site": "CRE",
                    "cause_family": "trainer_availability",
                    "cause": "aucun remplaçant n'est prévu",
                    "what": "prévoir un remplaçant",
                    "owner": "M. Petit",
                    "planned": "2026-07-01",
                    "criterion": "aucune absence sans remplaçant",
                },
            ),
        ),
    ),
    Act(
        "répondre",
        35,
        _CASE.format(4),
        (("/actes/answer", {"decision": "founded", "text": "Deux séances manquent.", "remedies": "Deux séances."}),),
    ),
    Act("clôturer", 41, _CASE.format(5), (("/actes/close", {"reason": "answered"}),)),
    Act(
        "évaluer et clôturer une action",
        58,
        "/pgaac/site%3ACRE/actions/CRE-100",
        (("/judge", {"effectiveness": "effective", "why": "aucune absence en juin"}), ("/close", {})),
    ),
)
"""The acts, with the keys before: the second number of the table."""
WHOLE_CASE: Final = (
    attrs.evolve(ACTS[0], before=40),
    Act("accuser réception", 3, None, (("/actes/acknowledge", {}),)),
    attrs.evolve(ACTS[1], before=6, page=None),
    attrs.evolve(ACTS[2], before=29, page=None),
    Act("analyser les causes", 9, None, (("/actes/analyse", {"causes": "trainer_availability"}),)),
    Act("compléter les informations", 8, None, (("/actes/complete_facts", {"mobilisation": "local"}),)),
    attrs.evolve(ACTS[3], before=13, page=None),
    attrs.evolve(ACTS[4], before=10, page=None),
    Act(
        "réaliser, évaluer et clôturer l'action",
        26,
        None,
        (("/actions/CRE-101", None), ("/finish", {"evidence": "planning des remplacements"}), *ACTS[6].forms),
    ),
    Act("clôturer", 12, None, (("/dossiers/R-2026-000001", None), *ACTS[5].forms)),
)
"""The acts of a case from registration to closing, with the most keys that each may take."""


def _begins_with_day(page: Page) -> bool:
    """Return True if the browser takes the day of a date before its month."""
    blank = page.context.new_page()
    blank.set_content('<input type="date">')
    blank.keyboard.press("Tab")
    blank.keyboard.type("01062026")
    value = blank.locator("input").input_value()
    blank.close()
    return value == "2026-06-01"


def wait_for_focus(page: Page) -> None:
    """Wait until the focus is where the page puts it.

    A browser moves the focus to what has `autofocus` when it first draws the page, which may be after its load.
    """
    if page.locator("[autofocus]").count():
        page.locator("[autofocus]:focus").wait_for()


class Keyboard:
    """A keyboard that counts its keys other than text."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._begins_with_day = _begins_with_day(page)
        self.count = 0

    def press(self, key: str) -> None:
        """Press a key that counts."""
        self._page.keyboard.press(key)
        self.count += 1

    def focused(self) -> Any:
        """Return the name, the address and the place of what has the focus."""
        return self._page.evaluate(_FOCUSED)

    def tab_to(self, what: str, value: str) -> None:
        """Press Tab until the focus is on a field of a name, or on a link that ends so; first past the navigation."""

        def is_there() -> bool:
            found = self.focused()[what]
            return bool(found == value if what == "name" else found.endswith(value))

        if not is_there() and self._is_in_main(what, value) and not self.focused()["main"]:
            self.press("Tab")
            self.press("Enter")
        for _ in range(300):
            if is_there():
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {what} {value}")

    def _is_in_main(self, what: str, value: str) -> bool:
        end = "" if what == "name" else "$"
        return self._page.locator(f"main [{what}{end}='{value}']").count() > 0

    def follow(self, key: str = "Enter") -> None:
        """Press a key that leads to another page."""
        with self._page.expect_navigation():
            self.press(key)
        wait_for_focus(self._page)

    def enter(self, name: str, value: str) -> None:
        """Enter a value into a field that does not have it."""
        field = self._page.evaluate(_FIELD, name)
        if field is None or value in (field["checked"] if field["type"] == "checkbox" else [field["value"]]):
            return
        if field["closed"]:
            self._open(name)
        self.tab_to("name", name)
        if field["tag"] == "SELECT":
            self._choose(name, field, value)
        elif field["type"] == "checkbox":
            for _ in range(field["codes"].index(value)):
                self.press("Tab")
            self.press("Space")
        elif field["type"] in {"date", "datetime-local"}:
            day, _, time = value.partition("T")
            year, month, number = day.split("-")
            self._page.keyboard.type(f"{number}{month}{year}" if self._begins_with_day else f"{month}{number}{year}")
            self._page.keyboard.type(f"{time.replace(':', '')}am" if time else "")
        else:
            self._page.keyboard.type(value)

    def _open(self, name: str) -> None:
        """Open the group that has a field."""
        place = self._page.evaluate(
            "name => [...document.querySelectorAll('summary')].indexOf("
            "document.getElementsByName(name)[0].closest('details').querySelector('summary'))",
            name,
        )
        while self._page.evaluate(
            "[...document.querySelectorAll('summary')].indexOf(document.activeElement)"
        ) != place:  # fmt: skip
            self.press("Tab")
        self.press("Enter")

    def _choose(self, name: str, field: Any, value: str) -> None:
        """Choose an option by the fewest keys: by its first letters, or from the one that is chosen."""
        labels = [label.replace("\u00a0", " ").casefold() for label in field["labels"]]
        wanted, now = field["options"].index(value), field["options"].index(field["value"])
        label = labels[wanted]
        begins = next((n for n in range(1, len(label)) if self._typed(labels, label[:n], now) == wanted), 1000)
        if begins < abs(wanted - now):
            for letter in label[:begins]:
                self.press(letter)
        else:
            for _ in range(abs(wanted - now)):
                self.press("ArrowDown" if wanted > now else "ArrowUp")
        if self._page.evaluate(_FIELD, name)["value"] != value:
            raise AssertionError(f"{value} is not chosen for {name}")

    @staticmethod
    def _typed(labels: list[str], begin: str, now: int) -> int:
        """Return the place of the option that letters choose."""
        after = [*range(now + 1, len(labels)), *range(now + 1)] if len(begin) == 1 else [*range(len(labels))]
        return next((place for place in after if labels[place].startswith(begin)), -1)

    def send(self) -> None:
        """Send the form: from a line of text by Enter, else by its button."""
        found = self.focused()
        if found["tag"] != "INPUT":
            button = "main form[method=post] button[type=submit]"
            while not self._page.evaluate(f"document.activeElement === document.querySelector('{button}')"):
                self.press("Tab")
        self.follow()


def keys(page: Page, board: str, act: Act) -> int:
    """Return the keys of an act, other than text.

    Raises:
        AssertionError: it was not recorded.
    """
    if act.page is not None:
        page.goto(board + act.page)
        wait_for_focus(page)
    keyboard = Keyboard(page)
    for link, values in act.forms:
        keyboard.tab_to("href", link)
        keyboard.follow()
        if values is None:
            continue
        for name in page.evaluate(_ORDER, list(values)):
            keyboard.enter(name, values[name])
        keyboard.send()
        if page.locator(".refused").count():
            raise AssertionError(page.locator("main").inner_text())
    return keyboard.count


@contextmanager
def served(*, empty: bool = False) -> Iterator[str]:
    """Serve the board with the fixed data, or without any; yield its address."""
    clock = FakeClock(at(1))
    desk = Desk.in_memory(sites=SITES, clock=clock, taxonomy=TRAINING_BODY).acting("Mme Roux", Role.RQR)
    if not empty:
        fill(desk, clock)
    clock.set(at(3))
    with asgi.served(application(desk, clock)) as address:
        yield address + BASE


def main() -> None:
    """Print the keys of each act, and those before; then those of a whole case."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable())
        with served() as address:
            page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR").new_page()
            for act in ACTS:
                print(f"{act.name:40} {act.before:4} -> {keys(page, address, act):4}")
        print("\nA whole case on a phone, without scripts:")
        with served(empty=True) as address:
            page = browser.new_context(**PHONE).new_page()
            for act in WHOLE_CASE:
                print(f"{act.name:40}         {keys(page, address, act):4}")
        browser.close()


if __name__ == "__main__":
    show_help(__doc__)
    main()
