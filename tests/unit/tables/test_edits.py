import pickle

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.tables import DecisionTable, HitPolicy, Row, RowEdits, TableDefinitionError, TableProofError
from reclamation_core.tables.errors import FindingKind
from tests.unit.tables.samples import Level, level_table

HIGHER = Row("regional-client", {"client": "regional"}, Level.NATIONAL)
NEW = Row("several-regions", {"service": "several_regions"}, Level.NATIONAL)


def ids(edits: RowEdits) -> list[str]:
    return [row.id for row in edits.apply(level_table()).rows]


def test_rows_are_added_last_replaced_in_their_place_and_removed() -> None:
    edits = RowEdits(add=[NEW], replace=[HIGHER], remove=["local-client", "regional-effort"])
    table = edits.apply(level_table(priority=tuple(reversed(Level))))
    assert [row.id for row in table.rows] == [
        "local-service", "regional-client", "regional-service", "national-client", "national-effort", "several-regions",
    ]  # fmt: skip
    assert table.decide({"client": "regional", "service": "one_centre", "mobilisation": "local"}).outcome == "national"
    assert edits.own == (HIGHER, NEW)


def test_no_edits_leave_the_table_itself() -> None:
    table = level_table()
    assert not RowEdits()
    assert RowEdits().apply(table) is table


def test_the_result_is_proved_and_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(TableProofError, match="no row fires in") as refused:
        RowEdits(remove=["local-client", "local-service"]).apply(level_table())
    assert {finding.kind for finding in refused.value.findings} == {FindingKind.GAP}
    with pytest.raises(TableProofError, match="different outcomes"):
        RowEdits(add=[NEW]).apply(RowEdits(remove=["regional-effort", "national-effort"]).apply(_any_table()))
    with pytest.raises(TableDefinitionError, match="'cliant' is not an input"):
        RowEdits(add=[Row("new", {"cliant": "local"}, Level.LOCAL)]).apply(level_table())


def _any_table() -> DecisionTable[Level]:
    one = [
        Row("local", {"service": "one_centre"}, Level.LOCAL),
        Row("others", {"service": ["several_centres", "several_regions"]}, Level.REGIONAL),
    ]
    spare = [
        Row("regional-effort", {"service": "one_centre"}, Level.LOCAL),
        Row("national-effort", {"service": "one_centre"}, Level.LOCAL),
    ]
    return level_table(HitPolicy.ANY, rows=[*one, *spare])


def test_all_unknown_rows_are_reported_at_once_with_the_known_ones() -> None:
    edits = RowEdits(
        add=[Row("local-client", {}, Level.LOCAL)], replace=[Row("nowhere", {}, Level.LOCAL)], remove=["x", "y"]
    )
    with pytest.raises(FaultsError, match="one of the table's rows: local-client, local-service") as refused:
        edits.apply(level_table())
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [
        ("replace[0].id", "nowhere"),
        ("remove[0]", "x"),
        ("remove[1]", "y"),
        ("add[0].id", "local-client"),
    ]


def test_a_row_is_edited_once() -> None:
    with pytest.raises(FaultsError, match="a row is edited once") as refused:
        RowEdits(add=[NEW, NEW], replace=[HIGHER, HIGHER], remove=["a", "a", "regional-client"])
    assert [fault.path for fault in refused.value.faults] == [
        "add[1].id",
        "replace[0].id",
        "replace[1].id",
        "remove[1]",
    ]
    with pytest.raises(TypeError, match="remove: a collection of row ids"):
        RowEdits(remove="local-client")


def test_later_edits_apply_to_the_result_of_earlier_ones() -> None:
    newer = Row("several-regions", {"service": "several_regions"}, Level.REGIONAL)
    first = RowEdits(add=[NEW], replace=[HIGHER], remove=["local-client"])

    assert first.then(RowEdits(remove=["several-regions"])) == RowEdits(replace=[HIGHER], remove=["local-client"])
    assert first.then(RowEdits(replace=[newer])).add == (newer,)
    assert first.then(RowEdits(remove=["regional-client"])) == RowEdits(
        add=[NEW], remove=["local-client", "regional-client"]
    )
    again = first.then(RowEdits(replace=[Row("regional-client", {"client": "regional"}, Level.REGIONAL)]))
    assert [row.then for row in again.replace] == [Level.REGIONAL]
    assert ids(first.then(RowEdits(add=[Row("local-client", {"client": "local"}, Level.LOCAL)])))[-1] == "local-client"
    loose = level_table(validate=False)
    for later in (
        RowEdits(remove=["several-regions"]),
        RowEdits(replace=[newer]),
        RowEdits(remove=["regional-client"]),
    ):
        assert first.then(later).apply(loose).rows == later.apply(first.apply(loose)).rows


def test_edits_compare_hash_and_pickle() -> None:
    edits = RowEdits(add=[NEW], remove=["local-client"])
    assert pickle.loads(pickle.dumps(edits)) == edits
    assert hash(edits) == hash(RowEdits(add=(NEW,), remove=("local-client",)))
