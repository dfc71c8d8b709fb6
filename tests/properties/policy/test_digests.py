"""The digest of an edition: the same for equal rules, another for other rules, and the same in every release."""

from __future__ import annotations

import pickle
from datetime import date

import attrs
from hypothesis import given

from reclamation_core.policy import Parameters, Policy, SurveyParameters, m2_1
from reclamation_core.tables import RowEdits
from reclamation_core.testing.strategies import policies

M2_1 = "99a70728689265791b82b49404504948157542a130cda15fbfb75d9d50678f3d"
"""A release that changes it makes every register refuse to judge. Of a new parameter, leave the default out of it."""


def test_the_digest_of_the_default_edition_stays_what_it_is() -> None:
    assert m2_1().digest == M2_1


@given(policies(), policies())
def test_digests_are_equal_exactly_for_equal_rules(one: Policy, other: Policy) -> None:
    same = (one.parameters, one.edits) == (other.parameters, other.edits)

    assert (one.digest == other.digest) == same
    assert one.digest == pickle.loads(pickle.dumps(one)).digest == Policy.from_json(one.to_json()).digest


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
