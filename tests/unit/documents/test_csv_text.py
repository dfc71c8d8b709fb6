import pytest

from reclamation_core.documents.csv_text import csv_line, escape_csv_formula, replace_unstorable, unescape_csv_formula
from reclamation_core.validators import is_storable


def test_a_text_that_looks_like_a_formula_is_protected_and_read_back_as_it_was() -> None:
    for text, cell in [
        ("=1+1", "'=1+1"),
        ("+33 1", "'+33 1"),
        ("-1", "'-1"),
        ("@nom", "'@nom"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("''-1", "'''-1"),
        ("l'an dernier", "l'an dernier"),
        ("'ça'", "'ça'"),
        ("", ""),
        ("1=1", "1=1"),
    ]:
        assert escape_csv_formula(text) == cell, text
        assert unescape_csv_formula(cell) == text, text


def test_a_formula_after_a_usual_delimiter_is_protected_too() -> None:
    for text, cell in [
        ("x;=1+1", "x;'=1+1"),
        ("x,-1|@y\t+2", "x,'-1|'@y\t'+2"),
        ("liste :\n- un\n- deux", "liste :\n'- un\n'- deux"),
        ("x;'=1", "x;''=1"),
        ('x;"=1', "x;'\"=1"),
        ("x;\t=1", "x;'\t'=1"),
        ("a ; -1, puis 2", "a ; -1, puis 2"),
        ("x;'a", "x;'a"),
    ]:
        assert escape_csv_formula(text) == cell, text
        assert unescape_csv_formula(cell) == text, text


@pytest.mark.parametrize("text", ["\0", "a\ud800b"])
def test_nul_and_lone_surrogates_are_replaced(text: str) -> None:
    assert not is_storable(text)
    assert is_storable(replace_unstorable(text))
    assert csv_line([text]) == replace_unstorable(text) + "\n"
