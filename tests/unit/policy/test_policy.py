import copy
import pickle
from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import DayType, DeadlineRule
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Parameters, Policy, RoleParameters, SurveyParameters, m2_1
from reclamation_core.vocabulary import Role
from tests.unit.policy.cases import CALENDAR, complaint


def test_the_default_edition_is_m2_1_made_once_and_in_force_since_ever() -> None:
    assert m2_1() is m2_1()
    assert m2_1().edition == "M2-1"
    assert (m2_1().in_force_from, m2_1().in_force_until) == (None, None)
    assert m2_1().parameters == Parameters()


def test_a_table_comes_after_its_source_tables() -> None:
    assert list(m2_1().tables) == [
        "eligibility",
        "level",
        "severity",
        "retained_likelihood",
        "criticality",
        "band",
        "complexity",
    ]
    assert all(name == table.name for name, table in m2_1().tables.items())


def test_the_tables_of_an_edition_cannot_be_replaced() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        m2_1().tables["level"] = m2_1().tables["eligibility"]  # type: ignore[index]


def test_an_edition_has_a_deadline_rule_roles_and_retention() -> None:
    parameters = Parameters(
        deadline=DeadlineRule(days=8, day_type=DayType.CALENDAIRE), roles=RoleParameters(qualifying=(Role.AQ,))
    )
    policy = Policy(edition="x", parameters=parameters)
    assert policy.deadline is parameters.deadline
    assert policy.roles is parameters.roles
    assert policy.retention is parameters.retention


@pytest.mark.parametrize(("given", "field"), [
    ({"edition": ""}, "edition"), ({"edition": " \n"}, "edition"), ({"edition": 2026}, "edition"),
    ({"edition": "x" * 201}, "edition"),
    ({"in_force_from": date(2026, 1, 2), "in_force_until": date(2026, 1, 1)}, "in_force_until"),
])  # fmt: skip
def test_an_edition_is_refused_by_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(FaultsError, match=f"^{field}: ") as refused:
        Policy(**{"edition": "x", **given})
    assert [fault.path for fault in refused.value.faults] == [field]


def test_an_edition_governs_its_days_in_force_or_every_day() -> None:
    day = date(2026, 5, 2)
    policy = Policy(edition="x", in_force_from=day, in_force_until=day)
    assert [policy.governs(other) for other in (date(2026, 5, 1), day, date(2026, 5, 3))] == [False, True, False]
    assert m2_1().governs(date.min)
    assert m2_1().governs(date.max)


def test_editions_are_equal_when_name_parameters_and_days_are() -> None:
    one = Policy(edition="x", parameters=Parameters(survey=SurveyParameters(threshold=7)))
    two = Policy(edition="x", parameters=Parameters(survey=SurveyParameters(threshold=7)))
    assert (one.tables["eligibility"], one) == (two.tables["eligibility"], two)
    assert hash(one) == hash(two)
    assert one != attrs.evolve(one, edition="y")
    assert one != attrs.evolve(one, parameters=Parameters())
    assert one != attrs.evolve(one, in_force_from=date(2026, 1, 1))


def test_an_edition_pickles_without_its_tables_copies_and_decides_alike() -> None:
    policy = Policy(edition="x", parameters=Parameters(survey=SurveyParameters(threshold=7)))
    before = policy.assess(complaint(satisfaction=6.5), CALENDAR)
    for twin in (pickle.loads(pickle.dumps(policy)), copy.copy(policy), copy.deepcopy(policy)):
        assert twin == policy
        assert twin.assess(complaint(satisfaction=6.5), CALENDAR) == before
    assert m2_1().tables["eligibility"].name == "eligibility"
    assert len(pickle.dumps(m2_1())) < 2000


def test_an_edition_evolved_from_another_has_tables_of_its_own() -> None:
    stricter = attrs.evolve(m2_1(), edition="x", parameters=Parameters(survey=SurveyParameters(threshold=7)))
    assert m2_1().assess(complaint(formal=False, satisfaction=6.5), CALENDAR).eligibility.outcome == "out_of_scope"
    assert stricter.assess(complaint(formal=False, satisfaction=6.5), CALENDAR).eligibility.outcome == "complaint"


def test_without_closures_the_calendar_of_the_site_is_used_as_it_is() -> None:
    assert m2_1().calendar(CALENDAR) is CALENDAR


def test_the_interpretations_are_all_there_once_in_order() -> None:
    numbers = [int(interpretation.number.removeprefix("I")) for interpretation in m2_1().interpretations]
    assert numbers == list(range(1, 32))
