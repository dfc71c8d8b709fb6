"""One row of a frame, whatever it is a row of."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reclamation_core import FaultsError, frames
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import ComplaintFacts
from tests.unit.frames import backends
from tests.unit.frames.test_deciding import KNOWN, SITES
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()


def test_what_pandas_calls_missing_is_unknown() -> None:
    row = pd.DataFrame([{**KNOWN, "formal": pd.NA, "causes": 2.0, "satisfaction": float("nan"), "nature": pd.NaT}])

    facts = frames.explain(row.iloc[0], POLICY, CALENDAR).facts

    assert facts == ComplaintFacts(**{**KNOWN, "formal": None, "causes": 2, "nature": None})


def test_a_number_of_numpy_is_a_number() -> None:
    explained = frames.explain({**KNOWN, "causes": np.int8(2), "satisfaction": np.float64(4.5)}, POLICY, CALENDAR)

    assert explained.facts == ComplaintFacts(**{**KNOWN, "causes": 2, "satisfaction": 4.5})


def test_a_day_of_receipt_is_explained_too() -> None:
    record = {name: value for name, value in KNOWN.items() if name != "received_at"}

    explained = frames.explain({**record, "received_on": date(2026, 5, 4)}, POLICY, CALENDAR)

    assert explained.deadline is not None
    assert (explained.deadline.received_on, explained.deadline.due) == (date(2026, 5, 4), date(2026, 5, 20))


def test_the_site_of_the_row_tells_its_calendar() -> None:
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
        (backends.polars_frame([KNOWN, KNOWN]), "2 rows or more"),
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

    with pytest.raises(TypeError, match="one is needed to explain a row"):
        frames.explain(KNOWN, POLICY, nothing)
