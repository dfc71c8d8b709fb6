"""A site has its own working days, and the file of the sites is refused with all its faults at once."""

import pickle
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.vocabulary import Site, Sites, UnknownSiteError


def site(**given: Any) -> Site:
    return Site(**{"code": "CRE", "name": "Créteil", "region": "Île-de-France"} | given)


def write(folder: Path, text: str) -> Path:
    path = folder / "sites.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_has_the_holidays_of_its_territory() -> None:
    # 22 May is a holiday in Martinique only; 26 December in Alsace-Moselle only.
    assert site(territory="martinique").calendar().is_holiday(date(2026, 5, 22))
    assert not site().calendar().is_holiday(date(2026, 5, 22))
    assert site(territory="Alsace-Moselle").calendar().is_holiday(date(2026, 12, 26))


def test_a_site_has_its_own_closures_bridge_days_and_holidays_worked() -> None:
    calendar = site(closures=[(date(2026, 8, 10), date(2026, 8, 14))], bridge_days=[date(2026, 5, 15)]).calendar()
    assert calendar.is_closure(date(2026, 8, 12))
    assert calendar.is_bridge_day(date(2026, 5, 15))
    # Whit Monday 2026 is 25 May, Good Friday 3 April.
    assert site(whit_monday_worked=True).calendar().is_business_day(date(2026, 5, 25))
    assert not site().calendar().is_business_day(date(2026, 5, 25))
    assert not site(territory="alsace-moselle").calendar().is_business_day(date(2026, 4, 3))
    assert site(territory="alsace-moselle", good_friday=False).calendar().is_business_day(date(2026, 4, 3))


def test_a_site_has_the_time_zone_of_its_territory_by_default() -> None:
    evening = datetime(2026, 5, 2, 21, 30, tzinfo=UTC)
    assert site().calendar().day_of(evening) == date(2026, 5, 2)
    assert site(territory="reunion").calendar().day_of(evening) == date(2026, 5, 3)
    assert site(time_zone="Indian/Reunion").calendar().day_of(evening) == date(2026, 5, 3)


def test_sites_with_the_same_days_share_one_calendar() -> None:
    assert site().calendar() is site(code="MEL", name="Melun").calendar()
    assert site().calendar() is not site(territory="guyane").calendar()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", "A\nB"),
        ("name", "  "),
        ("region", None),
        ("region", " Bretagne"),
        ("territory", "bretagne"),
        ("territory", 3),
        ("time_zone", "Europe/Brest"),
        ("time_zone", 2),
        ("closures", [date(2300, 1, 1)]),
        ("closures", ["2026-08-14"]),
        ("closures", date(2026, 8, 14)),
        ("bridge_days", [[date(2026, 8, 14), date(2026, 8, 1)]]),
        ("whit_monday_worked", 1),
        ("good_friday", "non"),
    ],
)
def test_a_site_refuses_what_it_cannot_be(field: str, value: object) -> None:
    with pytest.raises(
        (TypeError, ValueError), match=r"expected|name|one of|time zone|years of the calendar|before|day_of"
    ):
        site(**{field: value})


def test_sites_are_mapped_by_code() -> None:
    sites = Sites((site(), site(code="MEL", name="Melun")))
    assert (sites["MEL"].name, list(sites), len(sites)) == ("Melun", ["CRE", "MEL"], 2)
    assert "CRE" in sites
    assert "cre" not in sites
    assert None not in sites


def test_an_unknown_site_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownSiteError, match="'LIL' is not the code of a site; use one of CRE") as caught:
        Sites((site(),))["LIL"]
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert (error.site, error.known) == ("LIL", ("CRE",))
    assert isinstance(caught.value, LookupError)
    assert not isinstance(caught.value, KeyError)
    with pytest.raises(UnknownSiteError, match="there are no sites"):
        Sites()["LIL"]


def test_a_code_names_one_site() -> None:
    with pytest.raises(ValueError, match="'CRE' is given twice"):
        Sites((site(), site()))


def test_sites_are_read_from_their_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [sites.CRE]
        name = "Créteil"
        region = "Île-de-France"

        [sites."STR 1"]
        name = "Strasbourg"
        region = "Grand Est"
        territory = "alsace-moselle"
        time_zone = "Europe/Paris"
        closures = [2026-08-14, [2026-12-24, 2026-12-31]]
        bridge_days = [2026-05-15]
        whit_monday_worked = true
        good_friday = false
        """,
    )
    sites = Sites.from_toml(path)
    assert sites["CRE"] == site()
    assert sites["STR 1"] == Site(
        code="STR 1",
        name="Strasbourg",
        region="Grand Est",
        territory="alsace-moselle",
        time_zone="Europe/Paris",
        closures=[date(2026, 8, 14), (date(2026, 12, 24), date(2026, 12, 31))],
        bridge_days=[date(2026, 5, 15)],
        whit_monday_worked=True,
        good_friday=False,
    )


def test_a_file_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        version = 1
        [sites.CRE]
        name = "Créteil"
        regoin = "Île-de-France"
        closures = ["2026-08-14"]
        [sites.STR]
        name = ""
        region = "Grand Est"
        territory = "alsace"
        [sites." LIL"]
        name = "Lille"
        region = "Hauts-de-France"
        [sites]
        NAN = "Nantes"
        """.replace("[sites]\n        NAN", "[sites.X]\nname = 'x'\nregion = 'x'\nbridge_days = 3\n[[extra]]\nNAN"),
    )
    with pytest.raises(FaultsError, match="required") as caught:
        Sites.from_toml(path)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("version", 1), ("extra", [{"NAN": "Nantes"}]), ("sites.CRE.regoin", "Île-de-France"),
        ("sites.CRE.closures", ["2026-08-14"]), ("sites.CRE.region", None), ("sites.STR.name", ""),
        ("sites.STR.territory", "alsace"), ("sites. LIL", " LIL"), ("sites.X.bridge_days", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "sites = 3", "[sites]", "[sites]\nCRE = 'Créteil'"])
def test_a_file_without_a_table_for_each_site_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FaultsError, match=r"\[sites.CODE\]"):
        Sites.from_toml(write(tmp_path, text))


def test_a_file_that_is_missing_or_no_toml_in_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="TOML file in UTF-8"):
        Sites.from_toml(write(tmp_path, "[sites.CRE\n"))
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[sites.CRE]\nname = "Cr\xe9teil"\n')
    with pytest.raises(FaultsError, match="TOML file in UTF-8"):
        Sites.from_toml(path)
    with pytest.raises(FileNotFoundError, match=r"absent\.toml"):
        Sites.from_toml(tmp_path / "absent.toml")
