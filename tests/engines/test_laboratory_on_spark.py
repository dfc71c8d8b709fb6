import pytest
from pyspark.sql import DataFrame, SparkSession

from reclamation_core.laboratory import replay
from tests.engines.test_spark import pytestmark, spark
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, EDITIONS, KINDS, complaints, rows

__all__ = ["pytestmark", "spark"]


@pytest.mark.soak  # pandas, PyArrow and DuckDB are replayed by the tests of the laboratory
def test_a_frame_of_spark_is_replayed_where_it_is(spark: SparkSession) -> None:
    records = complaints(60)
    frame = spark.createDataFrame(KINDS["polars"](records).to_arrow())
    here, there = (
        replay(given, EDITIONS[:2], CALENDAR, as_of=AS_OF, decisions="level")
        for given in (KINDS["polars"](records), frame)
    )
    assert isinstance(there.cases, DataFrame)
    for asked in ("flows", "changes", "workload", "due_dates", "on_time", "weeks", "ageing"):
        assert rows(getattr(there, asked)()) == rows(getattr(here, asked)())
