"""Conformance cases of an application's own sites and reserved roles find faults that are planted in them."""

from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import Territory
from reclamation_core.cases.guards import GUARDS
from reclamation_core.desk.environment import SiteDirectory
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy import Policy, RoleParameters, m2_1, parse_policy
from reclamation_core.testing.conformance import Conformance, check_conformance, conformance_cases, conformance_text
from reclamation_core.testing.conformance.cases import RoleCase, SiteCase
from reclamation_core.testing.conformance.run import parse_conformance
from reclamation_core.vocabulary import Role, Site, Sites
from tests.unit.calendars.by_hand import easter_sunday

RESERVED = {
    "starts_from": "M2-1",
    "edition": "réservée",
    "roles": {
        "commands": {"close": ["rqr"], "reroute": ["rqr", "aq"]},
        "plan_commands": {"publish": ["aq"], "judge": ["aq"]},
    },
}
STRASBOURG = Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle")
FORT_DE_FRANCE = Site(code="FDF", name="Fort-de-France", region="Martinique", territory="martinique")
CRETEIL = Site(code="CRE", name="Créteil", region="Île-de-France", closures=[(date(2026, 8, 10), date(2026, 8, 14))])
SITES = Sites([CRETEIL, STRASBOURG, FORT_DE_FRANCE])


@pytest.fixture(scope="module")
def edition() -> Policy:
    return parse_policy(RESERVED)


@pytest.fixture(scope="module")
def written(edition: Policy) -> Conformance:
    """The cases of the application, as its file has them."""
    return parse_conformance(conformance_text(conformance_cases(edition, SITES)))


@pytest.mark.slow
def test_each_reserved_command_has_a_case_for_each_role(edition: Policy, written: Conformance) -> None:
    cases = [case for case in written.cases if isinstance(case, RoleCase)]
    allowed = {(case.of, case.command, case.role) for case in cases if case.expected.allowed}
    assert allowed == {
        *(("case", "close", role) for role in (Role.RQR, Role.SYSTEM)),
        *(("case", "reroute", role) for role in (Role.RQR, Role.AQ, Role.SYSTEM)),
        *(("plan", command, role) for command in ("judge", "publish") for role in (Role.AQ, Role.SYSTEM)),
    }
    assert len(cases) == 4 * len(Role)
    assert check_conformance(written, edition, SITES) == ()


def test_a_site_has_a_case_for_each_year_of_its_closures(written: Conformance) -> None:
    found = [case for case in written.cases if isinstance(case, SiteCase)]
    cases = {case.id: case.expected for case in found}
    assert list(cases) == ["site/CRE/2025", "site/CRE/2026", "site/STR/2025", "site/FDF/2025"]
    assert (found[2].shows.fr, found[2].clauses) == ("Strasbourg, Alsace-Moselle, 2025", ("M2-1 §5.0",))
    by_site = {name: set(expected.days_off) for name, expected in cases.items()}
    good_friday = date.fromordinal(easter_sunday(2025).toordinal() - 2)
    # The holidays of the territories on weekdays of 2025, from the Code du travail (art. L. 3134-13 and L. 3422-2).
    assert by_site["site/STR/2025"] - by_site["site/CRE/2025"] == {good_friday, date(2025, 12, 26)}
    assert by_site["site/FDF/2025"] - by_site["site/CRE/2025"] == {date(2025, 5, 22)}
    assert {date(2026, 8, day) for day in range(10, 15)} <= by_site["site/CRE/2026"]
    assert cases["site/FDF/2025"].time_zone == "America/Martinique"


def _input_without_role(monkeypatch: pytest.MonkeyPatch) -> Sites:
    """The inputs of the guards are true whatever the role."""
    inputs: dict[str, Any]
    for inputs in (GUARDS.inputs, PLAN_GUARDS.inputs):
        for name in {"role_allowed", "role_qualifies"} & inputs.keys():
            monkeypatch.setitem(inputs, name, attrs.evolve(inputs[name], value=lambda _: True))
    return SITES


def _ignored_role_of_imposed_levels(monkeypatch: pytest.MonkeyPatch) -> Sites:
    """A level is imposed with its reason in any role."""

    def has_reason(command: Any) -> bool:
        return command.data.level is not command.case.level and command.data.reason is not None

    given = attrs.evolve(GUARDS.inputs["override_justified"], value=has_reason)
    monkeypatch.setitem(GUARDS.inputs, "override_justified", given)
    return SITES


