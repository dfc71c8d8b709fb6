"""No cell is a formula to a spreadsheet, and each is read back as it was."""

from __future__ import annotations

import pytest

from reclamation_core.intake import protect, unprotect


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert protect(f"{start}1+1") == f"'{start}1+1"
    assert unprotect(f"'{start}1+1") == f"{start}1+1"


@pytest.mark.parametrize("text", ["", "a=b", "'", "''", "l'été", "'été'", " =1", "\n=1", "1-1"])
def test_every_other_text_is_left_alone(text: str) -> None:
    assert protect(text) == text
    assert unprotect(text) == text


def test_a_text_that_looks_protected_gets_one_more() -> None:
    assert protect("'=1") == "''=1"
    assert unprotect("''=1") == "'=1"


def test_a_formula_of_somebody_else_is_read_as_it_is() -> None:
    assert unprotect("=1+1") == "=1+1"
