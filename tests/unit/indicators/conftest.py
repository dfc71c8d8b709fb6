"""Figures that are counted by hand have few cases."""

import pytest

from reclamation_core.indicators import catalogue


@pytest.fixture(autouse=True)
def of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    """State the rates of ten cases."""
    monkeypatch.setattr(catalogue, "FEWEST", 10)
