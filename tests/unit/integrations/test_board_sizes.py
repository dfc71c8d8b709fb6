"""Every page of the board is at most 100 kB, however long the texts and the lists of a register are."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk
from reclamation_core.integrations.board import Board
from reclamation_core.plans import PlanScope
from reclamation_core.testing.contracts.samples import renamed
from reclamation_core.vocabulary import Role, Site, Sites
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser

MOST = 100_000
LONG = 'é<&"' * 25_000
SITES = Sites(
    tuple(
        Site(code=f"CENTRE-{number:03}", name=f"Saint-Étienne-du-Rouvray {number}", region=f"Région {number % 13}")
        for number in range(130)
    )
)
SITE = "CENTRE-000"
NOW = factories.at(1, month=9)


@pytest.fixture(scope="module")
def browser() -> Browser:
    """A person before a register whose texts and lists are as long as they may be."""
    store = InMemoryStore()
    desk = Desk(store, sites=SITES, clock=factories.FakeClock(NOW)).acting("M" * 500, Role.RQR)
    case = factories.qualified(desk, SITE, complainant=LONG, verbatim=LONG, remedy_sought=LONG)
    for _ in range(40):
        desk.contain(case.reference, measure=LONG)
    desk.analyse(case.reference, report=LONG, causes=(TRAINING_BODY.codes[0],))
    with store.unit_of_work() as unit:
        unit.cases.add(*(renamed(case, f"R-2026-{number:06}") for number in range(2, 70)))
        unit.commit()
    plan = desk.pgaac(SITE)
    texts = dict.fromkeys(("what", "owner", "cause", "finding", "requirement", "resources", "criterion"), LONG)
    for number in range(21):
        plan.add(
            factories.sheet(
                f"A-{number}", site=SITE, check_on=(NOW - timedelta(days=number)).date(), spread=tuple(SITES), **texts
            )
        )
        plan.finish(f"A-{number}", evidence=LONG)
    plan.publish(recipients=[f"Fonction {number} {'x' * 150}" for number in range(100)])
    for number in range(21):
        plan.amend(f"A-{number}", owner=f"autre {LONG[:10_000]}", what=f"autre {LONG[:10_000]}", reason=LONG)
    plan.publish()
    for _ in range(35):
        desk.reports.send_plan(SITE, 1, b"x", recipients=[f"Fonction {number}" for number in range(200)])
    return Browser(Board(sites=SITES, taxonomy=TRAINING_BODY, clock=factories.FakeClock(NOW)), desk)


def test_a_deadline_that_was_suspended_for_years_shows_its_last_months() -> None:
    desk = factories.new_desk(NOW, policy=factories.SUSPENDING)
    case = factories.qualified(desk, received_at=factories.at(1).replace(year=2023))
    desk.suspend_deadline(case.reference, reason="x", occurred_at=factories.at(2).replace(year=2023))
    desk.resume_deadline(case.reference, occurred_at=factories.at(25))
    browser = Browser(Board(clock=factories.FakeClock(NOW)), desk)
    page = browser.get(f"/dossiers/{case.reference}")
    assert len(browser.response.body) < MOST
    assert browser.text.count('class="month"') == 4
    assert page.links["fiche"] == f"/dossiers/{case.reference}/fiche.html"


@pytest.mark.slow
def test_no_page_is_too_long(browser: Browser) -> None:
    found: dict[str, int] = {}
    waiting = [
        "/",
        "/dossiers",
        "/dossiers/nouveau",
        "/questions",
        "/pgaac",
        "/documents",
        f"/pgaac/{quote(PlanScope.site(SITE).key, safe='')}",
    ]
    reached = set(waiting)
    while waiting:
        address = waiting.pop()
        page = browser.get(address)
        if "Content-Disposition" in browser.response.headers:
            b"".join(browser.response.chunks())
            continue
        assert browser.response.status == 200, (address, browser.text[:2000])
        found[address] = len(browser.response.body)
        for link in page.links.values():
            shape = re.sub(r"R-\d{4}-\d{6}|A-\d+|\d+", "…", link.partition("?")[0])
            if (
                link.startswith("/")
                and shape not in reached
                and not re.search(r"\.(pdf|xlsx|csv|json|html|ics|css)", link)
            ):
                reached.add(shape)
                waiting.append(link)

    assert len(found) > 30
    assert {address: size for address, size in found.items() if size > MOST} == {}
