"""Explanations of one row of any frame."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from reclamation_core import FaultsError, frames
from reclamation_core.missing import ABSENT
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import ComplaintFacts
from tests.lazy import pd
from tests.unit.frames import backends
from tests.unit.frames.test_deciding import KNOWN, SITES
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()


@pytest.mark.engines
def test_what_pandas_calls_missing_is_unknown() -> None:
    row = pd.DataFrame([{**KNOWN, "formal": pd.NA, "causes": 2.0, "satisfaction": float("nan"), "nature": pd.NaT}])
    facts = frames.explain(row.iloc[0], POLICY, CALENDAR).facts
    assert facts == ComplaintFacts(**{**KNOWN, "formal": None, "causes": 2, "nature": None})


def test_a_number_of_numpy_is_a_number() -> None:
    explained = frames.explain({**KNOWN, "causes": np.int8(2), "satisfaction": np.float64(4.5)}, POLICY, CALENDAR)
    assert explained.facts == ComplaintFacts(**{**KNOWN, "causes": 2, "satisfaction": 4.5})


def test_a_row_with_an_instant_and_a_day_of_receipt_is_refused() -> None:
    with pytest.raises(FaultsError, match="received_at: nothing; received_at and received_on are both there"):
        frames.explain({**KNOWN, "received_on": date(2026, 5, 4)}, POLICY, CALENDAR)


def test_the_site_of_the_row_selects_its_calendar() -> None:
    received = KNOWN["received_at"].replace(year=2024, month=12, day=20)
    dues = [
        frames.explain({**KNOWN, "received_at": received, "site": site}, POLICY, SITES).deadline
        for site in ("CRE", "STR")
    ]
    assert [deadline and deadline.due for deadline in dues] == [date(2025, 1, 7), date(2025, 1, 8)]
    with pytest.raises(FaultsError, match="site: 'XXX'; one of CRE, STR, VAL is expected"):
        frames.explain({**KNOWN, "site": "XXX"}, POLICY, SITES)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (backends.polars_frame([KNOWN] * 3), "2 rows or more"),
        (backends.polars_frame([KNOWN]).clear(), "a row is expected"),
        (42, "42; a row is expected"),
    ],
    ids=["rows", "none", "number"],
)
def test_what_is_no_row_is_refused(record: Any, told: str) -> None:
    with pytest.raises(FaultsError, match=told):
        frames.explain(record, POLICY, CALENDAR)


def test_a_row_is_not_explained_without_a_calendar() -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="calendar is required to explain a row"):
        frames.explain(KNOWN, POLICY, nothing)


@pytest.mark.parametrize(
    "take",
    [lambda frame: frame, lambda frame: frame.row(0, named=True), lambda frame: frame.to_arrow()],
    ids=["polars", "row", "pyarrow"],
)
def test_nan_is_refused_as_a_note(take: Callable[[pl.DataFrame], Any]) -> None:
    frame = pl.DataFrame({"received_on": [date(2026, 5, 4)], "satisfaction": [float("nan")]})
    with pytest.raises(FaultsError, match="satisfaction: nan"):
        frames.explain(take(frame), POLICY, CALENDAR)


@pytest.mark.engines
def test_decimal_numbers_of_objects_are_explained_as_they_are_decided() -> None:
    values = {"received_on": [date(2026, 5, 4)] * 2, "causes": [Decimal(2), 2], "satisfaction": [Decimal("NaN"), 5]}
    decided = frames.decide(pd.DataFrame(values, dtype=object), POLICY, CALENDAR)
    facts = frames.explain(decided.iloc[0], POLICY, CALENDAR).facts
    assert (facts.causes, facts.satisfaction) == (2, ABSENT)
    assert decided["complexity"].tolist() == ["complex", "complex"]


@pytest.mark.parametrize(
    "day",
    [datetime.fromisoformat("2026-05-04T10:00"), datetime(2026, 5, 4, tzinfo=UTC), "2026-05-04"],
    ids=["hour", "zone", "text"],
)
def test_a_day_of_receipt_that_is_none_is_refused_under_its_name(day: Any) -> None:
    with pytest.raises(FaultsError, match=r"received_on: .*; a moment of receipt is expected"):
        frames.explain({"received_on": day}, POLICY, CALENDAR)


def test_a_row_of_a_malfunction_is_not_explained_as_a_complaint() -> None:
    assert frames.explain({**KNOWN, "kind": "complaint"}, POLICY, CALENDAR).eligibility.outcome == "complaint"
    with pytest.raises(FaultsError, match="kind: 'malfunction'; decide decides complaints"):
        frames.explain({**KNOWN, "kind": "malfunction"}, POLICY, CALENDAR)


@pytest.mark.engines
def test_a_calendar_value_may_be_a_number_in_pandas_and_is_required() -> None:
    decided = frames.decide(pd.DataFrame([{**KNOWN, "territory": 1}]), POLICY, {"1": CALENDAR})
    assert (
        frames.explain(decided.iloc[0], POLICY, {"1": CALENDAR}).deadline
        == frames.explain(KNOWN, POLICY, CALENDAR).deadline
    )
    with pytest.raises(FaultsError, match="territory: nothing; one of None is expected"):
        frames.explain({**KNOWN, "territory": None}, POLICY, {"None": CALENDAR})


def test_a_row_is_not_explained_without_a_policy() -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="policy: a Policy is expected"):
        frames.explain(KNOWN, nothing, CALENDAR)
