"""Likely duplicates: of the same site, within 90 days, of the same sender or in close words."""

from datetime import date
from typing import Any

import pytest

from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from tests.unit.desk import factories

WORDS = "Le formateur de soudure est absent depuis lundi"
JUNE = date(2026, 6, 20)


@pytest.fixture
def desk() -> Desk:
    found = factories.new_desk()
    for day, site, sender, words in (
        (1, "CRE", "Mme Durand, 1 rue des Lilas", WORDS),
        (2, "CRE", "Mme Durand, 1 rue des Lilas", "La cantine est fermée"),
        (3, "CRE", "M. Petit", f"{WORDS} !"),
        (4, "STD", "Mme Durand, 1 rue des Lilas", WORDS),
        (5, "CRE", "M. Noir", "Le parking est plein"),
    ):
        found.register(factories.facts(factories.at(day)), site=site, complainant=sender, verbatim=words)
    return found


def similar(desk: Desk, received_on: date = JUNE) -> list[tuple[str, list[str]]]:
    found = desk.cases.similar(WORDS.upper(), site="CRE", received_on=received_on, sender="DURAND Mme 1 rue des lilas")
    return [(one.case.reference[-1], [match.value for match in one.matches]) for one in found]


def test_cases_with_more_in_common_come_first_within_90_days_and_the_scope(desk: Desk) -> None:
    assert similar(desk) == [("1", ["sender", "words"]), ("3", ["words"]), ("2", ["sender"])]
    assert [reference for reference, _ in similar(desk, date(2026, 8, 31))] == ["3", "2"]
    assert similar(desk, date(2026, 3, 4)) == [("1", ["sender", "words"]), ("2", ["sender"])], "typed before it"
    assert similar(desk, date(2026, 3, 2)) == similar(desk, date.max) == []
    assert similar(desk.scoped(site="STD")) == []
    for text, count in (("Cantine fermée", 1), ("la cantine", 0), ("cantine fermée lundi", 0), ("la", 0)):
        assert len(desk.cases.similar(text, site="CRE", received_on=JUNE)) == count, text


def test_a_suggestion_is_plain_data(desk: Desk) -> None:
    (first, *_) = desk.cases.similar(WORDS, site="CRE", received_on=JUNE)
    document = first.to_document("en", texts=True)
    assert document["matches"] == [{"code": "words", "label": "close words"}]
    assert document["case"]["excerpt"] == f"{WORDS} !"
    with pytest.raises(FaultsError, match="limit"):
        desk.cases.similar(WORDS, site="CRE", received_on=JUNE, limit=0)
    site: Any = 5
    with pytest.raises(TypeError, match=r"^site: a str is expected"):
        desk.cases.similar(WORDS, site=site, received_on=JUNE)
