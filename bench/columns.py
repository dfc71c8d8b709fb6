"""Whole columns: eligibility, level, risk, complexity and due date, against hand-written Polars expressions."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from bench._measure import compare, ratio_row
from reclamation_core import BusinessCalendar, Policy, frames, m2_1
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

ROWS = 1_000_000
DISTINCT = 50_000
FEW = 3
CODES: dict[str, Any] = {
    "channel": Channel,
    "complainant": Complainant,
    "nature": Nature,
    "requirement": Requirement,
    "client_scope": ClientScope,
    "service_reach": ServiceReach,
    "mobilisation": Mobilisation,
}
DOMAINS = ("safety", "legal", "contract", "financial", "relation", "training")


def complaints(rows: int) -> pl.DataFrame:
    """Complaints whose facts are all known, codes as enumerations; the same ones each time."""
    chance = random.Random(2026)
    start = datetime(2024, 1, 1, tzinfo=UTC)

    def drawn(values: list[Any], dtype: Any) -> pl.Series:
        return pl.Series([chance.choice(values) for _ in range(DISTINCT)], dtype=dtype)

    columns = {
        name: drawn([member.value for member in codes], pl.Enum([member.value for member in codes]))
        for name, codes in CODES.items()
    }
    columns |= {name: drawn([True, True, False], pl.Boolean) for name in ("formal", "sold_service")}
    columns["satisfaction"] = drawn([None, None, 4.0, 5.5, 7.0], pl.Float64)
    columns |= {f"severity_{domain}": drawn([0, 0, 1, 2, 3, 4], pl.Int8) for domain in DOMAINS}
    columns |= {"likelihood": drawn([1, 2, 3, 4], pl.Int8), "recurrences": drawn([0, 1, 3, 7], pl.Int16)}
    columns["causes"] = drawn([0, 1, 2], pl.Int16)
    moments = [start + timedelta(seconds=chance.randrange(900 * 86_400)) for _ in range(DISTINCT)]
    columns["received_at"] = pl.Series(moments, dtype=pl.Datetime("us", "UTC"))
    one = pl.DataFrame(columns)
    return pl.concat([one] * (rows // DISTINCT)).rechunk()


def _rows(rules: dict[str, pl.Expr]) -> pl.Expr:
    """The ids of the rules that hold, as one writes it."""
    return pl.concat_str(
        [pl.when(holds).then(pl.lit(name)) for name, holds in rules.items()], separator=" ", ignore_nulls=True
    )


ELIGIBLE = (
    pl.col("formal")
    & ~pl.col("channel").is_in(["survey", "other"])
    & (pl.col("complainant") != "other")
    & (pl.col("nature") == "grievance")
    & (pl.col("requirement") != "none")
    & pl.col("sold_service")
)
LOW = (pl.col("satisfaction") < 6).fill_null(value=False)
NATIONAL = (
    (pl.col("client_scope") == "national")
    | (pl.col("mobilisation") == "national")
    | (pl.col("service_reach") == "several_regions")
)
REGIONAL = (
    (pl.col("client_scope") == "regional")
    | (pl.col("mobilisation") == "regional")
    | (pl.col("service_reach") == "several_centres")
)


def short_by_hand(regional: pl.Expr = REGIONAL) -> list[pl.Expr]:
    """Eligibility and level alone, all facts being known, without a reason."""
    return [
        pl.when(LOW | ELIGIBLE).then(pl.lit("complaint")).otherwise(pl.lit("out_of_scope")).alias("eligibility"),
        pl.when(NATIONAL)
        .then(pl.lit("national"))
        .when(regional)
        .then(pl.lit("regional"))
        .otherwise(pl.lit("local"))
        .alias("level"),
    ]


def by_hand(
    frame: pl.DataFrame, holidays: list[Any], *, rows: bool = True, own: Mapping[str, pl.Expr] = MappingProxyType({})
) -> pl.DataFrame:
    """The whole assessment, all facts being known, as one writes it in Polars expressions.

    Args:
        frame: the complaints.
        holidays: the days that do not count, weekends apart.
        rows: whether the rows that decided eligibility, level and complexity are columns too.
        own: rows of the regional level that an edition adds.
    """
    client = pl.when(pl.col("complainant") == "company")
    complaint_rows = {
        "formal-complaint": ELIGIBLE & (pl.col("channel") != "portal") & (pl.col("complainant") != "company"),
        "portal-complaint": ELIGIBLE & (pl.col("channel") == "portal") & (pl.col("complainant") != "company"),
        "company-complaint": ELIGIBLE & client.then(pl.lit(value=True)).otherwise(pl.lit(value=False)),
        "low-survey-note": LOW,
    }
    out_rows = {
        "information-request": pl.col("nature") == "initial_information_request",
        "general-opinion": pl.col("nature") == "general_opinion",
        "not-formal": ~pl.col("formal"),
        "other-channel": pl.col("channel").is_in(["survey", "other"]),
        "not-a-client": pl.col("complainant") == "other",
        "no-requirement": pl.col("requirement") == "none",
        "not-sold": ~pl.col("sold_service"),
    }
    scope, reach, move = pl.col("client_scope"), pl.col("service_reach"), pl.col("mobilisation")
    national_rows = {
        "national-client": scope == "national",
        "national-mobilisation": (scope != "national") & (move == "national"),
        "several-regions": reach == "several_regions",
    }
    regional_rows = {
        "regional-client": scope == "regional",
        "several-centres": reach == "several_centres",
        "regional-mobilisation": (scope == "local") & (move == "regional"),
        **own,
    }
    local_rows = {"local-client": scope == "local", "one-centre": reach == "one_centre"}
    severities = [pl.col(f"severity_{domain}") for domain in DOMAINS]
    day = pl.col("received_at").dt.convert_time_zone("Europe/Paris").dt.date()
    complex_rows = {
        "high-criticality": pl.col("band").is_in(["high", "critical"]),
        "several-causes": pl.col("causes") >= 2,
        "recurrence": pl.col("recurrences") >= 1,
        "high-level": pl.col("level") != "local",
    }
    decided = (
        frame.lazy()
        .with_columns(
            *short_by_hand(pl.any_horizontal(REGIONAL, *own.values())),
            severity=pl.max_horizontal(*severities, pl.lit(1, pl.Int8)),
            due=day.dt.add_business_days(10, holidays=holidays, roll="backward"),
        )
        .with_columns(criticality=pl.col("severity") * pl.col("likelihood"))
        .with_columns(
            band=pl.when(pl.col("criticality") >= 12)
            .then(pl.lit("critical"))
            .when((pl.col("criticality") >= 8) | (pl.col("severity") == 4))
            .then(pl.lit("high"))
            .when(pl.col("criticality") >= 4)
            .then(pl.lit("moderate"))
            .otherwise(pl.lit("low")),
            due_date=pl.when(pl.col("eligibility") == "complaint").then(pl.col("due")),
        )
        .with_columns(
            complexity=pl.when(pl.any_horizontal(*complex_rows.values()))
            .then(pl.lit("complex"))
            .otherwise(pl.lit("simple"))
        )
    )
    if rows:
        decided = decided.with_columns(
            eligibility_rows=pl.when(pl.col("eligibility") == "complaint")
            .then(_rows(complaint_rows))
            .otherwise(_rows(out_rows)),
            level_rows=pl.when(pl.col("level") == "national")
            .then(_rows(national_rows))
            .when(pl.col("level") == "regional")
            .then(_rows(regional_rows))
            .otherwise(_rows(local_rows)),
            complexity_rows=pl.when(pl.col("complexity") == "complex")
            .then(_rows(complex_rows))
            .otherwise(pl.lit("simple")),
        )
    is_complaint = pl.col("eligibility") == "complaint"
    levels = ("level", "level_rows") if rows else ("level",)  # a message out of scope shows none
    shown = {name: pl.when(is_complaint).then(pl.col(name)) for name in levels}
    return decided.drop("severity", "due").with_columns(**shown).collect(engine="streaming")


def numpy_dates(frame: pl.DataFrame, calendar: BusinessCalendar) -> Callable[[], object]:
    """The due dates of days of receipt, by numpy."""
    days = frame["received_at"].dt.date().to_numpy()
    holidays = np.array([day for year in range(2023, 2029) for day in calendar.holidays(year)], dtype="datetime64[D]")
    return lambda: np.busday_offset(days, 10, roll="backward", holidays=holidays)


def check(frame: pl.DataFrame, policy: Policy, calendar: BusinessCalendar, holidays: list[Any]) -> None:
    """The contenders say the same, or nothing is measured."""
    from bench._openfisca import decider

    ours, theirs = frames.decide(frame, policy, calendar), by_hand(frame, holidays)
    for name in theirs.columns[len(frame.columns) :]:
        assert ours[name].cast(theirs[name].dtype).equals(theirs[name]), name
    for name, found in decider(frame)().items():
        is_shown = ours[name].is_not_null().to_numpy()
        assert (ours[name].cast(pl.String).to_numpy() == found.decode_to_str())[is_shown].all(), name


def run() -> list[dict[str, Any]]:
    """Nanoseconds per row, medians of alternating rounds."""
    from bench._openfisca import decider  # `make bench` alone installs it; soak/ imports this module

    policy, calendar = m2_1(), BusinessCalendar.france()
    in_enums = complaints(ROWS)
    in_texts = in_enums.with_columns(pl.col(pl.Enum).cast(pl.String))
    holidays = [day for year in range(2023, 2029) for day in calendar.holidays(year)]
    check(in_enums, policy, calendar, holidays)
    few = in_enums.head(FEW)
    openfisca = decider(in_enums)
    contenders: dict[str, Callable[[], object]] = {
        "whole, enums": lambda: frames.decide(in_enums, policy, calendar),
        "by hand, enums": lambda: by_hand(in_enums, holidays),
        "outcomes by hand, enums": lambda: by_hand(in_enums, holidays, rows=False),
        "whole, texts": lambda: frames.decide(in_texts, policy, calendar),
        "by hand, texts": lambda: by_hand(in_texts, holidays),
        "outcomes by hand, texts": lambda: by_hand(in_texts, holidays, rows=False),
        "short, enums": lambda: frames.decide(in_enums, policy, None, decisions=("eligibility", "level")),
        "short by hand, enums": lambda: in_enums.lazy().with_columns(short_by_hand()).collect(engine="streaming"),
        "short by OpenFisca": openfisca,
        "dates": lambda: frames.decide(in_enums, policy, calendar, decisions="eligibility"),
        "numpy": numpy_dates(in_enums, calendar),
    }
    medians = {name: seconds / ROWS * 1e9 for name, seconds in compare(contenders, rounds=5).items()}
    alone = compare(
        {"ours": lambda: frames.decide(few, policy, calendar), "hand": lambda: by_hand(few, holidays)}, rounds=15
    )

    def row(name: str, ours: str, peer_name: str, peer: str, target: float | None) -> dict[str, Any]:
        return ratio_row(name, medians[ours], (peer_name, medians[peer]), target, unit="ns")

    hand, without = "the same by hand in Polars", "by hand in Polars, the outcomes alone"
    return [
        row("decide, Enum columns", "whole, enums", hand, "by hand, enums", 1.3),
        row("decide, Enum columns", "whole, enums", without, "outcomes by hand, enums", None),
        row("decide, String columns", "whole, texts", hand, "by hand, texts", 1.3),
        row("decide, String columns", "whole, texts", without, "outcomes by hand, texts", None),
        row("eligibility and level", "short, enums", "OpenFisca", "short by OpenFisca", 0.2),
        row("eligibility and level", "short, enums", without, "short by hand, enums", None),
        row("eligibility and due date", "dates", "numpy.busday_offset, dates alone", "numpy", None),
        ratio_row(f"decide, {FEW} rows", alone["ours"] * 1e6, (hand, alone["hand"] * 1e6), None),
    ]
