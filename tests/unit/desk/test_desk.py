"""The options of a desk and their defaults."""

from datetime import timedelta

import pytest

from reclamation_core.desk import Desk
from reclamation_core.policy import PolicyBook
from tests.unit.desk.factories import registered


def test_a_desk_takes_a_policy_or_a_book_and_m2_1_by_default() -> None:
    from reclamation_core.policy import Policy, m2_1

    assert registered(Desk.in_memory()).edition == m2_1().edition
    assert registered(Desk.in_memory(policy=Policy(edition="essai"))).edition == "essai"
    assert registered(Desk.in_memory(policy=PolicyBook([Policy(edition="essai")]))).edition == "essai"
    with pytest.raises(TypeError, match="policy: a Policy or a PolicyBook"):
        Desk.in_memory(policy="M2-1")  # type: ignore[arg-type]


def test_the_clock_of_the_machine_is_used_by_default() -> None:
    from datetime import UTC, datetime

    before = datetime.now(UTC)
    event = registered(Desk.in_memory()).events[0]
    assert before <= event.recorded_at <= datetime.now(UTC)
    assert event.recorded_at.utcoffset() == timedelta(0)
