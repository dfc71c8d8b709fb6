"""Columns that bear the labels of the library, in every kind of frame."""

from typing import Any

import polars as pl
import pytest

from reclamation_core import FaultsError, frames
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import FACTS, Site, Sites
from tests.unit.frames import backends
from tests.unit.frames.test_deciding import KNOWN
from tests.unit.policy.cases import CALENDAR

POLICY = m2_1()
LABELS = {"received_at": ("reçue le", "date of receipt"), **{n: (f.label.fr, f.label.en) for n, f in FACTS.items()}}
RECORDS = [
    {**KNOWN, "satisfaction": None, "satisfaction_unknown": False},
    {**KNOWN, "formal": None, "channel": "survey", "satisfaction": 4.5, "satisfaction_unknown": None},
    {**KNOWN, "channel": "survey", "formal": False, "satisfaction": None, "satisfaction_unknown": True},
]
TYPES = {label: backends.TYPES[name] for name, both in LABELS.items() for label in both if name in backends.TYPES}


def labelled(records: list[dict[str, Any]], place: int, change: Any = str) -> list[dict[str, Any]]:
    return [{change(LABELS[k][place]) if k in LABELS else k: v for k, v in record.items()} for record in records]


@pytest.mark.parametrize("make", backends.ALL.values(), ids=backends.ALL)
@pytest.mark.parametrize("place", [0, 1], ids=["fr", "en"])
def test_columns_named_by_labels_are_decided_and_remain(make: Any, place: int, monkeypatch: Any) -> None:
    for label, dtype in TYPES.items():
        monkeypatch.setitem(backends.TYPES, label, dtype)
    given = labelled(RECORDS, place)
    found = backends.read(frames.decide(make(given), POLICY, CALENDAR, on_invalid="mark"))
    alone = backends.read(frames.decide(make(RECORDS), POLICY, CALENDAR, on_invalid="mark"))
    added = [*frames.COLUMNS, "invalid"]
    assert [{name: row[name] for name in added} for row in found] == [
        {name: row[name] for name in added} for row in alone
    ]
    assert set(given[0]) <= set(found[0])
    assert [row["eligibility"] for row in found] == ["complaint", "complaint", None]


@pytest.mark.parametrize("change", [str.upper, str.capitalize, lambda label: label.replace(" ", "_")])
def test_the_case_and_the_separators_of_french_labels_are_left_aside(change: Any) -> None:
    french = {name: change(LABELS[name][0]) for name in ("channel", "formal", "complainant", "satisfaction")}
    frame = backends.polars_frame(RECORDS).rename(french)
    assert frames.decide(frame, POLICY, CALENDAR).columns[: len(frame.columns)] == frame.columns
    assert frames.decide(frame, POLICY, CALENDAR)["eligibility"].to_list() == ["complaint", "complaint", None]


def test_a_day_named_by_the_label_of_the_receipt_is_one() -> None:
    by_day = backends.polars_frame([KNOWN]).with_columns(pl.col("received_at").dt.date())
    decided = frames.decide(by_day.rename({"received_at": "Reçue le"}), POLICY, CALENDAR)
    assert str(decided["due_date"][0]) == "2026-05-19"
    explained = frames.explain(decided.row(0, named=True), POLICY, CALENDAR)
    assert str(explained.deadline.due) == "2026-05-19"  # type: ignore[union-attr]


def test_the_sites_may_be_named_centre() -> None:
    sites = Sites([Site(code="METZ", name="Metz", region="Grand Est", territory="alsace-moselle")])
    frame = backends.polars_frame([{**KNOWN, "Centre": "METZ"}, {**KNOWN, "Centre": "NULLE-PART"}])
    assert frames.decide(frame, POLICY, sites, on_invalid="mark")["invalid"].to_list() == [None, "Centre"]


def test_faults_name_the_columns_as_the_frame_does() -> None:
    french = {"channel": "canal", "formal": "expression formelle"}
    frame = backends.polars_frame([{**KNOWN, "channel": "fax"}, KNOWN]).rename(french)
    with pytest.raises(frames.InvalidRowsError, match=r"\(canal 1\)") as caught:
        frames.decide(frame, POLICY, CALENDAR)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [("[0].canal", "fax")]
    with pytest.raises(frames.InvalidRowsError, match=r"canal: 'fax'; .*mediation_letter.* is expected"):
        frames.check(frames.decide(frame.lazy(), POLICY, CALENDAR))
    with pytest.raises(FaultsError, match=r"expression formelle: .*; a column of booleans is expected"):
        frames.decide(frame.with_columns(pl.lit("oui").alias("expression formelle")), POLICY, CALENDAR)


def test_two_columns_of_one_label_are_refused_unless_one_is_ignored() -> None:
    frame = backends.polars_frame([{**KNOWN, "Canal": "fax"}]).rename({"channel": "canal"})
    with pytest.raises(FaultsError, match="channel: 'canal, Canal'; these columns are all labels of channel; rename"):
        frames.decide(frame, POLICY, CALENDAR)
    assert frames.decide(frame, POLICY, CALENDAR, ignore=["Canal"])["eligibility"].to_list() == ["complaint"]


@pytest.mark.parametrize(
    ("column", "fact"),
    [
        ("is_formal", "formal"),
        ("score", "satisfaction"),
        ("note de satisfation", "satisfaction"),
        ("satisfaction notes", "satisfaction"),
        ("Cannal", "channel"),
        ("auteur de la demmande", "complainant"),
        ("is_note_unknown", "satisfaction_unknown"),
        ("Sold service", "sold_service"),
    ],
)
def test_a_column_nearly_named_by_a_label_is_refused_with_the_fact(column: str, fact: str) -> None:
    frame = backends.polars_frame([{name: value for name, value in KNOWN.items() if name != fact} | {column: None}])
    with pytest.raises(FaultsError, match=rf"^{fact}: '{column}'; that column is not read: {fact} is; rename it or"):
        frames.decide(frame, POLICY, CALENDAR)


def test_the_fault_of_a_note_with_a_mark_says_what_to_do() -> None:
    frame = backends.polars_frame([{**RECORDS[1], "satisfaction_unknown": True}])
    with pytest.raises(frames.InvalidRowsError, match="nothing where satisfaction_unknown is true"):
        frames.decide(frame, POLICY, CALENDAR)
    with pytest.raises(FaultsError, match="nothing where satisfaction_unknown is true"):
        frames.explain(frame, POLICY, CALENDAR)
    with pytest.raises(FaultsError, match="satisfaction_unknown: 'String'; a column of booleans is expected"):
        frames.decide(frame.with_columns(satisfaction_unknown=pl.lit("oui")), POLICY, CALENDAR)
