"""The form of a registration, of a site of many that is searched by its name; the reference that an action gets."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.desk import Desk
from reclamation_core.desk.forms import next_reference
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.board import Board
from reclamation_core.integrations.board.forms import read_command
from reclamation_core.vocabulary import Site, Sites
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser

MANY = Sites([Site(code=f"C{number:03d}", name=f"Centre n° {number:03d}", region="Nord") for number in range(120)])
REGISTRATION = {"site": ["CRE"], "requirement": ["contractual"]}


def read(desk: Desk, **posted: str) -> dict[str, object]:
    form = desk.form("register")
    zone = factories.at(1).tzinfo
    given = {**REGISTRATION, **{name: [value] for name, value in posted.items()}}
    return read_command("register", form.fields, given, zone)  # type: ignore[arg-type]  # UTC


@pytest.mark.parametrize("channel", ["centre_letter", "mediation_letter"])
@pytest.mark.parametrize("day", ["2026-06-01", "01/06/2026"])
def test_a_letter_needs_no_time_of_receipt(channel: str, day: str) -> None:
    facts = read(factories.new_desk(), received_at=day, channel=channel)["facts"]
    assert facts == {
        "received_at": "2026-06-01T00:00:00+00:00", "channel": channel, "requirement": "contractual",
        "type": "complaint",
    }  # fmt: skip


def test_any_other_message_needs_a_time_and_is_refused_at_that_field(desk: Desk) -> None:
    both = ["received_at", "received_time"]
    for day, time, paths in (("2026-06-01", "", both[1:]), ("31/02/2026", "", both), ("", "25:99", both)):
        with pytest.raises(FaultsError) as refused:
            read(desk, received_at=day, received_time=time, channel="email")
        assert [fault.path for fault in refused.value.faults] == paths, "both are named at once"
    found = read(desk, received_at="2026-06-01", received_time="09:30", channel="email")["facts"]
    assert isinstance(found, dict)
    assert found["received_at"] == "2026-06-01T09:30:00+00:00"


def test_a_date_that_is_refused_marks_the_field_in_which_it_is(desk: Desk) -> None:
    browser = Browser(Board(sites=factories.SITES), desk)
    given = {"received_time": "00:00", "site": "CRE", "channel": "email"}
    for day, shown in (("0001-01-01", "0001-01-01"), ("1989-06-01", "01/06/1989 : une date")):
        browser.submit(browser.get("/dossiers/nouveau"), received_at=day, **given)
        assert shown in marked(browser, "received_at")
    browser.submit(browser.get("/dossiers/nouveau"), received_at="2026-06-01", **given)
    form = browser.get("/dossiers/R-2026-000001/actes/correct_date")
    browser.submit(form, event="1", happened_at="2099-06-01T09:30", reason="saisie")
    assert "dans le futur" in marked(browser, "happened_at")


def marked(browser: Browser, key: str) -> str:
    return browser.text.partition(f'id="champ-{key}-erreur"')[2].partition("</p>")[0]


def test_a_site_of_many_is_searched_by_its_name() -> None:
    desk = factories.new_desk(sites=MANY)
    given = {"received_at": "2026-06-01", "channel": "centre_letter"}
    assert read(desk, **given, site="centre n° 042")["site"] == "C042"
    assert read(desk, **given, site="C007")["site"] == "C007"
    assert read(desk, **given, site="N° 117 (c117)")["site"] == "C117"
    for text in ("centre", "Brest"):
        with pytest.raises(FaultsError, match="site"):
            read(desk, **given, site=text)
    browser = Browser(Board(sites=MANY), factories.new_desk(sites=MANY))
    assert len(list(browser.get("/dossiers/nouveau").having("datalist"))) == 2
    assert len(browser.response.body) < 100_000


def test_the_next_registration_begins_with_site_and_channel_of_the_one_before() -> None:
    browser = Browser(Board(sites=factories.SITES), factories.new_desk())
    entered = {"received_at": "2026-06-01", "site": "CRE", "channel": "centre_letter", "complainant": "Mme Durand"}
    page = browser.submit(browser.get("/dossiers/nouveau"), **entered)
    following = browser.get(page.links["Enregistrer une autre demande du même centre"])
    kept = {name: following.fields[name] for name in ("site", "channel", "received_at", "complainant")}
    assert kept == {"site": ["CRE"], "channel": ["centre_letter"], "received_at": [""], "complainant": [""]}
    again = browser.submit(following, received_at="2026-06-02")
    assert browser.response.status == 200
    assert again.headings[0].startswith("Dossier R-")
    assert browser.get("/dossiers/nouveau?site=XX&channel=drum").fields["channel"] in ([], [""])


@pytest.mark.parametrize("kind", ["complaint", "malfunction"])
def test_a_likely_duplicate_is_shown_once_before_it_is_registered(kind: str) -> None:
    browser = Browser(Board(sites=factories.SITES), factories.new_desk(factories.at(3)))
    for _ in range(2):
        form = browser.get(f"/dossiers/nouveau?channel=centre_letter&type={kind}")
        page = browser.submit(form, received_at="2026-06-01", received_time="09:00", site="CRE", verbatim="Froid.")
    assert ("est peut-être déjà enregistré" in page.headings[1], browser.desk.cases.count()) == (True, 1)
    assert (page.links["R-2026-000001 (nouvel onglet)"], page.fields["verbatim"]) == (
        "/dossiers/R-2026-000001",
        ["Froid."],
    )
    question = browser.text.partition('class="refused"')[2].partition("</section>")[0]
    assert '<button type="submit" form="champs">Enregistrer quand même</button>' in question, "past no field"
    browser.submit(page)
    assert browser.desk.cases.count() == 2


LABELS = {
    "complaint": ("Date de réception", "Heure de réception"),
    "malfunction": ("Date du constat", "Heure du constat"),
}


@pytest.mark.parametrize("kind", LABELS)
@given(days=st.integers(0, 20_000) | st.sampled_from([90, 91]))
def test_a_date_more_than_90_days_past_is_confirmed_before_it_is_registered(kind: str, days: int) -> None:
    board = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)))
    browser, day = Browser(board, factories.new_desk(factories.at(20))), date(2026, 6, 20) - timedelta(days=days)
    form = browser.get(f"/dossiers/nouveau?channel=centre_letter&type={kind}")
    page = browser.submit(form, received_at=day, received_time="08:00", site="CRE")
    is_confirmed = f"Vous indiquez le {day:%d/%m/%Y}, il y a" in browser.text
    is_covered = day.year >= 1990 or kind == "malfunction"  # which has no time to answer
    assert (is_confirmed, browser.desk.cases.count()) == ((is_covered, 0) if days > 90 else (False, 1))
    if is_confirmed:
        assert f"La {LABELS[kind][0].lower()} est-elle exacte ?" in page.headings
        browser.submit(page)
    assert browser.desk.cases.count() == is_covered


@pytest.mark.parametrize("kind", LABELS)
def test_a_malfunction_has_the_date_and_time_of_the_finding_and_no_letters(kind: str) -> None:
    browser, is_finding = Browser(Board(sites=factories.SITES), factories.new_desk()), kind == "malfunction"
    form = browser.get("/dossiers/nouveau")
    form = browser.get(form.links["Enregistrer plutôt un dysfonctionnement interne"]) if is_finding else form
    assert ({"complainant", "channel", "remedy_sought"} & form.fields.keys() == set()) is is_finding
    for time, expected in (("", "Ce champ est obligatoire."), ("25:99", "Une heure est attendue : hh:mm.")):
        browser.submit(form, received_at="2026-06-01", received_time=time, site="CRE")
        assert all(label in browser.text for label in LABELS[kind])
        is_expected = expected if is_finding else "L'heure hh:mm est attendue, sauf pour un courrier."
        assert marked(browser, "received_time").endswith(is_expected)
    entered = {"received_time": "09:00", "service_reach": "one_centre", "verbatim": "a"}
    browser.submit(form, received_at="2026-06-01", site="CRE", **entered)
    words = "onstaté le", "autre dysfonctionnement du", "<dt>Constat</dt>", "eçu le", "ourriers"
    counts = [browser.text.count(word) for word in words]
    assert counts == ([3, 1, 1, 0, 0] if is_finding else [0, 0, 0, 3, 6])
    browser.get("/dossiers/R-2026-000001/actes/qualify")
    assert ("<dt>Constat</dt>" in browser.text) is is_finding


def test_the_suggested_reference_is_an_accepted_code() -> None:
    for code, stored, expected in [
        ("CRE", (), "CRE-001"),
        ("CRE", ("A-9",), "A-10"),
        ("CRE", ("A-09", "A 41", "C/7", "x" * 31 + "7"), "A-10"),
        ("CRE", ("A-2", "A-3", "A-1"), "A-4"),
        ("CRE", ("A-010", "A-009"), "A-011"),
        ("CRE", ("A 41",), "CRE-001"),
        ("CRE", ("٤١",), "CRE-001"),
        (f"{'C' * 29} E", (), f"{'C' * 29}-001"),
        ("Créteil / 2", (), "CRETEIL-2-001"),
        ("…", (), "A-001"),
    ]:
        desk = factories.new_desk(sites=Sites([Site(code=code, name="Créteil", region="Île-de-France")]))
        plan = desk.pgaac(code)
        for reference in stored:
            factories.add_as_stored(plan, factories.sheet(reference, site=code))
        suggested = next_reference(plan.current)
        assert suggested == expected, (code, stored, expected)
        plan.add(factories.sheet(suggested, site=code))
