"""Columns of pandas: objects, PyArrow types, nulls."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import FaultsError, frames
from reclamation_core.policy import Parameters, Policy, SurveyParameters, m2_1
from reclamation_core.vocabulary import ComplaintFacts
from tests.lazy import pa, pd
from tests.unit.frames import backends
from tests.unit.frames.test_deciding import KNOWN
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()
ON_TENTHS = Policy(edition="tenths", parameters=Parameters(survey=SurveyParameters(scale=(1, 5), threshold=2.1)))


def of(name: str, values: Any, dtype: Any = object) -> pd.DataFrame:
    """Complaints of which next to nothing is known but the receipt and one fact."""
    column = pd.Series(values, dtype=dtype)
    received = {} if name.startswith("received") else {"received_at": [KNOWN["received_at"]] * len(column)}
    return pd.DataFrame({**received, name: column})


def decided(frame: pd.DataFrame, policy: Policy = POLICY) -> list[dict[str, Any]]:
    return backends.read(frames.decide(frame, policy, CALENDAR))


@pytest.mark.parametrize("nulls", [None, float("nan"), pd.NA, pd.NaT], ids=["None", "NaN", "NA", "NaT"])
def test_numbers_among_objects_are_numbers(nulls: Any) -> None:
    values = [5, 5.5, Decimal("5.5"), np.float64(5.5), np.int8(5), nulls, 6, Decimal(6), Decimal("NaN")]
    assert [row["eligibility"] for row in decided(of("satisfaction", values))] == ["complaint"] * 5 + [None] * 4


def test_a_decimal_stays_on_its_side_of_a_bound_with_the_same_float() -> None:
    for bound, step, eligibility in [
        ("1", "0", "complaint"),
        ("1", "1E-19", "complaint"),
        ("2.1", "-1E-19", "complaint"),
        ("2.1", "0", "out_of_scope"),
        ("2.1", "1E-19", "out_of_scope"),
        ("5", "-1E-19", "out_of_scope"),
        ("5", "0", "out_of_scope"),
    ]:
        note = Decimal(bound) + Decimal(step)
        (row,) = decided(pd.DataFrame([{**KNOWN, "formal": False, "satisfaction": note}]), ON_TENTHS)
        assert row["eligibility"] == eligibility, (bound, step, eligibility)
        alone = ON_TENTHS.assess(ComplaintFacts(**{**KNOWN, "formal": False, "satisfaction": note}), CALENDAR)
        assert alone.eligibility.outcome == eligibility, (bound, step, eligibility)


@pytest.mark.parametrize("note", ["0.9999999999999999999", "5.0000000000000000001"])
def test_a_decimal_just_off_the_scale_is_refused(note: str) -> None:
    with pytest.raises(frames.InvalidRowsError, match=rf"\[0\].satisfaction: {re.escape(note)};"):
        decided(of("satisfaction", [Decimal(note)]), ON_TENTHS)


@given(notes=st.lists(st.decimals(1, 5) | st.floats(1, 5) | st.integers(1, 5) | st.none(), min_size=1, max_size=6))
def test_notes_of_any_type_are_decided_as_alone(notes: list[Any]) -> None:
    rows = decided(pd.DataFrame({"received_at": KNOWN["received_at"], "satisfaction": pd.Series(notes, dtype=object)}))
    alone = [
        POLICY.assess(ComplaintFacts(received_at=KNOWN["received_at"], satisfaction=note), CALENDAR) for note in notes
    ]
    assert [row["eligibility"] for row in rows] == [assessment.eligibility.outcome for assessment in alone]


def test_truths_of_numpy_among_objects_are_truths() -> None:
    found = decided(of("formal", [np.True_, None, np.False_, True]))
    assert [row["eligibility"] for row in found] == [None, None, "out_of_scope", None]


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("satisfaction", [np.True_, 3], "a column of numbers"),
        ("satisfaction", [[1], 3], "a column of numbers"),
        ("satisfaction", [np.array([1, 2]), 3], "a column of numbers"),
        ("satisfaction", [object(), None], "a column of numbers"),
        ("satisfaction", [date(2026, 5, 2)], "a column of numbers"),
        ("satisfaction", [1j], "a column of numbers"),
        ("causes", ["2"], "a column of whole numbers"),
        ("formal", [np.True_, 1], "a column of booleans"),
        ("formal", [[True]], "a column of booleans"),
        ("received_on", [[2026]], "a column of dates"),
    ],
)
def test_objects_that_are_something_else_are_refused(name: str, values: list[Any], told: str) -> None:
    with pytest.raises(FaultsError, match=f"{name}: 'object'; {told} is expected"):
        decided(of(name, values))


def test_an_invalid_code_is_reported_unchanged() -> None:
    with pytest.raises(frames.InvalidRowsError, match=r"\[0\].channel: \['email'\]; one of") as caught:
        decided(of("channel", [["email"], None, {}]))
    assert [fault.value for fault in caught.value.faults] == [["email"], {}]


@pytest.mark.parametrize(
    ("name", "values", "dtype", "told"),
    [
        ("causes", [2.5, 0, None], "float64", 2.5),
        ("causes", [Decimal("2.5"), 0, None], object, Decimal("2.5")),
        ("causes", [float("inf"), 0], "float64", float("inf")),
        ("causes", [float("inf"), 0], object, float("inf")),
        ("causes", [-1e300], "float64", -1e300),
        ("causes", [-(10**400)], object, -(10**400)),
        ("severity_legal", [2**64 - 1], "uint64", 2**64 - 1),
        ("severity_legal", [2**64 - 1, None], "UInt64", 2**64 - 1),
        ("satisfaction", [10**400], object, 10**400),
        ("severity_legal", [5], pd.ArrowDtype(pa.int8()), 5),
    ],
)
def test_a_refusal_has_the_original_value(name: str, values: list[Any], dtype: Any, told: Any) -> None:
    frame = of(name, values, dtype).assign(mine="a")
    with pytest.raises(frames.InvalidRowsError, match=rf"\[0\].{name}: ") as caught:
        frames.decide(frame, POLICY, CALENDAR)
    (fault,), (record,) = caught.value.faults, caught.value.records
    assert (fault.value, record[name], record["mine"]) == (told, told, "a")


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([2**70, 2, None], object),
        ([1e30, 2, None], "float64"),
        ([2**64 - 1, 2, None], "UInt64"),
        ([2**63, 2], "uint64"),
        ([Decimal(2), 2.0, None], object),
        ([2, 7, None], pd.ArrowDtype(pa.uint64())),
        ([2.0, 7.0, None], pd.ArrowDtype(pa.float32())),
    ],
)
def test_whole_numbers_of_any_size_and_type_are_counts(values: list[Any], dtype: Any) -> None:
    found = [row["complexity"] for row in decided(of("causes", values, dtype))]
    assert found == ["complex", "complex", None][: len(values)]


ARROW: dict[str, list[tuple[Any, list[Any]]]] = {
    "received_at": [
        (pa.timestamp("ns", "Asia/Kolkata"), [datetime(2026, 5, 2, 7, 30, tzinfo=UTC), None]),
        (pa.null(), [None, None]),
    ],
    "received_on": [
        (pa.date32(), [date(2026, 5, 2), None]),
        (pa.timestamp("s"), [datetime(2026, 5, 2), None]),  # noqa: DTZ001  a day as pandas has it
        (pa.null(), [None, None]),
    ],
    "formal": [(pa.bool_(), [False, None]), (pa.null(), [None, None])],
    "satisfaction": [
        (pa.float64(), [4.0, None]),
        (pa.float64(), [4.0, float("nan")]),
        (pa.decimal128(38, 20), [Decimal("5.9999999999999999999"), None]),
        (pa.null(), [None, None]),
    ],
    "channel": [(pa.string(), ["survey", None]), (pa.dictionary(pa.int8(), pa.string()), ["survey", None])],
}


@pytest.mark.filterwarnings("ignore::reclamation_core.frames.MissingColumnWarning")
@pytest.mark.parametrize(
    ("name", "dtype", "values"), [(name, dtype, values) for name, cases in ARROW.items() for dtype, values in cases]
)
def test_columns_that_pandas_has_in_pyarrow_are_decided_as_its_own(name: str, dtype: Any, values: list[Any]) -> None:
    in_arrow = frames.decide(of(name, values, pd.ArrowDtype(dtype)), POLICY, CALENDAR, on_invalid="mark")
    by_polars = frames.decide(polars_like(name, dtype, values), POLICY, CALENDAR, on_invalid="mark")
    wanted = [*frames.COLUMNS, "invalid"]
    found = [{column: row[column] for column in wanted} for row in backends.read(in_arrow)]
    assert found == [{column: row[column] for column in wanted} for row in backends.read(by_polars)]


def polars_like(name: str, dtype: Any, values: list[Any]) -> pa.Table:
    """The same complaints as a table of PyArrow, in which a day is a date and NaN a null."""
    if name == "received_on" and dtype == pa.timestamp("s"):
        dtype, values = pa.date32(), [value and value.date() for value in values]
    column = pa.array([None if value != value else value for value in values], dtype)  # noqa: PLR0124  NaN is not itself
    received = pa.array([KNOWN["received_at"]] * len(values), pa.timestamp("us", "UTC"))
    return pa.table({name: column} if name.startswith("received") else {"received_at": received, name: column})


@pytest.mark.parametrize(
    ("name", "dtype", "value"),
    [
        ("received_at", pa.timestamp("us"), datetime(2026, 5, 2)),  # noqa: DTZ001  it is refused for that
        ("received_at", pa.date32(), date(2026, 5, 2)),
        ("received_on", pa.timestamp("us"), datetime(2026, 5, 2, 10)),  # noqa: DTZ001  no midnight
        ("received_on", pa.timestamp("us", "UTC"), datetime(2026, 5, 2, tzinfo=UTC)),
        ("formal", pa.int8(), 1),
        ("satisfaction", pa.string(), "4"),
        ("satisfaction", pa.bool_(), True),
    ],
)
def test_columns_in_pyarrow_of_the_wrong_type_are_refused_too(name: str, dtype: Any, value: Any) -> None:
    with pytest.raises(FaultsError, match=rf"{name}: '.*\[pyarrow\]'; a column of"):
        decided(of(name, [value], pd.ArrowDtype(dtype)))


def test_a_file_read_in_pyarrow_is_decided(tmp_path: Any) -> None:
    backends.pandas_frame([KNOWN]).to_parquet(tmp_path / "in.parquet")
    (row,) = decided(pd.read_parquet(tmp_path / "in.parquet", dtype_backend="pyarrow"))
    assert (row["eligibility"], row["due_date"]) == ("complaint", date(2026, 5, 19))
