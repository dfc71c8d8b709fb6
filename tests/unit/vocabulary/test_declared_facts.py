"""Each fact is declared once, in its field, and everything that lists facts follows the declaration."""

import csv
import inspect
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import attrs
import pytest

import reclamation_core
from reclamation_core.cases import facts_document, read_facts
from reclamation_core.errors import FaultsError
from reclamation_core.frames import caseload
from reclamation_core.intake import read
from reclamation_core.intake.fields import FACT_FIELDS
from reclamation_core.intake.rows import ComplaintRecord
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import m2_1
from reclamation_core.simulation import generate_records
from reclamation_core.tables import Number
from reclamation_core.vocabulary import FACTS, SEVERITIES, ComplaintFacts, FactsUpdate, MalfunctionFacts, RiskDomain
from reclamation_core.vocabulary.facts import THEMES, facts_of
from tests.unit.desk.factories import new_desk

RECEIVED = datetime(2026, 5, 2, 9, 30, tzinfo=UTC)


def test_every_field_but_the_receipt_declares_its_fact() -> None:
    for cls in (ComplaintFacts, MalfunctionFacts):
        assert set(facts_of(cls)) == {field.name for field in attrs.fields(cls)} - {"received_at", "own"}
    assert all(fact.name == name for name, fact in FACTS.items())


def test_null_is_what_the_converter_makes_of_none() -> None:
    for name, fact in FACTS.items():
        given: dict[str, Any] = {name: None}
        assert getattr(ComplaintFacts(received_at=RECEIVED, **given), name) is fact.null


def test_the_values_of_the_domain_are_those_that_the_field_takes() -> None:
    for name, fact in FACTS.items():
        domain: Any = fact.domain
        values = getattr(domain, "values", None) or [True, 0, 1, 4, 5, 6.5]
        for value in values:
            assert takes(name, value) is is_of(domain, value), (name, value)


def takes(name: str, value: Any) -> bool:
    try:
        ComplaintFacts(received_at=RECEIVED, **{name: value})
    except FaultsError:
        return False
    return True


def is_of(domain: Any, value: Any) -> bool:
    try:
        domain.check(value)
    except ValueError:
        return False
    return True


def test_every_risk_domain_has_its_severity() -> None:
    assert list(SEVERITIES) == list(RiskDomain)
    assert list(SEVERITIES.values()) == [f"severity_{domain.value}" for domain in RiskDomain]


def test_the_typed_keywords_are_the_fields_with_their_types() -> None:
    taken, keywords = inspect.signature(ComplaintFacts).parameters, get_type_hints(FactsUpdate)
    assert set(keywords) == set(taken) == {field.name for field in attrs.fields(ComplaintFacts)}
    for name in taken:
        converter = getattr(attrs.fields(ComplaintFacts), name).converter
        assert keywords[name] == get_type_hints(converter)["value"], name


def test_the_facts_of_a_malfunction_are_some_of_the_typed_keywords() -> None:
    assert {field.name for field in attrs.fields(MalfunctionFacts)} < FactsUpdate.__optional_keys__


def test_table_inputs_have_the_label_and_question_of_their_fact() -> None:
    inputs = [input_ for table in m2_1().tables.values() for input_ in table.inputs if input_.source is None]
    assert {input_.name for input_ in inputs} == set(FACTS) - {"theme"}
    for input_ in inputs:
        fact = FACTS[input_.name]
        assert (input_.label, input_.question) == (fact.label, fact.question)
        assert input_.domain == fact.domain or isinstance(fact.domain, Number)


def test_files_and_registers_have_a_column_for_each_fact() -> None:
    assert list(FACT_FIELDS) == list(FACTS)
    assert set(FACTS) <= set(caseload(new_desk()).columns)


def test_the_page_on_adding_a_fact_names_files_that_hold_the_theme() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "add-a-fact.md").read_text(encoding="utf-8")
    table = page[page.index("| file |") : page.index("## Declare")]
    names = re.findall(r"`([\w/]+\.py)`", table)
    assert len(names) == 5
    for name in names:
        assert "theme" in (Path(reclamation_core.__file__).parent / name).read_text(encoding="utf-8"), name


# The theme.


def test_a_theme_is_a_code_of_the_list_or_a_code_of_another_list() -> None:
    assert ComplaintFacts(received_at=RECEIVED).theme is UNKNOWN
    assert [ComplaintFacts(received_at=RECEIVED, theme=code).theme for code in ("refund", "canteen")] == [
        "refund",
        "canteen",
    ]
    assert (THEMES.label("refund", "fr"), THEMES.label("canteen", "fr")) == ("remboursement", "canteen")


@pytest.mark.parametrize("theme", ["", "Refund", "a b", "1st", "x" * 61, 3, ABSENT, ["refund"]])
def test_a_theme_that_is_no_code_is_refused(theme: Any) -> None:
    with pytest.raises(FaultsError, match="or a code of your own list") as caught:
        ComplaintFacts(received_at=RECEIVED, theme=theme)
    assert [fault.path for fault in caught.value.faults] == ["theme"]


def test_a_document_holds_the_theme_and_has_no_key_for_an_unknown_one() -> None:
    document = facts_document(ComplaintFacts(received_at=RECEIVED, channel="email"))
    assert "theme" not in document
    assert read_facts(document) == ComplaintFacts(received_at=RECEIVED, channel="email")
    facts = ComplaintFacts(received_at=RECEIVED, theme="refund")
    assert facts_document(facts)["theme"] == "refund"
    assert read_facts(facts_document(facts)) == facts


@pytest.mark.parametrize(
    ("cell", "theme"), [("refund", "refund"), (" Remboursement ", "refund"), ("canteen", "canteen"), ("", UNKNOWN)]
)
def test_a_cell_has_the_theme_by_code_or_label(tmp_path: Path, cell: str, theme: Any) -> None:
    path = tmp_path / "complaints.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["reference", "received_at", "theme"], ["1", "2026-05-02", cell]])
    with read(path) as reader:
        (record,) = reader
    assert isinstance(record, ComplaintRecord)
    assert record.facts.theme == theme


def test_invented_complaints_have_a_theme_of_the_list() -> None:
    records = list(generate_records(100, 7))
    assert {record.theme for record in records} - {None} <= set(THEMES.values)
    assert all(record.facts.theme == (record.theme or UNKNOWN) for record in records)


def test_each_own_value_that_is_refused_is_a_fault_of_its_name() -> None:
    own: Any = {"a": object(), "b": float("nan"), "": 1, "A b": 1, "c": True}
    with pytest.raises(FaultsError) as refused:
        ComplaintFacts(received_at=datetime(2026, 6, 1, tzinfo=UTC), own=own)
    assert [fault.path for fault in refused.value.faults] == ["own.", "own.A b", "own.a", "own.b"]
