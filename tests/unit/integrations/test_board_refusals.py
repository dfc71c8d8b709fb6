"""Refusals of forms: each leads to the field to fill in, or to what would change what stands against it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from reclamation_core.adapters import unit_of_work
from reclamation_core.cases import Case, CaseKind, CommandType
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.desk.forms import FormField
from reclamation_core.integrations.board import Board, BoardRequest
from reclamation_core.integrations.board.pages import PLAN_COMMANDS
from reclamation_core.plans.events import ACTION_COMMANDS
from reclamation_core.testing.builders import a_complaint, a_registered_case
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser, Page

BOARD = Board(sites=factories.SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(factories.at(20)))
ENTERED = {
    "day": "2026-07-10",
    "instant": "2026-06-15T09:00",
    "time": "09:00",
    "whole": "1",
    "site": "CRE",
    "to": "R-2026-000001",
}
"""What a person enters in a field without choices, by its key or its kind."""
STATES: dict[str, Callable[[Desk], Case]] = {
    "registered": lambda desk: a_registered_case(desk, a_complaint(nature=None)),
    "qualified": factories.qualified,
    "analysed": lambda desk: factories.analysed(desk, "planning"),
    "closed": factories.closed,
}


def forms(desk: Desk, state: str) -> Iterator[tuple[str, tuple[FormField, ...]]]:
    """Yield the address and the fields of each form of a state."""
    if state == "plan":
        plan = desk.pgaac("CRE")
        for action in ("A-1", "A-2"):
            plan.add(factories.sheet(action, cause_family="planning"))
        plan.finish("A-2", evidence="la liste")
        yield from ((f"/pgaac/site%3ACRE/actes/{one}", plan.form(one).fields) for one in PLAN_COMMANDS)
        for action in ("A-1", "A-2"):
            page = f"/pgaac/site%3ACRE/actions/{action}"
            yield from ((f"{page}/{one}", plan.form(one, action).fields) for one in ACTION_COMMANDS)
    elif state in STATES:
        case = STATES[state](desk).reference
        yield from ((f"/dossiers/{case}/actes/{one}", desk.form(one, case).fields) for one in CommandType)
    else:
        yield f"/dossiers/nouveau?type={state}", desk.form("register", kind=state).fields


def entered(field: Any) -> str:
    known = field.values or tuple(dict(field.choices))
    return known[0] if known else ENTERED.get(field.key) or ENTERED.get(field.kind, "x")


def reasons(html: str) -> dict[str, set[str]]:
    """Return where each item of the first box of a page leads, by what it says."""
    boxes = re.findall(r'<div class="refused".*?</div>', html, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", boxes[0], re.DOTALL) if boxes else []
    return {plain(re.sub("<a .*?</a>", "", one)): set(re.findall('href="(.*?)"', one)) for one in items}


def refusal(browser: Browser, form: str, entered: Mapping[str, str]) -> dict[str, set[str]]:
    """Post a form; return what its refusal says, each with where it leads; nothing if it is accepted."""
    page = Page(form)
    page.fields |= {name: [value] for name, value in entered.items()}
    sent = urlsplit(page.action)
    request = BoardRequest(path=unquote(sent.path), query=parse_qs(sent.query), method="POST", form=page.fields)
    browser.response = browser.board.respond(browser.desk, request)
    found = reasons(browser.text)
    assert (browser.response.status == 303) == (not found), browser.text
    return found


@pytest.mark.parametrize("state", [*STATES, "plan", *CaseKind])
def test_a_refusal_leads_to_a_field_or_says_what_the_page_said(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = factories.new_desk(clock=BOARD.clock, taxonomy=TRAINING_BODY)
    factories.registered(desk)
    browser, every, refused = Browser(BOARD, desk), list(forms(desk, state)), 0
    monkeypatch.setattr(unit_of_work.BufferedUnitOfWork, "commit", lambda _: None)  # each form meets the same state
    for address, fields in every:
        page, form, said = browser.get(address), browser.text, reasons(browser.text)
        entries = [one for one in page.values("id") if re.fullmatch(r"(champ|lien)-[a-z_]+", one)]
        boxes = re.findall(r'<input type="checkbox" id="((?:champ|lien)-\w+)"', form)
        assert sorted(page.values("for")) == sorted({*entries} - {*boxes}), "each field has a label"
        required = {one.key: one for one in fields if one.is_required}  # a day whose time is a field of its own
        given = {key: entered(one)[: 10 if one.time_key in required else None] for key, one in required.items()}
        if found := refusal(browser, form, given):
            assert all(any(words in each for each in found) for words in said), (address, found)
            assert all(found.values()) or set(said) & set(found), (address, found)
            assert {key: Page(browser.text).fields[key][-1] for key in given} == given, "what was entered stays"
            refused += 1
            continue
        for key in given:
            found = refusal(browser, form, {**given, key: ""})
            assert f"#champ-{key}" in set().union(*found.values()), (address, key, found)
            refused += 1
    assert refused > (20 if len(every) > 1 else 1)


@pytest.mark.parametrize(
    ("command", "entered", "field"),
    [
        ("link", {"kind": "same_cause_as", "to": "R-2026-000009"}, "to"),
        ("link", {"kind": "same_cause_as", "to": "R-2026-000001"}, "to"),
        ("complete_facts", {}, "nature"),
        ("answer", {"decision": "misattributed", "text": "x"}, "provider"),
        ("reroute", {"level": "regional", "handling_unit": "CRE"}, "reason"),
    ],
)
def test_a_value_that_is_refused_leads_to_the_field_to_fill(command: str, entered: dict[str, str], field: str) -> None:
    browser = Browser(BOARD, factories.new_desk(clock=BOARD.clock, taxonomy=TRAINING_BODY))
    case = STATES["qualified" if command == "answer" else "registered"](browser.desk)
    browser.get(f"/dossiers/{case.reference}/actes/{command}")
    [(said, links)] = refusal(browser, browser.text, entered).items()
    assert (links, "rôle actuel" in said) == ({f"#champ-{field}"}, False)
