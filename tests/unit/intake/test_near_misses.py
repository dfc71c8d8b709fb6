"""A column whose name is nearly that of a field is refused, since it would be silently ignored."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping, read
from reclamation_core.intake.fields import FIELDS
from reclamation_core.intake.layout import Layout
from tests.unit.intake.files import as_csv, read_text, written


def refused(folder: Path, header: str, mapping: ColumnMapping | None = None) -> list[tuple[str, object]]:
    with pytest.raises(FaultsError, match=r"is not read; rename it to .* under ignored") as caught:
        read(written(folder, f"{header}\n"), mapping)
    return [(fault.path, fault.value) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("column", "field"),
    [("recieved_at", "received_at"), ("Received At", "received_at"), ("référense", "reference"), ("chanel", "channel")],
)
def test_a_near_miss_is_refused_with_the_field(tmp_path: Path, column: str, field: str) -> None:
    header = ",".join([column, *({"reference", "received_at"} - {field})])
    assert refused(tmp_path, header) == [(f"columns.{field}", column)]


def test_all_near_misses_are_refused_at_once(tmp_path: Path) -> None:
    assert refused(tmp_path, "Référense;Received-at;satisfation;is_formal;couleur") == [
        ("columns.reference", "Référense"),
        ("columns.received_at", "Received-at"),
        ("columns.formal", "is_formal"),
        ("columns.satisfaction", "satisfation"),
    ]


@pytest.mark.parametrize(
    ("column", "field"),
    [("note de satisfation", "satisfaction"), ("Cannal", "channel"), ("score", "satisfaction"), ("Reçue", None)],
)
def test_a_near_miss_of_a_label_is_refused_with_the_field(tmp_path: Path, column: str, field: str | None) -> None:
    header = f"reference,received_at,{column}"
    if field is None:
        assert read_text(tmp_path, header)[2].unread_columns == (column,)
    else:
        assert refused(tmp_path, header) == [(f"columns.{field}", column)]


def test_the_remedy_works(tmp_path: Path) -> None:
    content = "reference,received_at,chanel\nA1,2026-05-02,fax\n"
    for mapping in (
        ColumnMapping(ignored=("Chanel",)),
        ColumnMapping(columns={"channel": "chanel"}, values={"channel": {"fax": ""}}),
    ):
        (record,), rejected, reader = read_text(tmp_path, content, mapping)
        assert (record.reference, rejected, reader.unread_columns) == ("A1", [], ())


def test_a_near_miss_of_a_mapped_column_is_refused_with_its_name(tmp_path: Path) -> None:
    mapping = ColumnMapping(columns={"received_at": "Date de réception"})
    with pytest.raises(FaultsError, match="rename it to 'Date de réception'"):
        read(written(tmp_path, "reference,Date de reception\n"), mapping)


@pytest.mark.parametrize("column", ["chanel", "Channel "])
def test_a_near_miss_of_an_existing_column_is_accepted(tmp_path: Path, column: str) -> None:
    header = ["reference", "received_at", "channel", "text", "channels"]
    _, _, reader = read_text(tmp_path, as_csv([header]))
    assert reader.unread_columns == ("channels",), column


def test_a_field_with_a_constant_has_no_near_miss(tmp_path: Path) -> None:
    _, _, reader = read_text(tmp_path, "reference,received_at,chanel\n", ColumnMapping(constants={"channel": "email"}))
    assert reader.unread_columns == ("chanel",)


def test_a_json_row_with_a_near_miss_is_rejected(tmp_path: Path) -> None:
    content = (
        '{"reference": "A1", "received_at": "2026-05-02", "chanel": "email"}\n'
        '{"reference": "A2", "received_at": "2026-05-02", "chanel": "x", "channel": "email"}\n'
    )
    (record,), (rejected,), reader = read_text(tmp_path, content)
    assert (record.reference, reader.unread_columns) == ("A2", ("chanel",))
    assert (rejected.line, rejected.field, rejected.value) == (1, "chanel", "email")
    assert "ignored" in rejected.expected.fr


@given(st.sampled_from(sorted(FIELDS)), st.data())
def test_no_field_is_lost_by_capitals_spaces_or_hyphens(field: str, data: st.DataObject) -> None:
    """Either the column is read, or the file is refused and names the field."""
    column = "".join(data.draw(st.sampled_from([sign, sign.upper(), {"_": " "}.get(sign, sign)])) for sign in field)
    others = [name for name in ("reference", "received_at") if name != field]
    try:
        found = set(Layout((*others, column), ColumnMapping()).places)
    except FaultsError as error:
        found = {fault.path.removeprefix("columns.") for fault in error.faults}
    assert field in found