def _ignored_role(monkeypatch: pytest.MonkeyPatch) -> Sites:
    monkeypatch.setattr(RoleParameters, "allows", lambda *_: True)
    return SITES


def _lost_territory(monkeypatch: pytest.MonkeyPatch) -> Sites:  # noqa: ARG001  as the other faults
    return Sites([CRETEIL, attrs.evolve(STRASBOURG, territory=Territory.METROPOLE), FORT_DE_FRANCE])


def _ignored_territory(monkeypatch: pytest.MonkeyPatch) -> Sites:
    calendar = CRETEIL.calendar()
    monkeypatch.setattr(SiteDirectory, "calendar", lambda *_: calendar)
    return SITES


def _ignored_territory_of_calendars(monkeypatch: pytest.MonkeyPatch) -> Sites:
    calendar = CRETEIL.calendar()
    monkeypatch.setattr(Site, "calendar", lambda *_: calendar)
    return SITES


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_input_without_role, {"role/case/close/aq", "role/plan/judge/rqr", "I15/system"}),
        (_ignored_role_of_imposed_levels, {"I28/handling_unit with a reason"}),
        (_ignored_role, {"role/case/close/aq", "role/plan/publish/handling_unit"}),
        (_lost_territory, {"site/STR/2025"}),
        (_ignored_territory, {"site/STR/2025", "site/FDF/2025"}),
        (_ignored_territory_of_calendars, {"site/STR/2025", "site/FDF/2025"}),
    ],
)
def test_a_planted_fault_is_found(
    plant: Any, found: set[str], edition: Policy, written: Conformance, monkeypatch: pytest.MonkeyPatch
) -> None:
    differences = check_conformance(written, edition, plant(monkeypatch))
    assert found <= {difference.case for difference in differences}
    assert all(difference.case.startswith(("role/", "site/", "I15/", "I28/")) for difference in differences)


def test_an_edition_that_reserves_less_is_found(written: Conformance) -> None:
    differences = check_conformance(written, m2_1(), SITES)
    found = {(one.case, one.field): one.in_("fr") for one in differences if one.case.startswith("role/")}
    assert found["role/case/close/aq", "allowed"] == (
        "« clôturer » comme « AQ » ; opération permise : attendu « non », trouvé « oui »"
    )


def test_differences_of_sites_name_days_and_receipts(edition: Policy, written: Conformance) -> None:
    sites = Sites([CRETEIL, attrs.evolve(STRASBOURG, territory=Territory.METROPOLE), FORT_DE_FRANCE])
    texts = [difference.in_("fr") for difference in check_conformance(written, edition, sites)]
    assert texts[0].startswith("Strasbourg, Alsace-Moselle, 2025 ; jours non travaillés : attendu « 01/01/2025, ")
    assert any("échéance d'une réception du 17/04/2025 : attendu « 06/05/2025 », trouvé " in text for text in texts)


def test_a_site_that_is_missing_or_has_no_case_is_a_difference(edition: Policy, written: Conformance) -> None:
    gap = Site(code="GAP", name="Gap", region="Provence-Alpes-Côte d'Azur")
    others = check_conformance(written, edition, Sites([CRETEIL, STRASBOURG, gap]))
    without = check_conformance(written, edition)
    assert [(one.case, one.field, one.found) for one in others][1] == ("site/GAP", "site", "GAP")
    assert others[0].case == "site/FDF/2025"
    assert "donnez la liste des centres" in str(others[0].found)
    assert {one.case for one in without} == {case.id for case in written.cases if isinstance(case, SiteCase)}


def test_a_reserved_command_that_does_not_exist_is_a_difference(edition: Policy, written: Conformance) -> None:
    case = next(case for case in written.cases if isinstance(case, RoleCase))
    unknown = attrs.evolve(written, cases=(attrs.evolve(case, command="dance"),))
    (difference,) = check_conformance(unknown, edition)
    assert (difference.field, "acte est attendu" in str(difference.found)) == ("command", True)


def test_what_is_no_list_of_sites_is_refused(written: Conformance) -> None:
    with pytest.raises(TypeError, match="sites: Sites"):
        check_conformance(written, sites="CRE")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="sites: Sites"):
        conformance_cases(sites=[CRETEIL])  # type: ignore[arg-type]
