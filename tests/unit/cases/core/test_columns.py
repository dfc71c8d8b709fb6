"""The columns of a case: one declaration, and what every table, list and frame makes of it."""

import ast
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, get_type_hints

import attrs
import pytest

from reclamation_core.adapters.sqlalchemy.migrations import versions
from reclamation_core.cases import CaseKind, case_document, columns
from reclamation_core.cases.columns import COLUMNS, CaseColumn
from reclamation_core.cases.plain import CaseView
from reclamation_core.ports import CaseSummary
from reclamation_core.ports.query import SUMMARY_FIELDS
from reclamation_core.reporting import REGISTER_COLUMNS
from reclamation_core.vocabulary import Band
from tests.unit.desk import factories

RENAMED: Final = {"due": columns.due_on}
"""Columns under another name in the view of a case."""
PERSONAL: Final = "complainant"
"""In the view, the text of the complainant; among the columns, what kind of client complains."""


def test_a_column_has_the_name_and_the_type_of_its_function() -> None:
    assert (columns.due_on.name, columns.due_on.type, columns.due_on.is_optional) == ("due_on", date, True)
    assert (columns.kind.name, columns.kind.type, columns.kind.is_optional) == ("kind", CaseKind, False)
    assert (columns.band.type, columns.requested_facts.type) == (Band, tuple)
    assert COLUMNS["closed_at"] is columns.closed_at
    assert columns.closed_at.title.fr == "Clôturé le"


def test_no_two_columns_have_one_title() -> None:
    titles = [column.title for column in COLUMNS.values()]
    assert len({title.fr for title in titles}) == len({title.en for title in titles}) == len(titles)


@pytest.mark.parametrize("cls", [CaseSummary, CaseView])
def test_a_field_has_the_type_that_its_column_declares(cls: type[Any]) -> None:
    hints = get_type_hints(cls)
    shared = {
        name: column
        for name in (field.name for field in attrs.fields(cls))
        if (column := _column(cls, name)) is not None
    }
    assert len(shared) > 15
    for name, column in shared.items():
        assert hints[name] == get_type_hints(column.value)["return"], name


def _column(cls: type[Any], name: str) -> CaseColumn[Any] | None:
    if cls is CaseSummary:
        return SUMMARY_FIELDS[name]
    return None if name == PERSONAL else RENAMED.get(name, COLUMNS.get(name))


def test_a_column_of_ranks_goes_with_an_ordered_code() -> None:
    ranked = {column.name for column in COLUMNS.values() if column.rank_comment is not None}
    assert ranked == {"state", "level", "band", "complexity"}


def test_texts_and_what_follows_from_events_alone_are_not_stored() -> None:
    texts = {"excerpt", "author", "assigned_to"}
    computed = {
        *("admissibility", "registered_at", "mediation_at", "first_answered_at", "first_answered_on", "withdrawn_on"),
        *("suspensions", "level_changed_on", "deadline_levels"),
    }
    assert {column.name for column in COLUMNS.values() if column.is_text} == texts
    assert {column.name for column in COLUMNS.values() if not column.is_stored} == texts | computed


def test_the_register_shows_the_titles_that_the_columns_declare() -> None:
    titles = {column.name: column.title for column in REGISTER_COLUMNS}
    assert titles["a_repondre_le"] is columns.due_on.title
    assert titles["traite_par"] is columns.handling_unit.title


def test_every_column_of_a_case_is_of_its_type() -> None:
    desk = factories.new_desk()
    for case in (
        factories.answered(desk),
        factories.registered(desk),
        desk.register(factories.malfunction(), site="CRE"),
    ):
        for column in COLUMNS.values():
            value = column(case)
            assert (value is None and column.is_optional) or isinstance(value, column.type), column.name
            assert not isinstance(value, datetime) or value.tzinfo is not None


def test_a_case_is_plain_data_where_no_other_module_was_imported() -> None:
    case = factories.registered(factories.new_desk())
    code = "import json, sys; from reclamation_core.cases import read_case; "
    code += "print(json.dumps(read_case(json.load(sys.stdin)).to_document()))"
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(case_document(case)), capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout) == json.loads(json.dumps(case.to_document()))


def test_no_migration_reads_the_columns() -> None:
    """Migrations are written out: what they once made does not change with the declaration."""
    folder = Path(str(versions.__path__[0]))
    names = {
        alias.name
        for file in folder.glob("v*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("reclamation_core")
        for alias in node.names
    }
    assert names.isdisjoint({"columns", "COLUMNS", "CASES", "METADATA"})
    assert len(list(folder.glob("v*.py"))) >= 13
