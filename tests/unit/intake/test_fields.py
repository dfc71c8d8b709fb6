"""The texts of cells that are values of facts."""

import re
from decimal import Decimal

import attrs
import pytest

from reclamation_core.intake.fields import FACT_FIELDS, FIELDS, is_field_value, parse_fact
from reclamation_core.intake.rows import is_one_line
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.vocabulary import ComplaintFacts


def test_the_fields_are_the_facts_and_the_reference_the_site_and_the_text() -> None:
    facts = {field.name for field in attrs.fields(ComplaintFacts)} - {"own"}
    assert set(FIELDS) == facts | {"reference", "site", "text", "satisfaction_unknown"}
    assert set(FACT_FIELDS) == facts - {"received_at"}


@pytest.mark.parametrize("name", FACT_FIELDS)
def test_an_empty_cell_is_unknown_and_an_empty_note_absent(name: str) -> None:
    assert parse_fact(FACT_FIELDS[name], "") is (ABSENT if name == "satisfaction" else UNKNOWN)


@pytest.mark.parametrize("word", ["unknown", "inconnu", "INCONNU"])
def test_unknown_can_be_written_in_full(word: str) -> None:
    assert {name for name in FACT_FIELDS if parse_fact(FACT_FIELDS[name], word) is not UNKNOWN} == set()


WRITTEN = (
    ("formal", True, "oui, Vrai, TRUE, yes, 1"),
    ("formal", False, "non, Faux, FALSE, no, 0"),
    ("channel", "email", "email, EMAIL, Courriel, e-mail"),
    ("nature", "grievance", "grievance, plainte, Réclamation"),
    ("requirement", "contractual", "contractual, exigence contractuelle"),
    ("requirement", "legal", "legal, exigence légale"),
    ("requirement", "regulatory", "regulatory, exigence réglementaire"),
    ("requirement", "none", "none, aucune exigence"),
    ("client_scope", "local", "local, client local"),
    ("client_scope", "regional", "regional, client régional"),
    ("client_scope", "national", "national, client national, Grands Comptes, grand compte"),
    ("service_reach", "several_regions", "several_regions, plusieurs régions"),
    ("mobilisation", "local", "local, mobilisation locale"),
    ("mobilisation", "regional", "regional, mobilisation régionale"),
    ("mobilisation", "national", "national, mobilisation nationale"),
)


@pytest.mark.parametrize(("name", "value", "texts"), WRITTEN)
def test_a_value_may_be_written_in_several_ways(name: str, value: object, texts: str) -> None:
    for text in texts.split(", "):
        assert parse_fact(FACT_FIELDS[name], text) == value, text


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("0", 0), ("+2", 2), ("4.0", 4)])
def test_whole_numbers(text: str, value: int) -> None:
    read = parse_fact(FACT_FIELDS["causes"], text)
    assert (read, type(read)) == (value, int)


@pytest.mark.parametrize(("text", "value"), [("5", "5"), ("5.99", "5.99"), ("-1", "-1"), ("0.1", "0.1")])
def test_notes_are_exact(text: str, value: str) -> None:
    assert parse_fact(FACT_FIELDS["satisfaction"], text) == Decimal(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("channel", "fax"),
        ("formal", "peut-être"),
        ("formal", "2"),
        ("causes", "1.5"),
        ("causes", "1e3"),
        ("causes", "9" * 5000),
        ("causes", "٣"),
        ("satisfaction", "nan"),
        ("satisfaction", "inf"),
        ("satisfaction", "5,125"),
        ("satisfaction", "1e9"),
        ("satisfaction", "5/10"),
        ("satisfaction", "9" * 200_000),
    ],
)
def test_a_text_that_is_not_a_value_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text[:9])):
        parse_fact(FACT_FIELDS[name], text)


def test_a_meaning_is_known_before_any_file_is_read() -> None:
    for name, text, expected in [
        ("channel", "courriel", True),
        ("channel", "", True),
        ("channel", "fax", False),
        ("severity_safety", "4", True),
        ("severity_safety", "5", False),
        ("likelihood", "0", False),
        ("causes", "-1", False),
        ("satisfaction", "11", True),
        ("site", "CRE", True),
        ("site", "a\nb", False),
        ("received_at", "2026-05-02", True),
        ("received_at", "02/05/2026", True),
        ("received_at", "02/05/26", False),
    ]:
        assert is_field_value(FIELDS[name], text) is expected, text


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "a\0b", "a\x85b", "a\u2028b", "a\ud800b", "x" * 201])
def test_a_reference_is_one_short_line(text: str) -> None:
    assert not is_one_line(text)


@pytest.mark.parametrize("text", ["", "A-1", "dossier n° 12", "l\N{NO-BREAK SPACE}été", "x" * 200, "日本"])
def test_any_one_short_line_is_a_reference(text: str) -> None:
    assert is_one_line(text)
