"""The board in the nights in which clocks change: which 02:30 is meant, an hour that does not exist, refusals."""

from datetime import UTC, datetime

import pytest

from reclamation_core.cases import CommandRefusedError
from reclamation_core.integrations.board import Board
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser

AUTUMN = datetime(2026, 10, 25, 12, tzinfo=UTC)


@pytest.fixture
def browser() -> Browser:
    """A person at noon after the night in which clocks go back."""
    clock = factories.FakeClock(AUTUMN)
    return Browser(Board(sites=factories.SITES, clock=clock), factories.new_desk(clock=clock))


@pytest.mark.parametrize(("offset", "hour"), [("UTC+02:00", 0), ("UTC+01:00", 1)])
def test_a_local_time_that_occurs_twice_is_chosen(browser: Browser, offset: str, hour: int) -> None:
    page = browser.submit(browser.get("/dossiers/nouveau"), received_at="2026-10-25", received_time="02:30", site="CRE")
    assert browser.response.status == 422
    assert page.choices["received_at_offset"] == ["", "UTC+02:00", "UTC+01:00"]
    assert browser.text.index("avant (UTC+02:00)") < browser.text.index("après (UTC+01:00)")
    assert (page.fields["received_at"], page.fields["received_time"]) == (["2026-10-25"], ["02:30"])
    assert "Cette heure a lieu deux fois cette nuit-là ; indiquez laquelle." in browser.text
    label = "Date de réception, avant ou après le changement d'heure"
    assert page.links[label] == "#champ-received_at_offset"
    assert "champ-received_at_offset" in page.values("id")
    browser.submit(page, received_at_offset=offset)
    assert browser.response.status == 200
    assert browser.desk.cases.get("R-2026-000001").received_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert f"25/10/2026 à 02:30 {offset}" in browser.text


def test_a_local_time_that_does_not_exist_is_refused(browser: Browser) -> None:
    page = browser.submit(browser.get("/dossiers/nouveau"), received_at="2026-03-29", received_time="02:30", site="CRE")
    assert browser.response.status == 422
    assert "Cette heure n'existe pas ; au changement d'heure, 02:30 devient 03:30." in browser.text
    assert "received_at_offset" not in page.fields
    assert browser.desk.cases.count() == 0


def test_the_receipt_is_corrected_to_the_other_instant_of_the_same_local_time(browser: Browser) -> None:
    first = factories.facts(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    reference = browser.desk.register(first, site="CRE", complainant="Mme Ly").reference
    browser.desk.acknowledge(reference)
    page = browser.get(f"/dossiers/{reference}/actes/correct")
    assert page.fields["received_at_offset"] == ["UTC+02:00"]
    browser.submit(page, received_at_offset="UTC+01:00", reason="erreur")
    assert browser.response.status == 200, browser.text
    assert browser.desk.cases.get(reference).received_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    done = plain(browser.text).partition('<div class="done"')[2].partition("</div>")[0]
    assert ("le vendredi 6 novembre 2026" in done, "L'accusé de réception du 25/10/2026 a été" in done) == (True, True)


def test_a_refusal_shows_the_offsets_of_the_hour_that_occurs_twice(browser: Browser) -> None:
    received = factories.facts(datetime(2026, 10, 25, 1, 5, tzinfo=UTC))
    case = browser.desk.register(received, site="CRE")
    before = datetime(2026, 10, 25, 0, 55, tzinfo=UTC)
    with pytest.raises(CommandRefusedError) as refused:
        browser.desk.withdraw(case.reference, occurred_at=before)

    shown = plain(refused.value.in_("fr"))
    assert "25/10/2026 à 2 h 55 UTC+02:00" in shown
    assert "25/10/2026 à 2 h 05 UTC+01:00" in shown
    assert "25 October 2026 02:55 UTC+02:00" in refused.value.in_("en")
    form = browser.get(f"/dossiers/{case.reference}/actes/withdraw")
    asked = browser.submit(form, occurred_at="2026-10-25T02:55")
    browser.submit(asked, occurred_at_offset="UTC+02:00")
    assert browser.response.status == 409
    assert "2 h 55 UTC+02:00" in browser.text


@pytest.mark.parametrize(("site", "hour"), [("FDF", 13), ("CRE", 7)])
def test_dates_are_entered_in_the_local_time_of_the_site(browser: Browser, site: str, hour: int) -> None:
    form = browser.get("/dossiers/nouveau")
    browser.submit(browser.submit(form, received_at="2026-06-01", received_time="09:00", site=site))  # long past
    assert "01/06/2026 à 09:00" in browser.text
    browser.desk.pgaac(site).add(factories.sheet(site=site))
    address = f"/pgaac/site%3A{site}/actions/A-1"
    browser.submit(browser.get(f"{address}/progress"), note="vu", occurred_at="2026-06-02T09:00")
    assert browser.response.status == 200
    when = datetime(2026, 6, 1, hour, tzinfo=UTC)
    assert browser.desk.cases.get("R-2026-000001").received_at == when
    assert browser.desk.pgaac(site).current.action("A-1").started == when.replace(day=2)


def test_an_offset_is_shown_only_where_a_local_time_occurs_twice(browser: Browser) -> None:
    case = browser.desk.register(factories.facts(datetime(2026, 10, 25, 9, tzinfo=UTC)), site="CRE")
    with pytest.raises(CommandRefusedError) as refused:
        browser.desk.withdraw(case.reference, occurred_at=datetime(2026, 10, 25, 8, tzinfo=UTC))
    assert "UTC" not in refused.value.in_("fr")


def test_each_instant_of_a_form_has_a_choice_of_its_own(browser: Browser) -> None:
    page = browser.submit(
        browser.get("/dossiers/nouveau"),
        received_at="2026-10-25",
        received_time="02:30",
        occurred_at="25/10/2026 02:40",
        site="CRE",
    )
    assert {"received_at_offset", "occurred_at_offset"} <= page.fields.keys()
    browser.submit(page, received_at_offset="UTC+02:00", occurred_at_offset="UTC+01:00")
    [event] = browser.desk.cases.get("R-2026-000001").events
    assert event.occurred_at == datetime(2026, 10, 25, 1, 40, tzinfo=UTC)
