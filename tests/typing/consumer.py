"""A program that uses the library, for type checkers: `scripts.try_wheel` checks it against the installed wheel.

`assert_type` states the types that an editor shows; a line that ignores an error is reported if it has none.
"""

from datetime import UTC, date, datetime
from typing import assert_type

from reclamation_core import (
    UNKNOWN,
    BusinessCalendar,
    Case,
    Channel,
    ComplaintFacts,
    Desk,
    Eligibility,
    Level,
    Policy,
    m2_1,
)
from reclamation_core.calendars import Deadline
from reclamation_core.desk import Alert, AsyncDesk
from reclamation_core.tables import Boolean, DecisionTable, Input, Integer, Row, at_least, below


def assess() -> None:
    """Decide a complaint."""
    policy = m2_1()
    facts = ComplaintFacts(received_at=datetime(2026, 5, 4, tzinfo=UTC), channel=Channel.EMAIL, formal=UNKNOWN)
    assessment = policy.assess(facts, BusinessCalendar.france())
    assert_type(policy, Policy)
    assert_type(assessment.eligibility.outcome, Eligibility | None)
    assert_type(assessment.eligibility.possible, frozenset[Eligibility])
    assert_type(assessment.level.outcome, Level | None)
    assert_type(assessment.eligibility.explain("fr"), str)
    assert_type(BusinessCalendar.france().add(date(2026, 5, 4), 10), date)
    policy.assess("a complaint", BusinessCalendar.france())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assessment.eligibility.explain("de")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def register(desk: Desk, facts: ComplaintFacts) -> Case:
    """Register a complaint and acknowledge it."""
    case = desk.register(facts, site="Créteil", source="mail-4711")
    assert_type(case, Case)
    assert_type(case.deadline, Deadline | None)
    assert_type(desk.acknowledge(case.reference), Case)
    desk.register(facts)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    return case


async def register_with_asyncio(desk: AsyncDesk, facts: ComplaintFacts) -> Case:
    """Register a complaint from asyncio."""
    case = await desk.register(facts, site="Créteil")
    assert_type(case, Case)
    assert_type(await desk.acknowledge(case.reference), Case)
    assert_type(await desk.sweep(preview=True), tuple[Alert, ...])
    await desk.register(facts)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    return case


def write_a_table() -> None:
    """Build a decision table of one's own."""
    fare: DecisionTable[int] = DecisionTable(
        "fare",
        (Input("age", Integer(0, 120)), Input("student", Boolean())),
        Integer(),
        (Row("child", {"age": below(12)}, 0), Row("others", {"age": at_least(12)}, 10)),
    )
    assert_type(fare.decide({"age": 30, "student": True}).outcome, int | None)
