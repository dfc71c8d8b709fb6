"""The digest of an edition: the same for equal rules, another for other rules, and the same in every release."""

import json
import pickle
import tomllib
from datetime import date
from hashlib import sha256
from typing import Any

import attrs
import pytest
from hypothesis import given

from reclamation_core.calendars import DeadlineRule
from reclamation_core.documents import canonical_json
from reclamation_core.policy import (
    ComplexityParameters,
    Parameters,
    Policy,
    RoleParameters,
    SurveyParameters,
    TextParameters,
    m2_1,
    parse_policy,
)
from reclamation_core.tables import RowEdits
from reclamation_core.testing.strategies import policies
from reclamation_core.vocabulary import Level, Role
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType

M2_1 = "99a70728689265791b82b49404504948157542a130cda15fbfb75d9d50678f3d"
"""A release that changes it makes every register refuse to judge. Of a new parameter, leave the default out of it."""


RECORDED: dict[str, dict[str, Any]] = {
    "4bb015c186356e5469f788f62acab989133fdf03e01c89241bcd4bac2f9a78da": {"survey": SurveyParameters(threshold=7)},
    "b2e62f46b28dc93f49c2f60f44ffbd3f5fe2ea037170e9ddf66ba27f6d8a1375": {
        "complexity": ComplexityParameters(causes=3, level=Level.NATIONAL)
    },
    "e896130389a51f3dd87f40710590b386edaaa68a789433c608e1475bfc5d5fd7": {
        "roles": RoleParameters(commands={CommandType.ANSWER: (Role.RQR,)})
    },
    "0918c38fafe5a2a4c40b7f821166af3194f61d0ba1e41cce8cfa7d3125dbd6fc": {
        "roles": RoleParameters(plan_commands={PlanCommandType.PUBLISH: (Role.AQ,)})
    },
    "f3791a2ce1f2ac01a42fe2d3b5c6d7147bfbb66bb56bceeac95f56199f45d260": {"texts": TextParameters(longest=1000)},
    "aa7e0ce4270c0a95cf533e75e638227d2239c18a6da75192b01f2e69fb503796": {
        "deadline": DeadlineRule(days=15, suspensions_allowed=True)
    },
}
"""Digests that registers have, by what an edition changes in the parameters of M2-1."""

ALWAYS = {
    "survey": {"scale", "threshold"},
    "deadline": {"days", "day_type", "first_day_counted", "cut_off", "suspensions_allowed", "due_soon"},
    "acknowledgement": {"days"},
    "risk": {"moderate_from", "high_from", "critical_from", "least_band_at_severity_4", "recurrences"},
    "qualification": {"risks_required"},
    "complexity": {"band", "causes", "recurrences", "level"},
    "roles": {"qualifying"},
    "retention": {"mode", "active_months", "archive_months"},
    "closures": set[str](),
}
"""The parameters, by group, that the first digests had; every other one was added later."""


def test_the_digest_of_the_default_edition_stays_what_it_is() -> None:
    assert m2_1().digest == M2_1


@pytest.mark.parametrize("recorded", RECORDED)
def test_the_digest_of_an_edition_stays_what_registers_have(recorded: str) -> None:
    assert Policy(edition="x", parameters=Parameters(**RECORDED[recorded])).digest == recorded


@given(policies())
def test_a_parameter_added_later_is_part_of_it_only_if_it_is_changed(policy: Policy) -> None:
    given, default = (json.loads(one.to_json())["parameters"] for one in (policy, m2_1()))
    for name, group in default.items():
        if name not in ALWAYS and given[name] == group:
            del given[name]
        elif isinstance(group, dict):
            added = set(group) - ALWAYS.get(name, set())
            for field in (field for field in added if given[name][field] == group[field]):
                del given[name][field]
    assert policy.digest == sha256(canonical_json({"parameters": given, "tables": {}}).encode()).hexdigest()


@pytest.mark.slow
@given(policies(), policies())
def test_digests_are_equal_exactly_for_equal_rules(one: Policy, other: Policy) -> None:
    same = (one.parameters, one.edits) == (other.parameters, other.edits)
    assert (one.digest == other.digest) == same
    assert one.digest == pickle.loads(pickle.dumps(one)).digest == Policy.from_json(one.to_json()).digest
    assert parse_policy(tomllib.loads(one.to_toml())) == one


@given(policies())
def test_the_name_and_the_days_in_force_are_no_part_of_it(policy: Policy) -> None:
    renamed = attrs.evolve(policy, edition="autre", in_force_from=date(2026, 1, 1), in_force_until=date(2026, 12, 31))
    assert renamed.digest == policy.digest


def test_rows_of_its_own_are_part_of_it() -> None:
    without = m2_1().with_rows("level", remove=["local-client"])
    assert without.digest != m2_1().digest
    assert Policy(edition="x", edits={"level": RowEdits(remove=["local-client"])}).digest == without.digest


def test_a_number_is_the_same_however_it_is_written() -> None:
    whole, decimal = (
        Policy(edition="x", parameters=Parameters(survey=SurveyParameters(threshold=threshold)))
        for threshold in (7, 7.0)
    )
    assert whole.digest == decimal.digest
